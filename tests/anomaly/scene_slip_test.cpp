// SPDX-License-Identifier: Apache-2.0
// A camera that shows the scene elsewhere without a jump: its mount sags, or it was moved between two runs.
#include "anomaly/scene_life.h"
#include "anomaly/scene_push.h"
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

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

constexpr Push kPushes[] = {{9, -4}, {6, 5, 0.017f}, {-3, 2}, {2.5f, 0}, {0, 4}, {-14, 9}};

TEST(SceneSlip, MovedWhileItWasOffItIsWatched) {
  constexpr size_t kCount = PINHOLE_SANITIZED ? 2 : std::size(kPushes);
  for (size_t i = 0; i < kCount; ++i) {
    const Push& push = kPushes[i];
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
  PINHOLE_RELEASE_TEST();
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

struct Sag {
  Push to;
  int frames;
  float wind = 0; // pixels either way
};

Push part_of(const Sag& sag, int frame) {
  Push push = part_of(sag.to, static_cast<float>(min_of(frame, sag.frames)) / static_cast<float>(sag.frames));
  push.x += sag.wind * std::sin(0.9f * static_cast<float>(frame));
  return push;
}

TEST(SceneSlip, ASaggingMountIsWatched) {
  constexpr Sag kSags[] = {{{4, -5, 0.01f}, 400}, {{0, 7}, 1500}, {{-6, 3}, 400}, {{-1.9f, -3.3f}, 1500, 0.11f}};
  constexpr int kCount = PINHOLE_SANITIZED ? 1 : 4;
  for (int k = 0; k < kCount; ++k) {
    const Sag& sag = kSags[k];
    const Push& to = sag.to;
    SCOPED_TRACE(::testing::Message() << to << " in " << sag.frames);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    run.events.clear();
    for (int i = 0; i < sag.frames + 3 * kUntilWatched; ++i)
      run.push(pushed(run, part_of(sag, i)));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    expect_intruder_is_alerted(&run, to);
    run.push_normal(80);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR) << "put right";
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
    expect_intruder_is_alerted(&run, {});
  }
}

// The view's middle stays where it was, so that it has not jumped.
TEST(SceneSlip, ATurnIsWatched) {
  PINHOLE_RELEASE_TEST();
  for (const float turn : {0.03f, -0.03f}) {
    SCOPED_TRACE(turn);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    run.events.clear();
    push_many(&run, kUntilWatched, {0, 0, turn});
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    expect_intruder_is_alerted(&run, {0, 0, turn});
    run.push_normal(250); // it goes along every 50 frames, and whether it is back is looked at every 100
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR) << "turned back";
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  }
}

// A pole that bends in all directions: tilts look like shifts, rolls turn the picture.
TEST(SceneSlip, AStormIsNoneAndHidesNobody) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  const auto shaken = [&] {
    const auto t = static_cast<float>(run.number);
    return pushed(run, {std::sin(1.1f * t), 0.7f * std::cos(0.37f * t), 0.014f * std::sin(0.9f * t)});
  };
  for (int i = 0; i < 100; ++i)
    run.push(shaken());
  EXPECT_TRUE(run.events.empty());
  for (int i = 0; i < 10; ++i)
    run.push(with_intruder(shaken()));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  for (int i = 0; i < 30; ++i)
    run.push(shaken());
  EXPECT_EQ(run.report.alert, 0);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 0);
}

// A knock, or somebody who looks like one for a moment.
TEST(SceneSlip, ATurnThatDoesNotLastIsNotTold) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  push_many(&run, 20, {0, 0, 0.03f});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED) << "the scene is seen elsewhere";
  run.push_normal(140);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 0);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
  expect_intruder_is_alerted(&run, {});
}

// Moved while it is covered; by the view, the camera would be somewhere else.
TEST(SceneSlip, MovedUnderACoverItIsWatched) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  for (const Push& push : {Push{0, 5}, Push{-7, 1}}) {
    for (int i = 0; i < 40; ++i) {
      Moment covered = run.waving();
      covered.cover = 1;
      run.push(covered);
    }
    push_many(&run, 2 * kUntilWatched, push);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED) << push;
  }
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  expect_intruder_is_alerted(&run, {-7, 1});
}

// An intruder is no slip, however much of the picture it covers.
TEST(SceneSlip, WhoComesIsAlertedOn) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  for (const float size : {0.15f, 0.3f, 0.4f}) {
    const int before = run.opened(PINHOLE_EVENT_ANOMALY);
    for (int i = 0; i < 30; ++i) {
      Moment moment = run.waving();
      moment.intruder_x = 0.05f + 0.03f * static_cast<float>(i);
      moment.intruder_size = size;
      run.push(moment);
    }
    run.push_normal(30);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), before + 1) << size;
  }
  EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 0);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
}

} // namespace
} // namespace pinhole::testing
