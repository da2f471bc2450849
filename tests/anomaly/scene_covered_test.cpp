// SPDX-License-Identifier: Apache-2.0
// A scene whose camera shows nothing of it from the first frame on: after a restart, and when the calibration begins.
#include "anomaly/scene_life.h"
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

#include <memory>

namespace pinhole::testing {
namespace {

Moment covered(float level) {
  Moment moment;
  moment.cover = 1;
  moment.cover_level = level;
  return moment;
}

// Scenes that go on with what a first one has learned.
class CoveredScene : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    SceneRun& first = SharedScene::at(PINHOLE_SCENE_WATCHING);
    saved.resize(pinhole_scene_saved_bytes(first.scene));
    ASSERT_EQ(pinhole_scene_save(first.scene, saved.data(), saved.size()).code, PINHOLE_OK);
    learned.assign(first.file.data(), first.file.data() + first.file.size());
  }
  void restart() {
    run = std::make_unique<SceneRun>(small_scene_options(), learned);
    ASSERT_EQ(run->start().code, PINHOLE_OK);
    const pinhole_status status = pinhole_scene_restore(run->scene, saved.data(), saved.size());
    ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void push(int count, const Moment& moment) {
    for (int i = 0; i < count; ++i)
      run->push(moment);
  }
  int32_t gathered() const { return run->scene->scene.watch->running.record.count; }

  static std::vector<uint8_t> saved, learned;
  std::unique_ptr<SceneRun> run;
};
std::vector<uint8_t> CoveredScene::saved, CoveredScene::learned;

TEST_F(CoveredScene, IsToldOfSoonAndCalibratesNothing) {
  for (const float level : {0.0f, 4.0f, 20.0f, 250.0f}) {
    restart();
    const uint64_t frames = pinhole_scene_calibration(run->scene)->frames;
    push(3, covered(level));
    EXPECT_EQ(run->report.camera, PINHOLE_CAMERA_DECIDING) << level;
    push(1, covered(level));
    ASSERT_EQ(run->opened(PINHOLE_EVENT_COVERED), 1) << level;
    EXPECT_EQ(run->events[0].first, 0);
    EXPECT_EQ(gathered(), 0) << "the frames before it was sure";
    push(150, covered(level));
    EXPECT_EQ(gathered(), 0) << level;
    pinhole_events events;
    pinhole_scene_finish(run->scene, &events);
    EXPECT_EQ(pinhole_scene_calibration(run->scene)->frames, frames) << level;
    EXPECT_EQ(run->events.size(), 1u) << level;
  }
}

TEST_F(CoveredScene, GoesOnWhenTheSceneIsSeenAgain) {
  PINHOLE_RELEASE_TEST();
  restart();
  push(100, covered(20));
  run->push_normal(5);
  ASSERT_EQ(run->events.size(), 2u);
  EXPECT_EQ(run->events[1].kind, PINHOLE_EVENT_COVERED);
  EXPECT_EQ(run->events[1].open, 0);
  run->push_normal(95);
  EXPECT_EQ(run->report.camera, PINHOLE_CAMERA_CLEAR);
  EXPECT_GT(gathered(), 85);
  push(30, run->with_intruder());
  EXPECT_EQ(run->opened(PINHOLE_EVENT_ANOMALY), 1);
  EXPECT_EQ(run->events.size(), 3u);
}

TEST_F(CoveredScene, ADarkSceneIsNoCover) {
  for (const float gain : {0.3f, 0.1f, 0.06f}) {
    restart();
    Moment night;
    night.gain = gain;
    push(200, night);
    EXPECT_EQ(run->opened(PINHOLE_EVENT_COVERED) + run->opened(PINHOLE_EVENT_MOVED), 0) << gain;
  }
}

TEST_F(CoveredScene, AnotherViewIsNotCalibratedOnEither) {
  restart();
  Moment other;
  other.other_view = true;
  push(100, other);
  EXPECT_EQ(run->opened(PINHOLE_EVENT_MOVED), 1);
  EXPECT_EQ(gathered(), 0);
}

// Longer than the camera doubts, under no alert: before there is a threshold, and under one that nothing reaches.
TEST(Scene, WhatHidesAPartOfItIsNotCalibratedOn) {
  PINHOLE_RELEASE_TEST();
  pinhole_scene_options options = small_scene_options();
  options.least_threshold = 1e9;
  SceneRun run(options);
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  Moment half;
  half.cover = 0.45f;
  run.reach(PINHOLE_SCENE_CALIBRATING);
  for (int i = 0; i < 60; ++i)
    run.push(half);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
  EXPECT_EQ(run.report.hidden, 1) << "why progress stands still";
  EXPECT_EQ(run.report.progress, 0);
  run.reach(PINHOLE_SCENE_WATCHING);
  const RunningCalibration& running = run.scene->scene.watch->running;
  run.push_normal(20);
  EXPECT_EQ(run.report.hidden, 0);
  const int32_t before = running.record.count;
  const float threshold = run.report.threshold;
  constexpr int kLong = 400; // enough for drift
  for (int i = 0; i < kLong; ++i)
    run.push(half);
  EXPECT_EQ(running.record.count, before);
  EXPECT_EQ(running.tally.camera, kLong);
  EXPECT_EQ(run.report.threshold, threshold) << "nor followed";
  run.push_normal(20);
  EXPECT_GT(running.record.count, before);
  EXPECT_TRUE(run.events.empty());
}

// Its own view the camera has not learned yet.
TEST(Scene, ACoverIsNotCalibratedOn) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_CALIBRATING);
  pinhole_camera* camera = &run.scene->scene.watch->camera;
  const pinhole_camera_options options = camera->options;
  ASSERT_EQ(pinhole_camera_start(camera, &options).code, PINHOLE_OK);
  for (int i = 0; i < 60; ++i)
    run.push(covered(20));
  EXPECT_EQ(run.opened(PINHOLE_EVENT_COVERED), 1);
  EXPECT_EQ(run.report.progress, 0);
  run.push_normal(60);
  EXPECT_GT(run.report.progress, 0.2f);
}

} // namespace
} // namespace pinhole::testing
