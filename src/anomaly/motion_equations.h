// SPDX-License-Identifier: Apache-2.0
// Least squares for a small motion of a picture (Lucas and Kanade 1981): residual ~ -(motion of a pixel) * slope, where
// the motion is linear in a few numbers.
#pragma once

#include "anomaly/slopes.h"

#include <cmath>
#include <cstdint>

namespace pinhole {

template <int32_t kNumbers> class MotionEquations {
public:
  // Of every pixel that has slopes. slopes_of(slope_x, slope_y, right, down, slopes) gives what a unit of each number
  // changes there; the pixel lies so far from the middle, in units of half the picture's width.
  template <class SlopesOf>
  MotionEquations(const Lit& lit, const View& seen, const View& expected, SlopesOf slopes_of) {
    const float unit = static_cast<float>(expected.desc.w) / 2;
    for (int32_t y = 1; y < expected.desc.h - 1; ++y) {
      const float down = (static_cast<float>(y) - static_cast<float>(expected.desc.h - 1) / 2) / unit;
      for (int32_t channel = 0; channel < expected.desc.c; ++channel) {
        Row row;
        for_each_slope(lit, seen, expected, y, channel,
                       [&](int32_t x, float slope_x, float slope_y, float residual, float weight) {
                         float slopes[kNumbers];
                         slopes_of(slope_x, slope_y, (static_cast<float>(x) + 0.5f) / unit - 1, down, slopes);
                         row.add(slopes, residual, weight);
                       });
        add(row);
      }
    }
  }

  // The first `numbers` of them, the others being 0. By Cholesky's decomposition, as if `prior` had been seen of no
  // motion, of which `so_far` is already followed. False where there is none, or one that is not finite.
  bool solve(int32_t numbers, double prior, const double* so_far, double* motion) const {
    double factor[kNumbers][kNumbers], sum = 0;
    for (int32_t i = 0; i < numbers; ++i) {
      for (int32_t k = 0; k <= i; ++k) {
        double rest = square_[i][k] + (i == k ? prior : 0);
        for (int32_t j = 0; j < k; ++j)
          rest -= factor[i][j] * factor[k][j];
        if (i == k && !(rest > 0))
          return false;
        factor[i][k] = i == k ? std::sqrt(rest) : rest / factor[k][k];
      }
      motion[i] = -product_[i] - prior * so_far[i];
      for (int32_t k = 0; k < i; ++k)
        motion[i] -= factor[i][k] * motion[k];
      motion[i] /= factor[i][i];
    }
    for (int32_t i = numbers - 1; i >= 0; --i) {
      for (int32_t k = i + 1; k < numbers; ++k)
        motion[i] -= factor[k][i] * motion[k];
      motion[i] /= factor[i][i];
      sum += motion[i];
    }
    return std::isfinite(sum);
  }

private:
  // The sums over a row, which is short enough for floats.
  struct Row {
    float square[kNumbers][kNumbers] = {};
    float product[kNumbers] = {};

    void add(const float (&slopes)[kNumbers], float residual, float weight) {
      for (int32_t i = 0; i < kNumbers; ++i) {
        const float weighted = weight * slopes[i];
        for (int32_t k = 0; k <= i; ++k)
          square[i][k] += weighted * slopes[k];
        product[i] += weighted * residual;
      }
    }
  };

  void add(const Row& row) {
    for (int32_t i = 0; i < kNumbers; ++i) {
      for (int32_t k = 0; k <= i; ++k)
        square_[i][k] += double{row.square[i][k]};
      product_[i] += double{row.product[i]};
    }
  }

  double square_[kNumbers][kNumbers] = {}; // the lower triangle
  double product_[kNumbers] = {};
};

// What has been seen of no motion, by the width of the noise: where there is little to see, one by more than half a
// pixel is not believed.
inline double motion_prior(const Lit& lit) {
  constexpr double kUsual = 0.5;
  const double deviation = double{lit.fit.scale} / kUsual;
  return deviation * deviation;
}

} // namespace pinhole
