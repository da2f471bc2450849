// SPDX-License-Identifier: Apache-2.0
#include "train/view_pixels.h"

#include <cmath>

namespace pinhole {

FloatImage read_pixels(const View& view, float scale) {
  FloatImage image;
  image.width = view.desc.w;
  image.height = view.desc.h;
  image.channels = view.desc.c;
  image.pixels.resize(static_cast<size_t>(view.desc.elements()));
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        image.row(y)[x * view.desc.c + c] = view.row<float>(0, y)[x * view.pixel_stride + c] * scale;
  return image;
}

double write_pixels(const FloatImage& image, float scale, const View& view) {
  double sum = 0;
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c) {
        float* value = &view.row<float>(0, y)[x * view.pixel_stride + c];
        const float after = image.row(y)[x * view.desc.c + c] * scale;
        const double change = static_cast<double>(after - *value);
        sum += change * change;
        *value = after;
      }
  return std::sqrt(sum / static_cast<double>(view.desc.elements()));
}

} // namespace pinhole
