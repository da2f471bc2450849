// SPDX-License-Identifier: Apache-2.0
// The row schedule puts out the same bytes as the whole schedule, in less scratch.
#include "engine/open_engine.h"
#include "engine/unet_model.h"

#include <cmath>
#include <cstring>

namespace pinhole::testing {
namespace {

struct Frame {
  int32_t w, c;
  std::vector<float> pixels;
};

struct Io {
  Frame in, out;
  Engine* engine;
};

void load(void* context, ValueId, const View& view, RowRange rows) {
  const auto* io = static_cast<const Io*>(context);
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        view.row<float>(0, y)[x * view.pixel_stride + c] =
            view.desc.h == 1 ? 0.1f : io->in.pixels[static_cast<size_t>((y * io->in.w + x) * io->in.c + c)];
}

void store(void* context, ValueId, const View& view, RowRange rows) {
  auto* io = static_cast<Io*>(context);
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        io->out.pixels[static_cast<size_t>((y * io->out.w + x) * io->out.c + c)] =
            view.row<float>(0, y)[x * view.pixel_stride + c];
}

struct Result {
  std::vector<float> pixels;
  size_t scratch;
};

Result denoise(const Model& model, int32_t h, int32_t w, Schedule schedule, int32_t rows_per_step, int32_t threads) {
  EngineOptions options;
  options.plan.program.height = h;
  options.plan.program.width = w;
  options.plan.schedule = schedule;
  options.plan.rows_per_step = rows_per_step;
  options.threads = threads;
  OpenEngine engine(model, options);
  const int32_t c = static_cast<int32_t>(model.preprocessing.channels);
  const auto count = static_cast<size_t>(h * w * c);
  Io io = {{w, c, std::vector<float>(count)}, {w, c, std::vector<float>(count, NAN)}, engine.get()};
  for (size_t i = 0; i < count; ++i)
    io.in.pixels[i] = static_cast<float>((i * 2654435761u) % 1000) / 1000.0f;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const Status status = run_engine(engine.get(), {&io, load, store});
    EXPECT_TRUE(status.ok()) << status.text;
  }
  return {io.out.pixels, engine->plan.scratch_bytes};
}

TEST(Rows, EqualWholeBitForBit) {
  ModelBuilder builder("unet");
  build_unet(&builder);
  const int32_t sizes[][2] = {{4, 4}, {8, 12}, {36, 20}, {64, 16}, {100, 36}, {132, 8}};
  for (const auto& size : sizes) {
    const Result whole = denoise(builder.model(), size[0], size[1], Schedule::whole, 0, 1);
    for (float pixel : whole.pixels)
      ASSERT_TRUE(std::isfinite(pixel));
    for (const int32_t rows : {1, 2, 3, 7, 16, 64})
      for (const int32_t threads : {1, 3}) {
        const Result by_rows = denoise(builder.model(), size[0], size[1], Schedule::rows, rows, threads);
        EXPECT_EQ(0, std::memcmp(whole.pixels.data(), by_rows.pixels.data(), whole.pixels.size() * sizeof(float)))
            << size[0] << "x" << size[1] << " by " << rows << " rows, " << threads << " threads";
      }
  }
}

TEST(Rows, TakeLessScratchThanWhole) {
  ModelBuilder builder("unet");
  build_unet(&builder, 3, 16);
  const Result whole = denoise(builder.model(), 480, 32, Schedule::whole, 0, 2);
  const Result by_rows = denoise(builder.model(), 480, 32, Schedule::rows, 0, 2);
  EXPECT_LT(by_rows.scratch * 4, whole.scratch);
  EXPECT_EQ(whole.pixels, by_rows.pixels);
}

} // namespace
} // namespace pinhole::testing
