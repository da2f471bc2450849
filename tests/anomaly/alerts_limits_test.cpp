// SPDX-License-Identifier: Apache-2.0
// Where the limits of an alert lie, to the frame and to the last bit.
#include "anomaly/alert_run.h"

#include <cmath>
#include <cstdint>

namespace pinhole::testing {
namespace {

constexpr double kAtClosing = 8, kAtThreshold = 10; // of plain_options()

TEST(AlertsLimits, AScoreAtTheClosingThresholdLasts) {
  pinhole_alert_options options = plain_options();
  options.linger_frames = 0;
  AlertRun run(options);
  run.push_many(2, 12);
  run.push_many(10, kAtClosing);
  EXPECT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.finish()[0].last, 11) << "it is a part of the alert";
}

TEST(AlertsLimits, AScoreAtTheThresholdLingers) {
  pinhole_alert_options options = plain_options();
  options.linger_frames = 5;
  AlertRun run(options);
  run.push_many(2, 12);
  run.push_many(4, kAtThreshold);
  EXPECT_EQ(run.events.size(), 1u);
  run.push(kAtThreshold);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].reason, PINHOLE_CLOSED_LINGERING);
}

TEST(AlertsLimits, TheLongestTimeIsOverWhenItIsReached) {
  pinhole_alert_options options = plain_options();
  options.longest_seconds = 4;
  AlertRun run(options);
  run.step = 0.5; // sums of it are exact
  run.push_many(2, 12);
  run.push_many(7, 12);
  EXPECT_EQ(run.events.size(), 1u);
  run.push(12);
  EXPECT_EQ(run.events.size(), 2u);
}

// What the mean sees first may be a frame that looks normal: the one after a high one.
TEST(AlertsLimits, TheFirstFrameHasItsBoxOnlyByItsOwnScore) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 2;
  options.least_frames = 1;
  AlertRun run(options);
  run.push(30, PINHOLE_CAMERA_CLEAR, {1, 2, 3, 4}); // no mean yet
  const auto given = run.push(1, PINHOLE_CAMERA_CLEAR, {50, 60, 7, 8});
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].box.width, 0);
}

// After one wrong time ahead, time goes on as after the longest of the options' times, whichever that is.
TEST(AlertsLimits, AStepAheadCountsAsTheLongestTimeThatIsRemembered) {
  for (int longest = 0; longest < 3; ++longest) {
    pinhole_alert_options options = plain_options();
    options.budget_seconds = longest == 0 ? 1000 : 10;
    options.cooldown_seconds = longest == 1 ? 1000 : 10;
    options.longest_seconds = longest == 2 ? 1000 : 10;
    AlertRun run(options);
    run.push(1);
    run.time = 1e12;
    run.push(1);
    EXPECT_EQ(run.alerts.elapsed, 1000) << longest;
  }
  pinhole_alert_options options = plain_options();
  options.budget_seconds = 5e9;
  AlertRun run(options);
  run.push(1);
  run.time = 1e12;
  run.push(1);
  EXPECT_EQ(run.alerts.elapsed, 1e9);
}

TEST(AlertsLimits, TheFirstTimeIsNoStep) {
  AlertRun run(plain_options());
  run.time = 1.7e9; // seconds since 1970
  run.push(1);
  EXPECT_EQ(run.alerts.elapsed, 0);
}

TEST(AlertsLimits, TheBudgetIsFreeAgainWhenTheWindowIsOver) {
  pinhole_alert_options options = plain_options();
  options.most_alerts = 1;
  options.budget_seconds = 16;
  AlertRun run(options);
  run.step = 0.5;
  run.push_many(2, 12); // opens at 0.5 seconds
  run.push_many(30, 1);
  run.push_many(2, 12); // at 16.5
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2);
  run.push_many(29, 1);
  run.push_many(2, 12); // half a second too early
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 2);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY, PINHOLE_SUPPRESSED_BY_LIMIT), 1);
}

TEST(AlertsLimits, WhileTheMeanBeginsAnewAnAlertIsOpenForNoLonger) {
  pinhole_alert_options options = plain_options();
  options.smoothing = 3;
  options.longest_seconds = 4;
  AlertRun run(options);
  run.push_many(5, 12);
  ASSERT_EQ(run.alerts.open, 1);
  run.time += 4;
  pinhole_smoothing_start(&run.alerts.smoothing, 3);
  const auto given = run.push(12);
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].reason, PINHOLE_CLOSED_LONGEST);
}

TEST(AlertsLimits, TheEndGivesWhatIsRipeAndBeginsAnew) {
  pinhole_alert_options options = plain_options();
  options.hold_frames = 6;
  options.smoothing = 3;
  AlertRun run(options);
  run.push_many(4, 12, PINHOLE_CAMERA_DECIDING); // two means, least_frames of them
  EXPECT_EQ(run.finish().size(), 2u) << "opened and closed";
  run.push_many(2, 12);
  EXPECT_EQ(run.events.size(), 2u) << "no mean reaches back over the end";
  EXPECT_EQ(run.alerts.smoothing.count, 2);
}

TEST(AlertsLimits, ScoresThatAreNoNumbersAreCountedUnderAnAlertToo) {
  AlertRun run(plain_options());
  run.push_many(3, 12);
  run.push(std::nan(""));
  EXPECT_EQ(pinhole_alerts_skipped(&run.alerts), 1);
}

TEST(AlertsLimits, ADisplacedCamerasScoresRaiseAlerts) {
  AlertRun run(plain_options());
  run.push_many(2, 12, PINHOLE_CAMERA_DISPLACED);
  EXPECT_EQ(run.status.code, PINHOLE_OK) << run.status.text;
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
}

TEST(AlertsLimits, TheMiddleIsBelowTheClosingThreshold) {
  pinhole_alert_options options = plain_options();
  options.low = 7;
  options.middle = kAtClosing;
  options.high = 9;
  pinhole_alerts alerts;
  EXPECT_EQ(pinhole_alerts_start(&alerts, &options).code, PINHOLE_INVALID_ARGUMENT);
  options.middle = std::nextafter(kAtClosing, 0.0);
  EXPECT_EQ(pinhole_alerts_start(&alerts, &options).code, PINHOLE_OK);
  for (double* quantile : {&options.low, &options.high}) {
    const double before = *quantile;
    *quantile = quantile == &options.low ? -HUGE_VAL : HUGE_VAL;
    EXPECT_EQ(pinhole_alerts_start(&alerts, &options).code, PINHOLE_INVALID_ARGUMENT);
    *quantile = before;
  }
}

TEST(AlertsLimits, AUnionOfBoxesHasSidesThatANumberHolds) {
  AlertRun run(plain_options());
  run.push(12, PINHOLE_CAMERA_CLEAR, {-2000000000, -2000000000, 10, 10});
  const auto given = run.push(12, PINHOLE_CAMERA_CLEAR, {2000000000, 2000000000, 10, 10});
  ASSERT_EQ(given.size(), 1u);
  EXPECT_EQ(given[0].box.width, INT32_MAX);
  EXPECT_EQ(given[0].box.height, INT32_MAX);
}

} // namespace
} // namespace pinhole::testing
