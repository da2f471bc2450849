// SPDX-License-Identifier: Apache-2.0
// The extrapolated level against the same integral in plain loops: a finer and wider grid, densities as they are
// printed.
#include "anomaly/tail_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace pinhole::testing {
namespace {

// Log of the penalised-complexity prior of the shape (Opitz, Huser, Bakka and Rue 2018).
double log_shape_density(double shape, double rate) {
  const double root = std::sqrt(1 - shape);
  return -std::sqrt(2.0) * rate * shape / root + std::log((1 - shape / 2) / ((1 - shape) * root));
}

// Normal in the log of the scale: 0.55 of the spread, give or take half a factor of e.
double log_scale_density(double scale, double spread) {
  const double distance = (std::log(scale) - std::log(0.55 * spread)) / 0.5;
  return -0.5 * distance * distance;
}

double log_survival(double excess, double scale, double shape) {
  return -std::log(1 + shape * excess / scale) / shape;
}

double poisson_at_most(int count, double mean) {
  if (mean > 1e4)
    return 0; // far beyond all counts here
  double sum = 0;
  for (int k = 0; k <= count; ++k)
    sum += std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
  return sum;
}

struct Tail {
  double shape, scale, weight;
};

std::vector<Tail> posterior(const TailPeaks& peaks, const TailPrior& prior) {
  constexpr int kShapes = 100, kScales = 100;
  std::vector<Tail> tails;
  double highest = -HUGE_VAL, sum = 0;
  for (int i = 0; i < kShapes; ++i)
    for (int j = 0; j < kScales; ++j) {
      const double shape = (i + 0.5) / kShapes;
      const double scale = prior.spread * std::exp(10 * ((j + 0.5) / kScales - 0.5));
      double log_weight = log_shape_density(shape, prior.shape_rate) + log_scale_density(scale, prior.spread);
      for (int32_t k = 0; k < peaks.count; ++k)
        log_weight += (1 + shape) * log_survival(static_cast<double>(peaks.peak[k]) - peaks.location, scale, shape) -
                      std::log(scale);
      highest = std::fmax(highest, log_weight);
      tails.push_back({shape, scale, log_weight});
    }
  for (Tail& tail : tails)
    sum += tail.weight = std::exp(tail.weight - highest);
  for (Tail& tail : tails)
    tail.weight /= sum;
  return tails;
}

double reference_level(const TailPeaks& peaks, const TailPrior& prior, double frames, double rate, double confidence) {
  const std::vector<Tail> tails = posterior(peaks, prior);
  double low = 0, high = 1e6;
  for (int step = 0; step < 40; ++step) {
    const double excess = 0.5 * (low + high);
    double too_often = 0;
    for (const Tail& tail : tails)
      if (tail.weight > 1e-12)
        too_often +=
            tail.weight *
            poisson_at_most(peaks.count, frames * rate / std::exp(log_survival(excess, tail.scale, tail.shape)));
    (too_often > 1 - confidence ? low : high) = excess;
  }
  return peaks.location + high;
}

TEST(TailLevel, IsTheIntegralInPlainLoops) {
  std::mt19937 random(3);
  std::exponential_distribution<double> excess(1);
  for (const int count : {1, 5, 30})
    for (const double shape_rate : {1.0, 3.0, 10.0}) {
      std::vector<float> peaks;
      for (int i = 0; i < count; ++i)
        peaks.push_back(static_cast<float>(10 + 0.7 * excess(random)));
      std::sort(peaks.rbegin(), peaks.rend());
      const TailPeaks above = {peaks.data(), count, 10};
      const TailPrior prior = {1.1, shape_rate};
      for (const double confidence : {0.8, 0.95}) {
        const double level = tail_level(above, prior, 2000, 1e-6, confidence) - 10;
        const double wanted = reference_level(above, prior, 2000, 1e-6, confidence) - 10;
        // A sharper prior sees more of the library's grid.
        EXPECT_NEAR(level, wanted, (shape_rate < 10 ? 0.006 : 0.016) * wanted)
            << count << " peaks, shape rate " << shape_rate << ", confidence " << confidence;
      }
    }
}

} // namespace
} // namespace pinhole::testing
