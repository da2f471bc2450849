// SPDX-License-Identifier: Apache-2.0
// A scene from the first frame to the alert, on simulated views.
#include "anomaly/scene_life.h"
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace pinhole::testing {
namespace {

void expect_status(const pinhole_status& status, pinhole_code code, const char* text) {
  EXPECT_EQ(status.code, code) << status.text;
  EXPECT_NE(std::strstr(status.text, text), nullptr) << status.text;
}

bool overlaps(const pinhole_box& box, int32_t x, int32_t y) {
  return box.x <= x && x < box.x + box.width && box.y <= y && y < box.y + box.height;
}

TEST(Scene, LearnsCalibratesAndAlertsOnWhatIsNotNormal) {
  SceneRun run;
  const pinhole_status status = run.start();
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  EXPECT_EQ(pinhole_scene_calibration(run.scene), nullptr);
  run.reach(PINHOLE_SCENE_LEARNING);
  EXPECT_EQ(run.number, 96);
  run.push_normal(3);
  EXPECT_EQ(run.report.phase, PINHOLE_SCENE_LEARNING) << "frames may come meanwhile";
  run.learn();
  run.push_normal(6);
  EXPECT_EQ(run.report.phase, PINHOLE_SCENE_CALIBRATING);
  run.push_normal(2);
  EXPECT_EQ(run.report.progress, 0) << "ten frames after the last that was learned, and the smoothing";
  run.push_normal(1);
  EXPECT_GT(run.report.progress, 0);
  run.reach(PINHOLE_SCENE_WATCHING);
  EXPECT_EQ(run.report.progress, 1);
  const pinhole_calibration* calibration = pinhole_scene_calibration(run.scene);
  ASSERT_NE(calibration, nullptr);
  EXPECT_EQ(run.report.threshold, calibration->threshold) << "already in the report that says watching";
  EXPECT_EQ(calibration->frames, 200u);
  EXPECT_EQ(pinhole_calibration_check(calibration, nullptr).code, PINHOLE_OK);
  run.push_normal(200);
  EXPECT_TRUE(run.events.empty());
  EXPECT_EQ(run.report.threshold, calibration->threshold);
  const int64_t begin = run.number;
  for (int i = 0; i < 30; ++i)
    run.push(run.with_intruder());
  EXPECT_EQ(run.report.alert, 1);
  EXPECT_TRUE(overlaps(run.report.box, kSceneWidth * 2 / 5, kSceneHeight * 3 / 5));
  run.push_normal(100);
  EXPECT_EQ(run.report.alert, 0);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].kind, PINHOLE_EVENT_ANOMALY);
  EXPECT_LE(run.events[0].last, begin + 3);
  EXPECT_EQ(run.events[1].open, 0);
}

TEST(Scene, KeepsPicturesEvenlyAsTheyAre) {
  SceneRun run;
  run.options.pictures = 16;
  run.options.collect_frames = 48;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  std::vector<uint8_t> pixels(size_t{kSceneWidth} * kSceneHeight);
  const pinhole_frame frame = {PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {pixels.data(), nullptr}, {kSceneWidth, 0}, 0};
  for (int i = 0; i < 48; ++i) {
    std::fill(pixels.begin(), pixels.end(), static_cast<uint8_t>(3 * i));
    EXPECT_EQ(run.report.phase, PINHOLE_SCENE_COLLECTING);
    ASSERT_EQ(run.push(frame).code, PINHOLE_OK);
  }
  EXPECT_EQ(run.report.phase, PINHOLE_SCENE_LEARNING);
  const KeptPictures& kept = run.scene->scene.kept;
  ASSERT_EQ(kept.count, 16);
  for (size_t i = 0; i < 16; ++i)
    for (size_t k = 0; k < kept.picture_bytes; ++k)
      ASSERT_EQ(kept.bytes[i * kept.picture_bytes + k], 3 * (3 * i + 2));
}

TEST(Scene, TheCamerasOwnEventsAreNoAnomalies) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  Moment covered;
  covered.cover = 1;
  for (int i = 0; i < 40; ++i)
    run.push(covered);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_DISTURBED);
  run.push_normal(60);
  const pinhole_frame still = run.draw(run.waving());
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(run.push(still).code, PINHOLE_OK);
  run.push_normal(60);
  pinhole_events events;
  pinhole_scene_wait(run.scene, static_cast<double>(run.number) / 25 + 10, &events);
  ASSERT_EQ(events.count, 1);
  EXPECT_EQ(events.event[0].kind, PINHOLE_EVENT_GONE);
  run.push_normal(20);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_COVERED), 1);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_FROZEN), 1);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
}

TEST(Scene, DisturbedFramesNeitherTeachNorCalibrate) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  Moment covered;
  covered.cover = 1;
  run.push_normal(70); // the camera knows its view after 64
  const float before = run.report.progress;
  for (int i = 0; i < 40; ++i)
    run.push(covered);
  EXPECT_EQ(run.report.progress, before);
  run.reach(PINHOLE_SCENE_CALIBRATING);
  run.push_normal(50);
  const float scored = run.report.progress;
  EXPECT_GT(scored, 0);
  for (int i = 0; i < 40; ++i)
    run.push(covered);
  EXPECT_LE(run.report.progress, scored);
  run.reach(PINHOLE_SCENE_WATCHING);
  EXPECT_LT(pinhole_scene_calibration(run.scene)->peak[0], 5);
}

// From a camera that hangs from the start there is nothing to learn, and it is said.
TEST(Scene, AFrozenCameraIsNeitherCollectedNorCalibratedOn) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  std::vector<uint8_t> pixels(size_t{kSceneWidth} * kSceneHeight);
  const pinhole_frame drawn = run.draw(run.waving());
  for (int32_t y = 0; y < kSceneHeight; ++y)
    std::memcpy(pixels.data() + size_t{kSceneWidth} * static_cast<size_t>(y),
                static_cast<const uint8_t*>(drawn.plane[0]) + drawn.pitch[0] * static_cast<size_t>(y), kSceneWidth);
  const pinhole_frame still = {PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {pixels.data(), nullptr}, {kSceneWidth, 0}, 0};
  for (int i = 0; i < 300; ++i)
    ASSERT_EQ(run.push(still).code, PINHOLE_OK);
  EXPECT_EQ(run.report.phase, PINHOLE_SCENE_COLLECTING);
  EXPECT_LT(run.report.progress, 0.02f) << "one frame of 96";
  EXPECT_EQ(run.report.repeated, 299);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_FROZEN), 1);
  run.reach(PINHOLE_SCENE_CALIBRATING);
  run.push_normal(50);
  EXPECT_EQ(run.report.repeated, 0);
  const float scored = run.report.progress;
  const pinhole_frame again = run.draw(run.waving());
  ASSERT_EQ(run.push(again).code, PINHOLE_OK);
  const float with_one = run.report.progress;
  EXPECT_GT(with_one, scored);
  for (int i = 0; i < 7; ++i)
    ASSERT_EQ(run.push(again).code, PINHOLE_OK);
  const float with_copies = run.report.progress;
  EXPECT_GT(with_copies, with_one) << "a sensor that is polled faster than it delivers";
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(run.push(again).code, PINHOLE_OK);
  EXPECT_EQ(run.report.progress, with_copies) << "one that hangs";
  EXPECT_EQ(run.report.repeated, 57);
}

TEST(Scene, GoesOnCalibratingAndAnAlertIsConfirmed) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  const pinhole_calibration first = *pinhole_scene_calibration(run.scene);
  run.push_normal(kRunningScores);
  const pinhole_calibration* calibration = pinhole_scene_calibration(run.scene);
  EXPECT_GT(calibration->frames, first.frames + kRunningScores / 2);
  EXPECT_LT(calibration->decades, first.decades);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  for (int i = 0; i < 20; ++i)
    run.push(run.with_intruder());
  run.push_normal(60);
  pinhole_events events;
  pinhole_scene_finish(run.scene, &events);
  EXPECT_EQ(calibration->alerts_left_out, 1u);
  EXPECT_EQ(pinhole_scene_confirm(run.scene, 1).code, PINHOLE_OK);
  EXPECT_EQ(calibration->alerts_left_out, 0u);
  expect_status(pinhole_scene_confirm(run.scene, 1), PINHOLE_INVALID_ARGUMENT, "confirmed");
  run.push_normal(1);
  EXPECT_EQ(run.report.threshold, calibration->threshold);
}

// What came was none: what looks like it, if a little less so, raises nothing from now on.
TEST(Scene, AnAlertThatIsDismissedRaisesTheThreshold) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  const auto visit = [&](float level) {
    run.events.clear();
    for (int i = 0; i < 20; ++i) {
      Moment moment = run.with_intruder();
      moment.intruder_level = level;
      run.push(moment);
    }
    run.push_normal(60);
  };
  visit(190);
  ASSERT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  visit(200);
  ASSERT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
  const pinhole_event closed = run.events.back();
  ASSERT_EQ(closed.open, 0);
  expect_status(pinhole_scene_dismiss(run.scene, nullptr), PINHOLE_INVALID_ARGUMENT, "no event");
  const pinhole_status status = pinhole_scene_dismiss(run.scene, &closed);
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  EXPECT_GE(static_cast<double>(pinhole_scene_calibration(run.scene)->threshold), closed.score);
  expect_status(pinhole_scene_dismiss(run.scene, &closed), PINHOLE_INVALID_ARGUMENT, "has been dismissed before");
  EXPECT_EQ(pinhole_scene_confirm(run.scene, 1).code, PINHOLE_OK);
  EXPECT_EQ(pinhole_scene_calibration(run.scene)->alerts_left_out, 0u);
  pinhole_event earlier = closed;
  --earlier.first;
  expect_status(pinhole_scene_dismiss(run.scene, &earlier), PINHOLE_INVALID_ARGUMENT, "1 alerts to dismiss, but 0");
  visit(190);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
}

TEST(Scene, NoMeanIsTakenOverAGap) {
  for (const int32_t phase : {PINHOLE_SCENE_CALIBRATING, PINHOLE_SCENE_WATCHING}) {
    SCOPED_TRACE(phase);
    SceneRun& run = SharedScene::at(phase);
    run.push_normal(5);
    run.push(run.with_intruder());
    EXPECT_NE(run.report.smoothed, run.report.score);
    run.number += 2; // as many may be missing
    run.push_normal(1);
    EXPECT_GT(run.report.smoothed, 2 * run.report.score);
    run.number += 3;
    run.push_normal(1);
    EXPECT_EQ(run.report.smoothed, run.report.score);
    run.push_normal(1);
    EXPECT_NE(run.report.smoothed, run.report.score);
  }
}

// The mean that is reported is the one that is compared with the threshold.
TEST(Scene, NorOverAnEventOfTheCameraOrTheEndOfTheStream) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(80);
  Moment covered = run.waving();
  covered.cover = 1;
  for (int i = 0; i < 20; ++i)
    run.push(covered);
  for (int i = 0; i < 40 && run.report.camera == PINHOLE_CAMERA_DISTURBED; ++i)
    run.push_normal(1);
  EXPECT_EQ(run.report.camera, PINHOLE_CAMERA_CLEAR);
  EXPECT_EQ(run.report.smoothed, run.report.score);
  run.push_normal(3);
  EXPECT_NE(run.report.smoothed, run.report.score);
  pinhole_events events;
  pinhole_scene_finish(run.scene, &events);
  run.push_normal(1);
  EXPECT_EQ(run.report.smoothed, run.report.score);
}

TEST(Scene, WhatIsIgnoredGivesNoAlert) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  std::vector<uint8_t> mask(32 * 24, 255);
  for (size_t i = 0; i < mask.size(); ++i)
    mask[i] = i % 32 > 6 && i % 32 < 20 ? 0 : 255;
  const pinhole_frame frame = {PINHOLE_GRAY8, 32, 24, {mask.data(), nullptr}, {32, 0}, 0};
  ASSERT_EQ(pinhole_scene_ignore(run.scene, &frame).code, PINHOLE_OK);
  run.reach(PINHOLE_SCENE_WATCHING);
  expect_status(pinhole_scene_ignore(run.scene, &frame), PINHOLE_INVALID_ARGUMENT, "before");
  for (int i = 0; i < 40; ++i)
    run.push(run.with_intruder());
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 0);
  Moment beside = run.with_intruder();
  beside.intruder_x = 0.85f;
  for (int i = 0; i < 40; ++i)
    run.push(beside);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1);
}

TEST(Scene, HeatShowsWhere) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_CALIBRATING);
  std::vector<uint8_t> heat(80 * 60, 7);
  pinhole_frame frame = {PINHOLE_GRAY8, 80, 60, {heat.data(), nullptr}, {80, 0}, 0};
  expect_status(pinhole_scene_heat(run.scene, &frame), PINHOLE_INVALID_ARGUMENT, "not watching");
  run.reach(PINHOLE_SCENE_WATCHING);
  run.push(run.with_intruder());
  ASSERT_EQ(pinhole_scene_heat(run.scene, &frame).code, PINHOLE_OK);
  EXPECT_EQ(heat[36 * 80 + 32], 255);
  EXPECT_LT(heat[5 * 80 + 75], 128);
  for (int32_t y = 0; y < 60; ++y)
    for (int32_t x = 0; x < 80; ++x) {
      const float score = heat_at(run.scene->scene.scorer.map, y * 96 / 60, x * 160 / 80);
      const float per_255 = 2 * run.report.threshold; // at twice the threshold
      ASSERT_NEAR(heat[static_cast<size_t>(y * 80 + x)], 255 * std::fmin(1.0f, score / per_255), 0.6f);
    }
  frame.format = PINHOLE_RGB24;
  frame.pitch[0] = 240;
  frame.height = 10;
  expect_status(pinhole_scene_heat(run.scene, &frame), PINHOLE_INVALID_ARGUMENT, "GRAY8");
}

TEST(Scene, ConstantScoresBeginTheCalibrationAnew) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  uint8_t dark = 0;
  const pinhole_frame mask = {PINHOLE_GRAY8, 1, 1, {&dark, nullptr}, {1, 0}, 0};
  expect_status(pinhole_scene_ignore(run.scene, &mask), PINHOLE_INVALID_ARGUMENT,
                "0 of 960 cells have nothing dark in them");
  for (uint8_t& ignored : run.scene->scene.scorer.map.ignored)
    ignored = 1;
  run.reach(PINHOLE_SCENE_CALIBRATING);
  pinhole_status status = {};
  for (int i = 0; i < 250 && status.code == PINHOLE_OK; ++i)
    status = run.push(run.draw(run.waving()));
  expect_status(status, PINHOLE_NUMERIC, "constant scores");
  EXPECT_EQ(run.report.phase, PINHOLE_SCENE_CALIBRATING);
  EXPECT_EQ(run.report.progress, 0);
  EXPECT_EQ(run.push(run.draw(run.waving())).code, PINHOLE_OK);
}

TEST(Scene, ALossThatIsNotFiniteBeginsLearningAnew) {
  SceneRun run, calm;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  ASSERT_EQ(calm.start().code, PINHOLE_OK);
  run.reach(PINHOLE_SCENE_LEARNING);
  calm.reach(PINHOLE_SCENE_LEARNING);
  pinhole_scene_progress progress;
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(pinhole_scene_learn(run.scene, &progress).code, PINHOLE_OK);
  Array<float> weights = parameter_section(*run.scene->scene.trainer, 0);
  for (float& weight : weights)
    weight = 1e30f;
  EXPECT_EQ(refresh_parameters(run.scene->scene.trainer).code, Code::ok);
  expect_status(pinhole_scene_learn(run.scene, &progress), PINHOLE_NUMERIC, "anew");
  EXPECT_EQ(progress.step, 0);
  EXPECT_EQ(progress.phase, PINHOLE_SCENE_LEARNING);
  // From here on as a scene with the next seed learns.
  ++calm.scene->scene.options.seed;
  run.learn();
  calm.learn();
  EXPECT_EQ(std::memcmp(run.file.data(), calm.file.data(), run.file.size()), 0);
}

TEST(Scene, TheSameBytesForAnyNumberOfThreadsAndBesideAnotherScene) {
  PINHOLE_RELEASE_TEST();
  std::vector<uint8_t> saved[2];
  SceneRun one, other;
  other.options.threads = 3;
  SceneRun* const runs[] = {&one, &other};
  ASSERT_EQ(one.start(0xA5).code, PINHOLE_OK);
  ASSERT_EQ(other.start(0x5A).code, PINHOLE_OK);
  while (one.report.phase < PINHOLE_SCENE_WATCHING || one.number < 500)
    for (SceneRun* run : runs) {
      run->push_normal(1);
      pinhole_scene_progress progress;
      if (run->report.phase == PINHOLE_SCENE_LEARNING) {
        ASSERT_EQ(pinhole_scene_learn(run->scene, &progress).code, PINHOLE_OK);
      }
    }
  for (int i = 0; i < 2; ++i) {
    saved[i].resize(pinhole_scene_saved_bytes(runs[i]->scene));
    ASSERT_EQ(pinhole_scene_save(runs[i]->scene, saved[i].data(), saved[i].size()).code, PINHOLE_OK);
  }
  EXPECT_EQ(std::memcmp(one.file.data(), other.file.data(), one.file.size()), 0);
  EXPECT_EQ(saved[0], saved[1]);
  EXPECT_EQ(one.report.score, other.report.score);
}

TEST(Scene, BindsAgainAfterUnbind) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  const pinhole_memory memory[] = {{run.memory[1].data(), run.memory[1].size()},
                                   {run.memory[2].data(), run.memory[2].size()},
                                   {run.memory[3].data(), run.memory[3].size()}};
  expect_status(pinhole_scene_bind(run.scene, memory[0], memory[1], memory[2]), PINHOLE_INVALID_ARGUMENT,
                "bound already");
  run.push_normal(50);
  pinhole_scene_unbind(run.scene);
  pinhole_scene_unbind(run.scene);
  expect_status(run.push(run.draw(run.waving())), PINHOLE_INVALID_ARGUMENT, "bound");
  for (int region = 1; region < 4; ++region)
    run.memory[region].paint(0x77);
  ASSERT_EQ(pinhole_scene_bind(run.scene, memory[0], memory[1], memory[2]).code, PINHOLE_OK);
  run.number = 0;
  run.reach(PINHOLE_SCENE_WATCHING);
  EXPECT_EQ(pinhole_scene_calibration(run.scene)->frames, 200u);
}

TEST(SceneReport, AnAlertThatOpensAndClosesAtOnceIsShown) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  run.push_normal(10);
  ASSERT_EQ(run.report.alert, 0);
  pinhole_alerts* alerts = &run.scene->scene.watch->alerts;
  for (const double score : {1e4, 1e4, 1.0, 1.0, 1.0}) { // ripe, and over, while the camera is not decided on
    const pinhole_observation seen = {run.number, alerts->latest_time, score, {}, PINHOLE_CAMERA_DECIDING};
    pinhole_events events;
    ASSERT_EQ(pinhole_alerts_push(alerts, &seen, &events).code, PINHOLE_OK);
  }
  run.events.clear();
  run.push_normal(1);
  ASSERT_EQ(run.events.size(), 2U);
  EXPECT_EQ(run.events[0].open, 1);
  EXPECT_EQ(run.events[1].open, 0);
  EXPECT_EQ(run.report.alert, 1);
  run.push_normal(1);
  EXPECT_EQ(run.report.alert, 0);
}

} // namespace
} // namespace pinhole::testing
