// SPDX-License-Identifier: Apache-2.0
#include "image/image.h"

#include <cmath>
#include <new>

namespace pinhole {
namespace {

template <class T> Status make(int32_t width, int32_t height, int32_t channels, BasicImage<T>* image) {
  if (width < 1 || height < 1 || (channels != 1 && channels != 3))
    return error(Code::invalid_argument, "image of %d x %d with %d channels: sizes must be positive, channels 1 or 3",
                 width, height, channels);
  const int64_t count = int64_t{width} * height * channels;
  try {
    image->pixels.assign(static_cast<size_t>(count), T{0});
  } catch (const std::exception&) {
    return error(Code::too_little_memory, "image of %d x %d: no memory for its %lld bytes", width, height,
                 static_cast<long long>(count) * static_cast<long long>(sizeof(T)));
  }
  image->width = width;
  image->height = height;
  image->channels = channels;
  return {};
}

uint8_t to_byte(float value) {
  const float clipped = value > 0.0F ? (value < 255.0F ? value : 255.0F) : 0.0F;
  return static_cast<uint8_t>(std::lrintf(clipped));
}

} // namespace

Status make_image(int32_t width, int32_t height, int32_t channels, Image* image) {
  return make(width, height, channels, image);
}

Status make_image(int32_t width, int32_t height, int32_t channels, FloatImage* image) {
  return make(width, height, channels, image);
}

FloatImage to_float(const Image& image) {
  return {image.width, image.height, image.channels, {image.pixels.begin(), image.pixels.end()}};
}

Image to_bytes(const FloatImage& image) {
  Image out{image.width, image.height, image.channels, std::vector<uint8_t>(image.pixels.size())};
  for (size_t i = 0; i < image.pixels.size(); ++i)
    out.pixels[i] = to_byte(image.pixels[i]);
  return out;
}

} // namespace pinhole
