// SPDX-License-Identifier: Apache-2.0
// A cluster of frames above the threshold is one alert: what a calibration promises is what the alerts keep.
#include "anomaly/alert_run.h"
#include "anomaly/running_run.h"

#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

// Threshold 10; an alert that has closed at frame 6.
AlertRun after_an_alert(double cooldown_seconds) {
  pinhole_alert_options options = plain_options();
  options.cooldown_seconds = cooldown_seconds;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(5, 1);
  EXPECT_EQ(run.events.size(), 2u);
  return run;
}

TEST(AlertsCooldown, WhatComesInTheCoolDownAndStaysOpensThen) {
  AlertRun run = after_an_alert(3); // cool until 3.6 seconds
  run.push_many(10, 1);
  run.push_many(20, 12);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_NOT_SUPPRESSED);
  EXPECT_EQ(run.events[2].first, 20);
  EXPECT_NEAR(run.events[2].time, 3.6, 0.11);
}

TEST(AlertsCooldown, WhatComesAndGoesInTheCoolDownIsInTheLog) {
  AlertRun run = after_an_alert(3);
  run.push_many(5, 12);
  run.push_many(20, 1);
  EXPECT_EQ(run.events.size(), 2u) << "it may come back";
  run.push_many(2, 1);
  ASSERT_EQ(run.events.size(), 4u);
  for (size_t i : {2, 3}) {
    EXPECT_EQ(run.events[i].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
    EXPECT_EQ(run.events[i].open, i == 2);
    EXPECT_EQ(run.events[i].reason, PINHOLE_CLOSED_OVER);
    EXPECT_EQ(run.events[i].first, 10);
    EXPECT_EQ(run.events[i].last, 14);
    EXPECT_NEAR(run.events[i].time, 3.6, 0.11);
  }
  run.push_many(2, 12);
  ASSERT_EQ(run.events.size(), 5u) << "and is no reason for another cool-down";
  EXPECT_EQ(run.events[4].suppressed, PINHOLE_NOT_SUPPRESSED);
}

TEST(AlertsCooldown, WhatComesAgainBeginsTheCoolDownAnewAndIsOneInTheLog) {
  AlertRun run = after_an_alert(3);
  for (int i = 0; i < 10; ++i) {
    run.push_many(3, 12);
    run.push_many(5, 1);
  }
  EXPECT_EQ(run.events.size(), 2u);
  run.push_many(24, 1);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[3].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_EQ(run.events[3].first, 10);
  EXPECT_EQ(run.events[3].last, 84);
  EXPECT_NEAR(run.events[3].time, 8.2 + 3, 0.11) << "since it came last";
}

TEST(AlertsCooldown, WhatComesAgainAndStaysOpens) {
  AlertRun run = after_an_alert(3);
  run.push_many(3, 12);
  run.push_many(5, 1);
  run.push_many(32, 12); // from 1.8 seconds on
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_NOT_SUPPRESSED);
  EXPECT_NEAR(run.events[2].time, 4.8, 0.11);
}

// Between the thresholds it has not come again.
TEST(AlertsCooldown, WhatHasGoneComesAgainAboveTheThresholdAlone) {
  AlertRun run = after_an_alert(3);
  run.push_many(3, 12);
  run.push_many(5, 1);
  run.push_many(30, 9);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[3].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_NEAR(run.events[3].time, 3.6, 0.11);
}

TEST(AlertsCooldown, WhatWaitsAtTheEndIsInTheLog) {
  AlertRun run = after_an_alert(3);
  run.push_many(3, 12);
  const auto given = run.finish();
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[1].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_EQ(given[1].reason, PINHOLE_CLOSED_END);
}

TEST(AlertsCooldown, WhatWaitsIsInTheLogThoughTheCameraIsDisturbedThen) {
  AlertRun run = after_an_alert(80);
  run.push_many(700, 12);
  run.push(12, PINHOLE_CAMERA_DISTURBED);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[3].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_EQ(run.events[3].reason, PINHOLE_CLOSED_CAMERA);
}

// By that score an alert is dismissed, so that the same again raises none.
TEST(AlertsCooldown, TheScoreIsTheHighestMeanAlsoOfFramesThatLookNormal) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 3;
  AlertRun run(options);
  for (const double score : {1.0, 1.0, 1.0, 100.0, 7.0, 7.5, 1.0, 1.0, 1.0, 1.0})
    run.push(score);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_NEAR(run.events[1].score, (100 + 7 + 7.5) / 3, 1e-12);
  EXPECT_EQ(run.events[1].peak, 3) << "the frame that shows it";
  EXPECT_EQ(run.events[1].last, 3);
}

TEST(AlertsCooldown, HysteresisHoldsForAnAlertThatHadToWait) {
  pinhole_alert_options options = plain_options();
  options.hold_frames = 6;
  AlertRun run(options);
  run.push_many(4, 12, PINHOLE_CAMERA_DECIDING);
  run.push(9);
  EXPECT_EQ(run.events.size(), 1u) << "it has opened, and lasts while the score is at least 8";
  run.push_many(2, 12);
  EXPECT_EQ(run.events.size(), 1u);
}

TEST(AlertsCooldown, FramesInARowAreNoneOverAGap) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 2;
  AlertRun run(options);
  run.push_many(2, 1);
  run.push(30); // above once
  pinhole_smoothing_start(&run.alerts.smoothing, 2);
  run.push_many(2, 12); // the first mean of the new run is above
  EXPECT_TRUE(run.events.empty());
  run.push(12);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].first, 4);
}

// By the definition in calibration.h, of the means that the alerts see.
int clusters_above(const std::vector<float>& scores, const pinhole_calibration& calibration) {
  pinhole_smoothing smoothing;
  pinhole_smoothing_start(&smoothing, calibration.origin.smoothing);
  int clusters = 0;
  int64_t latest = -1;
  for (size_t i = 0; i < scores.size(); ++i) {
    double mean = 0;
    if (!pinhole_smooth(&smoothing, static_cast<double>(scores[i]), &mean) || mean <= double{calibration.threshold})
      continue;
    const auto frame = static_cast<int64_t>(i);
    clusters += latest < 0 || frame - latest > calibration.run_length;
    latest = frame;
  }
  return clusters;
}

struct Kept {
  int given, clusters;
};

Kept alerts_and_clusters(const std::vector<float>& scores, const pinhole_calibration& calibration) {
  const pinhole_alert_options rule = alert_rule(calibration, 0, 3600);
  AlertRun run(rule);
  run.step = 1 / calibration.frames_per_second;
  for (const float score : scores)
    run.push(static_cast<double>(score));
  return {run.opened(PINHOLE_EVENT_ANOMALY), clusters_above(scores, calibration)};
}

// A slow change under a quick one: each crossing of the threshold flutters.
std::vector<float> slow_and_quick(double slowness, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<float> scores(count);
  double slow = normal(random);
  for (float& score : scores) {
    slow = slowness * slow + std::sqrt(1 - slowness * slowness) * normal(random);
    score = static_cast<float>(10 + slow + 0.5 * normal(random));
  }
  return scores;
}

TEST(AlertsCooldown, HardlyMoreAlertsAreGivenThanTheCalibrationCounts) {
  for (const double slowness : {0.9, 0.99, 0.999}) {
    const pinhole_calibration calibration = calibrated(slow_and_quick(slowness, 20000, 1), 2000, 3);
    const Kept kept = alerts_and_clusters(slow_and_quick(slowness, 200000, 2), calibration);
    EXPECT_GT(kept.clusters, 10) << slowness;
    EXPECT_LE(kept.given, 1.3 * kept.clusters) << slowness; // what stays above for a run length opens again
    EXPECT_LE(kept.given, 2000 / kFramesPerDay * 200000) << "the promise, " << slowness;
    EXPECT_GT(kept.given, kept.clusters / 3) << slowness;
  }
}

TEST(AlertsCooldown, AnHourOfFlutterIsOneAlert) {
  const pinhole_calibration calibration = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  std::vector<float> scores(100, calibration.quantile_50);
  for (int i = 0; i < 45000; ++i) // 12.5 frames a second
    scores.push_back(i % 14 < 7 ? 3 * calibration.threshold : calibration.quantile_50);
  const Kept kept = alerts_and_clusters(scores, calibration);
  EXPECT_EQ(kept.clusters, 1);
  EXPECT_EQ(kept.given, 1);
}

// Else a minute of something that blinks would take away what days of calibrating gave.
TEST(AlertsCooldown, OneClusterCountsAsOneAlertThatWasLeftOut) {
  const pinhole_calibration first = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  Running run(first, 2048);
  run.push_all(simulate(Law::ar1_90, 4000, 2));
  const int before = run.running.left_out + static_cast<int>(run.calibration.alerts_left_out);
  for (int i = 0; i < 720; ++i)
    run.push(i % 10 < 4 ? 3 * run.alerts.options.threshold : 0);
  EXPECT_EQ(run.running.left_out + static_cast<int>(run.calibration.alerts_left_out), before + 1);
}

TEST(AlertsCooldown, TheRuleIsTheCalibrationsAndTheOptions) {
  pinhole_calibration calibration = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  calibration.run_length = 500;
  pinhole_alert_options rule = alert_rule(calibration, 7, 60);
  EXPECT_EQ(rule.cooldown_seconds, 500 / kFramesPerSecond);
  EXPECT_EQ(rule.linger_frames, 500);
  EXPECT_EQ(rule.most_alerts, 7);
  EXPECT_EQ(rule.longest_seconds, 60);
  EXPECT_EQ(rule.smoothing, 3);
  EXPECT_EQ(rule.threshold, double{calibration.threshold});
  EXPECT_EQ(rule.closing_threshold, (double{calibration.threshold} + double{calibration.quantile_50}) / 2);
  EXPECT_EQ(rule.low, double{calibration.quantile_10});
  EXPECT_EQ(rule.high, double{calibration.quantile_90});
  calibration.run_length = 1;
  rule = alert_rule(calibration, 0, 0);
  EXPECT_EQ(rule.cooldown_seconds, 2);
  EXPECT_EQ(rule.linger_frames, 13) << "a second of them";
}

// At what height an alert was left out is known by the threshold that it met, not by one asked for later.
TEST(AlertsCooldown, WhatWasLeftOutMetTheThresholdOfItsTime) {
  Running run(calibrated(simulate(Law::normal, 1000, 1), 20000));
  run.push_all(simulate(Law::normal, 200, 2));
  const float met = run.calibration.threshold;
  run.intrude();
  ASSERT_GT(run.running.left_out, 0);
  ASSERT_TRUE(ask_for_rate(0.01, &run.running, &run.calibration, &run.alerts).ok());
  EXPECT_GT(run.calibration.threshold, met);
  EXPECT_EQ(run.calibration.left_out_threshold, met);
  EXPECT_EQ(run.running.left_out, 0);
  EXPECT_EQ(run.alerts.options.threshold, double{run.calibration.threshold}) << "the alerts follow";
}

} // namespace
} // namespace pinhole::testing
