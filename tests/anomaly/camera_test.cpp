// SPDX-License-Identifier: Apache-2.0
// Each thing that can happen to a camera raises its own event once, and no anomaly, though every frame of it looks odd.
#include "anomaly/camera_run.h"
#include "anomaly/camera_view.h"
#include "base/checked.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <ostream>

namespace pinhole::testing {
namespace {

struct Setting {
  int32_t width, height;
  uint32_t seed;
  float noise;
};
void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.width << "x" << setting.height << " seed " << setting.seed << " noise " << setting.noise;
}

constexpr int kLearn = 100;
// Frames. The score's mean over 3 is above the threshold from the second odd frame on, the third makes the alert ripe,
// and it is held for 6: an event must open before that.
constexpr int kMostDelay = 7;
constexpr int kBlurredDelay = 26;

class CameraEvents : public ::testing::TestWithParam<Setting> {
protected:
  CameraEvents()
      : scene(GetParam().width, GetParam().height, GetParam().seed, GetParam().noise, 4 * GetParam().width / 320),
        run(&scene) {
    for (int i = 0; i < kLearn; ++i)
      run.push(waving(i));
  }

  // Normal light: never quite steady.
  static Moment waving(int64_t i) {
    Moment moment;
    moment.gain = 1 + 0.05f * std::sin(0.07f * static_cast<float>(i));
    moment.sway = 1.5f * std::sin(0.31f * static_cast<float>(i));
    return moment;
  }
  float pixels(float at_width_320) const { return at_width_320 * static_cast<float>(GetParam().width) / 320; }

  // 60 frames of `moment`, then 60 normal ones: one event of `kind`, opened soon, closed soon, no anomaly.
  void expect_event(const Moment& moment, int32_t kind) {
    const int64_t begin = run.number;
    const size_t before = run.events.size();
    for (int i = 0; i < 60; ++i) {
      run.push(moment, true);
      EXPECT_NE(run.state, PINHOLE_CAMERA_CLEAR) << "frame " << i << " of " << pinhole_event_name(kind);
    }
    const int64_t end = run.number;
    for (int i = 0; i < 60; ++i)
      run.push(waving(run.number), i < 2);
    ASSERT_EQ(run.events.size(), before + 2) << pinhole_event_name(kind);
    const pinhole_event &opened = run.events[before], &closed = run.events[before + 1];
    EXPECT_STREQ(pinhole_event_name(opened.kind), pinhole_event_name(kind));
    EXPECT_EQ(opened.open, 1);
    EXPECT_GE(opened.first, begin);
    EXPECT_LE(opened.first, begin + kMostDelay);
    EXPECT_LE(opened.last, begin + (kind == PINHOLE_EVENT_BLURRED ? kBlurredDelay : kMostDelay));
    EXPECT_EQ(opened.box.width, GetParam().width);
    EXPECT_EQ(closed.open, 0);
    EXPECT_EQ(closed.kind, kind);
    EXPECT_EQ(closed.last, end - 1);
    EXPECT_EQ(run.state, PINHOLE_CAMERA_CLEAR);
  }

  void expect_nothing(const char* what) {
    EXPECT_TRUE(run.events.empty()) << what << ": " << pinhole_event_name(run.events[0].kind);
    run.events.clear();
  }

  CameraScene scene;
  CameraRun run;
};

TEST_P(CameraEvents, Covered) {
  Moment moment;
  moment.cover = 1;
  for (const float level : {0.0f, 20.0f, 90.0f, 200.0f}) {
    moment.cover_level = level;
    expect_event(moment, PINHOLE_EVENT_COVERED);
  }
  moment.cover = 0.85f;
  expect_event(moment, PINHOLE_EVENT_COVERED);
  moment = {};
  moment.gain = 0.04f; // the light is off
  expect_event(moment, PINHOLE_EVENT_COVERED);
}

TEST_P(CameraEvents, CoveredByAHandThatTakesAFewFrames) {
  for (int i = 1; i <= 4; ++i) {
    Moment moment;
    moment.cover = 0.22f * static_cast<float>(i);
    run.push(moment, i > 1);
  }
  Moment moment;
  moment.cover = 1;
  run.push_many(30, moment, true);
  for (int i = 0; i < 30; ++i)
    run.push(waving(i));
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].kind, PINHOLE_EVENT_COVERED);
}

TEST_P(CameraEvents, Blurred) {
  Moment moment;
  moment.blur = 1;
  expect_event(moment, PINHOLE_EVENT_BLURRED);
  moment.gain = 1.3f;
  expect_event(moment, PINHOLE_EVENT_BLURRED);
}

// A blur that is not told of yet stands in no other event's way.
TEST_P(CameraEvents, WhatComesAfterAShortBlurIsToldOf) {
  Moment blurred, covered, other;
  blurred.blur = 1;
  covered.cover = 1;
  other.shift_x = pixels(60);
  for (const auto& [moment, kind] : {std::pair{covered, PINHOLE_EVENT_COVERED}, {other, PINHOLE_EVENT_MOVED}}) {
    run.push_many(6, blurred, true);
    expect_event(moment, kind);
    run.events.clear();
  }
}

// One odd frame at its end is not.
TEST_P(CameraEvents, OneFrameAfterAShortBlurIsNoEvent) {
  Moment blurred, covered;
  blurred.blur = 1;
  covered.cover = 1;
  for (int clear = 0; clear < 5; ++clear) {
    run.push_many(8, blurred, true);
    for (int i = 0; i < clear; ++i)
      run.push(waving(run.number));
    run.push(covered, true);
    for (int i = 0; i < 60; ++i)
      run.push(waving(run.number), i < 2);
  }
  expect_nothing("short blurs");
}

// One that comes again and again is told of in the end: the camera sees nothing.
TEST_P(CameraEvents, ALensThatNeverFindsItsFocusIsBlurred) {
  Moment moment;
  moment.blur = 1;
  for (int i = 0; i < 12; ++i) {
    run.push_many(20, moment, true);
    for (int frame = 0; frame < 6; ++frame)
      run.push(waving(run.number), frame < 2);
  }
  ASSERT_GE(run.opened(PINHOLE_EVENT_BLURRED), 1);
  EXPECT_LE(run.events[0].last, kLearn + 46);
}

// Frames are counted, whatever their numbers.
TEST_P(CameraEvents, ABlurIsCountedInFrames) {
  Moment moment;
  moment.blur = 1;
  for (const int64_t number : {int64_t{1} << 40, int64_t{0}, INT64_MAX - 100, INT64_MIN + 5}) {
    run.events.clear();
    run.number = number;
    run.push_many(20, moment, true);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_BLURRED), 0);
    run.push_many(10, moment, true);
    EXPECT_EQ(run.opened(PINHOLE_EVENT_BLURRED), 1);
    for (int frame = 0; frame < 60; ++frame)
      run.push(waving(frame), frame < 2);
  }
}

// Neither an event nor an anomaly, and nothing to calibrate on.
TEST_P(CameraEvents, ALensThatLooksForItsFocusIsNotBlurred) {
  Moment moment;
  moment.blur = 1;
  for (int i = 0; i < 5; ++i) {
    run.push_many(4, moment, true);
    for (int frame = 0; frame < 16; ++frame) {
      run.push(moment, true);
      EXPECT_EQ(run.state, PINHOLE_CAMERA_DISTURBED) << frame;
    }
    for (int frame = 0; frame < 60; ++frame)
      run.push(waving(run.number), frame < 2);
    EXPECT_EQ(run.state, PINHOLE_CAMERA_CLEAR);
  }
  run.push_many(20, moment, true);
  run.finish();
  expect_nothing("focus");
}

// A cover and a blurred view are told apart by the light and dark parts, and those change with the time of day.
TEST_P(CameraEvents, LightThatHasMovedSlowlyIsTheKnownOne) {
  Moment moment;
  moment.shadow_at = 0.3f;
  moment.shadow_width = 0.5f;
  run.push_many(600, moment);
  for (int i = 0; i <= 300; ++i) {
    moment.shadow = 1 - 0.7f * min_of(static_cast<float>(i) / 200, 1.0f);
    run.push(moment);
  }
  expect_nothing("slow shadow");
  EXPECT_GT(brightness_match(run.camera.look, run.camera.view), 0.95f);
  moment.cover = 0.9f;
  run.push_many(30, moment, true);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].kind, PINHOLE_EVENT_COVERED);
}

TEST_P(CameraEvents, Moved) {
  for (const float shift : {3.5f, 8.0f, 25.0f, 55.0f}) {
    Moment moment;
    moment.shift_x = std::round(pixels(shift));
    moment.shift_y = -std::round(pixels(shift) / 2);
    const size_t before = run.events.size();
    expect_event(moment, PINHOLE_EVENT_MOVED);
    const float down = moment.shift_y / pixels(320), across = moment.shift_x / pixels(320);
    EXPECT_NEAR(run.events[before + 1].score, std::hypot(across, down), 0.005) << shift;
  }
  Moment elsewhere;
  elsewhere.other_view = true;
  expect_event(elsewhere, PINHOLE_EVENT_MOVED);
}

TEST_P(CameraEvents, FrozenAndBack) {
  const int64_t begin = run.number;
  const pinhole_frame frame = scene.draw(waving(0));
  for (int i = 0; i < 50; ++i)
    run.push(frame);
  for (int i = 0; i < 30; ++i) {
    run.push(waving(i));
    EXPECT_EQ(run.state, PINHOLE_CAMERA_CLEAR) << "at once";
  }
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[0].kind, PINHOLE_EVENT_FROZEN);
  EXPECT_EQ(run.events[0].first, begin);
  EXPECT_EQ(run.events[0].last, begin + 10);
  EXPECT_EQ(run.events[1].last, begin + 49);
  EXPECT_EQ(run.events[1].score, 49) << "equal frames in a row";
}

TEST_P(CameraEvents, LightIsNoEvent) {
  for (const float gain : {1.3f, 0.7f, 1.0f, 0.5f, 1.6f}) { // lamp steps
    Moment moment;
    moment.gain = gain;
    run.push_many(40, moment);
    EXPECT_EQ(run.state, PINHOLE_CAMERA_CLEAR);
    expect_nothing("lamp");
  }
  for (int i = 0; i < 300; ++i) { // the sun goes down
    Moment moment;
    moment.gain = 1 - 0.6f * static_cast<float>(i) / 300;
    run.push(moment);
  }
  expect_nothing("slow change");
  for (int i = 0; i < 100; ++i) {
    Moment moment;
    moment.gain = i % 2 ? 1.12f : 0.88f;
    run.push(moment);
  }
  expect_nothing("flicker");
  for (int i = 0; i < 200; ++i) {
    Moment moment;
    moment.shadow = 0.5f;
    moment.shadow_at = -0.3f + 1.6f * static_cast<float>(i) / 200;
    run.push(moment);
  }
  expect_nothing("shadow");
}

TEST_P(CameraEvents, IntrudersAreAnomaliesWithinTwelveFrames) {
  struct Intruder {
    float size, level;
  };
  for (const Intruder intruder : {Intruder{0.1f, 200}, {0.1f, 40}, {0.32f, 200}, {0.55f, 60}, {0.7f, 120}}) {
    const int64_t begin = run.number;
    for (int i = 0; i < 60; ++i) {
      Moment moment = waving(i);
      moment.intruder_size = intruder.size;
      moment.intruder_level = intruder.level;
      moment.intruder_x = 0.3f + 0.005f * static_cast<float>(i);
      run.push(moment, true);
    }
    for (int i = 0; i < 60; ++i)
      run.push(waving(i));
    ASSERT_EQ(run.events.size(), 2u) << intruder.size << ", " << intruder.level;
    EXPECT_EQ(run.events[0].kind, PINHOLE_EVENT_ANOMALY);
    EXPECT_LT(run.events[0].last - begin, 12);
    run.events.clear();
  }
}

TEST_P(CameraEvents, GoneIsClosedNoEarlierThanItOpened) {
  pinhole_events given;
  pinhole_camera_wait(&run.camera, run.time + 5, &given);
  ASSERT_EQ(given.count, 1);
  const double opened = given.event[0].time;
  pinhole_camera_finish(&run.camera, &given);
  ASSERT_EQ(given.count, 1);
  EXPECT_EQ(given.event[0].open, 0);
  EXPECT_GE(given.event[0].time, opened);
}

TEST_P(CameraEvents, GoneAndBack) {
  pinhole_events given;
  pinhole_camera_wait(&run.camera, run.time + 1, &given);
  EXPECT_EQ(given.count, 0);
  pinhole_camera_wait(&run.camera, run.time + 3, &given);
  ASSERT_EQ(given.count, 1);
  EXPECT_EQ(given.event[0].kind, PINHOLE_EVENT_GONE);
  EXPECT_EQ(given.event[0].open, 1);
  EXPECT_EQ(given.event[0].first, run.number - 1);
  pinhole_camera_wait(&run.camera, run.time + 8, &given);
  EXPECT_EQ(given.count, 0) << "once";
  run.time += 10;
  run.push(waving(0));
  EXPECT_EQ(run.state, PINHOLE_CAMERA_DISTURBED);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].open, 0);
  EXPECT_NEAR(run.events[0].score, 10.04, 1e-6);

  run.time += 10; // and nobody asked meanwhile
  run.push(waving(0));
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[1].open, 1);
  EXPECT_EQ(run.events[2].open, 0);
  run.time -= 500; // a clock set back is no absence
  run.push_many(5, waving(0));
  run.time = std::numeric_limits<double>::quiet_NaN();
  run.push_many(5, waving(0));
  EXPECT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.state, PINHOLE_CAMERA_CLEAR);
}

TEST_P(CameraEvents, FinishClosesWhatIsOpen) {
  Moment moment;
  moment.cover = 1;
  run.push_many(20, moment);
  run.finish();
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_EQ(run.events[1].open, 0);
  run.finish();
  EXPECT_EQ(run.events.size(), 2u);
}

// Two of them run every line that the four do.
constexpr Setting kSettings[] = {{128, 96, 2, 6}, {240, 136, 3, 8}, {160, 120, 1, 3}, {120, 160, 4, 4}};
INSTANTIATE_TEST_SUITE_P(Scenes, CameraEvents, ::testing::ValuesIn(kSettings, kSettings + (PINHOLE_SANITIZED ? 2 : 4)));

TEST(Camera, FramesThatDoNotFitAreRefusedAndChangeNothing) {
  CameraScene scene(160, 120, 1, 3), larger(162, 120, 1, 3);
  CameraRun run(&scene);
  run.push_many(80, Moment());
  pinhole_events given;
  int32_t state = -1;
  pinhole_frame frame = larger.draw(Moment());
  pinhole_status status = pinhole_camera_push(&run.camera, &frame, 80, 4, &state, &given);
  EXPECT_EQ(status.code, PINHOLE_BAD_SHAPE);
  EXPECT_STREQ(status.text, "camera frame: 162x120, but the camera's first frame was 160x120");
  frame = scene.draw(Moment());
  frame.plane[0] = nullptr;
  status = pinhole_camera_push(&run.camera, &frame, 81, 4.1, &state, &given);
  EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(given.count, 0);
  run.push_many(5, Moment());
  EXPECT_TRUE(run.events.empty());
}

TEST(Camera, AViewThatSeldomChangesIsFrozenLater) {
  CameraScene scene(160, 120, 1, 3);
  CameraRun run(&scene);
  for (int i = 0; i < 20; ++i) { // every frame comes six times
    const pinhole_frame frame = scene.draw(Moment());
    for (int k = 0; k < 6; ++k)
      run.push(frame);
  }
  const pinhole_frame frame = scene.draw(Moment());
  for (int k = 0; k < 15; ++k)
    run.push(frame);
  EXPECT_TRUE(run.events.empty());
  for (int k = 0; k < 10; ++k)
    run.push(frame);
  EXPECT_EQ(run.opened(PINHOLE_EVENT_FROZEN), 1);
}

TEST(Camera, NothingIsSaidWhileItLearns) {
  CameraScene scene(160, 120, 1, 3);
  CameraRun run(&scene);
  Moment covered;
  covered.cover = 1;
  run.push_many(40, Moment());
  EXPECT_EQ(pinhole_camera_has_learned(&run.camera), 0);
  run.push_many(10, covered);
  run.push_many(20, Moment());
  EXPECT_EQ(pinhole_camera_has_learned(&run.camera), 1);
  EXPECT_TRUE(run.events.empty());
}

// A wall without anything on it, and frames smaller than what they are reduced to.
TEST(Camera, PoorViewsRaiseNothing) {
  for (const int32_t side : {1, 7, 40, 300}) {
    std::vector<uint8_t> pixels(static_cast<size_t>(side) * static_cast<size_t>(side));
    pinhole_frame frame = {};
    frame.width = frame.height = side;
    frame.plane[0] = pixels.data();
    frame.pitch[0] = static_cast<size_t>(side);
    CameraRun run(nullptr);
    uint32_t random = 1;
    for (int i = 0; i < 150; ++i) {
      for (uint8_t& pixel : pixels) {
        random = random * 1664525u + 1013904223u;
        pixel = static_cast<uint8_t>(120 + (random >> 29));
      }
      run.push(frame);
    }
    EXPECT_TRUE(run.events.empty()) << side;
  }
}

TEST(Camera, EveryFormatShowsTheSameLuma) {
  const int32_t width = 64, height = 36;
  std::vector<uint8_t> rgb, nv12, yuyv, gray;
  std::vector<uint16_t> gray16;
  for (int32_t i = 0; i < width * height; ++i) {
    const auto level = static_cast<uint8_t>(20 + i % 200);
    gray.push_back(level);
    gray16.push_back(static_cast<uint16_t>(level * 257));
    rgb.insert(rgb.end(), 3, level);
    const auto limited = static_cast<uint8_t>(std::lround(16 + level * 219 / 255.0));
    nv12.push_back(limited);
    yuyv.insert(yuyv.end(), {limited, 128});
  }
  nv12.resize(nv12.size() * 3 / 2, 128);
  const auto look_of = [&](int32_t format, void* plane, void* chroma, size_t pitch) {
    pinhole_frame frame = {format, width, height, {plane, chroma}, {pitch, width}, 0};
    static pinhole_camera camera;
    const pinhole_camera_options options = pinhole_default_camera_options();
    EXPECT_EQ(pinhole_camera_start(&camera, &options).code, PINHOLE_OK);
    pinhole_events given;
    int32_t state;
    EXPECT_EQ(pinhole_camera_push(&camera, &frame, 0, 0, &state, &given).code, PINHOLE_OK);
    return std::vector<float>(camera.look.luma, camera.look.luma + PINHOLE_LOOK_CELLS);
  };
  const auto expect_like_gray = [&](const std::vector<float>& seen, float tolerance) {
    for (size_t i = 0; i < seen.size(); ++i)
      ASSERT_NEAR(seen[i], gray[i], tolerance) << i;
  };
  expect_like_gray(look_of(PINHOLE_GRAY8, gray.data(), nullptr, width), 0);
  expect_like_gray(look_of(PINHOLE_GRAY16, gray16.data(), nullptr, 2 * width), 1e-3f);
  expect_like_gray(look_of(PINHOLE_RGB24, rgb.data(), nullptr, 3 * width), 1e-3f);
  expect_like_gray(look_of(PINHOLE_BGR24, rgb.data(), nullptr, 3 * width), 1e-3f);
  expect_like_gray(look_of(PINHOLE_NV12, nv12.data(), nv12.data() + width * height, width), 0.7f);
  expect_like_gray(look_of(PINHOLE_YUYV, yuyv.data(), nullptr, 2 * width), 0.7f);
}

TEST(Camera, CellsAreMeansOfTheirPixels) {
  const int32_t width = 131, height = 77;
  std::vector<uint8_t> pixels(static_cast<size_t>(width * height));
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<uint8_t>(i * i / 7);
  pinhole_frame frame = {PINHOLE_GRAY8, width, height, {pixels.data(), nullptr}, {width, 0}, 0};
  CameraRun run(nullptr);
  run.push(frame);
  for (int32_t row = 0; row < PINHOLE_LOOK_ROWS; ++row)
    for (int32_t column = 0; column < PINHOLE_LOOK_COLUMNS; ++column) {
      double sum = 0;
      int count = 0;
      for (int32_t y = row * height / 36; y < (row + 1) * height / 36; ++y)
        for (int32_t x = column * width / 64; x < (column + 1) * width / 64; ++x, ++count)
          sum += pixels[static_cast<size_t>(y) * size_t{width} + static_cast<size_t>(x)];
      ASSERT_NEAR(run.camera.look.luma[row * 64 + column], sum / count, 1e-3);
    }
}

TEST(Camera, OptionsOutOfRangeAreRefusedByName) {
  pinhole_camera camera;
  const auto refused = [&](auto change, const char* word) {
    pinhole_camera_options options = pinhole_default_camera_options();
    change(&options);
    const pinhole_status status = pinhole_camera_start(&camera, &options);
    EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT) << word;
    EXPECT_NE(std::strstr(status.text, word), nullptr) << status.text;
  };
  refused([](pinhole_camera_options* o) { o->learn_frames = 15; }, "learn_frames");
  refused([](pinhole_camera_options* o) { o->adapt_frames = 63; }, "adapt_frames");
  refused([](pinhole_camera_options* o) { o->frozen_frames = 1; }, "frozen_frames");
  refused([](pinhole_camera_options* o) { o->blurred_frames = 0; }, "blurred_frames");
  refused([](pinhole_camera_options* o) { o->gone_seconds = 0; }, "gone_seconds");
}

} // namespace
} // namespace pinhole::testing
