// SPDX-License-Identifier: Apache-2.0
// A camera that hangs while a recorder's clock runs on in its picture.
#include "anomaly/camera_run.h"

#include <algorithm>

namespace pinhole::testing {
namespace {

constexpr int32_t kWidth = 160, kHeight = 120;

pinhole_frame gray(std::vector<uint8_t>* pixels) {
  pinhole_frame frame = {};
  frame.format = PINHOLE_GRAY8;
  frame.width = kWidth;
  frame.height = kHeight;
  frame.plane[0] = pixels->data();
  frame.pitch[0] = kWidth;
  return frame;
}

// The rows [5, 13) of columns [90, 150).
void draw_clock(uint8_t level, std::vector<uint8_t>* pixels) {
  for (int32_t y = 5; y < 13; ++y)
    std::fill_n(pixels->begin() + y * kWidth + 90, 60, level);
}

std::vector<uint8_t> copy_of(const pinhole_frame& frame) {
  const auto* from = static_cast<const uint8_t*>(frame.plane[0]);
  return {from, from + kWidth * kHeight};
}

struct Hanging {
  CameraScene scene{kWidth, kHeight, 1, 3};
  CameraRun run{&scene};
  uint8_t second = 0;

  void ignore(const pinhole_frame& mask) {
    const pinhole_status status = pinhole_camera_ignore(&run.camera, &mask);
    EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void push(std::vector<uint8_t> pixels) {
    draw_clock(static_cast<uint8_t>(40 * (second++ % 6)), &pixels);
    run.push(gray(&pixels));
  }
  int frozen_after_a_while() {
    for (int i = 0; i < 100; ++i)
      push(copy_of(scene.draw(Moment())));
    EXPECT_TRUE(run.events.empty());
    const std::vector<uint8_t> last = copy_of(scene.draw(Moment()));
    for (int i = 0; i < 40; ++i)
      push(last);
    return run.opened(PINHOLE_EVENT_FROZEN);
  }
};

TEST(CameraMask, AClockThatRunsOnHidesNoFrozenPicture) {
  std::vector<uint8_t> mask(kWidth * kHeight, 255);
  draw_clock(0, &mask);
  Hanging masked, unmasked;
  masked.ignore(gray(&mask));
  EXPECT_EQ(masked.frozen_after_a_while(), 1);
  EXPECT_EQ(unmasked.frozen_after_a_while(), 0);
  EXPECT_EQ(masked.run.events[0].first, 100);
}

TEST(CameraMask, WhatIgnoresMuchIsNoClocks) {
  std::vector<uint8_t> mask(kWidth * kHeight, 255);
  std::fill_n(mask.begin(), kWidth * kHeight / 4, uint8_t{0});
  Hanging masked;
  masked.ignore(gray(&mask));
  EXPECT_EQ(masked.frozen_after_a_while(), 0);
}

TEST(CameraMask, AScreenThatIsSwitchedOffCoversNothing) {
  std::vector<uint8_t> mask(kWidth * kHeight, 255);
  const auto darken = [](std::vector<uint8_t> pixels) {
    for (int32_t y = 0; y < kHeight; ++y)
      std::fill_n(pixels.begin() + y * kWidth, 100, uint8_t{1});
    return pixels;
  };
  mask = darken(mask);
  for (const bool is_masked : {false, true}) {
    CameraScene scene(kWidth, kHeight, 1, 3);
    CameraRun run(&scene);
    const pinhole_frame frame = gray(&mask);
    if (is_masked) {
      ASSERT_EQ(pinhole_camera_ignore(&run.camera, &frame).code, PINHOLE_OK);
    }
    const auto push_many = [&](int count, bool off) {
      for (int i = 0; i < count; ++i) {
        const std::vector<uint8_t> on = copy_of(scene.draw(Moment()));
        std::vector<uint8_t> pixels = off ? darken(on) : on;
        run.push(gray(&pixels));
      }
    };
    for (int i = 0; i < 20; ++i) // what lies there is known to change
      push_many(5, i % 2 == 1);
    push_many(40, true);
    EXPECT_EQ(run.events.empty(), is_masked);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_COVERED) == 0, is_masked);
  }
}

TEST(CameraMask, WhatIsNoFrameIsRefused) {
  Hanging hanging;
  pinhole_frame none = {};
  EXPECT_EQ(pinhole_camera_ignore(&hanging.run.camera, &none).code, PINHOLE_BAD_SHAPE);
  EXPECT_EQ(pinhole_camera_ignore(&hanging.run.camera, nullptr).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_camera_ignore(nullptr, &none).code, PINHOLE_INVALID_ARGUMENT);
}

} // namespace
} // namespace pinhole::testing
