// SPDX-License-Identifier: Apache-2.0
// Entry points at their edges: codes given by the caller, outputs that others read, rows that need nothing.
#include "engine/open_engine.h"
#include "pinhole/pinhole.h"

#include <algorithm>
#include <cmath>

namespace pinhole::testing {
namespace {

void fill(const View& view, float start) {
  for (int64_t i = 0; i < view.desc.elements(); ++i)
    view.base<float>()[i] = start + 0.01f * static_cast<float>(i % 37);
}

std::vector<float> copy(const View& view) {
  return {view.base<float>(), view.base<float>() + view.desc.elements()};
}

// "decode" starts at an activation: what lies before it must not run.
TEST(Entry, DecodesTheCodeThatIsGiven) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  EngineOptions options;
  options.plan.program.entry = "decode";
  options.plan.schedule = Schedule::whole;
  OpenEngine engine(builder.model(), options);
  const EntryPoint& entry = *engine->plan.program.entry;
  const View& code = engine->views[entry.inputs[0]];
  std::vector<float> results[2];
  for (int i = 0; i < 2; ++i) {
    fill(code, static_cast<float>(i));
    ASSERT_TRUE(run_engine(engine.get(), {}).ok());
    results[i] = copy(engine->views[entry.outputs[0]]);
    EXPECT_TRUE(std::all_of(results[i].begin(), results[i].end(), [](float v) { return std::isfinite(v); }));
  }
  EXPECT_NE(results[0], results[1]);
}

// An output that a later layer reads keeps its own bytes, even when that layer could work in place.
TEST(Entry, OutputsAreNotOverwritten) {
  for (const Schedule schedule : {Schedule::whole, Schedule::rows}) {
    ModelBuilder builder("outputs");
    const ValueId x = builder.input("x", {1, 8, 8, 2});
    const ValueId d = builder.layer("conv2d", "d", {{"out_channels", {3}}, {"kernel", {1, 1}}}, {x});
    const ValueId t = builder.layer("tanh", "t", {}, {d});
    builder.entry("both", Mode::inference, {x}, {d, t});
    EngineOptions options;
    options.plan.schedule = schedule;
    options.plan.rows_per_step = 8; // one round, so that the rings hold everything
    OpenEngine engine(builder.model(), options);
    fill(engine->views[x], 0.5f);
    ASSERT_TRUE(run_engine(engine.get(), {}).ok());
    const std::vector<float> before = copy(engine->views[d]), after = copy(engine->views[t]);
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_NEAR(after[i], std::tanh(before[i]), 1e-6f);
    EXPECT_NE(before, after);
  }
}

struct Rows {
  std::vector<float> values;
  int32_t width;
};

void load(void*, ValueId, const View& view, RowRange rows) {
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t i = 0; i < view.desc.w * view.desc.c; ++i)
      view.row<float>(0, y)[i] = static_cast<float>((y * 31 + i) % 19) / 19.0f;
}

void store(void* context, ValueId, const View& view, RowRange rows) {
  auto* kept = static_cast<Rows*>(context);
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t i = 0; i < view.desc.w * view.desc.c; ++i)
      kept->values[static_cast<size_t>(y * kept->width + i)] = view.row<float>(0, y)[i];
}

// A stride beyond the kernel: most output rows of the transposed convolution read no input row at all.
TEST(Entry, RowsThatNeedNothingLoseNothing) {
  ModelBuilder builder("sparse");
  const ValueId x = builder.input("x", {1, 13, 6, 2});
  const ValueId a =
      builder.layer("conv2d", "a", {{"out_channels", {3}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {x});
  const ValueId up =
      builder.layer("conv_transpose2d", "up", {{"out_channels", {2}}, {"kernel", {1, 1}}, {"stride", {5, 5}}}, {a});
  builder.entry("up", Mode::inference, {x}, {up});
  std::vector<float> whole;
  for (const int32_t rows : {0, 1, 2, 3, 4, 7, 24, INT32_MAX}) {
    EngineOptions options;
    options.plan.schedule = rows == 0 ? Schedule::whole : Schedule::rows;
    options.plan.rows_per_step = rows;
    OpenEngine engine(builder.model(), options);
    const Desc& out = engine->plan.program.values[up].desc;
    Rows kept = {std::vector<float>(static_cast<size_t>(out.elements()), NAN), out.w * out.c};
    ASSERT_TRUE(run_engine(engine.get(), {&kept, load, store}).ok());
    if (rows == 0)
      whole = kept.values;
    EXPECT_EQ(kept.values, whole) << rows;
    EXPECT_FALSE(std::isnan(kept.values.back()));
  }
}

TEST(Entry, ASecondBindIsRefused) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  EngineOptions options;
  options.threads = 3;
  OpenEngine engine(builder.model(), options);
  EXPECT_EQ(bind_engine(engine.get(), engine->regions).code, Code::invalid_argument);
  unbind_engine(engine.get());
  EXPECT_TRUE(bind_engine(engine.get(), engine->regions).ok());
}

TEST(Entry, RegionsMustLieApart) {
  ModelBuilder builder("sample");
  build_sample(&builder);
  OpenEngine engine(builder.model(), {});
  unbind_engine(engine.get());
  Regions regions = engine->regions;
  regions.prepared.data = regions.scratch.data;
  regions.prepared.bytes = regions.scratch.bytes = std::max(regions.prepared.bytes, regions.scratch.bytes);
  EXPECT_EQ(bind_engine(engine.get(), regions).code, Code::invalid_argument);
}

// A network whose output is smaller than the frame is no denoiser, and nothing beyond its output is read.
TEST(Entry, DenoiseRefusesASmallerOutput) {
  ModelBuilder builder("small");
  const ValueId x = builder.input("x", {1, 32, 32, 1});
  const ValueId y = builder.layer("conv2d", "y", {{"out_channels", {1}}, {"kernel", {8, 8}}, {"stride", {8, 8}}}, {x});
  builder.entry("shrink", Mode::inference, {x}, {y});
  EngineOptions options;
  options.plan.program.width = options.plan.program.height = 32;
  OpenEngine engine(builder.model(), options);
  std::vector<uint8_t> in(32 * 32), out(32 * 32);
  pinhole_frame from = {PINHOLE_GRAY8, 32, 32, {in.data(), nullptr}, {32, 0}, 0};
  pinhole_frame to = {PINHOLE_GRAY8, 32, 32, {out.data(), nullptr}, {32, 0}, 0};
  const pinhole_status status = pinhole_denoise(reinterpret_cast<pinhole_engine*>(engine.get()), &from, 10, &to);
  EXPECT_EQ(status.code, PINHOLE_BAD_SHAPE) << status.text;
}

} // namespace
} // namespace pinhole::testing
