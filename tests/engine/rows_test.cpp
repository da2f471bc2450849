// SPDX-License-Identifier: Apache-2.0
// The row schedule puts out the same bytes as the whole schedule, in less scratch.
#include "engine/frame.h"
#include "engine/open_engine.h"
#include "engine/unet_model.h"

#include "weights/mapped_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace pinhole::testing {
namespace {

struct Frame {
  int32_t h, w, c;
  std::vector<float> pixels;

  // Mirrored beyond the right and bottom edges, as the network may run on a little more than the frame.
  float& pixel(int32_t y, int32_t x, int32_t channel) {
    return pixels[static_cast<size_t>((mirror_index(y, h) * w + mirror_index(x, w)) * c + channel)];
  }
};

struct Io {
  Frame in, out;
};

void load(void* context, ValueId, const View& view, RowRange rows) {
  auto* io = static_cast<Io*>(context);
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        view.row<float>(0, y)[x * view.pixel_stride + c] = view.desc.h == 1 ? 0.1f : io->in.pixel(y, x, c);
}

void store(void* context, ValueId, const View& view, RowRange rows) {
  auto* io = static_cast<Io*>(context);
  for (int32_t y = rows.begin; y < std::min(rows.end, io->out.h); ++y)
    for (int32_t x = 0; x < io->out.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        io->out.pixel(y, x, c) = view.row<float>(0, y)[x * view.pixel_stride + c];
}

struct Result {
  std::vector<float> pixels;
  size_t scratch;
  int32_t row_lag;
};

template <class Source>
Result denoise(const Source& source, int32_t h, int32_t w, Schedule schedule, int32_t rows_per_step, int32_t threads) {
  EngineOptions options;
  options.plan.program.height = h;
  options.plan.program.width = w;
  options.plan.schedule = schedule;
  options.plan.rows_per_step = rows_per_step;
  options.threads = threads;
  OpenEngine engine(source, options);
  const int32_t c = static_cast<int32_t>(engine->model.preprocessing.channels);
  const auto count = static_cast<size_t>(h * w * c);
  Io io = {{h, w, c, std::vector<float>(count)}, {h, w, c, std::vector<float>(count, NAN)}};
  for (size_t i = 0; i < count; ++i)
    io.in.pixels[i] = static_cast<float>((i * 2654435761u) % 1000) / 1000.0f;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const Status status = run_engine(engine.get(), {&io, load, store});
    EXPECT_TRUE(status.ok()) << status.text;
  }
  return {io.out.pixels, engine->plan.scratch_bytes, engine->plan.row_lag};
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

// Rows that a stride leaves out are loaded all the same, by several threads at once.
TEST(Rows, RowsThatNothingReadsHaveAPlaceOfTheirOwn) {
  ModelBuilder builder("strided");
  const ValueId image = builder.input("image", {1, 8, 8, 1});
  const ValueId down =
      builder.layer("conv2d", "down", {{"out_channels", {4}}, {"kernel", {1, 1}}, {"stride", {2, 2}}}, {image});
  const ValueId up = builder.layer("pixel_shuffle", "up", {{"factor", {2}}}, {down});
  builder.entry("reconstruct", Mode::inference, {image}, {up});
  const Result whole = denoise(builder.model(), 128, 128, Schedule::whole, 0, 1);
  for (const int32_t rows : {1, 2, 3})
    for (int repeat = 0; repeat < 40; ++repeat) {
      const Result by_rows = denoise(builder.model(), 128, 128, Schedule::rows, rows, 4);
      ASSERT_EQ(whole.pixels, by_rows.pixels) << rows << " rows";
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

TEST(Rows, RandomSizesOfBoth) {
  ModelBuilder builder("unet");
  build_unet(&builder, 3, 9);
  std::mt19937 random(7);
  std::uniform_int_distribution<int32_t> side(1, 60), rows(1, 40), threads(1, 3);
  for (int round = 0; round < 25; ++round) {
    const int32_t h = 4 * side(random), w = 4 * side(random);
    const Result whole = denoise(builder.model(), h, w, Schedule::whole, 0, threads(random));
    const Result by_rows = denoise(builder.model(), h, w, Schedule::rows, rows(random), threads(random));
    EXPECT_EQ(whole.pixels, by_rows.pixels) << h << "x" << w;
  }
}

// A budget makes the rounds smaller before it is refused.
TEST(Rows, FitABudgetByFewerRowsAtATime) {
  ModelBuilder builder("unet");
  build_unet(&builder, 3, 16);
  EngineOptions options;
  options.plan.program.height = 480;
  options.plan.program.width = 64;
  options.plan.schedule = Schedule::rows;
  OpenEngine free(builder.model(), options);
  const Plan& plan = free->plan;
  options.plan.budget = plan.prepared_bytes + plan.scratch_bytes - 1;
  OpenEngine bounded(builder.model(), options);
  EXPECT_LT(bounded->plan.rows_per_step, plan.rows_per_step);
  EXPECT_LE(bounded->plan.prepared_bytes + bounded->plan.scratch_bytes, options.plan.budget);
}

// The network that is shipped, at sizes that its strides do not divide too.
TEST(Rows, ShippedDenoiserEqualsWhole) {
  MappedFile file;
  const std::string path = std::string(PINHOLE_SOURCE_DIR) + "/weights/denoise-rgb.pinhole";
  if (!file.open(path).ok())
    GTEST_SKIP() << path << " is not there";
  const auto* begin = static_cast<const uint8_t*>(file.data());
  const std::vector<uint8_t> bytes(begin, begin + file.size());
  std::mt19937 random(3);
  std::uniform_int_distribution<int32_t> side(3, 240);
  constexpr int32_t kRows = PINHOLE_SANITIZED ? 240 : 480, kRounds = PINHOLE_SANITIZED ? 4 : 8;
  for (int round = 0; round < kRounds; ++round) {
    const int32_t h = round == 0 ? kRows : side(random), w = round == 0 ? kRows * 4 / 3 : side(random);
    const Result whole = denoise(bytes, h, w, Schedule::whole, 0, 2);
    const Result by_rows = denoise(bytes, h, w, Schedule::rows, 0, 2);
    EXPECT_EQ(whole.pixels, by_rows.pixels) << h << "x" << w;
    std::printf("%dx%d: scratch whole %zu, by rows %zu bytes; row lag %d\n", w, h, whole.scratch, by_rows.scratch,
                by_rows.row_lag);
  }
}

} // namespace
} // namespace pinhole::testing
