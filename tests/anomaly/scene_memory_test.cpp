// SPDX-License-Identifier: Apache-2.0
// What a scene plans is what it uses, to the 64 bytes in which memory is planned, over its whole life.
#include "anomaly/scene_run.h"
#include "base/release_test.h"

#include "io/verify_plan.h"

#include <algorithm>

namespace pinhole::testing {
namespace {

void live(SceneRun* run) {
  run->reach(PINHOLE_SCENE_WATCHING);
  run->push_normal(20);
  for (int i = 0; i < 10; ++i)
    run->push(run->with_intruder());
}

TEST(SceneMemory, UsedIsPlanned) {
  PINHOLE_RELEASE_TEST();
  size_t used[4] = {0, 0, 0, 0}, planned[4] = {0, 0, 0, 0};
  for (const uint8_t pattern : {uint8_t{0xA5}, uint8_t{0x5A}}) { // a byte may happen to be written with one of them
    SceneRun run;
    run.options.threads = 2;
    const pinhole_status status = run.start(pattern);
    ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
    live(&run);
    const pinhole_sizes sizes = pinhole_scene_planned(run.scene);
    const size_t sized[] = {run.memory[0].size(), sizes.prepared, sizes.state, sizes.scratch};
    for (int region = 0; region < 4; ++region) {
      planned[region] = sized[region];
      used[region] = max_of(used[region], align_up(run.memory[region].touched(pattern), Arena::kAlignment));
    }
  }
  for (int region = 0; region < 4; ++region)
    EXPECT_EQ(used[region], planned[region]) << region;
}

TEST(SceneMemory, TheProofOfThePlanCommandAgrees) {
  AlignedBytes file(scene_file());
  for (const int32_t format : {PINHOLE_RGB24, PINHOLE_NV12, PINHOLE_YUYV}) {
    pinhole_scene_options options = small_scene_options();
    options.format = format;
    options.pictures = 90; // more than the camera learns its view from
    PlanProof proof;
    const Status status = verify_scene(file.data(), file.size(), options, &proof);
    ASSERT_TRUE(status.ok()) << status.text;
    EXPECT_TRUE(proof.exact());
  }
}

TEST(SceneMemory, OneByteLessIsRefusedByName) {
  const char* const names[] = {"setup", "prepared", "state", "scratch"};
  for (int region = 0; region < 4; ++region) {
    size_t shortfall[4] = {0, 0, 0, 0};
    shortfall[region] = 1;
    SceneRun run;
    const pinhole_status status = run.start(0xA5, shortfall);
    EXPECT_EQ(status.code, PINHOLE_TOO_LITTLE_MEMORY) << status.text;
    EXPECT_NE(std::string(status.text).find(names[region]), std::string::npos) << status.text;
    EXPECT_NE(std::string(status.text).find("1 "), std::string::npos) << status.text;
  }
}

// A static layout that is wrong by a little would destroy the file, or the scene itself.
TEST(SceneMemory, RegionsOverTheFileOrTheSetupAreRefused) {
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  pinhole_scene_unbind(run.scene);
  const pinhole_sizes sizes = pinhole_scene_planned(run.scene);
  const std::vector<uint8_t> before(run.file.data(), run.file.data() + run.file.size());
  for (void* wrong : {static_cast<void*>(run.memory[0].data()), static_cast<void*>(run.file.data())}) {
    const pinhole_status status = pinhole_scene_bind(
        run.scene, {wrong, sizes.prepared}, {run.memory[2].data(), sizes.state}, {run.memory[3].data(), sizes.scratch});
    EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT);
    EXPECT_NE(std::string(status.text).find("overlap"), std::string::npos) << status.text;
  }
  pinhole_scene* scene = nullptr;
  const pinhole_status status =
      pinhole_scene_plan(run.file.data(), run.file.size(), &run.options, run.file.data(), run.memory[0].size(), &scene);
  EXPECT_NE(std::string(status.text).find("overlap"), std::string::npos) << status.text;
  EXPECT_TRUE(std::equal(before.begin(), before.end(), run.file.data())) << "the file is as it was";
}

// A falsified plan is noticed.
TEST(SceneMemory, TooMuchIsSeen) {
  PINHOLE_RELEASE_TEST();
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  live(&run);
  EXPECT_EQ(run.memory[3].size(), align_up(run.memory[3].touched(0xA5), Arena::kAlignment));
  FencedMemory larger;
  ASSERT_TRUE(larger.allocate(run.memory[3].size() + 64).ok());
  larger.paint(0xA5);
  pinhole_scene_unbind(run.scene);
  run.number = 0;
  run.report = {};
  ASSERT_EQ(pinhole_scene_bind(run.scene, {run.memory[1].data(), run.memory[1].size()},
                               {run.memory[2].data(), run.memory[2].size()}, {larger.data(), larger.size()})
                .code,
            PINHOLE_OK);
  live(&run);
  EXPECT_EQ(larger.size() - align_up(larger.touched(0xA5), Arena::kAlignment), 64u);
}

TEST(SceneMemory, PicturesAndScoresAreCountedAsStated) {
  const auto state_of = [](pinhole_scene_options options) {
    SceneRun run(options);
    EXPECT_EQ(run.start().code, PINHOLE_OK);
    return pinhole_scene_planned(run.scene).state;
  };
  pinhole_scene_options options = small_scene_options();
  options.calibrate_frames = 10000;
  options.pictures = 32;
  const size_t state = state_of(options);
  options.pictures += 16;
  EXPECT_EQ(state_of(options) - state, 16u * (96 * 160 + 4)) << "a byte per value of the model's input, and its turn";
  options.pictures -= 16;
  options.calibrate_frames += 1600;
  EXPECT_EQ(state_of(options) - state, 1600u * (sizeof(float) + sizeof(size_t)));
}

} // namespace
} // namespace pinhole::testing
