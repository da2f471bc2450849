// SPDX-License-Identifier: Apache-2.0
#include "anomaly/warp_fit.h"

#include "anomaly/motion_equations.h"
#include "anomaly/slopes.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr double kUsualMotion = 0.5; // pixels; where there is little to see, a larger one is not believed

// But for right and down a warp's numbers are fitted times half the picture's width, so that all are pixels.
float unit_of(const View& picture) {
  return static_cast<float>(picture.desc.w) / 2;
}

// Calls use(slope_x, slope_y, residual, weight, right, down) for every pixel that has slopes; these two are its place
// from the middle, in units.
template <class Use> void for_each_pixel(const Lit& lit, const View& seen, const View& expected, Use use) {
  const float unit = unit_of(expected);
  for (int32_t y = 1; y < expected.desc.h - 1; ++y) {
    const float down = (static_cast<float>(y) - static_cast<float>(expected.desc.h - 1) / 2) / unit;
    for (int32_t channel = 0; channel < expected.desc.c; ++channel)
      for_each_slope(lit, seen, expected, y, channel,
                     [&](int32_t x, float slope_x, float slope_y, float residual, float weight) {
                       use(slope_x, slope_y, residual, weight, (static_cast<float>(x) + 0.5f) / unit - 1, down);
                     });
  }
}

double prior_of(const Lit& lit) {
  const double deviation = double{lit.fit.scale} / kUsualMotion;
  return deviation * deviation;
}

Warp finite(const Warp& warp) {
  return std::isfinite(warp.right + warp.down + warp.xx + warp.xy + warp.yx + warp.yy) ? warp : Warp();
}

} // namespace

Warp fit_warp(const Lit& lit, const View& seen, const View& expected) {
  MotionEquations<6> equations;
  for_each_pixel(lit, seen, expected,
                 [&](float slope_x, float slope_y, float residual, float weight, float right, float down) {
                   equations.add({slope_x, slope_y, slope_x * right, slope_x * down, slope_y * right, slope_y * down},
                                 residual, weight);
                 });
  double motion[6];
  if (!equations.solve(prior_of(lit), {}, motion))
    return {};
  const double unit = double{unit_of(expected)};
  return finite({static_cast<float>(motion[0]), static_cast<float>(motion[1]), static_cast<float>(motion[2] / unit),
                 static_cast<float>(motion[3] / unit), static_cast<float>(motion[4] / unit),
                 static_cast<float>(motion[5] / unit)});
}

Warp fit_turn(const Lit& lit, const View& seen, const View& expected, const Warp& so_far) {
  MotionEquations<4> equations;
  for_each_pixel(lit, seen, expected,
                 [&](float slope_x, float slope_y, float residual, float weight, float right, float down) {
                   equations.add({slope_x, slope_y, slope_x * down, slope_y * right}, residual, weight);
                 });
  const double unit = double{unit_of(expected)};
  double motion[4];
  if (!equations.solve(prior_of(lit),
                       {double{so_far.right}, double{so_far.down}, unit * double{so_far.xy}, unit * double{so_far.yx}},
                       motion))
    return {};
  return finite({static_cast<float>(motion[0]), static_cast<float>(motion[1]), 0, static_cast<float>(motion[2] / unit),
                 static_cast<float>(motion[3] / unit), 0});
}

} // namespace pinhole
