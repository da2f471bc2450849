// SPDX-License-Identifier: Apache-2.0
// In inference an activation becomes part of the layer before it, and the output keeps its bytes.
#include "engine/open_engine.h"

#include <cstring>

namespace pinhole::testing {
namespace {

constexpr int32_t kSide = 24, kChannels = 5;

// Every kind of activation behind every kind of layer that takes one. Entry "apart" also puts out what the activations
// read, so that none can be fused.
void build_activations(ModelBuilder* b) {
  const ValueId image = b->input("image", {1, kSide, kSide, kChannels});
  const ValueId conv =
      b->layer("conv2d", "conv", {{"out_channels", {37}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {image});
  const ValueId relu = b->layer("relu", "conv_relu", {}, {conv});
  const ValueId up = b->layer("conv_transpose2d", "up",
                              {{"out_channels", {16}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {relu});
  const ValueId leaky = b->layer("leaky_relu", "up_leaky", {}, {up});
  const ValueId narrow = b->layer("conv2d", "narrow", {{"out_channels", {kChannels}}, {"kernel", {1, 1}}}, {leaky});
  const ValueId sigmoid = b->layer("sigmoid", "narrow_sigmoid", {}, {narrow});
  const ValueId sum = b->layer("add", "sum", {}, {sigmoid, image});
  const ValueId tanh = b->layer("tanh", "sum_tanh", {}, {sum});
  const ValueId four = b->layer("conv2d", "four", {{"out_channels", {4}}, {"kernel", {3, 3}}}, {tanh});
  const ValueId last = b->layer("relu", "four_relu", {}, {four});
  b->entry("fused", Mode::inference, {image}, {last});
  b->entry("apart", Mode::inference, {image}, {last, conv, up, narrow, sum, four});
  b->model().preprocessing.channels = Channels::gray;
}

struct Pixels {
  ValueId value;
  std::vector<float> numbers;
};

void load(void*, ValueId, const View& view, RowRange rows) {
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        view.row<float>(0, y)[x * view.pixel_stride + c] = static_cast<float>((y * 31 + x * 7 + c * 3) % 101 - 50) / 9;
}

void store(void* context, ValueId value, const View& view, RowRange rows) {
  auto* pixels = static_cast<Pixels*>(context);
  if (value != pixels->value)
    return;
  const auto row = static_cast<size_t>(view.desc.w) * static_cast<size_t>(view.desc.c);
  pixels->numbers.resize(row * static_cast<size_t>(view.desc.h));
  for (int32_t y = rows.begin; y < rows.end; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      std::memcpy(pixels->numbers.data() + static_cast<size_t>(y) * row + static_cast<size_t>(x * view.desc.c),
                  view.row<float>(0, y) + x * view.pixel_stride, static_cast<size_t>(view.desc.c) * sizeof(float));
}

struct Outcome {
  int32_t nodes, activations;
  std::vector<float> numbers;
};

Outcome run_entry(const Model& model, const char* entry) {
  EngineOptions options;
  options.plan.program.entry = entry;
  options.plan.schedule = Schedule::whole;
  OpenEngine engine(model, options);
  const Program& program = engine->plan.program;
  Outcome run = {program.node_count, 0, {}};
  for (int32_t n = 0; n < program.node_count; ++n)
    run.activations += find_op(program.nodes[n].op)->as_activation != nullptr;
  Pixels pixels = {program.entry->outputs[0], {}};
  const Status status = run_engine(engine.get(), {&pixels, load, store});
  EXPECT_TRUE(status.ok()) << status.text;
  run.numbers = pixels.numbers;
  return run;
}

TEST(FuseActivation, LeavesNoActivationAndTheSameBytes) {
  ModelBuilder builder("activations");
  build_activations(&builder);
  const Outcome fused = run_entry(builder.model(), "fused"), apart = run_entry(builder.model(), "apart");
  EXPECT_EQ(fused.nodes, 5);
  EXPECT_EQ(fused.activations, 0);
  EXPECT_EQ(apart.nodes, 10);
  EXPECT_EQ(apart.activations, 5);
  ASSERT_EQ(fused.numbers.size(), apart.numbers.size());
  EXPECT_EQ(0, std::memcmp(fused.numbers.data(), apart.numbers.data(), fused.numbers.size() * sizeof(float)));
  bool varied = false;
  for (const float number : fused.numbers)
    varied = varied || number > 0;
  EXPECT_TRUE(varied);
}

TEST(FuseActivation, KnowsEveryActivation) {
  const struct {
    const char* name;
    Activation activation;
  } cases[] = {{"relu", Activation::relu},
               {"leaky_relu", Activation::leaky_relu},
               {"sigmoid", Activation::sigmoid},
               {"tanh", Activation::tanh}};
  for (const auto& c : cases) {
    const OpDef* op = find_op(c.name);
    ASSERT_TRUE(op && op->as_activation) << c.name;
    OpOptions options;
    ASSERT_TRUE(op->parse({}, &options).ok());
    float slope = 0;
    EXPECT_EQ(op->as_activation(options, &slope), c.activation) << c.name;
  }
  EXPECT_EQ(find_op("add")->as_activation, nullptr);
}

} // namespace
} // namespace pinhole::testing
