// SPDX-License-Identifier: Apache-2.0
// What a scene refuses, in every phase, and that it changes nothing.
#include "anomaly/shared_scene.h"
#include "base/crc32c.h"
#include "weights/format.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace pinhole::testing {
namespace {

void expect_status(const pinhole_status& status, pinhole_code code, const char* text) {
  EXPECT_EQ(status.code, code) << status.text;
  EXPECT_NE(std::strstr(status.text, text), nullptr) << status.text;
}

pinhole_status measure(const pinhole_scene_options& options, const std::vector<uint8_t>& bytes) {
  AlignedBytes file(bytes);
  size_t setup_bytes = 0;
  return pinhole_scene_measure(file.data(), file.size(), &options, &setup_bytes);
}

TEST(SceneInput, OptionsAreRefusedByName) {
  const std::vector<uint8_t> file = scene_file();
  struct Case {
    const char* name;
    void (*change)(pinhole_scene_options*);
  };
  const Case cases[] = {{"threads", [](pinhole_scene_options* o) { o->threads = 0; }},
                        {"threads", [](pinhole_scene_options* o) { o->threads = 65; }},
                        {"pictures", [](pinhole_scene_options* o) { o->pictures = 15; }},
                        {"pictures", [](pinhole_scene_options* o) { o->pictures = 65537; }},
                        {"collect_frames", [](pinhole_scene_options* o) { o->collect_frames = o->pictures - 1; }},
                        {"learn_steps", [](pinhole_scene_options* o) { o->learn_steps = 0; }},
                        {"batch", [](pinhole_scene_options* o) { o->batch = 257; }},
                        {"learning_rate", [](pinhole_scene_options* o) { o->learning_rate = NAN; }},
                        {"calibrate_frames", [](pinhole_scene_options* o) { o->calibrate_frames = 12; }},
                        {"least_cells", [](pinhole_scene_options* o) { o->least_cells = 65; }},
                        {"frames_per_second", [](pinhole_scene_options* o) { o->frames_per_second = 0; }},
                        {"least_threshold", [](pinhole_scene_options* o) { o->least_threshold = -1; }},
                        {"false_alarms_per_day", [](pinhole_scene_options* o) { o->false_alarms_per_day = -1; }},
                        {"longest_alert_seconds", [](pinhole_scene_options* o) { o->longest_alert_seconds = -1; }},
                        {"most_alerts", [](pinhole_scene_options* o) { o->most_alerts = 257; }},
                        {"sides", [](pinhole_scene_options* o) { o->width = 0; }},
                        {"sides", [](pinhole_scene_options* o) { o->height = 16385; }},
                        {"format", [](pinhole_scene_options* o) { o->format = 99; }},
                        {"even", [](pinhole_scene_options* o) { o->format = PINHOLE_NV12, o->width = 161; }}};
  EXPECT_EQ(measure(small_scene_options(), file).code, PINHOLE_OK);
  for (const Case& c : cases) {
    pinhole_scene_options options = small_scene_options();
    c.change(&options);
    expect_status(measure(options, file), PINHOLE_INVALID_ARGUMENT, c.name);
  }
  size_t setup_bytes = 0;
  EXPECT_EQ(pinhole_scene_measure(file.data(), file.size(), nullptr, &setup_bytes).code, PINHOLE_INVALID_ARGUMENT);
}

// However the compiler lays out the stack on which the options are checked.
TEST(SceneInput, EveryFormatIsTaken) {
  const std::vector<uint8_t> file = scene_file();
  pinhole_scene_options options = small_scene_options();
  for (options.format = PINHOLE_GRAY8; options.format <= PINHOLE_YUYV; ++options.format) {
    const pinhole_status status = measure(options, file);
    EXPECT_EQ(status.code, PINHOLE_OK) << status.text;
  }
}

TEST(SceneInput, FilesThatAreNoScenesAreRefused) {
  std::vector<uint8_t> short_file = scene_file();
  short_file.resize(short_file.size() - 64);
  EXPECT_EQ(SceneRun(small_scene_options(), short_file).start().code, PINHOLE_BAD_FILE);
  std::vector<uint8_t> flipped = scene_file();
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_EQ(SceneRun(small_scene_options(), flipped).start().code, PINHOLE_BAD_FILE);
  std::ifstream stream(PINHOLE_SOURCE_DIR "/weights/denoise-fast.pinhole", std::ios::binary);
  const std::vector<uint8_t> denoiser{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_FALSE(denoiser.empty());
  expect_status(SceneRun(small_scene_options(), denoiser).start(), PINHOLE_UNSUPPORTED, "no model of a scene");
}

// Changes bytes of the graph and makes the checksums fit.
std::vector<uint8_t> forged(const std::string& from, const std::string& to) {
  std::vector<uint8_t> file = scene_file();
  const auto at = std::search(file.begin(), file.end(), from.begin(), from.end());
  EXPECT_NE(at, file.end());
  if (at == file.end())
    return file;
  EXPECT_EQ(std::search(at + 1, file.end(), from.begin(), from.end()), file.end()) << "there is no other";
  std::copy(to.begin(), to.end(), at);
  FileHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  header.graph_crc = crc32c(file.data() + header.graph_offset, header.graph_bytes);
  header.header_crc = crc32c(&header, offsetof(FileHeader, header_crc));
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

TEST(SceneInput, AFileWhoseTrainingLeavesTheExposureInIsRefused) {
  const char setting[] = "\"normalise_exposure\": true", another[] = "\"normalise_exposure\": null";
  EXPECT_EQ(SceneRun(small_scene_options(), forged(setting, setting)).start().code, PINHOLE_OK) << "the forger's fit";
  expect_status(SceneRun(small_scene_options(), forged(setting, another)).start(), PINHOLE_UNSUPPORTED, "exposure");
}

class EveryPhase : public ::testing::TestWithParam<int32_t> {};

TEST_P(EveryPhase, BadFramesAreRefusedAndChangeNothing) {
  const auto next_frames = [](SceneRun* run) {
    std::vector<float> seen;
    for (int i = 0; i < 5; ++i) {
      run->push_normal(1);
      seen.insert(seen.end(), {run->report.score, run->report.progress});
    }
    return seen;
  };
  SceneRun& run = SharedScene::at(GetParam());
  run.draw(run.waving());
  const std::vector<float> undisturbed = next_frames(&run);
  SharedScene::at(GetParam());
  const pinhole_frame good = run.draw(run.waving());
  const float progress = run.report.progress;
  pinhole_frame bad = good;
  const auto refused = [&](pinhole_code code, const char* text) {
    pinhole_scene_report report;
    expect_status(pinhole_scene_push(run.scene, &bad, run.number, 0, &report), code, text);
    EXPECT_EQ(report.phase, GetParam());
    EXPECT_EQ(report.progress, progress);
    EXPECT_EQ(report.events.count, 0);
    bad = good;
  };
  bad.width = kSceneWidth - 2;
  refused(PINHOLE_BAD_SHAPE, "planned for 160x120");
  bad.height = 0;
  refused(PINHOLE_BAD_SHAPE, "sides");
  bad.plane[0] = nullptr;
  refused(PINHOLE_INVALID_ARGUMENT, "plane");
  bad.pitch[0] = kSceneWidth - 1;
  refused(PINHOLE_INVALID_ARGUMENT, "pitch");
  bad.format = PINHOLE_YUYV;
  bad.pitch[0] = kSceneWidth * 2;
  refused(PINHOLE_INVALID_ARGUMENT, "format");
  EXPECT_EQ(pinhole_scene_push(run.scene, nullptr, 0, 0, &run.report).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_push(run.scene, &good, 0, 0, nullptr).code, PINHOLE_INVALID_ARGUMENT);
  // The next frames are seen as if nothing had been.
  EXPECT_EQ(next_frames(&run), undisturbed);
}

TEST_P(EveryPhase, WhatBelongsToAnotherPhaseIsRefused) {
  SceneRun& run = SharedScene::at(GetParam());
  pinhole_scene_progress progress;
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(run.scene));
  EXPECT_FALSE(saved.empty());
  const char* const phase = pinhole_scene_phase_name(GetParam());
  if (GetParam() != PINHOLE_SCENE_LEARNING)
    expect_status(pinhole_scene_learn(run.scene, &progress), PINHOLE_INVALID_ARGUMENT, phase);
  if (GetParam() != PINHOLE_SCENE_WATCHING) {
    EXPECT_EQ(pinhole_scene_save(run.scene, saved.data(), saved.size()).code, PINHOLE_INVALID_ARGUMENT);
    EXPECT_EQ(pinhole_scene_confirm(run.scene, 0).code, PINHOLE_INVALID_ARGUMENT);
    EXPECT_EQ(pinhole_scene_calibration(run.scene), nullptr);
  } else {
    EXPECT_EQ(pinhole_scene_save(run.scene, saved.data(), saved.size() - 1).code, PINHOLE_INVALID_ARGUMENT);
    EXPECT_EQ(pinhole_scene_save(run.scene, nullptr, saved.size()).code, PINHOLE_INVALID_ARGUMENT);
  }
  if (GetParam() != PINHOLE_SCENE_COLLECTING)
    expect_status(pinhole_scene_restore(run.scene, saved.data(), saved.size()), PINHOLE_INVALID_ARGUMENT, "collects");
}

TEST_P(EveryPhase, ClocksAndCountersMayDoAnything) {
  SceneRun& run = SharedScene::at(GetParam());
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const double seconds[] = {nan, infinity, -infinity, 1e300, -1e300, 0, 5};
  const int64_t numbers[] = {INT64_MAX, INT64_MIN, 0, -1, INT64_MAX, INT64_MIN, 7};
  for (int round = 0; round < 3; ++round)
    for (int i = 0; i < 7; ++i) {
      const pinhole_frame frame = run.draw(run.waving());
      EXPECT_EQ(pinhole_scene_push(run.scene, &frame, numbers[i], seconds[i], &run.report).code, PINHOLE_OK);
      EXPECT_TRUE(std::isfinite(run.report.score) && std::isfinite(run.report.smoothed));
    }
  pinhole_events events;
  pinhole_scene_wait(run.scene, nan, &events);
  pinhole_scene_wait(run.scene, 0, nullptr);
  pinhole_scene_finish(run.scene, &events);
  pinhole_scene_finish(run.scene, &events);
  EXPECT_EQ(events.count, 0) << "closed once";
}

INSTANTIATE_TEST_SUITE_P(Phases, EveryPhase,
                         ::testing::Values(PINHOLE_SCENE_COLLECTING, PINHOLE_SCENE_LEARNING, PINHOLE_SCENE_CALIBRATING,
                                           PINHOLE_SCENE_WATCHING));

TEST(SceneInput, NothingIsBound) {
  pinhole_scene_report report;
  pinhole_scene_progress progress;
  pinhole_events events;
  pinhole_frame frame = {};
  EXPECT_EQ(pinhole_scene_push(nullptr, &frame, 0, 0, &report).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_learn(nullptr, &progress).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_ignore(nullptr, &frame).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_bind(nullptr, {}, {}, {}).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_restore(nullptr, &report, 1).code, PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(pinhole_scene_saved_bytes(nullptr), 0u);
  EXPECT_EQ(pinhole_scene_planned(nullptr).state, 0u);
  EXPECT_EQ(pinhole_scene_calibration(nullptr), nullptr);
  pinhole_scene_wait(nullptr, 0, &events);
  pinhole_scene_finish(nullptr, &events);
  EXPECT_EQ(events.count, 0);
  pinhole_scene_unbind(nullptr);
  EXPECT_STREQ(pinhole_scene_phase_name(PINHOLE_SCENE_WATCHING), "watching");
  EXPECT_STREQ(pinhole_scene_phase_name(4), "unknown");
  EXPECT_STREQ(pinhole_scene_phase_name(-1), "unknown");
}

} // namespace
} // namespace pinhole::testing
