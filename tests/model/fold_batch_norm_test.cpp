// SPDX-License-Identifier: Apache-2.0
#include "model/fold_batch_norm.h"

#include "engine/open_engine.h"
#include "train/deploy.h"
#include "weights/sample_model.h"

#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

constexpr int32_t kSize = 12;

// Statistics, scales and shifts as training leaves them: far from 0 and 1, differing by channel.
void make_trained(Model* model) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> wide(-1.5f, 1.5f), positive(0.2f, 3.0f);
  for (const Node& node : model->nodes) {
    if (node.op != OpId::batch_norm)
      continue;
    for (int32_t i = 0; i < 4; ++i) {
      const Value& value = model->values[node.parameter[i]];
      auto* numbers = const_cast<float*>(static_cast<const float*>(value.data));
      for (int64_t c = 0; c < value.desc.elements(); ++c)
        numbers[c] = i == 3 ? positive(random) : wide(random);
    }
  }
}

// Batch norms after a convolution with bias, one with groups and no bias, a transposed one with groups, an activation
// (which cannot take one), and a convolution that somebody else reads, too.
void build_net(ModelBuilder* b) {
  using Options = std::initializer_list<ModelBuilder::IntOption>;
  const ValueId image = b->input("image", {1, kSize, kSize, 2});
  auto norm = [&](const char* name, ValueId in) { return b->layer("batch_norm", name, {}, {in}); };
  const Options with_bias = {{"out_channels", {6}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}};
  const Options grouped = {
      {"out_channels", {4}}, {"kernel", {2, 2}}, {"stride", {2, 2}}, {"groups", {2}}, {"bias", {0}}};
  const Options transposed = {{"out_channels", {6}}, {"kernel", {2, 2}}, {"stride", {2, 2}}, {"groups", {2}}};
  const Options last = {{"out_channels", {2}}, {"kernel", {1, 1}}};
  const ValueId first = b->layer("relu", "relu1", {}, {norm("norm1", b->layer("conv2d", "conv1", with_bias, {image}))});
  const ValueId small = norm("norm2", b->layer("conv2d", "conv2", grouped, {first}));
  const ValueId large = norm("norm3", b->layer("conv_transpose2d", "up", transposed, {small}));
  const ValueId kept = norm("norm4", b->layer("relu", "relu2", {}, {large}));
  const ValueId shared = b->layer("conv2d", "shared", last, {kept});
  const ValueId sum = b->layer("add", "sum", {}, {shared, norm("norm5", shared)});
  b->entry("reconstruct", Mode::inference, {image}, {sum});
}

// The net's output for a picture made up here.
std::vector<float> output_of(const Model& model) {
  EngineOptions options;
  options.plan.schedule = Schedule::whole;
  OpenEngine engine(model, options);
  const View image = engine_view(*engine, "image"), sum = engine_view(*engine, "sum.out0");
  if (!image.data || !sum.data) {
    ADD_FAILURE() << "no such tensor";
    return {};
  }
  for (int32_t y = 0; y < kSize; ++y)
    for (int32_t x = 0; x < kSize; ++x)
      for (int32_t c = 0; c < 2; ++c)
        image.row<float>(0, y)[x * image.pixel_stride + c] = std::sin(static_cast<float>(x * 7 + y * 3 + c));
  const Status status = run_engine(engine.get(), InputOutput());
  EXPECT_TRUE(status.ok()) << status.text;
  std::vector<float> numbers;
  for (int32_t y = 0; y < kSize; ++y)
    for (int32_t x = 0; x < kSize; ++x)
      for (int32_t c = 0; c < 2; ++c)
        numbers.push_back(sum.row<float>(0, y)[x * sum.pixel_stride + c]);
  return numbers;
}

TEST(FoldBatchNorm, TheNetComputesTheSame) {
  ModelBuilder builder("net");
  build_net(&builder);
  Model& model = builder.model();
  make_trained(&model);
  Model folded{};
  Arena counter(nullptr, 0);
  Status status = fold_batch_norm(model, &counter, &folded);
  ASSERT_TRUE(status.ok()) << status.text;
  AlignedBytes memory(counter.used());
  Arena arena(memory.data(), memory.size());
  status = fold_batch_norm(model, &arena, &folded);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(arena.used(), memory.size());

  std::vector<std::string> norms;
  for (const Node& node : folded.nodes)
    if (node.op == OpId::batch_norm)
      norms.push_back(node.name);
  EXPECT_EQ(norms, (std::vector<std::string>{"norm4", "norm5"}));
  EXPECT_EQ(folded.nodes.size, model.nodes.size - 3);
  EXPECT_NE(find_value(folded, "conv2.bias"), kNoValue) << "a layer without bias gets one";

  AlignedBytes lists(size_t{1} << 20);
  Arena list_arena(lists.data(), lists.size());
  Model cleared{};
  ASSERT_TRUE(drop_training(folded, &list_arena, &cleared).ok());
  EXPECT_EQ(find_value(cleared, "norm1.running_mean"), kNoValue);
  const std::vector<float> before = output_of(model), after = output_of(cleared);
  ASSERT_EQ(before.size(), after.size());
  double largest = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    largest = std::max(largest, std::fabs(static_cast<double>(before[i])));
    EXPECT_NEAR(before[i], after[i], 1e-5) << i;
  }
  EXPECT_GT(largest, 0.1) << "an output of zeros would prove nothing";
}

TEST(FoldBatchNorm, OneByteLessIsRefused) {
  ModelBuilder builder("net");
  build_net(&builder);
  Arena counter(nullptr, 0);
  Model folded{};
  ASSERT_TRUE(fold_batch_norm(builder.model(), &counter, &folded).ok());
  AlignedBytes memory(counter.used() - 1);
  Arena arena(memory.data(), memory.size());
  EXPECT_EQ(fold_batch_norm(builder.model(), &arena, &folded).code, Code::too_little_memory);
}

TEST(FoldBatchNorm, RefusesAModelThatStillTrains) {
  ModelBuilder builder("sample");
  build_sample(&builder, 4);
  Arena counter(nullptr, 0);
  Model folded{};
  const Status status = fold_batch_norm(builder.model(), &counter, &folded);
  EXPECT_EQ(status.code, Code::invalid_argument);
  EXPECT_NE(std::string(status.text).find("train"), std::string::npos) << status.text;
}

} // namespace
} // namespace pinhole::testing
