// SPDX-License-Identifier: Apache-2.0
// One cluster of frames above the threshold is one alert: what a calibration promises is what the alerts keep.
#include "anomaly/alert_run.h"
#include "anomaly/running_run.h"

#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

TEST(AlertClusters, OneRaisesOneAlertAndWhatFollowsInItIsInTheLog) {
  pinhole_alert_options options = plain_options();
  options.cluster_frames = 15;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(5, 1); // closes at frame 6
  run.push_many(5, 12);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[2].open, 1);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_SUPPRESSED_BY_CLUSTER);
  run.push_many(14, 1);
  run.push_many(5, 12); // frame 29 is the fifteenth after frame 14
  run.push_many(15, 1);
  EXPECT_EQ(run.events.size(), 3u);
  run.push(1);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[3].open, 0);
  EXPECT_EQ(run.events[3].suppressed, PINHOLE_SUPPRESSED_BY_CLUSTER);
  EXPECT_EQ(run.events[3].reason, PINHOLE_CLOSED_OVER);
  EXPECT_EQ(run.events[3].first, 10);
  EXPECT_EQ(run.events[3].last, 33);
  run.push_many(2, 12);
  ASSERT_EQ(run.events.size(), 5u);
  EXPECT_EQ(run.events[4].suppressed, PINHOLE_NOT_SUPPRESSED);
}

TEST(AlertClusters, OneThatOutlastsTheCoolDownOpensOnce) {
  pinhole_alert_options options = plain_options();
  options.cooldown_seconds = 3;
  options.cluster_frames = 10;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(15, 1); // closes at frame 6, cool until 3.6 seconds
  for (int i = 0; i < 10; ++i) {
    run.push_many(2, 12);
    run.push_many(2, 1);
  }
  run.push_many(20, 1);
  ASSERT_EQ(run.events.size(), 6u);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_NOT_SUPPRESSED);
  EXPECT_EQ(run.events[2].first, 20);
  EXPECT_NEAR(run.events[2].time, 3.6, 0.11);
  EXPECT_EQ(run.events[4].suppressed, PINHOLE_SUPPRESSED_BY_CLUSTER);
  EXPECT_EQ(run.events[5].last, 57);
}

TEST(AlertClusters, OneWithinTheCoolDownIsInTheLogOnce) {
  pinhole_alert_options options = plain_options();
  options.cooldown_seconds = 5;
  options.cluster_frames = 10;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(15, 1);
  for (int i = 0; i < 3; ++i) {
    run.push_many(2, 12);
    run.push_many(2, 1);
  }
  run.push_many(9, 1);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_EQ(run.events[3].open, 0);
  EXPECT_EQ(run.events[3].first, 20);
  EXPECT_EQ(run.events[3].last, 29);
}

TEST(AlertClusters, WhatIsStillThereAfterTheLongestTimeIsToldOfAgain) {
  pinhole_alert_options options = plain_options();
  options.longest_seconds = 6;
  options.cluster_frames = 20;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(5, 1);
  run.push_many(100, 12);
  ASSERT_EQ(run.events.size(), 5u);
  EXPECT_EQ(run.events[2].suppressed, PINHOLE_SUPPRESSED_BY_CLUSTER);
  EXPECT_EQ(run.events[3].reason, PINHOLE_CLOSED_LONGEST);
  EXPECT_EQ(run.events[4].suppressed, PINHOLE_NOT_SUPPRESSED);
  EXPECT_NEAR(run.events[4].time - run.events[3].time, 0.2, 0.01);
}

// Nothing is known of what was meanwhile.
TEST(AlertClusters, NoneGoesOnOverADisturbedCameraOrMissingFrames) {
  for (const bool disturbed : {false, true}) {
    pinhole_alert_options options = plain_options();
    options.cluster_frames = 20;
    AlertRun run(options);
    run.push_many(5, 12);
    run.push_many(5, 1);
    if (disturbed)
      run.push(1, PINHOLE_CAMERA_DISTURBED);
    else
      run.frame += 20;
    run.push_many(2, 12);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2) << disturbed;
  }
}

TEST(AlertClusters, WhatIsRipeInACoolDownIsInTheLogThoughTheCameraIsDisturbedThen) {
  pinhole_alert_options options = plain_options();
  options.cooldown_seconds = 80;
  AlertRun run(options);
  run.push_many(5, 12);
  run.push_many(5, 1);
  run.push_many(700, 12);
  run.push(12, PINHOLE_CAMERA_DISTURBED);
  ASSERT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.events[3].suppressed, PINHOLE_SUPPRESSED_BY_COOLDOWN);
  EXPECT_EQ(run.events[3].reason, PINHOLE_CLOSED_CAMERA);
}

// By that score an alert is dismissed, so that the same again raises none.
TEST(AlertClusters, TheScoreIsTheHighestMeanAlsoOfFramesThatLookNormal) {
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

TEST(AlertClusters, HysteresisHoldsForAnAlertThatHadToWait) {
  pinhole_alert_options options = plain_options();
  options.hold_frames = 6;
  AlertRun run(options);
  run.push_many(4, 12, PINHOLE_CAMERA_DECIDING);
  run.push(9);
  EXPECT_EQ(run.events.size(), 1u) << "it has opened, and lasts while the score is at least 8";
  run.push_many(2, 12);
  EXPECT_EQ(run.events.size(), 1u);
}

TEST(AlertClusters, FramesInARowAreNoneOverAGap) {
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

TEST(AlertClusters, NoMoreAlertsAreGivenThanTheCalibrationCounts) {
  for (const double slowness : {0.9, 0.99, 0.999}) {
    const pinhole_calibration calibration = calibrated(slow_and_quick(slowness, 20000, 1), 2000, 3);
    const Kept kept = alerts_and_clusters(slow_and_quick(slowness, 200000, 2), calibration);
    EXPECT_GT(kept.clusters, 10) << slowness;
    EXPECT_LE(kept.given, kept.clusters) << slowness;
    EXPECT_GT(kept.given, kept.clusters / 3) << slowness;
  }
}

TEST(AlertClusters, AnHourOfFlutterIsOneAlert) {
  const pinhole_calibration calibration = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  std::vector<float> scores(100, calibration.quantile_50);
  for (int i = 0; i < 45000; ++i) // 12.5 frames a second
    scores.push_back(i % 14 < 7 ? 3 * calibration.threshold : calibration.quantile_50);
  const Kept kept = alerts_and_clusters(scores, calibration);
  EXPECT_EQ(kept.clusters, 1);
  EXPECT_EQ(kept.given, 1);
}

// Else a minute of something that blinks would take away what days of calibrating gave.
TEST(AlertClusters, OneClusterCountsAsOneAlertThatWasLeftOut) {
  const pinhole_calibration first = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  Running run(first, 2048);
  run.push_all(simulate(Law::ar1_90, 4000, 2));
  const int before = run.running.left_out + static_cast<int>(run.calibration.alerts_left_out);
  for (int i = 0; i < 720; ++i)
    run.push(i % 10 < 4 ? 3 * run.alerts.options.threshold : 0);
  EXPECT_EQ(run.running.left_out + static_cast<int>(run.calibration.alerts_left_out), before + 1);
}

TEST(AlertClusters, TheRuleIsTheCalibrationsAndTheOptions) {
  pinhole_calibration calibration = calibrated(simulate(Law::ar1_90, 20000, 1), 100, 3);
  calibration.run_length = 500;
  pinhole_alert_options rule = alert_rule(calibration, 7, 60);
  EXPECT_EQ(rule.cooldown_seconds, 500 / kFramesPerSecond);
  EXPECT_EQ(rule.linger_frames, 500);
  EXPECT_EQ(rule.cluster_frames, 500);
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
TEST(AlertClusters, WhatWasLeftOutMetTheThresholdOfItsTime) {
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
