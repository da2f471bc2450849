// SPDX-License-Identifier: Apache-2.0
// Which sizes a model can be planned for, and on how many pixels it then runs.
#include "engine/open_engine.h"

#include <cstring>

namespace pinhole::testing {
namespace {

// Status of planning, and the sides of what the network puts out.
struct Planning {
  Status status;
  int32_t height = 0, width = 0;
};

Planning plan(const Model& model, int32_t height, int32_t width) {
  std::vector<uint8_t> bytes;
  Planning planning = {write_model(model, &bytes)};
  EXPECT_TRUE(planning.status.ok()) << planning.status.text;
  EngineOptions options;
  options.plan.program.height = height;
  options.plan.program.width = width;
  AlignedBytes file(bytes);
  size_t setup_bytes = 0;
  EXPECT_TRUE(measure_setup(file.data(), file.size(), options, &setup_bytes).ok());
  AlignedBytes setup(setup_bytes);
  Engine* engine = nullptr;
  planning.status = plan_file(file.data(), file.size(), options, setup.data(), setup_bytes, &engine);
  if (planning.status.ok()) {
    const Desc& out = engine->plan.program.values[engine->plan.program.entry->outputs[0]].desc;
    planning.height = out.h;
    planning.width = out.w;
  }
  return planning;
}

TEST(Size, WeightsOverAllPixelsFitOneSizeAlone) {
  ModelBuilder builder("dense");
  const ValueId image = builder.input("image", {1, 8, 8, 1});
  const ValueId row = builder.layer("flatten", "row", {}, {image});
  const ValueId code = builder.layer("linear", "code", {{"out_channels", {5}}}, {row});
  const ValueId back = builder.layer("linear", "back", {{"out_channels", {64}}}, {code});
  const ValueId out = builder.layer("unflatten", "out", {{"height", {8}}, {"width", {8}}, {"channels", {1}}}, {back});
  builder.entry("reconstruct", Mode::inference, {image}, {out});
  EXPECT_TRUE(plan(builder.model(), 0, 0).status.ok());
  EXPECT_EQ(plan(builder.model(), 5, 7).width, 8) << "mirrored beyond the frame";
  for (const int32_t side : {9, 16, 640}) {
    const Status status = plan(builder.model(), side, side).status;
    EXPECT_EQ(status.code, Code::bad_shape);
    EXPECT_NE(std::strstr(status.text, "'code.weight' is 5x1x1x64 f32"), nullptr) << status.text;
  }
}

TEST(Size, AnyStrideIsPaddedFor) {
  for (const int32_t factor : {2, 3, 5, 6, 7, 12, 31, 32, 64}) {
    ModelBuilder builder("shuffled");
    const ValueId image = builder.input("image", {1, factor, factor, 1});
    const ValueId small = builder.layer("pixel_unshuffle", "small", {{"factor", {factor}}}, {image});
    const ValueId out = builder.layer("pixel_shuffle", "out", {{"factor", {factor}}}, {small});
    builder.entry("reconstruct", Mode::inference, {image}, {out});
    const Planning planning = plan(builder.model(), 61, 47);
    EXPECT_TRUE(planning.status.ok()) << planning.status.text;
    EXPECT_EQ(planning.height, ceil_div(61, factor) * factor);
    EXPECT_EQ(planning.width, ceil_div(47, factor) * factor);
  }
}

TEST(Size, OneSideOfAFixedSizeMayBeLeftOut) {
  ModelBuilder builder("fixed");
  const ValueId image = builder.input("image", {1, 48, 32, 1});
  builder.entry("reconstruct", Mode::inference, {image}, {builder.layer("relu", "out", {}, {image})});
  builder.model().preprocessing.fixed_height = 48;
  builder.model().preprocessing.fixed_width = 32;
  EXPECT_TRUE(plan(builder.model(), 48, 0).status.ok());
  EXPECT_TRUE(plan(builder.model(), 0, 32).status.ok());
  EXPECT_EQ(plan(builder.model(), 47, 0).status.code, Code::bad_shape);
  EXPECT_EQ(plan(builder.model(), 0, 99).status.code, Code::bad_shape);
}

// A level's plane takes its size from rows that it never reads; a file may ask for any number of them.
TEST(Size, SidesBeyondTheMostAreRefused) {
  for (const int32_t height : {65535, 65536}) {
    ModelBuilder builder("tall");
    const ValueId image = builder.input("image", {1, height, 1, 1}), level = builder.input("level", {1, 1, 1, 1});
    builder.entry("reconstruct", Mode::inference, {image, level},
                  {builder.layer("expand", "plane", {}, {level, image})});
    EXPECT_EQ(plan(builder.model(), 0, 0).status.code, height > 65535 ? Code::bad_shape : Code::ok);
  }
}

} // namespace
} // namespace pinhole::testing
