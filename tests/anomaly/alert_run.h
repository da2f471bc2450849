// SPDX-License-Identifier: Apache-2.0
// Scripted score streams through the alert state machine.
#pragma once

#include "pinhole/alerts.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinhole::testing {

// Frames of 0.1 seconds from frame 0 on.
class AlertRun {
public:
  explicit AlertRun(const pinhole_alert_options& options) {
    status = pinhole_alerts_start(&alerts, &options);
    EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  }

  // One frame; returns what it gave.
  std::vector<pinhole_event> push(double score, int32_t camera = PINHOLE_CAMERA_CLEAR, pinhole_box box = {}) {
    const pinhole_observation seen = {frame++, time, score, box, camera};
    time += step;
    pinhole_events given;
    status = pinhole_alerts_push(&alerts, &seen, &given);
    return keep(given);
  }

  void push_many(int count, double score, int32_t camera = PINHOLE_CAMERA_CLEAR) {
    for (int i = 0; i < count; ++i)
      push(score, camera);
  }

  std::vector<pinhole_event> finish() {
    pinhole_events given;
    pinhole_alerts_finish(&alerts, &given);
    return keep(given);
  }

  // How many of a kind were opened so far.
  int opened(int32_t kind, int32_t suppressed = 0) const {
    int count = 0;
    for (const pinhole_event& event : events)
      count += event.kind == kind && event.open && event.suppressed == suppressed;
    return count;
  }

  pinhole_alerts alerts;
  pinhole_status status = {};
  int64_t frame = 0;
  double time = 0, step = 0.1;
  std::vector<pinhole_event> events;

private:
  std::vector<pinhole_event> keep(const pinhole_events& given) {
    events.insert(events.end(), given.event, given.event + given.count);
    return {given.event, given.event + given.count};
  }
};

// Threshold 10, closes under 8; no smoothing, opens at the second frame, no cool-down.
inline pinhole_alert_options plain_options() {
  pinhole_alert_options options = pinhole_default_alert_options(10);
  options.closing_threshold = 8;
  options.smoothing = 1;
  options.cooldown_seconds = 0;
  return options;
}

} // namespace pinhole::testing
