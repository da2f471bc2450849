// SPDX-License-Identifier: Apache-2.0
#include "cameras.h"

#include "image/color.h"
#include "image/jpeg.h"
#include "image/listing.h"
#include "pictures.h"
#include "programme.h"

#include <cstring>

namespace demo {

using pinhole::Code;
using pinhole::error;
using pinhole::Image;
using pinhole::Status;

SceneCamera::SceneCamera(int32_t channels, uint64_t seed, int jpeg_quality)
    : scene_(firmware::kSceneWidth, firmware::kSceneHeight, seed), sensor_(SensorNoise(), seed),
      life_([seed](int64_t index) { return everyday_moment(seed, index); }), channels_(channels),
      jpeg_quality_(jpeg_quality) {}

bool SceneCamera::grab(void* context, int64_t index, pinhole_frame* frame) {
  auto* self = static_cast<SceneCamera*>(context);
  const Moment moment = self->life_(index);
  self->status_ = self->scene_.draw(moment, &self->clean_);
  if (!self->status_.ok())
    return false;
  if (self->channels_ == 1)
    self->clean_ = luma(self->clean_);
  self->sensor_.expose(self->clean_, moment, frame);
  if (self->jpeg_quality_ > 0)
    self->status_ = self->through_jpeg(frame);
  frame->timestamp_usec = static_cast<uint64_t>(index) * 1000000 / 30;
  return self->status_.ok();
}

Status SceneCamera::through_jpeg(pinhole_frame* frame) const {
  pinhole::JpegOptions options;
  options.quality = jpeg_quality_;
  std::vector<uint8_t> bytes;
  Image image = to_image(*frame);
  PINHOLE_RETURN_IF_ERROR(encode_jpeg(image, options, &bytes));
  PINHOLE_RETURN_IF_ERROR(decode_jpeg(bytes.data(), bytes.size(), &image));
  copy_to_frame(image, frame);
  return {};
}

Status FolderCamera::open(const std::string& folder, int32_t channels) {
  channels_ = channels;
  PINHOLE_RETURN_IF_ERROR(pinhole::list_images(folder, false, &paths_));
  Image first;
  PINHOLE_RETURN_IF_ERROR(load(0, &first));
  width_ = first.width;
  height_ = first.height;
  return {};
}

Status FolderCamera::load(int64_t index, Image* image) const {
  PINHOLE_RETURN_IF_ERROR(pinhole::load_image(path(index), image));
  if (image->channels != channels_)
    *image = channels_ == 1 ? rgb_to_gray(*image) : gray_to_rgb(*image);
  return {};
}

bool FolderCamera::grab(void* context, int64_t index, pinhole_frame* frame) {
  auto* self = static_cast<FolderCamera*>(context);
  if (index >= self->frames())
    return false;
  Image image;
  self->status_ = self->load(index, &image);
  if (self->status_.ok() && (image.width != self->width_ || image.height != self->height_))
    self->status_ = error(Code::bad_shape, "%s is %dx%d, the first frame %dx%d: a camera's frames have one size",
                          self->path(index).c_str(), image.width, image.height, self->width_, self->height_);
  if (self->status_.ok())
    copy_to_frame(image, frame);
  return self->status_.ok();
}

} // namespace demo
