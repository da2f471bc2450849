// SPDX-License-Identifier: Apache-2.0
// Smoothing, as the yardstick that a denoiser has to beat.
#pragma once

#include "image/image.h"

namespace pinhole {

// Where position `at`, which may lie outside of 0..size-1, is mirrored to; the edge is doubled.
constexpr int32_t mirror_doubled(int32_t at, int32_t size) {
  const int32_t period = 2 * size;
  const int32_t folded = ((at % period) + period) % period;
  return folded < size ? folded : period - 1 - folded;
}

// Gaussian of standard deviation `sigma` pixels, cut at 4 sigma, edges mirrored (c b a | a b c). Takes unclipped
// values. sigma 0 copies. invalid_argument: a negative sigma or one over 100; *out may be &in.
Status gaussian_blur(const FloatImage& in, double sigma, FloatImage* out);

} // namespace pinhole
