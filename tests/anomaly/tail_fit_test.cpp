// SPDX-License-Identifier: Apache-2.0
#include "anomaly/poisson.h"
#include "anomaly/tail_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace pinhole::testing {
namespace {

// `count` peaks above 10 at the middles of equal shares of a generalised Pareto law, descending.
std::vector<float> pareto_peaks(int count, double scale, double shape) {
  std::vector<float> peaks;
  for (int i = 0; i < count; ++i) {
    const double share = (i + 0.5) / count;
    const double excess = shape == 0 ? -scale * std::log(share) : scale / shape * (std::pow(share, -shape) - 1);
    peaks.push_back(static_cast<float>(10 + excess));
  }
  return peaks;
}

TailPeaks above_10(const std::vector<float>& peaks) {
  return {peaks.data(), static_cast<int32_t>(peaks.size()), 10};
}

TEST(Poisson, KnownProbabilitiesAndBounds) {
  EXPECT_NEAR(poisson_at_most(2, 3.0), 0.42319008, 1e-8);
  EXPECT_NEAR(poisson_at_most(255, 255.0), 0.51665, 1e-5);
  EXPECT_EQ(poisson_at_most(-1, 3.0), 0);
  EXPECT_EQ(poisson_at_most(5, 1e6), 0);
  EXPECT_EQ(poisson_at_most(200, 1e-3), 1);
  EXPECT_EQ(poisson_at_most(5, std::numeric_limits<double>::infinity()), 0);
  EXPECT_NEAR(poisson_upper_bound(0, 0.95), 2.995732, 1e-6);
  EXPECT_NEAR(poisson_upper_bound(1, 0.95), 4.743865, 1e-6);
  EXPECT_NEAR(poisson_upper_bound(5, 0.95), 10.513035, 1e-6);
}

TEST(TailFit, RecoversKnownScaleAndShape) {
  for (const double shape : {0.1, 0.25, 0.5})
    for (const double scale : {0.01, 3.0}) {
      const std::vector<float> peaks = pareto_peaks(4000, scale, shape);
      const ParetoTail tail = fit_tail(above_10(peaks));
      EXPECT_NEAR(tail.shape, shape, 0.01);
      EXPECT_NEAR(tail.scale / scale, 1, 0.01);
      EXPECT_EQ(tail.location, 10);
    }
}

TEST(TailFit, LighterTailsAreTakenForExponential) {
  std::vector<float> uniform;
  for (int i = 0; i < 100; ++i)
    uniform.push_back(11 - 0.01f * static_cast<float>(i));
  const ParetoTail tail = fit_tail(above_10(uniform));
  EXPECT_EQ(tail.shape, 0);
  EXPECT_NEAR(tail.scale, 0.505, 1e-5); // the mean excess
}

TEST(TailFit, OnePeakIsEnoughForAFit) {
  const std::vector<float> one = {12};
  EXPECT_EQ(fit_tail(above_10(one)).scale, 2);
  const double level = tail_level(above_10(one), {2, 10}, 100, 1e-4, 0.95);
  EXPECT_TRUE(std::isfinite(level));
  EXPECT_GT(level, 12);
}

TEST(TailLevel, LiesAboveTheTrueLevelByAReasonableFactor) {
  // 250 peaks in 25,000 frames: 0.01 clusters a frame above 10. At 1e-6 a frame the true level is 10 + 9.21.
  const std::vector<float> peaks = pareto_peaks(250, 1, 0);
  const double truth = std::log(1e4);
  const double level = tail_level(above_10(peaks), {1.8, 100}, 25000, 1e-6, 0.95) - 10;
  EXPECT_GT(level, truth * 1.05);
  EXPECT_LT(level, truth * 1.35);
}

TEST(TailLevel, RisesWithRarityConfidenceAndBeliefInHeavyTails) {
  const std::vector<float> peaks = pareto_peaks(40, 1, 0);
  const auto level = [&](double rate, double confidence, double shape_rate) {
    return tail_level(above_10(peaks), {1.8, shape_rate}, 1000, rate, confidence);
  };
  EXPECT_LT(level(1e-4, 0.95, 10), level(1e-5, 0.95, 10));
  EXPECT_LT(level(1e-5, 0.8, 10), level(1e-5, 0.95, 10));
  EXPECT_LT(level(1e-5, 0.95, 30), level(1e-5, 0.95, 10));
  EXPECT_LT(level(1e-5, 0.95, 10), level(1e-5, 0.95, 3));
}

TEST(TailLevel, ScalesWithTheScores) {
  std::vector<float> peaks = pareto_peaks(40, 1, 0.2), large;
  for (const float peak : peaks)
    large.push_back(10 + 1024 * (peak - 10));
  const double level = tail_level(above_10(peaks), {1.5, 10}, 1000, 1e-5, 0.95) - 10;
  const double larger = tail_level(above_10(large), {1.5 * 1024, 10}, 1000, 1e-5, 0.95) - 10;
  EXPECT_NEAR(larger / level, 1024, 0.01);
}

} // namespace
} // namespace pinhole::testing
