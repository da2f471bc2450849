// SPDX-License-Identifier: Apache-2.0
// A camera whose mount sags while it watches.
#include "anomaly/scene_creep.h"
#include "anomaly/scene_life.h"
#include "anomaly/shared_scene.h"

namespace pinhole::testing {
namespace {

SceneMap map_of_width(int32_t width) {
  SceneMap map;
  map.width = width;
  return map;
}

// So many frames whose sway is `sway` beyond what has crept.
template <class SwayAt> void follow(int frames, SceneMap* map, SwayAt sway) {
  SceneCreep creep;
  for (int i = 0; i < frames; ++i) {
    map->sway = sway(i);
    follow_creep(map, &creep);
  }
}

TEST(SceneCreep, LastingSwayIsCreep) {
  SceneMap map = map_of_width(160);
  follow(400, &map, [&](int) { return Sway{1.1f - map.crept.right, -1.2f - map.crept.down}; });
  EXPECT_EQ(map.crept.right, 1);
  EXPECT_EQ(map.crept.down, -1);
  EXPECT_TRUE(map.crept.shifts_only());
}

TEST(SceneCreep, WindIsNone) {
  SceneMap map = map_of_width(160);
  follow(3000, &map, [](int i) {
    const float at = static_cast<float>(i);
    return Sway{1.5f * std::sin(0.2f * at), 0.6f + 0.8f * std::cos(0.15f * at)};
  });
  EXPECT_TRUE(map.crept.none());
}

TEST(SceneCreep, ItEndsWhereTooLittleIsInSight) {
  SceneMap map = map_of_width(80);
  follow(20000, &map, [](int) { return Sway{-1.5f, 0}; });
  EXPECT_EQ(map.crept.right, -10);
}

constexpr float kFar = 4; // pixels, of the frame's and the model's width

// The camera sags to the right, by as much as no sway is followed.
void creep(SceneRun* run) {
  constexpr int kFrames = 900;
  for (int i = 1; i <= kFrames; ++i) {
    Moment moment = run->waving();
    moment.shift_x = kFar * static_cast<float>(i) / kFrames;
    run->push(moment);
  }
}

void push_many(SceneRun* run, int count, Moment moment) {
  for (int i = 0; i < count; ++i) {
    moment.gain = run->waving().gain;
    run->push(moment);
  }
}

TEST(SceneCreep, ASaggingCameraWatchesAsBefore) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  creep(&run);
  EXPECT_TRUE(run.events.empty()) << pinhole_event_name(run.events[0].kind);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
  const Warp& crept = run.scene->scene.scorer.map.crept;
  EXPECT_GE(crept.right, kFar - 1.5f);
  EXPECT_LE(crept.right, kFar);
  Moment intruder = run.with_intruder();
  intruder.shift_x = kFar;
  push_many(&run, 10, intruder);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  EXPECT_NEAR(run.report.box.x + 0.5 * run.report.box.width, 0.4 * kSceneWidth, 12);
}

TEST(SceneCreep, ARestartForgetsItNot) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  creep(&run);
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(run.scene));
  ASSERT_EQ(pinhole_scene_save(run.scene, saved.data(), saved.size()).code, PINHOLE_OK);
  SceneRun second(small_scene_options(), {run.file.data(), run.file.data() + run.file.size()});
  ASSERT_EQ(second.start().code, PINHOLE_OK);
  ASSERT_EQ(pinhole_scene_restore(second.scene, saved.data(), saved.size()).code, PINHOLE_OK);
  Moment normal;
  normal.shift_x = kFar;
  push_many(&second, 40, normal);
  EXPECT_TRUE(second.events.empty());
  EXPECT_LT(second.report.smoothed, second.report.threshold);
}

} // namespace
} // namespace pinhole::testing
