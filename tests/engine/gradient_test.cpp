// SPDX-License-Identifier: Apache-2.0
// The whole training program against finite differences of its own loss: wiring, fan-out, shared memory, order.
#include "engine/open_engine.h"
#include "engine/unet_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace pinhole::testing {
namespace {

constexpr int32_t kBatch = 2, kSide = 12;

void fill(Engine* engine, const char* name, unsigned seed) {
  const View view = engine_view(*engine, name);
  ASSERT_NE(view.data, nullptr) << name;
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int32_t n = 0; n < view.desc.n; ++n)
    for (int32_t y = 0; y < view.desc.h; ++y)
      for (int32_t x = 0; x < view.desc.w; ++x)
        for (int32_t c = 0; c < view.desc.c; ++c)
          view.row<float>(n, y)[x * view.pixel_stride + c] = uniform(random);
}

// The loss of one step; the learning rate is zero, so the parameters stay.
double loss_of(Engine* engine) {
  fill(engine, "image", 1);
  fill(engine, "level", 2);
  fill(engine, "target", 3);
  engine->state.learning_rate = 0;
  EXPECT_TRUE(refresh_parameters(engine).ok());
  EXPECT_TRUE(run_engine(engine, {}).ok());
  return engine_loss(*engine);
}

TEST(Training, GradientIsThatOfItsOwnLoss) {
  ModelBuilder builder("unet");
  build_unet(&builder);
  EngineOptions options;
  options.plan.program.mode = Mode::training;
  options.plan.program.batch = kBatch;
  options.plan.program.height = options.plan.program.width = kSide;
  OpenEngine engine(builder.model(), options);
  loss_of(engine.get());
  const Array<float> gradient = parameter_section(*engine, 1), weights = parameter_section(*engine, 0);
  const std::vector<float> expected(gradient.begin(), gradient.end());
  double largest = 0;
  for (float g : expected)
    largest = std::max<double>(largest, std::fabs(g)); // not fmax: g++ 12 for aarch64 fails on its vectorised form
  ASSERT_GT(largest, 0);
  int32_t checked = 0;
  for (int32_t i = 0; i < weights.size; i += 11) {
    if (expected[static_cast<size_t>(i)] == 0)
      continue; // padding between parameters, or a dead ReLU
    const float saved = weights[i], step = 2e-3f;
    weights.data[i] = saved + step;
    const double up = loss_of(engine.get());
    weights.data[i] = saved - step;
    const double down = loss_of(engine.get());
    weights.data[i] = saved;
    EXPECT_NEAR((up - down) / (2.0 * step), expected[static_cast<size_t>(i)], 0.02 * largest) << "parameter " << i;
    ++checked;
  }
  EXPECT_GT(checked, 50);
}

// The gradient of what is put side by side and then read as one row of numbers.
TEST(Training, GradientThroughAConcatenationThatIsFlattened) {
  ModelBuilder builder("flattened");
  const ValueId image = builder.input("image", {1, 6, 4, 1}), target = builder.input("target", {1, 1, 1, 3});
  const auto conv = [&](const char* name) {
    return builder.layer("conv2d", name, {{"out_channels", {2}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}},
                         {image});
  };
  const ValueId joined = builder.layer("concat", "joined", {}, {conv("a"), conv("b")});
  const ValueId row = builder.layer("flatten", "row", {}, {joined});
  const ValueId out = builder.layer("linear", "out", {{"out_channels", {3}}}, {row});
  builder.entry("train", Mode::training, {image, target}, {builder.layer("mse_loss", "loss", {}, {out, target})});
  EngineOptions options;
  options.plan.program.mode = Mode::training;
  OpenEngine engine(builder.model(), options);
  const auto loss = [&] {
    fill(engine.get(), "image", 1);
    fill(engine.get(), "target", 3);
    engine->state.learning_rate = 0;
    EXPECT_TRUE(refresh_parameters(engine.get()).ok());
    EXPECT_TRUE(run_engine(engine.get(), {}).ok());
    return static_cast<double>(engine_loss(*engine));
  };
  loss();
  const Array<float> weights = parameter_section(*engine, 0);
  const std::vector<float> gradient(parameter_section(*engine, 1).begin(), parameter_section(*engine, 1).end());
  for (int32_t i = 0; i < weights.size; ++i) {
    const float saved = weights[i], step = 2e-2f;
    weights.data[i] = saved + step;
    const double up = loss();
    weights.data[i] = saved - step;
    const double down = loss();
    weights.data[i] = saved;
    EXPECT_NEAR((up - down) / (2.0 * static_cast<double>(step)), gradient[static_cast<size_t>(i)], 1e-3) << i;
  }
}

// The pooling leaves the seventh row out, and batch statistics are of all rows.
TEST(Training, RowsThatTheLossDoesNotNeedAreComputedToo) {
  ModelBuilder builder("odd");
  const ValueId image = builder.input("image", {1, 7, 8, 1}), target = builder.input("target", {1, 3, 4, 4});
  const ValueId conv =
      builder.layer("conv2d", "conv", {{"out_channels", {4}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {image});
  const ValueId norm = builder.layer("batch_norm", "norm", {}, {conv});
  const ValueId active = builder.layer("tanh", "active", {}, {norm});
  const ValueId pooled = builder.layer("max_pool2d", "pooled", {{"kernel", {2, 2}}, {"stride", {2, 2}}}, {active});
  builder.entry("train", Mode::training, {image, target}, {builder.layer("mse_loss", "loss", {}, {pooled, target})});
  EngineOptions options;
  options.plan.program.mode = Mode::training;
  float first = 0;
  for (const int byte : {0xFF, 0x40, 0x00}) {
    OpenEngine engine(builder.model(), options);
    std::memset(engine->regions.scratch.data, byte, engine->plan.scratch_bytes);
    fill(engine.get(), "image", 1);
    fill(engine.get(), "target", 3);
    const Status status = run_engine(engine.get(), {});
    ASSERT_TRUE(status.ok()) << status.text;
    first = byte == 0xFF ? engine_loss(*engine) : first;
    EXPECT_EQ(engine_loss(*engine), first) << "whatever lay in the scratch";
  }
}

TEST(Training, LossFallsAndThreadsDoNotMatter) {
  ModelBuilder builder("unet");
  build_unet(&builder);
  std::vector<float> reference;
  for (const int32_t threads : {1, 2, 3}) {
    EngineOptions options;
    options.plan.program.mode = Mode::training;
    options.plan.program.batch = kBatch;
    options.plan.program.height = options.plan.program.width = kSide;
    options.threads = threads;
    OpenEngine engine(builder.model(), options);
    const double first = loss_of(engine.get());
    for (int step = 0; step < 60; ++step) {
      fill(engine.get(), "image", 1);
      fill(engine.get(), "level", 2);
      fill(engine.get(), "target", 3);
      engine->state.learning_rate = 3e-3f;
      ASSERT_TRUE(run_engine(engine.get(), {}).ok());
    }
    EXPECT_LT(loss_of(engine.get()), 0.8 * first);
    const Array<float> weights = parameter_section(*engine, 0);
    const std::vector<float> result(weights.begin(), weights.end());
    if (reference.empty())
      reference = result;
    EXPECT_EQ(reference, result) << threads << " threads";
  }
}

} // namespace
} // namespace pinhole::testing
