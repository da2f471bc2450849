// SPDX-License-Identifier: Apache-2.0
// The camera's events and the alerts allocate nothing, from the first frame on and while events come and go.
#include "anomaly/camera_run.h"
#include "engine/allocation_trap.h"

namespace pinhole::testing {
namespace {

TEST(no_alloc, CameraAndAlerts) {
  CameraScene scene(96, 72, 1, 4);
  Moment covered;
  covered.cover = 1;
  std::vector<std::vector<uint8_t>> pictures;
  for (int i = 0; i < 40; ++i) {
    const pinhole_frame frame = scene.draw(i < 30 ? Moment() : covered);
    const auto* pixels = static_cast<const uint8_t*>(frame.plane[0]);
    pictures.emplace_back(pixels, pixels + 96 * 72);
  }
  static pinhole_camera camera;
  static pinhole_alerts alerts;
  pinhole_alert_options alert_options = pinhole_default_alert_options(10);
  alert_options.low = 0.5, alert_options.middle = 1, alert_options.high = 2;
  const pinhole_camera_options options = pinhole_default_camera_options();
  int64_t failures = 0, opened = 0;
  arm_allocation_trap(0);
  failures += pinhole_camera_start(&camera, &options).code + pinhole_alerts_start(&alerts, &alert_options).code;
  for (int64_t i = 0; i < 400; ++i) {
    const bool is_covered = i / 50 % 4 == 3;
    std::vector<uint8_t>& picture = pictures[static_cast<size_t>(is_covered ? 30 + i % 10 : i % 30)];
    pinhole_frame frame = {PINHOLE_GRAY8, 96, 72, {picture.data(), nullptr}, {96, 0}, 0};
    pinhole_events events;
    int32_t state;
    failures += pinhole_camera_push(&camera, &frame, i, 0.04 * static_cast<double>(i), &state, &events).code;
    opened += events.count;
    const pinhole_observation seen = {i, 0.04 * static_cast<double>(i), i / 50 % 4 == 2 ? 20.0 : 1.0, {}, state};
    failures += pinhole_alerts_push(&alerts, &seen, &events).code;
    opened += events.count;
  }
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(failures, 0);
  EXPECT_GE(opened, 6) << "two covers and two intruders came, and most went";
  std::printf("pinhole_camera %zu bytes, pinhole_alerts %zu bytes\n", sizeof camera, sizeof alerts);
}

} // namespace
} // namespace pinhole::testing
