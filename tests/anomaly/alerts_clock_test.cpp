// SPDX-License-Identifier: Apache-2.0
// Alerts over long times, wrong times and scores at the edge.
#include "anomaly/alert_run.h"

#include <cmath>

namespace pinhole::testing {
namespace {

// As a calibration counts them: what equals the threshold is not above it.
TEST(AlertsClock, AScoreAtTheThresholdOpensNothing) {
  AlertRun run(plain_options());
  run.push_many(20, 1);
  run.push_many(20, 10);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  run.push_many(2, std::nextafter(10.0, 11.0));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
}

TEST(AlertsClock, OneWrongTimeStopsNeitherCoolDownNorBudget) {
  for (const double wrong : {1.7e15, 1.7e308, -1.7e308}) {
    pinhole_alert_options options = plain_options();
    options.cooldown_seconds = 2;
    options.most_alerts = 3;
    options.budget_seconds = 60;
    AlertRun run(options);
    run.push_many(20, 1);
    const double right = run.time;
    run.time = wrong;
    run.push(1);
    run.time = right + run.step;
    for (int i = 0; i < 3; ++i) { // a minute and more between two
      run.push_many(5, 20);
      run.push_many(700, 1);
    }
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 3) << wrong;
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), 0) << wrong;
  }
}

// Frames of two clocks, half a minute apart, in turn; and one wrong time after the other.
TEST(AlertsClock, TimesThatJumpToAndFroFreeNoBudget) {
  for (const double ahead : {30.0, 1e6}) {
    pinhole_alert_options options = plain_options();
    options.most_alerts = 3;
    options.budget_seconds = 3600;
    AlertRun run(options);
    for (int i = 0; i < 6000; ++i) { // ten minutes
      const double right = run.time;
      if (i % 2 == 1)
        run.time += ahead;
      run.push(i % 60 < 3 ? 20 : 1);
      run.time = right + run.step;
    }
    EXPECT_LE(run.alerts.elapsed, 601 + std::fmin(ahead, 3600)) << "a wrong time counts once";
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 3) << ahead;
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), 97) << ahead;
  }
}

TEST(AlertsClock, WithoutScoresAnAlertIsOpenForNoLongerEither) {
  pinhole_alert_options options = plain_options();
  options.longest_seconds = 10;
  AlertRun run(options);
  run.push_many(20, 1);
  run.push_many(5, 20);
  ASSERT_EQ(run.alerts.open, 1);
  run.push_many(98, std::nan(""));
  EXPECT_EQ(run.alerts.open, 0);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].reason, PINHOLE_CLOSED_LONGEST);
}

// The mean of before is of something that is long over.
TEST(AlertsClock, AnAlertThatClosedWithoutScoresDoesNotComeBackByOldOnes) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 3;
  options.longest_seconds = 10;
  AlertRun run(options);
  run.push_many(20, 1);
  run.push_many(10, 50);
  run.push_many(120, std::nan(""));
  run.push_many(20, 1);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  EXPECT_EQ(run.events.size(), 2u);
}

TEST(AlertsClock, CountsOfFramesEndAtTheLargestNumber) {
  pinhole_alert_options options = plain_options();
  options.linger_frames = 0;
  options.longest_seconds = 0;
  options.closing_threshold = 5;
  AlertRun run(options);
  run.push_many(20, 1);
  run.push_many(5, 20);
  run.alerts.lingering = INT32_MAX - 1;
  run.push_many(5, 7); // between the two thresholds
  EXPECT_EQ(run.alerts.open, 1);
  EXPECT_EQ(run.alerts.lingering, INT32_MAX);
}

} // namespace
} // namespace pinhole::testing
