// SPDX-License-Identifier: Apache-2.0
// The generalised Pareto tail of cluster peaks, and how high its level for a rate may lie.
#pragma once

#include <cstdint>

namespace pinhole {

// P(peak > location + y) = (1 + shape y / scale)^(-1 / shape), exp(-y / scale) for shape 0.
struct ParetoTail {
  double location, scale, shape; // scale above 0, shape 0..1
};

// `count` (at least 1) peaks by descending size, all above `location`.
struct TailPeaks {
  const float* peak;
  int32_t count;
  double location;
};

// What is believed before any peak is seen.
struct TailPrior {
  double spread;     // of all scores: their standard deviation, were they normal; above 0
  double shape_rate; // at which larger shapes are disbelieved, 1 to 100
};

// Maximum likelihood with a shape of at least 0: lighter tails than the exponential are taken for exponential.
ParetoTail fit_tail(const TailPeaks& peaks);

// The level whose rate of clusters is at most `rate` per frame with `confidence`, after `peaks` were all that rose
// above the location in `frames` frames. Above the location. The uncertainty of rate, scale and shape is integrated
// out, on a grid: above the location within 0.5 % of the integral for shape rates up to 3, 1.5 % for 10, 6 % for 40
// (tail_level_test.cpp).
double tail_level(const TailPeaks& peaks, const TailPrior& prior, double frames, double rate, double confidence);

} // namespace pinhole
