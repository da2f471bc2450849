// SPDX-License-Identifier: Apache-2.0
#include "anomaly/tail_fit.h"

#include "anomaly/poisson.h"

#include <cfloat>
#include <cmath>

namespace pinhole {

namespace {

// --- Maximum likelihood ----------------------------------------------------------------------------------------------

double mean_excess(const TailPeaks& peaks) {
  double sum = 0;
  for (int32_t i = 0; i < peaks.count; ++i)
    sum += peaks.peak[i] - peaks.location;
  return sum / peaks.count;
}

// Of log(1 + steepness y); the shape of the largest likelihood when steepness = shape / scale is given (Grimshaw 1993).
double shape_for(const TailPeaks& peaks, double steepness) {
  double sum = 0;
  for (int32_t i = 0; i < peaks.count; ++i)
    sum += std::log(1 + steepness * (peaks.peak[i] - peaks.location));
  return sum / peaks.count;
}

// Per peak, with the best shape for this steepness above 0.
double profile_log_likelihood(const TailPeaks& peaks, double steepness) {
  const double shape = shape_for(peaks, steepness);
  return -std::log(shape / steepness) - shape - 1;
}

// --- The bound -------------------------------------------------------------------------------------------------------

constexpr int32_t kShapes = 33, kScales = 32;

// The weight that data and prior give to tails on a grid of shapes (0 to 1) and, for each, of scales.
struct TailWeights {
  double scale[kShapes]; // the lowest of each shape; the others follow by `ratio`
  double ratio;
  double weight[kShapes][kScales]; // sums up to 1
};

double grid_shape(int32_t index) {
  return static_cast<double>(index) / (kShapes - 1);
}

// log P(peak > location + excess).
double log_survival(double excess, double scale, double shape) {
  return shape > 0 ? -std::log(1 + shape * excess / scale) / shape : -excess / scale;
}

// Sum of log P(peak > ...): one logarithm for many peaks, as the grid asks for it a thousand times.
double sum_log_survival(const TailPeaks& peaks, double scale, double shape) {
  if (shape == 0)
    return -peaks.count * mean_excess(peaks) / scale;
  constexpr double kLarge = 1e150; // times one more factor, at most 1e90, is still finite
  double sum = 0, product = 1;
  for (int32_t i = 0; i < peaks.count; ++i) {
    product *= 1 + shape / scale * (peaks.peak[i] - peaks.location);
    if (product > kLarge) {
      sum += std::log(product);
      product = 1;
    }
  }
  return -(sum + std::log(product)) / shape;
}

double log_likelihood(const TailPeaks& peaks, double scale, double shape) {
  return (1 + shape) * sum_log_survival(peaks, scale, shape) - peaks.count * std::log(scale);
}

// Minus the log of the prior of the shape: distance from the exponential tail is penalised at a constant rate (Opitz,
// Huser, Bakka and Rue 2018). Without it a few peaks would allow any shape, and every level would be out of reach.
double shape_penalty(double shape, double rate) {
  const double rest = 1 - shape;
  if (rest <= 0)
    return HUGE_VAL;
  return rate * std::sqrt(2.0) * shape / std::sqrt(rest) - std::log((1 - shape / 2) / (rest * std::sqrt(rest)));
}

// Minus the log of the prior of the scale. Tails begin at about half a standard deviation per factor of e, give or take
// a factor of e; matters where there are few peaks.
double scale_penalty(double scale, double spread) {
  const double distance = std::log(scale / (0.55 * spread)) / 0.5;
  return 0.5 * distance * distance;
}

void weigh_tails(const TailPeaks& peaks, const TailPrior& prior, TailWeights* tails) {
  const double median = peaks.peak[peaks.count / 2] - peaks.location;
  const double half_width = 8 / std::sqrt(static_cast<double>(peaks.count));
  tails->ratio = std::exp(2 * half_width / (kScales - 1));
  double highest = -HUGE_VAL, sum = 0;
  for (int32_t i = 0; i < kShapes; ++i) {
    const double shape = grid_shape(i);
    const double per_scale = shape > 0 ? (std::exp2(shape) - 1) / shape : std::log(2.0); // median / scale
    double scale = tails->scale[i] = median / per_scale * std::exp(-half_width);
    for (int32_t j = 0; j < kScales; ++j, scale *= tails->ratio) {
      double& value = tails->weight[i][j];
      value = log_likelihood(peaks, scale, shape) - shape_penalty(shape, prior.shape_rate) -
              scale_penalty(scale, prior.spread);
      highest = value > highest ? value : highest;
    }
  }
  for (int32_t i = 0; i < kShapes; ++i)
    for (double& value : tails->weight[i])
      sum += value = std::exp(value - highest) * (i == 0 ? 0.5 : 1.0);
  for (auto& row : tails->weight)
    for (double& value : row)
      value /= sum;
}

// The probability that clusters above location + excess come more often than `rate` per frame.
double exceeding_probability(const TailWeights& tails, int32_t count, double frames, double rate, double excess) {
  constexpr double kNegligible = 1e-7;
  double sum = 0;
  for (int32_t i = 0; i < kShapes; ++i) {
    double scale = tails.scale[i];
    for (int32_t j = 0; j < kScales; ++j, scale *= tails.ratio) {
      if (tails.weight[i][j] < kNegligible)
        continue;
      // The rate above the location has a gamma posterior, so it is a Poisson count that is asked for.
      const double needed = frames * rate * std::exp(-log_survival(excess, scale, grid_shape(i)));
      sum += tails.weight[i][j] * poisson_at_most(count, needed);
    }
  }
  return sum;
}

} // namespace

ParetoTail fit_tail(const TailPeaks& peaks) {
  const double mean = mean_excess(peaks);
  ParetoTail best = {peaks.location, mean, 0};
  double likelihood = -std::log(mean) - 1;
  // The profile has one maximum in log steepness where it beats the exponential; a grid from a thousandth of the mean's
  // inverse to a thousandfold finds it, thirds refine it.
  constexpr double kStep = 1.5;
  constexpr int kSteps = 34;
  double around = 0, steepness = 1e-3 / mean;
  for (int step = 0; step <= kSteps; ++step, steepness *= kStep) {
    const double value = profile_log_likelihood(peaks, steepness);
    if (value > likelihood) {
      likelihood = value;
      around = steepness;
    }
  }
  if (around == 0)
    return best;
  double low = around / kStep, high = around * kStep;
  for (int step = 0; step < 60; ++step) {
    const double third = (high - low) / 3;
    if (profile_log_likelihood(peaks, low + third) < profile_log_likelihood(peaks, high - third))
      low += third;
    else
      high -= third;
  }
  const double shape = shape_for(peaks, low);
  best.shape = shape < 1 ? shape : 1;
  best.scale = best.shape / low;
  return best;
}

double tail_level(const TailPeaks& peaks, const TailPrior& prior, double frames, double rate, double confidence) {
  TailWeights tails;
  weigh_tails(peaks, prior, &tails);
  const auto too_often = [&](double excess) {
    return exceeding_probability(tails, peaks.count, frames, rate, excess) > 1 - confidence;
  };
  double low = 0, high = mean_excess(peaks);
  while (high < FLT_MAX && too_often(high)) {
    low = high;
    high *= 2;
  }
  for (int step = 0; step < 32; ++step) { // finer than a float
    const double middle = 0.5 * (low + high);
    (too_often(middle) ? low : high) = middle;
  }
  return peaks.location + high;
}

} // namespace pinhole
