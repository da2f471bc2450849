// SPDX-License-Identifier: Apache-2.0
// What is left of the difference between a picture and its reconstruction once a gain and an offset are granted.
#pragma once

#include "anomaly/ignored_cells.h"
#include "base/tensor.h"

namespace pinhole {

// picture ~ gain * reconstruction + offset, fitted so that a minority of pixels (an intruder) hardly counts:
// iteratively reweighted least squares with Cauchy weights (Holland & Welsch 1977), whose scale is the median residual.
struct GainFit {
  float gain = 1, offset = 0;
  float scale = 0; // standard deviation of the residual of the majority: 1.4826 times its median size
};

// Of the weights, in deviations: 95 % efficient on normal residuals.
constexpr double kCauchy = 2.385;

// Width of such weights for what the fit leaves.
inline float cauchy_width(const GainFit& fit) {
  return static_cast<float>(kCauchy) * fit.scale;
}

// Both f32, n = 1, of one shape, 1 or 3 channels, finite. A flat reconstruction gives gain 1. Channels share gain and
// offset. What is ignored fits nothing; where the rest is nearly flat, the gain stays near 1.
GainFit fit_gain(const View& picture, const View& reconstruction, const IgnoredCells& ignored = {});

// One round more, where what is seen above `black` is divided by the light that falls on it: `light` has the level at
// each pixel, row by row, above 0.
GainFit refine_gain(const GainFit& fit, const View& picture, const View& reconstruction, float black,
                    const float* light, const IgnoredCells& ignored = {});

} // namespace pinhole
