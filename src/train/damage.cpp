// SPDX-License-Identifier: Apache-2.0
#include "train/damage.h"

#include "train/view_pixels.h"

#include <algorithm>
#include <cmath>

namespace pinhole {
namespace {

constexpr float kVisible = 10.0f / 255;

// Root mean square would let one loud pixel speak for its neighbours; the mean does not.
float mean_difference(const FloatImage& a, const FloatImage& b, int32_t y, int32_t x) {
  float sum = 0;
  int32_t count = 0;
  for (int32_t row = std::max(y - 1, 0); row <= std::min(y + 1, a.height - 1); ++row) {
    const int32_t first = std::max(x - 1, 0) * a.channels, end = (std::min(x + 1, a.width - 1) + 1) * a.channels;
    for (int32_t i = first; i < end; ++i)
      sum += std::fabs(a.row(row)[i] - b.row(row)[i]);
    count += end - first;
  }
  return sum / static_cast<float>(count);
}

} // namespace

void mark_damage(const View& damaged, const View& clean) {
  const FloatImage before = read_pixels(clean, 1), after = read_pixels(damaged, 1);
  for (int32_t y = 0; y < clean.desc.h; ++y)
    for (int32_t x = 0; x < clean.desc.w; ++x) {
      float* mark = clean.row<float>(0, y) + x * clean.pixel_stride;
      std::fill_n(mark, clean.desc.c, mean_difference(before, after, y, x) > kVisible ? 1.0f : 0.0f);
    }
}

} // namespace pinhole
