// SPDX-License-Identifier: Apache-2.0
// A camera that shows the scene elsewhere without a jump: its mount sags, or it was moved between two runs.
#include "anomaly/scene_life.h"
#include "anomaly/scene_push.h"
#include "anomaly/shared_scene.h"

namespace pinhole::testing {
namespace {

void expect_intruder_is_alerted(SceneRun* run, const Push& push) {
  const int before = run->opened(PINHOLE_EVENT_ANOMALY);
  for (int i = 0; i < 10; ++i)
    run->push(with_intruder(pushed(*run, push)));
  EXPECT_EQ(run->opened(PINHOLE_EVENT_ANOMALY), before + 1);
  push_many(run, 30, push);
  EXPECT_EQ(run->report.alert, 0);
}

constexpr Push kPushes[] = {{9, -4}, {-3, 2}, {2.5f, 0}, {0, 4}, {6, 5, 0.017f}, {-14, 9}};

TEST(SceneSlip, MovedWhileItWasOffItIsWatched) {
  for (const Push& push : kPushes) {
    SCOPED_TRACE(::testing::Message() << push);
    SceneRun& first = SharedScene::at(PINHOLE_SCENE_WATCHING);
    SceneRun run(small_scene_options(), learned_file(first));
    restart(first, &run);
    push_many(&run, 3 * kUntilWatched, push);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    expect_intruder_is_alerted(&run, push);
    run.push_normal(80);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR) << "put back";
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
    EXPECT_EQ(run.events.back().kind, PINHOLE_EVENT_MOVED);
    EXPECT_FALSE(run.events.back().open);
    expect_intruder_is_alerted(&run, {});
  }
}

TEST(SceneSlip, PutBackWhileItWasOffItWatchesAsBefore) {
  SceneRun& first = SharedScene::at(PINHOLE_SCENE_WATCHING);
  first.push_normal(80);
  push_many(&first, kUntilWatched, {9, -4});
  SceneRun run(small_scene_options(), learned_file(first));
  restart(first, &run);
  run.push_normal(80);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
  EXPECT_TRUE(run.events.empty());
  expect_intruder_is_alerted(&run, {});
}

Push part_of(const Push& push, float share) {
  return {share * push.x, share * push.y, share * push.turn};
}

// In two minutes and in fifteen seconds.
TEST(SceneSlip, ASaggingMountIsWatched) {
  for (const int frames : {3000, 400})
    for (const Push& push : {Push{0, 7}, Push{-6, 3}, Push{4, -5, 0.01f}}) {
      SCOPED_TRACE(::testing::Message() << push << " in " << frames);
      SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
      run.push_normal(80);
      run.events.clear();
      for (int i = 0; i < frames; ++i)
        run.push(pushed(run, part_of(push, static_cast<float>(i) / static_cast<float>(frames))));
      push_many(&run, 3 * kUntilWatched, push);
      EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
      EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
      EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
      expect_intruder_is_alerted(&run, push);
      run.push_normal(80);
      EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR) << "put right";
      EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
      expect_intruder_is_alerted(&run, {});
    }
}

} // namespace
} // namespace pinhole::testing
