// SPDX-License-Identifier: Apache-2.0
// A camera that starts in the dark or goes through a night, also where its luma uses all codes.
#include "anomaly/camera_run.h"

#include <algorithm>
#include <cmath>

namespace pinhole::testing {
namespace {

constexpr int32_t kWide = 160, kHigh = 120;

// A gray frame as NV12 whose black is `black`: 16 by the standard, 0 of many cameras.
class Nv12 {
public:
  explicit Nv12(int black) : black_(black), chroma_(size_t{kWide} * kHigh / 2, 128) {}
  pinhole_frame of(const pinhole_frame& gray, float light) {
    luma_.clear();
    for (int32_t y = 0; y < kHigh; ++y)
      for (int32_t x = 0; x < kWide; ++x) {
        const auto* row = static_cast<const uint8_t*>(gray.plane[0]) + static_cast<size_t>(y) * gray.pitch[0];
        const float level = light * static_cast<float>(row[x]) / 255;
        luma_.push_back(static_cast<uint8_t>(std::lround(static_cast<float>(black_) + level * 219)));
      }
    return {PINHOLE_NV12, kWide, kHigh, {luma_.data(), chroma_.data()}, {kWide, kWide}, 0};
  }

private:
  int black_;
  std::vector<uint8_t> luma_, chroma_;
};

TEST(CameraDark, ANightInFullRangeLumaIsNoReasonToGoBlind) {
  for (const int black : {16, 5, 0}) {
    CameraScene scene(kWide, kHigh, 7, 3, 4);
    CameraRun run(&scene);
    Nv12 nv12(black);
    const auto push = [&](const Moment& moment, float light) { run.push(nv12.of(scene.draw(moment), light)); };
    for (int i = 0; i < 100; ++i)
      push({}, 1);
    for (int i = 0; i < 1000; ++i)
      push({}, 1 - static_cast<float>(i) / 1000);
    for (int i = 0; i < 1000; ++i)
      push({}, 1);
    for (const float value : run.camera.view.detail)
      ASSERT_TRUE(std::isfinite(value)) << black;
    run.events.clear();
    Moment moved, covered;
    moved.shift_x = 30;
    covered.cover = 1;
    for (const Moment* moment : {&moved, &covered}) {
      for (int i = 0; i < 50; ++i)
        push(*moment, 1);
      for (int i = 0; i < 50; ++i)
        push({}, 1);
    }
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1) << black;
    EXPECT_EQ(run.opened(PINHOLE_EVENT_COVERED), 1) << black;
  }
}

// Under a cover, as while it is mounted: what is seen later tells small moves all the same.
TEST(CameraDark, AStartThatShowsNothingIsMadeUpFor) {
  CameraScene scene(kWide, kHigh, 7, 3, 4);
  CameraRun run(&scene);
  Moment covered, moved;
  covered.cover = 1;
  moved.shift_x = 5;
  run.push_many(70, covered);
  run.push_many(2100, {});
  run.events.clear();
  run.push_many(50, moved);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
}

} // namespace
} // namespace pinhole::testing
