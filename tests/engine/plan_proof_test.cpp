// SPDX-License-Identifier: Apache-2.0
// What the plan says is what is used, to the byte; a planner that is wrong by 64 bytes either way is noticed.
#include "engine/open_engine.h"
#include "engine/unet_model.h"
#include "io/fenced_memory.h"
#include "io/verify_plan.h"

#include <algorithm>

namespace pinhole::testing {
namespace {

std::vector<uint8_t> unet_file(int32_t channels) {
  ModelBuilder builder("unet");
  build_unet(&builder, channels, 16);
  std::vector<uint8_t> bytes;
  EXPECT_TRUE(write_model(builder.model(), &bytes).ok());
  return bytes;
}

TEST(PlanProofTest, UsedIsPlannedAndOneLessIsRefused) {
  const std::vector<uint8_t> bytes = unet_file(3);
  AlignedBytes file(bytes);
  for (const Mode mode : {Mode::inference, Mode::training})
    for (const Schedule schedule : {Schedule::whole, Schedule::rows}) {
      EngineOptions options;
      options.plan.program.mode = mode;
      options.plan.program.width = 40;
      options.plan.program.height = 96;
      options.plan.program.batch = mode == Mode::training ? 3 : 1;
      options.plan.schedule = schedule;
      options.threads = 2;
      PlanProof proof;
      const Status status = verify_plan(file.data(), file.size(), options, 2, &proof);
      ASSERT_TRUE(status.ok()) << status.text;
      for (const RegionProof& region : proof.region) {
        EXPECT_EQ(region.used, region.planned);
        EXPECT_TRUE(region.one_less_refused);
      }
    }
}

// Runs a plan whose scratch a test has falsified by `error` bytes. Returns bytes given less bytes touched, in the 64
// bytes in which memory is planned.
ptrdiff_t unused_with_error(ptrdiff_t error) {
  const std::vector<uint8_t> bytes = unet_file(1);
  AlignedBytes file(bytes);
  EngineOptions options;
  options.plan.program.width = options.plan.program.height = 32;
  size_t setup_bytes = 0;
  EXPECT_TRUE(measure_setup(file.data(), file.size(), options, &setup_bytes).ok());
  AlignedBytes setup(setup_bytes);
  Engine* engine = nullptr;
  EXPECT_TRUE(plan_file(file.data(), file.size(), options, setup.data(), setup_bytes, &engine).ok());
  engine->plan.scratch_bytes = static_cast<size_t>(static_cast<ptrdiff_t>(engine->plan.scratch_bytes) + error);
  AlignedBytes prepared(engine->plan.prepared_bytes);
  FencedMemory scratch;
  EXPECT_TRUE(scratch.allocate(engine->plan.scratch_bytes).ok());
  scratch.paint(0xA5);
  EXPECT_TRUE(bind_engine(engine, {{prepared.data(), prepared.size()}, {}, {scratch.data(), scratch.size()}}).ok());
  for (const char* input : {"image", "level"}) {
    const View view = engine_view(*engine, input);
    std::fill_n(view.base<float>(), view.desc.elements(), 0.5f);
  }
  EXPECT_TRUE(run_engine(engine, {}).ok());
  unbind_engine(engine);
  return static_cast<ptrdiff_t>(scratch.size() - align_up(scratch.touched(0xA5), Arena::kAlignment));
}

TEST(PlanProofTest, TooMuchIsSeen) {
  EXPECT_EQ(unused_with_error(0), 0);
  EXPECT_EQ(unused_with_error(64), 64);
}

TEST(PlanProofDeathTest, TooLittleIsSeen) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(unused_with_error(-64), ""); // the fence behind the region
}

} // namespace
} // namespace pinhole::testing
