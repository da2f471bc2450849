// SPDX-License-Identifier: Apache-2.0
#include "train/host_corruption.h"

#include "image/resize.h"
#include "train/camera_noise.h"
#include "train/camera_pipeline.h"
#include "train/jpeg_corruption.h"
#include "train/view_pixels.h"

#include <cmath>

namespace pinhole {
namespace {

enum : uint32_t { kZoom = 6, kLevelFactor = 7 }; // which of the key's numbers; the corruption uses those before

} // namespace

Status apply_corruption(const WeightedCorruption& entry, const NoiseKey& key, const View& image, const View& target,
                        float* level) {
  if (entry.corruption.kind == CorruptionKind::isp)
    return take_camera_shot(entry.corruption, key, image, target, level);
  if (entry.corruption.kind == CorruptionKind::camera)
    PINHOLE_RETURN_IF_ERROR(add_camera_noise(entry.corruption, key, image, level));
  else
    *level = corrupt(entry.corruption, key, image);
  PINHOLE_RETURN_IF_ERROR(compress_if_asked(entry, key, image, level));
  *level *= draw(entry.level_factor, key, kLevelFactor);
  return {};
}

Status zoom_if_asked(const WeightedCorruption& entry, const NoiseKey& key, const View& image) {
  return enlarge_middle(draw(entry.zoom, key, kZoom), image);
}

Status enlarge_middle(float zoom, const View& image) {
  if (!(zoom > 1))
    return {};
  const auto part_of = [&](int32_t side) {
    return std::max(int32_t{1}, static_cast<int32_t>(std::lround(static_cast<float>(side) / zoom)));
  };
  View middle = image;
  middle.desc.h = part_of(image.desc.h);
  middle.desc.w = part_of(image.desc.w);
  middle.data =
      image.row<float>(0, (image.desc.h - middle.desc.h) / 2) + (image.desc.w - middle.desc.w) / 2 * image.pixel_stride;
  FloatImage enlarged;
  PINHOLE_RETURN_IF_ERROR(
      resize(read_pixels(middle, 1), image.desc.w, image.desc.h, ResizeMethod::bilinear, &enlarged));
  write_pixels(enlarged, 1, image);
  return {};
}

} // namespace pinhole
