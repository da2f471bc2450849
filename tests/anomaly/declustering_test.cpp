// SPDX-License-Identifier: Apache-2.0
#include "anomaly/declustering.h"
#include "anomaly/peaks.h"
#include "bench/score_laws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace pinhole::testing {
namespace {

ScoreRuns one_run(const std::vector<float>& scores) {
  return {scores.data(), scores.size(), nullptr, 0};
}

// A PeakList and its memory.
struct Peaks {
  explicit Peaks(int32_t capacity) : peak(static_cast<size_t>(capacity)), low(peak.size()) {}
  PeakList list() { return {peak.data(), low.data(), &count, static_cast<int32_t>(peak.size())}; }

  std::vector<float> peak, low;
  int32_t count = 0;
};

// The definition: frames above that have none above in the `gap` frames before, in their run.
int count_alerts(const ScoreRuns& scores, float threshold, size_t gap) {
  int alerts = 0;
  for (size_t run = 0; run < scores.run_count(); ++run)
    for (size_t i = scores.start(run); i < scores.end(run); ++i) {
      const size_t first = i - scores.start(run) > gap ? i - gap : scores.start(run);
      alerts += scores.scores[i] > threshold && std::all_of(scores.scores + first, scores.scores + i,
                                                            [&](float before) { return before <= threshold; });
    }
  return alerts;
}

TEST(Peaks, CountAlertsLikeTheDefinitionAtEveryThreshold) {
  for (const Law law : kLaws)
    for (const int32_t gap : {1, 3, 20}) {
      std::vector<float> scores = simulate(law, 500, 7);
      for (size_t i = 0; i < scores.size(); i += 3)
        scores[i] = std::round(scores[i] * 4) / 4; // ties
      const size_t starts[] = {0, 120, 121, 300};
      const ScoreRuns runs = {scores.data(), scores.size(), starts, 4};
      Peaks peaks(500);
      add_runs(peaks.list(), runs, gap);
      for (const float threshold : scores)
        ASSERT_EQ(alerts_at(peaks.list(), threshold), count_alerts(runs, threshold, static_cast<size_t>(gap)))
            << law_name(law) << " gap " << gap << " threshold " << threshold;
    }
}

TEST(Peaks, AFullListStillCountsExactlyFromItsLastPeakOn) {
  const std::vector<float> scores = simulate(Law::ar1_90, 3000, 8);
  Peaks peaks(20);
  add_runs(peaks.list(), one_run(scores), 5);
  ASSERT_EQ(peaks.count, 20);
  EXPECT_TRUE(std::is_sorted(peaks.peak.begin(), peaks.peak.end(), std::greater<>()));
  for (const float threshold : scores)
    if (threshold >= peaks.peak.back()) {
      ASSERT_EQ(alerts_at(peaks.list(), threshold), count_alerts(one_run(scores), threshold, 5));
    }
}

TEST(Peaks, OneRiseIsOneCluster) {
  const std::vector<float> scores = {0, 1, 2, 5, 4, 0, 0, 0, 3, 0};
  Peaks peaks(8);
  add_runs(peaks.list(), one_run(scores), 2);
  ASSERT_EQ(peaks.count, 2);
  EXPECT_EQ(peaks.peak[0], 5);
  EXPECT_EQ(peaks.peak[1], 3);
  EXPECT_EQ(peaks.low[1], 0);
}

TEST(Peaks, ThresholdForIsTheLeastWithNeverMoreAlertsAbove) {
  const std::vector<float> scores = simulate(Law::ar1_90, 2000, 9);
  Peaks peaks(1000);
  add_runs(peaks.list(), one_run(scores), 10);
  std::vector<float> levels = scores;
  std::sort(levels.begin(), levels.end(), std::greater<>());
  for (const int32_t alerts : {0, 1, 4, 12}) {
    float expected = levels[0]; // walks down until just below a level there are too many
    for (size_t i = 1; i < levels.size() && count_alerts(one_run(scores), levels[i], 10) <= alerts; ++i)
      expected = levels[i];
    EXPECT_EQ(threshold_for(peaks.list(), alerts), expected) << alerts;
  }
}

TEST(Declustering, LevelExceededByIsAnOrderStatistic) {
  std::vector<float> scores = {3, -1, 0, -0.5f, 7, 7, -1e30f, 2e-40f, 5, 3};
  std::vector<float> sorted = scores;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  for (size_t i = 0; i < scores.size(); ++i)
    EXPECT_EQ(level_exceeded_by(one_run(scores), i), sorted[i]);
}

TEST(Declustering, AutocorrelationOfKnownStreams) {
  EXPECT_NEAR(autocorrelation_frames(one_run(simulate(Law::normal, 100000, 1))), 1, 0.05);
  EXPECT_NEAR(autocorrelation_frames(one_run(simulate(Law::student4, 100000, 1))), 1, 0.05);
  EXPECT_NEAR(autocorrelation_frames(one_run(simulate(Law::ar1_90, 100000, 1))), 19, 2); // (1 + 0.9) / (1 - 0.9)
}

TEST(Declustering, RunsAtDifferentLevelsCountAsDependence) {
  std::vector<float> scores = simulate(Law::normal, 400, 3);
  for (size_t i = 200; i < 400; ++i)
    scores[i] += 5;
  const size_t starts[] = {0, 200};
  EXPECT_GT(autocorrelation_frames({scores.data(), scores.size(), starts, 2}), 10);
}

TEST(Declustering, ExtremalIndexOfAMovingMaximum) {
  const std::vector<float> independent = simulate(Law::gamma4, 50000, 4);
  EXPECT_GT(extremal_index(one_run(independent), 9).index, 0.9);
  EXPECT_LE(extremal_index(one_run(independent), 9).gap, 10);
  // The largest of 5 successive independent numbers: high ones come in clusters of exactly 5.
  std::vector<float> moving;
  for (size_t i = 4; i < independent.size(); ++i)
    moving.push_back(*std::max_element(&independent[i - 4], &independent[i] + 1));
  const ExtremalIndex clustered = extremal_index(one_run(moving), 9);
  EXPECT_NEAR(clustered.index, 0.2, 0.04);
  EXPECT_GE(clustered.gap, 1);
}

TEST(Declustering, FewExceedancesTellNothing) {
  const std::vector<float> scores = {0, 9, 0, 0, 9, 0, 0, 0, 9, 0};
  EXPECT_EQ(extremal_index(one_run(scores), 1).index, 1);
  EXPECT_EQ(extremal_index(one_run(scores), 1).gap, 1);
}

} // namespace
} // namespace pinhole::testing
