// SPDX-License-Identifier: Apache-2.0
#include "anomaly/warp_fit.h"

#include "anomaly/motion_equations.h"

#include <cmath>

namespace pinhole {

Warp fit_warp(const Lit& lit, const View& seen, const View& expected) {
  constexpr int32_t kNumbers = 6; // but for right and down times half the picture's width, so that all are pixels
  const MotionEquations<kNumbers> equations(lit, seen, expected,
                                            [](float slope_x, float slope_y, float right, float down, float* slope) {
                                              slope[0] = slope_x, slope[1] = slope_y;
                                              slope[2] = slope_x * right, slope[3] = slope_x * down;
                                              slope[4] = slope_y * right, slope[5] = slope_y * down;
                                            });
  constexpr double kNone[kNumbers] = {};
  double motion[kNumbers];
  if (!equations.solve(kNumbers, motion_prior(lit), kNone, motion))
    return {};
  const double unit = static_cast<double>(expected.desc.w) / 2;
  const auto number = [&](int32_t i) { return static_cast<float>(motion[i] / unit); };
  const Warp warp = {
      static_cast<float>(motion[0]), static_cast<float>(motion[1]), number(2), number(3), number(4), number(5)};
  return std::isfinite(warp.right + warp.down + warp.xx + warp.xy + warp.yx + warp.yy) ? warp : Warp();
}

} // namespace pinhole
