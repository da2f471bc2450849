// SPDX-License-Identifier: Apache-2.0
#include "anomaly/warp.h"

#include "anomaly/cubic.h"
#include "anomaly/shifted_picture.h"
#include "base/checked.h"

namespace pinhole {
namespace {

// Four samples around a place of a line, those beyond its ends being the ones at its ends.
struct Samples {
  Samples(float place, int32_t size) : cubic(place - std::floor(place)) {
    const auto second = static_cast<int32_t>(std::floor(place));
    for (int32_t i = 0; i < 4; ++i)
      at[i] = max_of(0, min_of(second - 1 + i, size - 1));
  }
  Cubic cubic;
  int32_t at[4];
};

void lay_pixel(const View& seen, const Point& place, float* learned) {
  const Samples across(place.x, seen.desc.w), along(place.y, seen.desc.h);
  for (int32_t channel = 0; channel < seen.desc.c; ++channel) {
    float sum = 0;
    for (int32_t i = 0; i < 4; ++i) {
      const float* row = seen.row<float>(0, along.at[i]) + channel;
      float of_row = 0;
      for (int32_t k = 0; k < 4; ++k)
        of_row += across.cubic.weight[k] * row[across.at[k] * seen.pixel_stride];
      sum += along.cubic.weight[i] * of_row;
    }
    learned[channel] = sum;
  }
}

} // namespace

void lay_back(const View& seen, const Warp& warp, const View& learned) {
  if (warp.shifts_only())
    return shift_picture(seen, -warp.right, -warp.down, learned);
  const Desc& desc = seen.desc;
  const float middle_x = static_cast<float>(desc.w - 1) / 2, middle_y = static_cast<float>(desc.h - 1) / 2;
  const float most_x = static_cast<float>(desc.w), most_y = static_cast<float>(desc.h);
  for (int32_t y = 0; y < desc.h; ++y)
    for (int32_t x = 0; x < desc.w; ++x) {
      const Point place = seen_at(warp, {static_cast<float>(x) - middle_x, static_cast<float>(y) - middle_y});
      const Point within = {max_of(-1.0f, min_of(place.x + middle_x, most_x)),
                            max_of(-1.0f, min_of(place.y + middle_y, most_y))};
      lay_pixel(seen, within, learned.row<float>(0, y) + x * learned.pixel_stride);
    }
}

} // namespace pinhole
