// SPDX-License-Identifier: Apache-2.0
// What a scene keeps lets it go on watching after a restart; hostile bytes are refused, and the scene then still
// collects.
#include "anomaly/scene_life.h"
#include "anomaly/scene_push.h"
#include "anomaly/shared_scene.h"
#include "base/crc32c.h"
#include "base/release_test.h"

#include <cstring>
#include <limits>

namespace pinhole::testing {
namespace {

constexpr size_t kHeader = 40, kCrcAt = 36;

class SavedScene : public ::testing::Test {
protected:
  void SetUp() override {
    first.push_normal(10);
    saved.resize(pinhole_scene_saved_bytes(first.scene));
    ASSERT_EQ(pinhole_scene_save(first.scene, saved.data(), saved.size()).code, PINHOLE_OK);
    learned.assign(first.file.data(), first.file.data() + first.file.size());
  }

  pinhole_status restore(const std::vector<uint8_t>& bytes, const pinhole_scene_options& options,
                         const std::vector<uint8_t>& file) {
    SceneRun run(options, file);
    EXPECT_EQ(run.start().code, PINHOLE_OK);
    const pinhole_status status = pinhole_scene_restore(run.scene, bytes.data(), bytes.size());
    if (status.code != PINHOLE_OK) {
      run.push_normal(1);
      EXPECT_EQ(run.report.phase, PINHOLE_SCENE_COLLECTING);
      EXPECT_GT(run.report.progress, 0);
    }
    return status;
  }

  // Changes bytes and makes the checksum fit.
  std::vector<uint8_t> forged(size_t at, const void* bytes, size_t count) const {
    std::vector<uint8_t> changed = saved;
    std::memcpy(&changed[at], bytes, count);
    std::memset(&changed[kCrcAt], 0, 4);
    const uint32_t crc = crc32c(changed.data(), changed.size());
    std::memcpy(&changed[kCrcAt], &crc, 4);
    return changed;
  }

  SceneRun& first = SharedScene::at(PINHOLE_SCENE_WATCHING);
  std::vector<uint8_t> saved, learned;
};

TEST_F(SavedScene, GoesOnWatchingAfterARestart) {
  PINHOLE_RELEASE_TEST();
  SceneRun second(small_scene_options(), learned);
  ASSERT_EQ(second.start().code, PINHOLE_OK);
  second.memory[1].paint(0x77); // what is prepared for learning is no use for watching
  const pinhole_status status = pinhole_scene_restore(second.scene, saved.data(), saved.size());
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  EXPECT_EQ(std::memcmp(pinhole_scene_calibration(first.scene), pinhole_scene_calibration(second.scene),
                        sizeof(pinhole_calibration)),
            0);
  std::vector<uint8_t> heat(80 * 60, 7);
  pinhole_frame map = {PINHOLE_GRAY8, 80, 60, {heat.data(), nullptr}, {80, 0}, 0};
  ASSERT_EQ(pinhole_scene_heat(second.scene, &map).code, PINHOLE_OK);
  EXPECT_EQ(heat, std::vector<uint8_t>(heat.size())) << "no frame was watched";
  for (int i = 0; i < 10; ++i) {
    const pinhole_frame frame = first.draw(first.waving());
    ASSERT_EQ(first.push(frame).code, PINHOLE_OK);
    ASSERT_EQ(second.push(frame).code, PINHOLE_OK);
    EXPECT_EQ(first.report.score, second.report.score);
    EXPECT_EQ(second.report.phase, PINHOLE_SCENE_WATCHING);
    EXPECT_EQ(first.report.threshold, second.report.threshold);
  }
  for (int i = 0; i < 20; ++i)
    second.push(second.with_intruder());
  EXPECT_EQ(second.opened(PINHOLE_EVENT_ANOMALY), 1);
  std::vector<uint8_t> again(saved.size());
  ASSERT_EQ(pinhole_scene_save(second.scene, again.data(), again.size()).code, PINHOLE_OK);
  EXPECT_EQ(std::memcmp(&again[kHeader + sizeof(pinhole_calibration)], &saved[kHeader + sizeof(pinhole_calibration)],
                        saved.size() - kHeader - sizeof(pinhole_calibration)),
            0);
}

TEST_F(SavedScene, EveryTruncationAndEveryFlipIsRefused) {
  SceneRun run(small_scene_options(), learned);
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  for (size_t bytes = 0; bytes < saved.size(); ++bytes) {
    const std::vector<uint8_t> cut(saved.begin(), saved.begin() + static_cast<ptrdiff_t>(bytes)); // a block of its own
    const uint8_t nothing = 0;
    ASSERT_EQ(pinhole_scene_restore(run.scene, bytes > 0 ? cut.data() : &nothing, bytes).code, PINHOLE_BAD_FILE)
        << bytes;
  }
  std::vector<uint8_t> longer = saved;
  longer.push_back(0);
  EXPECT_EQ(pinhole_scene_restore(run.scene, longer.data(), longer.size()).code, PINHOLE_BAD_FILE);
  for (size_t at = 0; at < saved.size(); ++at) {
    std::vector<uint8_t> flipped = saved;
    flipped[at] ^= static_cast<uint8_t>(1u << at % 8);
    ASSERT_EQ(pinhole_scene_restore(run.scene, flipped.data(), flipped.size()).code, PINHOLE_BAD_FILE) << at;
  }
  EXPECT_EQ(pinhole_scene_restore(run.scene, saved.data(), saved.size()).code, PINHOLE_OK);
}

TEST_F(SavedScene, ForgedNumbersAreRefused) {
  const pinhole_scene_options options = small_scene_options();
  EXPECT_EQ(restore(forged(0, saved.data(), 1), options, learned).code, PINHOLE_OK) << "the forger's checksum fits";
  const size_t mean = kHeader + sizeof(pinhole_calibration), cells = (saved.size() - mean) / 13;
  const float numbers[] = {std::numeric_limits<float>::quiet_NaN(), -1, std::numeric_limits<float>::infinity(), 2e30f};
  for (const float number : numbers)
    for (const size_t at : {mean, mean + 4 * cells, mean + 8 * cells - 4})
      EXPECT_EQ(restore(forged(at, &number, 4), options, learned).code, PINHOLE_BAD_FILE) << number << " at " << at;
  for (const float number : {numbers[0], numbers[2], numbers[3]})
    for (const size_t at : {mean + 8 * cells, mean + 12 * cells - 4})
      EXPECT_EQ(restore(forged(at, &number, 4), options, learned).code, PINHOLE_BAD_FILE) << number << " at " << at;
  const uint8_t two = 2;
  EXPECT_EQ(restore(forged(saved.size() - 1, &two, 1), options, learned).code, PINHOLE_BAD_FILE);
  const int32_t negative = -1, few = 7, many = 1 << 20;
  EXPECT_EQ(restore(forged(24, &few, 4), options, learned).code, PINHOLE_BAD_FILE) << "frames";
  EXPECT_EQ(restore(forged(28, &negative, 4), options, learned).code, PINHOLE_BAD_FILE) << "alerts left out";
  EXPECT_EQ(restore(forged(16, &many, 4), options, learned).code, PINHOLE_INVALID_ARGUMENT) << "rows";
  EXPECT_EQ(restore(forged(kHeader + 100, &negative, 4), options, learned).code, PINHOLE_BAD_FILE) << "calibration";
}

TEST_F(SavedScene, OnlyForThisFileTheseFramesAndThisRule) {
  const pinhole_scene_options options = small_scene_options();
  EXPECT_EQ(restore(saved, options, scene_file()).code, PINHOLE_INVALID_ARGUMENT) << "another model";
  const auto changed = [&](void (*change)(pinhole_scene_options*)) {
    pinhole_scene_options other = options;
    change(&other);
    return restore(saved, other, learned);
  };
  const pinhole_code refused = PINHOLE_INVALID_ARGUMENT;
  EXPECT_EQ(changed([](pinhole_scene_options* o) { o->width = 162; }).code, refused);
  EXPECT_EQ(changed([](pinhole_scene_options* o) { o->least_cells = 3; }).code, refused);
  EXPECT_EQ(changed([](pinhole_scene_options* o) { o->frames_per_second = 24; }).code, refused);
  EXPECT_EQ(changed([](pinhole_scene_options* o) { o->threads = 2, o->most_alerts = 5, o->seed = 9; }).code,
            PINHOLE_OK);
}

// What does not change the scores may be asked for otherwise after a restart.
TEST_F(SavedScene, RateAndLeastThresholdAreThoseOfTheOptions) {
  const pinhole_calibration before = *pinhole_scene_calibration(first.scene);
  pinhole_scene_options options = small_scene_options();
  options.false_alarms_per_day = 2;
  options.least_threshold = 1000;
  SceneRun second(options, learned);
  ASSERT_EQ(second.start().code, PINHOLE_OK);
  const pinhole_status status = pinhole_scene_restore(second.scene, saved.data(), saved.size());
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  const pinhole_calibration* after = pinhole_scene_calibration(second.scene);
  EXPECT_EQ(after->asked_per_day, 2);
  EXPECT_GE(after->threshold, 1000);
  EXPECT_EQ(after->frames, before.frames);
  second.push_normal(3);
  EXPECT_EQ(second.report.threshold, after->threshold);
}

TEST_F(SavedScene, AnotherRateHoldsFromTheNextFrameOn) {
  const pinhole_calibration before = *pinhole_scene_calibration(first.scene);
  ASSERT_EQ(pinhole_scene_ask(first.scene, before.asked_per_day / 1e9).code, PINHOLE_OK);
  const pinhole_calibration* rarer = pinhole_scene_calibration(first.scene);
  EXPECT_GT(rarer->threshold, before.threshold);
  EXPECT_NEAR(rarer->decades - before.decades, 9, 1e-9);
  first.push_normal(1);
  EXPECT_EQ(first.report.threshold, rarer->threshold);
  ASSERT_EQ(pinhole_scene_ask(first.scene, before.asked_per_day).code, PINHOLE_OK);
  EXPECT_EQ(rarer->threshold, before.threshold);
  for (const double bad : {0.0, -1.0, 1e-306, 1e300, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(pinhole_scene_ask(first.scene, bad).code, PINHOLE_INVALID_ARGUMENT);
  for (const double extreme : {1e-12, 1e12, 1.0})
    EXPECT_EQ(pinhole_scene_ask(first.scene, extreme).code, PINHOLE_OK) << extreme;
  EXPECT_EQ(pinhole_scene_ask(nullptr, 1).code, PINHOLE_INVALID_ARGUMENT);
}

// As where somebody walks by every few seconds, for months.
TEST_F(SavedScene, ManyAlertsLeftOutAreNoReasonToRefuseIt) {
  first.scene->scene.watch->running.left_out = INT32_MAX;
  SceneRun second(small_scene_options(), learned_file(first));
  restart(first, &second);
  EXPECT_EQ(second.report.phase, PINHOLE_SCENE_COLLECTING) << "of the latest frame";
  second.push_normal(1);
  EXPECT_EQ(second.report.phase, PINHOLE_SCENE_WATCHING);
}

} // namespace
} // namespace pinhole::testing
