// SPDX-License-Identifier: Apache-2.0
#include "pictures.h"

#include <cstring>

namespace demo {

pinhole::Image to_image(const pinhole_frame& frame) {
  pinhole::Image image;
  image.width = frame.width;
  image.height = frame.height;
  image.channels = frame.format == PINHOLE_GRAY8 ? 1 : 3;
  const size_t row_bytes = static_cast<size_t>(frame.width * image.channels);
  image.pixels.resize(row_bytes * static_cast<size_t>(frame.height));
  for (int32_t y = 0; y < frame.height; ++y)
    std::memcpy(image.row(y), static_cast<const uint8_t*>(frame.plane[0]) + static_cast<size_t>(y) * frame.pitch[0],
                row_bytes);
  return image;
}

void copy_to_frame(const pinhole::Image& image, pinhole_frame* frame) {
  const size_t row_bytes = static_cast<size_t>(image.width * image.channels);
  for (int32_t y = 0; y < image.height; ++y)
    std::memcpy(static_cast<uint8_t*>(frame->plane[0]) + static_cast<size_t>(y) * frame->pitch[0], image.row(y),
                row_bytes);
}

pinhole::FloatImage luma(const pinhole::FloatImage& rgb) {
  pinhole::FloatImage gray;
  gray.width = rgb.width;
  gray.height = rgb.height;
  gray.channels = 1;
  gray.pixels.resize(rgb.pixels.size() / 3);
  for (size_t i = 0; i < gray.pixels.size(); ++i)
    gray.pixels[i] = 0.299f * rgb.pixels[3 * i] + 0.587f * rgb.pixels[3 * i + 1] + 0.114f * rgb.pixels[3 * i + 2];
  return gray;
}

} // namespace demo
