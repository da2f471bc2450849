// SPDX-License-Identifier: Apache-2.0
// What the fits of Lucas and Kanade (1981) sum up: the slopes of what is expected, by which a small motion changes it,
// and what is seen beyond it.
#pragma once

#include "anomaly/sway.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {

inline float residual_of(const Lit& lit, float seen, float expected, float level) {
  return seen - lit.black - level * (lit.fit.gain * expected + lit.fit.offset - lit.black);
}

// Calls use(x, slope_x, slope_y, residual, weight) for row y, which is not the first or the last, of a channel; the
// slopes are those of `expected` in today's light. Pixels that no motion explains, an intruder's, hardly weigh, and
// those that are ignored do not.
template <class Use>
void for_each_slope(const Lit& lit, const View& seen, const View& expected, int32_t y, int32_t channel, Use use) {
  const float *here = expected.row<float>(0, y) + channel, *above = expected.row<float>(0, y - 1) + channel,
              *below = expected.row<float>(0, y + 1) + channel, *look = seen.row<float>(0, y) + channel,
              *level = &lit.light.level[y * expected.desc.w];
  const uint8_t* ignored = lit.light.ignored.at_row(y);
  const float per_width = 1 / cauchy_width(lit.fit), half_gain = lit.fit.gain / 2;
  for (int32_t x = 1; x < expected.desc.w - 1; ++x) {
    const int64_t at = x * expected.pixel_stride;
    const float half = half_gain * level[x];
    const float slope_x = half * (here[at + expected.pixel_stride] - here[at - expected.pixel_stride]);
    const float slope_y = half * (below[at] - above[at]);
    const float residual = residual_of(lit, look[x * seen.pixel_stride], here[at], level[x]);
    const float explained = kMostSway * (std::fabs(slope_x) + std::fabs(slope_y));
    const float size = per_width * max_of(0.0f, std::fabs(residual) - explained);
    const float counting = ignored ? weight_at(ignored, x) : 1;
    use(x, slope_x, slope_y, residual, counting / (1 + size * size));
  }
}

} // namespace pinhole
