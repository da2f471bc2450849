// SPDX-License-Identifier: Apache-2.0
// Frames as real cameras number and show them: with gaps, several times over, and a picture of their own at the start.
#include "anomaly/shared_scene.h"
#include "base/release_test.h"

#include <cstring>
#include <string>

namespace pinhole::testing {
namespace {

// Every frame `copies` times, its numbers `stride` apart.
void push_as(int count, int copies, int64_t stride, SceneRun* run) {
  for (int i = 0; i < count; ++i) {
    const pinhole_frame frame = run->draw(run->waving());
    for (int copy = 0; copy < copies; ++copy) {
      ASSERT_EQ(run->push(frame).code, PINHOLE_OK);
      run->number += stride - 1;
    }
    if (run->report.phase == PINHOLE_SCENE_LEARNING)
      run->learn();
  }
}

TEST(SceneNumbers, FramesThatComeSeveralTimesOrWithGapsCalibrate) {
  PINHOLE_RELEASE_TEST();
  for (const auto& [copies, stride] : {std::pair{4, 1}, std::pair{1, 3}}) {
    SceneRun run;
    ASSERT_EQ(run.start().code, PINHOLE_OK);
    push_as(400, copies, stride, &run);
    EXPECT_EQ(run.report.phase, PINHOLE_SCENE_WATCHING) << copies << " copies, numbers " << stride << " apart";
  }
}

TEST(SceneNumbers, NumbersThatNeverFollowAreRefused) {
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  for (const int64_t stride : {int64_t{4}, int64_t{0}, int64_t{-1}}) {
    run.push_normal(2);
    for (int i = 0; i < 64; ++i) {
      run.push(run.waving());
      run.number += stride - 1;
    }
    const pinhole_status status = run.push(run.draw(run.waving()));
    EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT) << stride;
    EXPECT_NE(std::string(status.text).find("one by one"), std::string::npos) << status.text;
    run.push_normal(5); // one that follows makes good
    run.number += 1000;
  }
}

// As of fields of one number, of a driver that drops three of five, of pairs that are swapped, of a counter that hangs.
TEST(SceneNumbers, NumbersThatFollowNowAndThenAreRefused) {
  PINHOLE_RELEASE_TEST();
  int64_t (*const kNumbers[])(int64_t) = {
      [](int64_t i) { return i / 2; },
      [](int64_t i) { return i + i / 2 * 3; },
      [](int64_t i) { return i ^ 1; },
      [](int64_t i) { return i % 2; },
  };
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_WATCHING);
  for (const auto& number : kNumbers) {
    run.push_normal(5);
    const int64_t first = run.number + 100;
    int refused = 0;
    for (int64_t i = 0; i < 100; ++i) {
      run.number = first + number(i);
      refused += run.push(run.draw(run.waving())).code == PINHOLE_INVALID_ARGUMENT;
    }
    EXPECT_GE(refused, 15) << number(3);
    EXPECT_EQ(run.push(run.draw(run.waving())).code, PINHOLE_OK) << "one that follows makes good";
  }
  for (int i = 0; i < 100; ++i) { // where three in a row follow one another, their mean is a score
    run.number += i % 3 == 0 ? 4 : 0;
    EXPECT_EQ(run.push(run.draw(run.waving())).code, PINHOLE_OK);
  }
}

// What it was to learn is not there any more: it begins with what is.
TEST(SceneNumbers, ACameraThatIsPushedWhileItsSceneIsLearnedBeginsAnew) {
  for (const int32_t phase : {PINHOLE_SCENE_CALIBRATING, PINHOLE_SCENE_LEARNING}) {
    if (PINHOLE_SANITIZED && phase == PINHOLE_SCENE_LEARNING)
      break; // runs the same lines
    SceneRun& run = SharedScene::at(phase);
    run.events.clear();
    if (phase == PINHOLE_SCENE_CALIBRATING)
      run.push_normal(20);
    Moment pushed = run.waving();
    pushed.shift_x = 12;
    bool collected = false;
    for (int i = 0; i < 1500 && run.report.phase != PINHOLE_SCENE_WATCHING; ++i) {
      run.push(pushed);
      collected = collected || run.report.phase == PINHOLE_SCENE_COLLECTING;
      if (collected && run.report.phase == PINHOLE_SCENE_LEARNING)
        run.learn();
    }
    EXPECT_TRUE(collected) << phase;
    EXPECT_EQ(run.report.phase, PINHOLE_SCENE_WATCHING) << phase;
    EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1) << phase;
    pushed.intruder_x = 0.4f;
    pushed.intruder_size = 0.22f;
    for (int i = 0; i < 10; ++i)
      run.push(pushed);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_ANOMALY), 1) << phase;
  }
}

TEST(SceneNumbers, ACameraThatDiesAsItsSceneIsCollectedAnewIsGone) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_CALIBRATING);
  for (int i = 0; i < 300 && run.report.phase == PINHOLE_SCENE_CALIBRATING; ++i) {
    Moment pushed = run.waving();
    pushed.shift_x = 12;
    run.push(pushed);
  }
  ASSERT_EQ(run.report.phase, PINHOLE_SCENE_COLLECTING);
  run.events.clear();
  pinhole_events events = {};
  pinhole_scene_wait(run.scene, static_cast<double>(run.number) / run.options.frames_per_second + 60, &events);
  ASSERT_EQ(events.count, 1);
  EXPECT_EQ(events.event[0].kind, PINHOLE_EVENT_GONE);
  EXPECT_EQ(events.event[0].first, run.number - 1);
  EXPECT_EQ(events.event[0].box.width, kSceneWidth);
}

// With the same frames and file it learns what another scene does that has seen nothing before.
TEST(SceneNumbers, WhatIsLearnedAnewKnowsNothingOfWhatWasBefore) {
  PINHOLE_RELEASE_TEST();
  SceneRun& run = SharedScene::at(PINHOLE_SCENE_CALIBRATING);
  for (int i = 0; i < 300 && run.report.phase == PINHOLE_SCENE_CALIBRATING; ++i) {
    Moment pushed = run.waving();
    pushed.shift_x = 12;
    run.push(pushed);
  }
  ASSERT_EQ(run.report.phase, PINHOLE_SCENE_COLLECTING);
  SceneRun fresh(small_scene_options(), {run.file.data(), run.file.data() + run.file.size()});
  ASSERT_EQ(fresh.start().code, PINHOLE_OK);
  fresh.number = run.number;
  fresh.view = run.view;
  std::vector<uint8_t> saved[2];
  SceneRun* const runs[] = {&run, &fresh};
  for (int i = 0; i < 2; ++i) {
    runs[i]->report = {};
    runs[i]->reach(PINHOLE_SCENE_WATCHING);
    saved[i].resize(pinhole_scene_saved_bytes(runs[i]->scene));
    ASSERT_EQ(pinhole_scene_save(runs[i]->scene, saved[i].data(), saved[i].size()).code, PINHOLE_OK);
  }
  EXPECT_EQ(std::memcmp(run.file.data(), fresh.file.data(), run.file.size()), 0);
  EXPECT_EQ(saved[0], saved[1]);
}

// The maker's picture is shown while the camera starts; the scene is what is seen afterwards.
TEST(SceneNumbers, APictureOfTheCamerasOwnAtTheStartIsForgotten) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  Moment other;
  other.other_view = true;
  for (int i = 0; i < 70; ++i)
    run.push(other);
  ASSERT_GT(run.report.progress, 0.5f);
  run.reach(PINHOLE_SCENE_CALIBRATING);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_MOVED), 1);
  EXPECT_EQ(run.events.back().open, 0);
  EXPECT_LT(run.number, 70 + 300 + 200);
}

TEST(SceneNumbers, ACoverAndAGlimpseOfAnotherViewLoseNothing) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  run.push_normal(70);
  const float collected = run.report.progress;
  Moment cover, other;
  cover.cover = 1;
  other.other_view = true;
  for (int i = 0; i < 240; ++i)
    run.push(cover);
  for (int i = 0; i < 40; ++i)
    run.push(other);
  EXPECT_EQ(run.report.progress, collected);
}

// What the camera saw before is forgotten when a scene goes on.
TEST(SceneNumbers, ARestoredSceneLearnsItsViewAnew) {
  PINHOLE_RELEASE_TEST();
  SceneRun& first = SharedScene::at(PINHOLE_SCENE_WATCHING);
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(first.scene));
  ASSERT_EQ(pinhole_scene_save(first.scene, saved.data(), saved.size()).code, PINHOLE_OK);
  pinhole_scene_options options = small_scene_options();
  options.collect_frames = 1000;
  SceneRun second(options, {first.file.data(), first.file.data() + first.file.size()});
  ASSERT_EQ(second.start().code, PINHOLE_OK);
  Moment other;
  other.other_view = true;
  for (int i = 0; i < 70; ++i)
    second.push(other);
  second.push_normal(10);
  ASSERT_EQ(second.opened(PINHOLE_EVENT_MOVED), 1);
  ASSERT_EQ(pinhole_scene_restore(second.scene, saved.data(), saved.size()).code, PINHOLE_OK);
  second.push_normal(100);
  EXPECT_EQ(second.report.camera, PINHOLE_CAMERA_CLEAR);
  ASSERT_EQ(second.events.size(), 2u) << "what was open is over";
  EXPECT_EQ(second.events[1].open, 0);
}

} // namespace
} // namespace pinhole::testing
