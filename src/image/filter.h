// SPDX-License-Identifier: Apache-2.0
// Smoothing, as the yardstick that a denoiser has to beat.
#pragma once

#include "image/image.h"

namespace pinhole {

// Gaussian of standard deviation `sigma` pixels, cut at 4 sigma, edges mirrored (c b a | a b c). Takes unclipped
// values. sigma 0 copies. invalid_argument: a negative sigma or one over 100; *out may be &in.
Status gaussian_blur(const FloatImage& in, double sigma, FloatImage* out);

} // namespace pinhole
