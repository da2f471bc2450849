// SPDX-License-Identifier: Apache-2.0
// The public API as a program in C++ uses it, on the sample model.
#include "pinhole/pinhole.hpp"

#include "weights/aligned_bytes.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <utility>

namespace {

using pinhole::testing::AlignedBytes;
using namespace pinhole::api;

constexpr int32_t kWidth = 12, kHeight = 8;

std::vector<uint8_t> sample_bytes() {
  pinhole::testing::ModelBuilder builder("sample");
  pinhole::testing::build_sample(&builder);
  std::vector<uint8_t> bytes;
  const pinhole::Status status = write_model(builder.model(), &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

Memory memory(AlignedBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

size_t measured(File file, const Options& options) {
  size_t bytes = 0;
  const Status status = measure(file, options, &bytes);
  EXPECT_TRUE(status) << status.text();
  return bytes;
}

// An engine, planned, and memory of exactly the planned sizes.
struct Planned {
  explicit Planned(const Options& options)
      : file_bytes(sample_bytes()), setup(measured(file(), options)),
        plan_status(engine.plan(file(), options, memory(setup))), prepared(engine.planned().prepared),
        state(engine.planned().state), scratch(engine.planned().scratch) {
    EXPECT_TRUE(plan_status) << plan_status.text();
  }
  File file() { return {file_bytes.data(), file_bytes.size()}; }
  Status bind() { return engine.bind(memory(prepared), memory(state), memory(scratch)); }

  AlignedBytes file_bytes, setup;
  Engine engine;
  Status plan_status;
  AlignedBytes prepared, state, scratch;
};

struct GrayFrame {
  GrayFrame() {
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<uint8_t>(2 * i);
    frame.format = PINHOLE_GRAY8;
    frame.width = kWidth;
    frame.height = kHeight;
    frame.plane[0] = pixels.data();
    frame.pitch[0] = kWidth;
  }
  std::array<uint8_t, size_t{kWidth} * kHeight> pixels{};
  Frame frame{};
};

TEST(Api, DenoisesLikeTheCCalls) {
  Planned planned(default_options());
  GrayFrame in, out, expected;
  in.frame.timestamp_usec = 40000;
  ASSERT_TRUE(planned.bind());
  const pinhole_status status = pinhole_denoise(planned.engine.get(), &in.frame, 25, &expected.frame);
  ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  ASSERT_TRUE(planned.engine.denoise(in.frame, 25, &out.frame));
  EXPECT_EQ(out.pixels, expected.pixels);
  EXPECT_NE(out.pixels, in.pixels);
  EXPECT_EQ(out.frame.timestamp_usec, 40000u);
}

TEST(Api, FramesOfAnotherSizeAreRefused) {
  for (const int32_t width : {0, int32_t{kWidth}}) { // 0: as in the file
    Options options = default_options();
    options.width = width;
    options.height = width > 0 ? kHeight : 0;
    Planned planned(options);
    GrayFrame in, out;
    ASSERT_TRUE(planned.bind());
    in.frame.height = kHeight - 1;
    const Status status = planned.engine.denoise(in.frame, 25, &out.frame);
    EXPECT_EQ(status.code(), PINHOLE_BAD_SHAPE);
    EXPECT_STREQ(status.text(), "input frame: 12x7, but the engine was planned for 12x8");
  }
}

TEST(Api, FramesThatOverlapAreRefused) {
  Planned planned(default_options());
  ASSERT_TRUE(planned.bind());
  GrayFrame in;
  std::array<uint8_t, size_t{2} * kWidth * kHeight + 1> buffer{};
  const auto denoise = [&](size_t from, size_t to, size_t pitch) {
    Frame out = in.frame;
    in.frame.plane[0] = buffer.data() + from;
    out.plane[0] = buffer.data() + to;
    in.frame.pitch[0] = out.pitch[0] = pitch;
    return planned.engine.denoise(in.frame, 25, &out);
  };
  constexpr size_t kSize = size_t{kWidth} * kHeight;
  EXPECT_TRUE(denoise(0, kSize, kWidth)) << "one after the other";
  EXPECT_TRUE(denoise(kSize, 0, kWidth));
  EXPECT_TRUE(denoise(0, kWidth, 2 * kWidth)) << "side by side";
  EXPECT_TRUE(denoise(kWidth, 0, 2 * kWidth));
  EXPECT_FALSE(denoise(0, 0, kWidth));
  EXPECT_FALSE(denoise(0, kSize - 1, kWidth));
  EXPECT_FALSE(denoise(1, kWidth, 2 * kWidth));
  const Status status = denoise(kSize - 1, 0, kWidth);
  EXPECT_EQ(status.code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_NE(std::strstr(status.text(), "overlap"), nullptr) << status.text();
}

TEST(Api, StatusNamesWhatAndWhere) {
  Planned planned(default_options());
  AlignedBytes small(planned.scratch.size() - 1);
  const Status status = planned.engine.bind(memory(planned.prepared), memory(planned.state), memory(small));
  EXPECT_FALSE(status);
  EXPECT_EQ(status.code(), PINHOLE_TOO_LITTLE_MEMORY);
  EXPECT_STREQ(status.code_name(), "too_little_memory");
  EXPECT_NE(std::strstr(status.text(), "'scratch'"), nullptr) << status.text();
  EXPECT_TRUE(planned.bind()) << "after a refusal the right memory is still accepted";
}

TEST(Api, EngineWithoutPlanRefusesEveryCall) {
  Engine engine;
  GrayFrame in, out;
  Tensor tensor{};
  Parameters parameters{};
  float loss = 0;
  EXPECT_EQ(engine.planned().scratch, 0u);
  EXPECT_EQ(engine.bind({}, {}, {}).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.denoise(in.frame, 25, &out.frame).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.tensor("image", &tensor).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.run().code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.train_step(default_update(), &loss).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.parameters(&parameters).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_parameters(&loss, 1).code(), PINHOLE_INVALID_ARGUMENT);
  engine.unbind();
}

TEST(Api, MovedEngineGoesOn) {
  Options options = default_options();
  options.threads = 3;
  Planned planned(options);
  GrayFrame in, out;
  ASSERT_TRUE(planned.bind());
  Engine moved(std::move(planned.engine));
  EXPECT_EQ(planned.engine.get(), nullptr); // NOLINT(bugprone-use-after-move): what a move leaves is stated
  EXPECT_TRUE(moved.denoise(in.frame, 25, &out.frame));
  planned.engine = std::move(moved);
  EXPECT_TRUE(planned.engine.denoise(in.frame, 25, &out.frame));
}

TEST(Api, UnboundEngineRefusesFramesAndBindsAgain) {
  Planned planned(default_options());
  GrayFrame in, out;
  ASSERT_TRUE(planned.bind());
  planned.engine.unbind();
  EXPECT_EQ(planned.engine.denoise(in.frame, 25, &out.frame).code(), PINHOLE_INVALID_ARGUMENT);
  ASSERT_TRUE(planned.bind());
  EXPECT_TRUE(planned.engine.denoise(in.frame, 25, &out.frame));
}

void fill(const Tensor& tensor) {
  for (int32_t y = 0; y < tensor.h; ++y)
    for (int32_t x = 0; x < tensor.w; ++x)
      tensor.data[y * tensor.row_stride + x * tensor.pixel_stride] = 0.05f * static_cast<float>(x + y);
}

// Trains `steps` steps on one ramp; the last loss.
float train(Engine* engine, int steps) {
  Update update = default_update();
  update.learning_rate = 0.01f;
  float loss = 0;
  for (int step = 0; step < steps; ++step) {
    for (const char* name : {"image", "target"}) {
      Tensor tensor{};
      const Status status = engine->tensor(name, &tensor);
      EXPECT_TRUE(status) << status.text();
      fill(tensor);
    }
    const Status status = engine->train_step(update, &loss);
    EXPECT_TRUE(status) << status.text();
  }
  return loss;
}

TEST(Api, TrainsAndTakesItsParametersBack) {
  Options options = default_options();
  options.mode = PINHOLE_TRAINING;
  Planned planned(options);
  ASSERT_TRUE(planned.bind());
  Parameters parameters{};
  ASSERT_TRUE(planned.engine.parameters(&parameters));
  ASSERT_GT(parameters.count, 0u);
  const std::vector<float> before(parameters.data, parameters.data + parameters.count);
  const float first = train(&planned.engine, 1);
  EXPECT_LT(train(&planned.engine, 20), first);
  ASSERT_TRUE(planned.engine.set_parameters(before.data(), before.size()));
  EXPECT_EQ(train(&planned.engine, 1), first) << "the loss of the parameters that were put back";
  EXPECT_EQ(planned.engine.set_parameters(before.data(), before.size() - 1).code(), PINHOLE_INVALID_ARGUMENT);
}

TEST(Api, EstimatesALevel) {
  GrayFrame frame;
  float level = -1;
  ASSERT_TRUE(estimate_level(frame.frame, &level));
  EXPECT_GE(level, 0);
  EXPECT_LE(level, 255);
  const size_t pitch = frame.frame.pitch[0];
  for (const size_t wild : {SIZE_MAX, size_t{1} << 62, static_cast<size_t>(-static_cast<ptrdiff_t>(pitch))}) {
    frame.frame.pitch[0] = wild; // rows may not lie upwards either
    EXPECT_EQ(estimate_level(frame.frame, &level).code(), PINHOLE_INVALID_ARGUMENT) << wild;
  }
  frame.frame.pitch[0] = pitch;
  frame.frame.plane[0] = nullptr;
  EXPECT_EQ(estimate_level(frame.frame, &level).code(), PINHOLE_INVALID_ARGUMENT);
}

} // namespace
