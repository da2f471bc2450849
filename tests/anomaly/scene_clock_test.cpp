// SPDX-License-Identifier: Apache-2.0
// A clock runs on in the picture of a camera that hangs: the scene's mask lies over it, and no more than over it.
#include "anomaly/camera_watch.h"
#include "anomaly/scene_life.h"
#include "anomaly/scene_run.h"
#include "base/release_test.h"

#include <algorithm>

namespace pinhole::testing {
namespace {

// So thin that it fills half of no cell of the map, which has 4 rows of its 96 each.
constexpr int32_t kTop = 7, kBottom = 9, kLeft = 83, kRight = 141;

using Pixels = std::vector<uint8_t>;

Pixels copy_of(const pinhole_frame& frame) {
  Pixels pixels;
  for (int32_t y = 0; y < kSceneHeight; ++y) {
    const auto* row = static_cast<const uint8_t*>(frame.plane[0]) + frame.pitch[0] * static_cast<size_t>(y);
    pixels.insert(pixels.end(), row, row + kSceneWidth);
  }
  return pixels;
}

pinhole_frame frame_of(Pixels* pixels) {
  return {PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {pixels->data(), nullptr}, {kSceneWidth, 0}, 0};
}

void draw_clock(uint8_t level, Pixels* pixels) {
  for (int32_t y = kTop; y < kBottom; ++y)
    std::fill(pixels->begin() + y * kSceneWidth + kLeft, pixels->begin() + y * kSceneWidth + kRight, level);
}

class ClockRun : public SceneRun {
public:
  using SceneRun::SceneRun;

  void ignore_clock() {
    Pixels mask(size_t{kSceneWidth} * kSceneHeight, 255);
    draw_clock(0, &mask);
    const pinhole_frame frame = frame_of(&mask);
    const pinhole_status status = pinhole_scene_ignore(scene, &frame);
    ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void tick(Pixels pixels) {
    draw_clock(static_cast<uint8_t>(40 * (number % 6)), &pixels);
    const pinhole_status status = push(frame_of(&pixels));
    ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void tick_to(int32_t phase) {
    for (int i = 0; i < 2000 && report.phase < phase; ++i) {
      tick(copy_of(draw(waving())));
      if (report.phase == PINHOLE_SCENE_LEARNING)
        learn();
    }
    ASSERT_EQ(report.phase, phase);
  }
  int frozen_from_now_on() {
    events.clear();
    const Pixels last = copy_of(draw(waving()));
    for (int i = 0; i < 40; ++i)
      tick(last);
    return opened(PINHOLE_EVENT_FROZEN);
  }
  // Once it knows its view.
  void see_normal_frames() {
    for (int i = 0; i < 80; ++i)
      tick(copy_of(draw(waving())));
  }
};

TEST(SceneClock, HidesNoFrozenPicture) {
  ClockRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  run.ignore_clock();
  run.tick_to(PINHOLE_SCENE_WATCHING);
  EXPECT_EQ(run.frozen_from_now_on(), 1);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
}

TEST(SceneClock, WithoutMaskItDoes) {
  ClockRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  run.see_normal_frames();
  EXPECT_EQ(run.frozen_from_now_on(), 0);
}

TEST(SceneClock, NorAfterTheViewIsForgottenOrTheSceneRestored) {
  PINHOLE_RELEASE_TEST();
  ClockRun first;
  ASSERT_EQ(first.start().code, PINHOLE_OK);
  first.ignore_clock();
  first.tick_to(PINHOLE_SCENE_WATCHING);
  forget_view(&first.scene->scene.watch->camera);
  first.see_normal_frames();
  EXPECT_EQ(first.frozen_from_now_on(), 1);
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(first.scene));
  ASSERT_EQ(pinhole_scene_save(first.scene, saved.data(), saved.size()).code, PINHOLE_OK);

  ClockRun second(small_scene_options(), {first.file.data(), first.file.data() + first.file.size()});
  ASSERT_EQ(second.start().code, PINHOLE_OK);
  const pinhole_status status = pinhole_scene_restore(second.scene, saved.data(), saved.size());
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  second.see_normal_frames();
  EXPECT_EQ(second.frozen_from_now_on(), 1);
}

TEST(SceneClock, NorWhenAnotherSceneIsCollected) {
  ClockRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  run.ignore_clock();
  run.tick_to(PINHOLE_SCENE_CALIBRATING);
  EXPECT_EQ(start_collecting(&run.scene->scene).code, Code::ok);
  run.see_normal_frames();
  EXPECT_EQ(run.frozen_from_now_on(), 1);
}

} // namespace
} // namespace pinhole::testing
