// SPDX-License-Identifier: Apache-2.0
// A simulated scene before the camera's own events and the alerts, as a program runs them.
#pragma once

#include "anomaly/camera_scene.h"
#include "pinhole/alerts.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinhole::testing {

// Frames of 0.04 seconds. The score stands for a model's: 1, or 20 where the caller says that the frame looks odd.
class CameraRun {
public:
  explicit CameraRun(CameraScene* scene, pinhole_camera_options options = pinhole_default_camera_options())
      : scene_(scene) {
    EXPECT_EQ(pinhole_camera_start(&camera, &options).code, PINHOLE_OK);
    pinhole_alert_options alert_options = pinhole_default_alert_options(10);
    EXPECT_EQ(pinhole_alerts_start(&alerts, &alert_options).code, PINHOLE_OK);
  }

  void push(const pinhole_frame& frame, bool odd = false) {
    pinhole_events given;
    const pinhole_status status = pinhole_camera_push(&camera, &frame, number, time, &state, &given);
    EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
    keep(given);
    const pinhole_observation seen = {number, time, odd ? 20.0 : 1.0, {0, 0, 10, 10}, state};
    EXPECT_EQ(pinhole_alerts_push(&alerts, &seen, &given).code, PINHOLE_OK);
    keep(given);
    ++number;
    time += 0.04;
  }
  void push(const Moment& moment, bool odd = false) { push(scene_->draw(moment), odd); }
  void push_many(int count, const Moment& moment, bool odd = false) {
    for (int i = 0; i < count; ++i)
      push(moment, odd);
  }
  void finish() {
    pinhole_events given;
    pinhole_camera_finish(&camera, &given);
    keep(given);
    pinhole_alerts_finish(&alerts, &given);
    keep(given);
  }

  int opened(int32_t kind) const {
    int count = 0;
    for (const pinhole_event& event : events)
      count += event.kind == kind && event.open;
    return count;
  }

  pinhole_camera camera;
  pinhole_alerts alerts;
  int64_t number = 0;
  double time = 0;
  int32_t state = PINHOLE_CAMERA_CLEAR;
  std::vector<pinhole_event> events;

private:
  void keep(const pinhole_events& given) { events.insert(events.end(), given.event, given.event + given.count); }

  CameraScene* scene_;
};

} // namespace pinhole::testing
