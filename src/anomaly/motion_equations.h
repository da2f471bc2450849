// SPDX-License-Identifier: Apache-2.0
// Least squares for a small motion of a picture: residual ~ -(motion of a pixel) * slope, where the motion is linear in
// a few numbers.
#pragma once

#include <cmath>
#include <cstdint>

namespace pinhole {

template <int32_t kNumbers> struct MotionEquations {
  double square[kNumbers][kNumbers] = {}; // the lower triangle
  double product[kNumbers] = {};

  // Of one pixel: what a unit of each number changes there.
  void add(const float (&slope)[kNumbers], float residual, float weight) {
    for (int32_t i = 0; i < kNumbers; ++i) {
      for (int32_t k = 0; k <= i; ++k)
        square[i][k] += double{weight * slope[i] * slope[k]};
      product[i] += double{weight * slope[i] * residual};
    }
  }

  // By Cholesky's decomposition, as if `prior` had been seen of no motion, of which `so_far` is already followed.
  // False where it does not exist. Once.
  bool solve(double prior, const double (&so_far)[kNumbers], double (&motion)[kNumbers]) {
    for (int32_t i = 0; i < kNumbers; ++i) {
      for (int32_t k = 0; k <= i; ++k) {
        double rest = square[i][k] + (i == k ? prior : 0);
        for (int32_t j = 0; j < k; ++j)
          rest -= square[i][j] * square[k][j];
        if (i == k && !(rest > 0))
          return false;
        square[i][k] = i == k ? std::sqrt(rest) : rest / square[k][k];
      }
      motion[i] = -product[i] - prior * so_far[i];
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

} // namespace pinhole
