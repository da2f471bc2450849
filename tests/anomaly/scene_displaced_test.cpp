// SPDX-License-Identifier: Apache-2.0
// A camera that was pushed while it watches: its scene is watched where it is seen then.
#include "anomaly/scene_life.h"
#include "anomaly/scene_push.h"
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

namespace pinhole::testing {
namespace {

TEST(SceneDisplaced, AMovedCameraGoesOnWatching) {
  PINHOLE_RELEASE_TEST();
  for (const Push& push : {Push{9, -4}, Push{-8, 5}, Push{6, 5, 0.017f}, Push{-4, 3, -0.035f}}) {
    SCOPED_TRACE(::testing::Message() << push);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80); // the camera learns its view
    const int32_t calibrated = run.scene->scene.watch->running.record.count;
    run.events.clear();
    push_many(&run, kUntilWatched, push);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    for (int i = 0; i < 20; ++i)
      run.push(with_intruder(pushed(run, push)));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
    EXPECT_EQ(run.report.alert, 1);
    const pinhole_box& box = run.report.box; // the intruder, where it is in the frame
    const int32_t x = box.x + box.width / 2, y = box.y + box.height / 2;
    EXPECT_NEAR(x, 0.4 * kSceneWidth, 14);
    EXPECT_NEAR(y, 0.6 * kSceneHeight, 14);
    push_many(&run, 30, push);
    EXPECT_EQ(run.report.alert, 0);
    EXPECT_LE(run.scene->scene.watch->running.record.count, calibrated) << "calibrated by a moved camera";
  }
}

// Its view says so at once, and its event closes a few frames later: an alert waits for that.
TEST(SceneDisplaced, AsItIsPutBackNothingIsAlertedOn) {
  for (const Push& push : {Push{9, -4}, Push{-4, 0}, Push{4, 2}}) {
    SCOPED_TRACE(::testing::Message() << push);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    push_many(&run, kUntilWatched, push);
    ASSERT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    run.scene->scene.watch->displaced.trial.pause = 20; // none that waits by itself
    for (int i = 0; i < 10; ++i) {
      run.push_normal(1);
      EXPECT_NE(run.report.camera, PINHOLE_CAMERA_DISPLACED) << i;
    }
  }
}

// Of many pushes, shifted by parts of a pixel, turned or not, all are watched.
TEST(SceneDisplaced, EveryOrdinaryPushIsWatched) {
  PINHOLE_RELEASE_TEST();
  constexpr int kPushes = 24;
  for (int i = 0; i < kPushes; ++i) {
    const int down = i % 4, right = i / 4;
    const float x = 5 + 0.5f * static_cast<float>(right), y = 3 + 0.4f * static_cast<float>(down);
    const Push push = {i % 2 ? -x : x, i % 3 ? y : -y, 0.003f * static_cast<float>((right + i) % 4)};
    SCOPED_TRACE(::testing::Message() << push);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    run.events.clear();
    push_many(&run, 2 * kUntilWatched, push);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    for (int k = 0; k < 10; ++k)
      run.push(with_intruder(pushed(run, push)));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  }
}

// Small pushes, too, whose places are not far from where the camera comes back to.
TEST(SceneDisplaced, PutBackItWatchesAsBefore) {
  for (const Push& push : {Push{9, -4}, Push{1.5f, 0}, Push{1.2f, 0, 0.014f}, Push{1.4f, -1.5f, -0.01f}}) {
    SCOPED_TRACE(::testing::Message() << push);
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    run.events.clear();
    push_many(&run, kUntilWatched, push);
    const int64_t back = run.number;
    run.push_normal(30);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
    EXPECT_TRUE(run.scene->scene.scorer.map.place.none());
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
    ASSERT_EQ(run.events.size(), 2u);
    const pinhole_event& moved = run.events[1];
    EXPECT_FALSE(moved.open);
    EXPECT_EQ(moved.last, back - 1);
    EXPECT_LT(moved.score, 0.08) << "of the frame's width";
    for (int i = 0; i < 10; ++i)
      run.push(run.with_intruder());
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  }
}

// Its scores are lower or higher than usual, which is no change of the scene.
TEST(SceneDisplaced, TheLawOfTheScoresStaysWhatItWas) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  const float threshold = run.report.threshold;
  push_many(&run, 1000, {-4, 3, -0.035f});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_DRIFT), 0);
  EXPECT_EQ(run.report.threshold, threshold);
}

TEST(SceneDisplaced, TurnedAgainItIsNoAnomaly) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  push_many(&run, kUntilWatched, {9, -4});
  ASSERT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
  for (const float turn : {0.03f, 0.06f}) {
    push_many(&run, 2, {9, -4, turn});
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED) << turn;
    push_many(&run, kUntilWatched, {9, -4, turn});
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED) << turn;
  }
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
}

// By somebody who stands before it meanwhile.
TEST(SceneDisplaced, TurnedUnderAnAlertItIsNoneForEver) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  push_many(&run, kUntilWatched, {9, -4});
  for (int i = 0; i < 40; ++i)
    run.push(with_intruder(pushed(run, {9, -4, i < 20 ? 0 : 0.02f})));
  EXPECT_EQ(run.report.alert, 1);
  push_many(&run, 2 * kUntilWatched, {9, -4, 0.02f});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
  EXPECT_EQ(run.report.alert, 0);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
}

// What wind does to a moved camera is no turn, and hides nobody.
TEST(SceneDisplaced, ATremblingOneWatchesToo) {
  PINHOLE_RELEASE_TEST();
  for (int start = 0; start < 4; ++start) {
    SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
    run.push_normal(80);
    const auto trembling = [&] { return pushed(run, {9 + 0.4f * static_cast<float>(run.number % 2 * 2 - 1), -4}); };
    for (int i = 0; i < 2 * kUntilWatched + start; ++i)
      run.push(trembling());
    ASSERT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
    for (int i = 0; i < 10; ++i)
      run.push(with_intruder(trembling()));
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1) << "phase " << start;
  }
}

TEST(SceneDisplaced, AGapClosesWhatIsOpen) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  push_many(&run, kUntilWatched, {9, -4});
  for (int i = 0; i < 10; ++i)
    run.push(with_intruder(pushed(run, {9, -4})));
  ASSERT_EQ(run.report.alert, 1);
  run.number += 100; // four seconds
  run.push(with_intruder(pushed(run, {9, -4})));
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  EXPECT_EQ(run.events.back().kind, PINHOLE_EVENT_ANOMALY);
  EXPECT_EQ(run.events.back().reason, PINHOLE_CLOSED_CAMERA);
}

// The same picture again and again says nothing about the place, and is not watched when it lasts.
TEST(SceneDisplaced, AFrozenPictureIsNotWatched) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  push_many(&run, 6, {9, -4});
  const pinhole_frame still = run.draw(pushed(run, {9, -4}));
  for (int i = 0; i < 2 * kUntilWatched; ++i)
    ASSERT_EQ(run.push(still).code, PINHOLE_OK);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  push_many(&run, kUntilWatched, {9, -4});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
  for (int i = 0; i < kUntilWatched; ++i)
    ASSERT_EQ(run.push(still).code, PINHOLE_OK);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
}

// Another push while it watches so is followed anew.
TEST(SceneDisplaced, APushAfterAPushIsFollowed) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  push_many(&run, kUntilWatched, {9, -4});
  push_many(&run, 10, {-8, 5});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  push_many(&run, kUntilWatched, {-8, 5});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  for (int i = 0; i < 10; ++i)
    run.push(with_intruder(pushed(run, {-8, 5})));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
}

// Whoever stands there when it is pushed is not taken for the scene, and is not told of before it has been seen alone.
TEST(SceneDisplaced, OnlyAUsualSceneIsWatched) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  run.events.clear();
  for (int i = 0; i < 2 * kUntilWatched; ++i)
    run.push(with_intruder(pushed(run, {9, -4})));
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  push_many(&run, kUntilWatched, {9, -4});
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISPLACED);
}

TEST(SceneDisplaced, ACoverIsToldOfBesides) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  push_many(&run, kUntilWatched, {9, -4});
  run.events.clear();
  Moment covered = pushed(run, {9, -4});
  covered.cover = 1;
  for (int i = 0; i < 40; ++i) {
    run.push(covered);
    EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  }
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_COVERED), 1);
}

} // namespace
} // namespace pinhole::testing
