// SPDX-License-Identifier: Apache-2.0
#include "train/intruder.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Which of the key's numbers is what; those before belong to the other kinds.
enum : uint32_t { kAspect = 8, kRow = 9, kColumn = 10, kShape = 11, kContrast = 12, kBrightness = 13, kShift = 14 };

int32_t wrapped(int32_t at, int32_t size) {
  return at >= size ? at - size : at;
}

} // namespace

void put_intruder(float area, const NoiseKey& key, const View& image) {
  const int32_t height = image.desc.h, width = image.desc.w;
  const float aspect = draw({0.5f, 2}, key, kAspect);
  const float pixels = area * static_cast<float>(height) * static_cast<float>(width);
  const float half_height = std::sqrt(pixels * aspect) / 2, half_width = std::sqrt(pixels / aspect) / 2;
  const float middle_y = draw({0, static_cast<float>(height)}, key, kRow);
  const float middle_x = draw({0, static_cast<float>(width)}, key, kColumn);
  const bool ellipse = draw({0, 1}, key, kShape) < 0.5f;
  const float contrast = draw({-1.5f, 1.5f}, key, kContrast), brightness = draw({-0.25f, 1.25f}, key, kBrightness);
  const auto shift = static_cast<int32_t>(draw({0.25f, 0.75f}, key, kShift) * static_cast<float>(width));
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x) {
      const float dy = (static_cast<float>(y) + 0.5f - middle_y) / half_height;
      const float dx = (static_cast<float>(x) + 0.5f - middle_x) / half_width;
      const bool inside = ellipse ? dy * dy + dx * dx < 1 : std::fabs(dy) < 1 && std::fabs(dx) < 1;
      if (!inside)
        continue;
      float* row = image.row<float>(0, y);
      const float* from = row + wrapped(x + shift, width) * image.pixel_stride;
      for (int32_t c = 0; c < image.desc.c; ++c)
        row[x * image.pixel_stride + c] = contrast * (from[c] - 0.5f) + brightness;
    }
}

} // namespace pinhole
