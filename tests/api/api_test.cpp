// SPDX-License-Identifier: Apache-2.0
// The public API as a program in C++ uses it, on the sample model.
#include "api/planned.h"

#include <cstring>
#include <utility>

namespace {

using namespace api_testing;

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

TEST(Api, APlanThatFailsLeavesNoEngine) {
  Planned planned(default_options());
  const auto engine_after = [&](const void* file, const Options* options) {
    auto* engine = reinterpret_cast<pinhole_engine*>(&planned);
    const pinhole_status status =
        pinhole_plan(file, planned.file_bytes.size(), options, planned.setup.data(), planned.setup.size(), &engine);
    EXPECT_EQ(status.code, PINHOLE_INVALID_ARGUMENT) << status.text;
    return engine;
  };
  Options wrong = default_options();
  EXPECT_EQ(engine_after(nullptr, &wrong), nullptr);
  EXPECT_EQ(engine_after(planned.file_bytes.data(), nullptr), nullptr);
  wrong.schedule = 3;
  EXPECT_EQ(engine_after(planned.file_bytes.data(), &wrong), nullptr);
  EXPECT_FALSE(planned.engine.plan(planned.file(), wrong, memory(planned.setup)));
  EXPECT_EQ(planned.engine.planned().scratch, 0u);
  EXPECT_EQ(planned.bind().code(), PINHOLE_INVALID_ARGUMENT);
}

// What is missing is said, not that the size does not suit the strides.
TEST(Api, TooSmallABudgetIsThatAtAnySize) {
  Options options = default_options();
  options.budget = 100;
  for (const int32_t width : {kWidth, kWidth + 1}) {
    options.width = width;
    options.height = kHeight;
    const std::vector<uint8_t> bytes = sample_bytes();
    AlignedBytes file(bytes);
    AlignedBytes setup(measured({file.data(), file.size()}, options));
    Engine engine;
    const Status status = engine.plan({file.data(), file.size()}, options, memory(setup));
    EXPECT_EQ(status.code(), PINHOLE_TOO_LITTLE_MEMORY) << status.text();
  }
}

TEST(Api, OneSideAloneMayBeOdd) {
  for (const bool width : {false, true}) {
    Options options = default_options();
    (width ? options.width : options.height) = 7;
    Planned planned(options);
    GrayFrame in, out;
    ASSERT_TRUE(planned.bind());
    in.frame.width = out.frame.width = width ? 7 : kWidth;
    in.frame.height = out.frame.height = width ? kHeight : 7;
    EXPECT_TRUE(planned.engine.denoise(in.frame, 25, &out.frame));
  }
}

TEST(Api, FramesInTheEnginesMemoryAreRefused) {
  Planned planned(default_options());
  ASSERT_TRUE(planned.bind());
  GrayFrame in, out, again;
  ASSERT_TRUE(planned.engine.denoise(in.frame, 25, &out.frame));
  for (AlignedBytes* own : {&planned.prepared, &planned.scratch, &planned.setup, &planned.file_bytes}) {
    Frame inside = out.frame;
    inside.plane[0] = own->data();
    const Status status = planned.engine.denoise(in.frame, 25, &inside);
    EXPECT_EQ(status.code(), PINHOLE_INVALID_ARGUMENT) << status.text();
  }
  ASSERT_TRUE(planned.engine.denoise(in.frame, 25, &again.frame));
  EXPECT_EQ(again.pixels, out.pixels);
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
