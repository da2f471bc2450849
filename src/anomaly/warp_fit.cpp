// SPDX-License-Identifier: Apache-2.0
#include "anomaly/warp_fit.h"

#include "anomaly/slopes.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kNumbers = 6;      // of a warp
constexpr double kUsualMotion = 0.5; // pixels; where there is little to see, a larger one is not believed

// residual ~ -(motion of a pixel) * slope, and the motion is linear in a warp's numbers. But for right and down they
// are fitted times half the picture's width, so that all are pixels.
struct NormalEquations {
  double square[kNumbers][kNumbers] = {};
  double product[kNumbers] = {};

  void add_row(const Lit& lit, const View& seen, const View& expected, int32_t y, int32_t channel) {
    const float unit = static_cast<float>(expected.desc.w) / 2;
    const float down = (static_cast<float>(y) - static_cast<float>(expected.desc.h - 1) / 2) / unit;
    for_each_slope(
        lit, seen, expected, y, channel, [&](int32_t x, float slope_x, float slope_y, float residual, float weight) {
          const float right = (static_cast<float>(x) + 0.5f) / unit - 1;
          const float slope[] = {slope_x, slope_y, slope_x * right, slope_x * down, slope_y * right, slope_y * down};
          for (int32_t i = 0; i < kNumbers; ++i) {
            for (int32_t k = 0; k <= i; ++k)
              square[i][k] += double{weight * slope[i] * slope[k]};
            product[i] += double{weight * slope[i] * residual};
          }
        });
  }

  // By Cholesky's decomposition, as if `prior` had been seen of no motion. False where it does not exist.
  bool solve(double prior, double* motion) {
    for (int32_t i = 0; i < kNumbers; ++i) {
      for (int32_t k = 0; k <= i; ++k) {
        double rest = square[i][k] + (i == k ? prior : 0);
        for (int32_t j = 0; j < k; ++j)
          rest -= square[i][j] * square[k][j];
        if (i == k && !(rest > 0))
          return false;
        square[i][k] = i == k ? std::sqrt(rest) : rest / square[k][k];
      }
      motion[i] = -product[i];
      for (int32_t k = 0; k < i; ++k)
        motion[i] -= square[i][k] * motion[k];
      motion[i] /= square[i][i];
    }
    for (int32_t i = kNumbers - 1; i >= 0; --i) {
      for (int32_t k = i + 1; k < kNumbers; ++k)
        motion[i] -= square[k][i] * motion[k];
      motion[i] /= square[i][i];
    }
    return true;
  }
};

} // namespace

Warp fit_warp(const Lit& lit, const View& seen, const View& expected) {
  NormalEquations equations;
  for (int32_t y = 1; y < expected.desc.h - 1; ++y)
    for (int32_t channel = 0; channel < expected.desc.c; ++channel)
      equations.add_row(lit, seen, expected, y, channel);
  const double deviation = double{lit.fit.scale} / kUsualMotion;
  double motion[kNumbers];
  if (!equations.solve(deviation * deviation, motion))
    return {};
  const double unit = static_cast<double>(expected.desc.w) / 2;
  float warp[kNumbers], sum = 0;
  for (int32_t i = 0; i < kNumbers; ++i) {
    warp[i] = static_cast<float>(i < 2 ? motion[i] : motion[i] / unit);
    sum += warp[i];
  }
  return std::isfinite(sum) ? Warp{warp[0], warp[1], warp[2], warp[3], warp[4], warp[5]} : Warp();
}

} // namespace pinhole
