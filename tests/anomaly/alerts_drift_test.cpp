// SPDX-License-Identifier: Apache-2.0
// Scores with a known law that changes slowly, or not at all.
#include "anomaly/alert_run.h"

#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

// Normal scores of mean 5 and deviation 0.5: threshold at 8 deviations.
pinhole_alert_options drift_options() {
  pinhole_alert_options options = plain_options();
  options.threshold = 9;
  options.closing_threshold = 8;
  options.low = 5 - 1.2816 * 0.5;
  options.middle = 5;
  options.high = 5 + 1.2816 * 0.5;
  return options;
}

// Autoregressive: correlation `memory` from frame to frame.
class Scores {
public:
  Scores(uint32_t seed, double memory) : random_(seed), memory_(memory) {}
  double next(double mean, double deviation) {
    state_ = memory_ * state_ + std::sqrt(1 - memory_ * memory_) * normal_(random_);
    return mean + deviation * state_;
  }

private:
  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  double memory_, state_ = 0;
};

TEST(Drift, SlowRiseIsRaisedOnceAndIsNoAnomaly) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u, 5u}) {
    AlertRun run(drift_options());
    Scores scores(seed, 0.5);
    for (int i = 0; i < 500; ++i)
      run.push(scores.next(5, 0.5));
    EXPECT_TRUE(run.events.empty());
    for (int i = 0; i < 1500; ++i)
      run.push(scores.next(5 + 4.5 * i / 1500, 0.5)); // to beyond the threshold
    for (int i = 0; i < 1000; ++i)
      run.push(scores.next(9.5, 0.5));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 1);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    EXPECT_LT(run.events[0].last, 1200) << "raised before the scores reach the threshold";
    run.push_many(5, 16);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1) << "an intruder is still seen";
    EXPECT_GT(run.events[1].threshold, 11);
    const auto closed = run.finish();
    EXPECT_EQ(closed.size(), 2u);
  }
}

// Scores that spread reach the threshold long before half of them are beyond what was calibrated.
TEST(Drift, FewAnomaliesWhileItIsOnlyComing) {
  int anomalies = 0, drifts = 0;
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    AlertRun run(drift_options());
    Scores scores(seed, 0.9);
    for (int i = 0; i < 500; ++i)
      run.push(scores.next(5, 0.5));
    for (int i = 0; i < 400 && run.opened(PINHOLE_EVENT_DRIFT) == 0; ++i)
      run.push(scores.next(5 + 3.0 * i / 400, 0.5 + 0.9 * i / 400));
    drifts += run.opened(PINHOLE_EVENT_DRIFT);
    anomalies += run.opened(PINHOLE_EVENT_ANOMALY) > 0;
  }
  EXPECT_GE(drifts, 36);
  EXPECT_LE(anomalies, 5) << "18 with thresholds that wait for the event";
}

TEST(Drift, ClosesWhenTheLawIsBack) {
  AlertRun run(drift_options());
  Scores scores(9, 0.5);
  for (int i = 0; i < 1500; ++i)
    run.push(scores.next(6.5, 0.5));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 1);
  for (int i = 0; i < 1500; ++i)
    run.push(scores.next(5, 0.5));
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].open, 0);
  EXPECT_GT(run.events[1].score, 0.9);
  EXPECT_LT(run.events[1].first, run.events[0].last);
}

// A cloud that comes and goes again and again, and then weather that stays.
TEST(Drift, WhatComesAndGoesIsToldOfOnceUnlessItLastsLonger) {
  AlertRun run(drift_options());
  Scores scores(11, 0.5);
  const auto push = [&](int frames, double mean) {
    for (int i = 0; i < frames; ++i)
      run.push(scores.next(mean, 0.5));
  };
  push(500, 5);
  push(2000, 6.5);
  push(1500, 5);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 1);
  for (int cloud = 0; cloud < 8; ++cloud) {
    push(1800, 6.5);
    EXPECT_TRUE(run.alerts.law.changed) << "the threshold rises all the same";
    push(1500, 5);
    EXPECT_FALSE(run.alerts.law.changed);
  }
  ASSERT_EQ(run.events.size(), 2u) << "opened once, closed once";
  const int64_t came = run.frame;
  push(6000, 6.5);
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_GE(run.events[2].first, came);
  EXPECT_LT(run.events[2].first, came + 150);
  EXPECT_GT(run.events[2].last, came + 2000);
  EXPECT_LT(run.events[2].last, came + 3000);
  push(1500, 5);
  EXPECT_EQ(run.events.size(), 4u);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
}

TEST(Drift, WhatLastsForHoursIsToldOfEachTime) {
  AlertRun run(drift_options());
  run.step = 5;
  Scores scores(12, 0.5);
  for (int day = 0; day < 4; ++day) {
    for (int i = 0; i < 2000; ++i)
      run.push(scores.next(5, 0.5));
    for (int i = 0; i < 2000; ++i)
      run.push(scores.next(6.5, 0.5));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), day + 1);
    EXPECT_EQ(run.alerts.law.longest_passing, 0) << "those were no clouds";
  }
  EXPECT_EQ(run.finish().size(), 1u);
}

TEST(Drift, AClockThatStandsStillHidesNone) {
  AlertRun run(drift_options());
  run.step = 0;
  Scores scores(13, 0.5);
  for (int day = 0; day < 3; ++day) {
    for (int i = 0; i < 1500; ++i)
      run.push(scores.next(5, 0.5));
    for (int i = 0; i < 1500; ++i)
      run.push(scores.next(6.5, 0.5));
  }
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 3);
}

TEST(Drift, FallingScoresAreDriftToo) {
  AlertRun run(drift_options());
  Scores scores(3, 0.5);
  for (int i = 0; i < 1500; ++i)
    run.push(scores.next(4, 0.5));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 1);
  run.push_many(5, 9.1);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1) << "the threshold does not fall";
}

TEST(Drift, SteadyScoresRaiseNothing) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    AlertRun run(drift_options());
    Scores scores(seed, 0.9);
    for (int i = 0; i < 100000; ++i)
      run.push(scores.next(5, 0.5));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 0) << "seed " << seed;
  }
}

TEST(Drift, IntrudersAndTheCameraAreNoDrift) {
  AlertRun run(drift_options());
  Scores scores(5, 0.5);
  for (int i = 0; i < 300; ++i)
    run.push(scores.next(5, 0.5));
  run.push_many(5000, 20);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  run.push_many(5000, 20, PINHOLE_CAMERA_DISTURBED);
  run.push_many(5000, 7, PINHOLE_CAMERA_DECIDING);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 0);
}

TEST(Drift, OffWithoutQuantiles) {
  pinhole_alert_options options = drift_options();
  options.low = options.middle = options.high = 0;
  AlertRun run(options);
  run.push_many(5000, 7);
  EXPECT_TRUE(run.events.empty());
}

} // namespace
} // namespace pinhole::testing
