// SPDX-License-Identifier: Apache-2.0
// Alerts that a person says were false, while the calibration goes on.
#include "anomaly/running_run.h"

#include <cmath>
#include <string>

namespace pinhole::testing {
namespace {

pinhole_event closed_anomaly(int64_t first, double score) {
  pinhole_event event = {};
  event.kind = PINHOLE_EVENT_ANOMALY;
  event.reason = PINHOLE_CLOSED_LINGERING;
  event.first = first;
  event.score = score;
  return event;
}

// What a person says was a false alarm raises the threshold over it.
TEST(RunningCalibration, DismissedAlertsRaiseTheThreshold) {
  const pinhole_calibration first = calibrated(simulate(Law::normal, 2000, 11), 100);
  Running run(first);
  run.push_all(simulate(Law::normal, 2000, 100));
  run.intrude();
  run.push_all(simulate(Law::normal, 500, 101));
  run.intrude();
  ASSERT_EQ(run.openings, 2);
  const double highest = 3 * run.alerts.options.threshold;
  const auto dismiss = [&](const pinhole_event& event) {
    return dismiss_alert(event, &run.running, &run.calibration, &run.alerts);
  };
  for (int64_t i = 0; i < 2; ++i)
    ASSERT_TRUE(dismiss(closed_anomaly(i, highest / static_cast<double>(1 + i))).ok());
  EXPECT_EQ(run.calibration.alerts_left_out + static_cast<uint64_t>(run.running.left_out), 0u);
  EXPECT_GE(double{run.calibration.threshold}, highest);
  EXPECT_EQ(run.alerts.options.threshold, static_cast<double>(run.calibration.threshold));
  const pinhole_calibration before = run.calibration;
  EXPECT_EQ(dismiss(closed_anomaly(2, highest)).code, Code::invalid_argument);
  EXPECT_EQ(std::memcmp(&before, &run.calibration, sizeof before), 0);
}

TEST(RunningCalibration, OnlyAnAnomalyThatHasClosedIsDismissedAndOnce) {
  Running run(calibrated(simulate(Law::normal, 2000, 11), 100));
  for (int i = 0; i < 20; ++i) {
    run.push_all(simulate(Law::normal, 500, 100 + static_cast<uint64_t>(i)));
    run.intrude();
  }
  const double score = 3 * run.alerts.options.threshold;
  const pinhole_calibration before = run.calibration;
  const auto refused = [&](const pinhole_event& event, const char* why) {
    const Status status = dismiss_alert(event, &run.running, &run.calibration, &run.alerts);
    EXPECT_EQ(status.code, Code::invalid_argument);
    EXPECT_NE(std::string(status.text).find(why), std::string::npos) << status.text;
  };
  pinhole_event event = closed_anomaly(7, score);
  event.kind = PINHOLE_EVENT_MOVED;
  refused(event, "'moved'");
  event = closed_anomaly(7, score);
  event.open = 1;
  refused(event, "has opened");
  event = closed_anomaly(7, score);
  event.reason = PINHOLE_CLOSED_CAMERA;
  refused(event, "closed the anomaly of frame 7");
  refused(closed_anomaly(7, std::nan("")), "no alert has a score");
  EXPECT_EQ(std::memcmp(&before, &run.calibration, sizeof before), 0);
  for (int64_t i = 0; i < kDismissedKnown + 1; ++i)
    ASSERT_TRUE(dismiss_alert(closed_anomaly(i, score), &run.running, &run.calibration, &run.alerts).ok());
  for (int64_t i = 1; i < kDismissedKnown + 1; ++i)
    refused(closed_anomaly(i, score), "dismissed before");
  ASSERT_TRUE(dismiss_alert(closed_anomaly(0, score), &run.running, &run.calibration, &run.alerts).ok());
}

} // namespace
} // namespace pinhole::testing
