// SPDX-License-Identifier: Apache-2.0
// Facts about single layers that can be worked out by hand: the lectures' examples, PyTorch's conventions, ends of the
// range, and tensors that share memory.
#include "ops/op_cases.h"
#include "ops/op_run.h"
#include "ops/plain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace pinhole::test {
namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

// One layer on given values, on float and with the library's own kernels.
class Layer {
public:
  Layer(const char* op, std::vector<AttributeCase> attributes, std::vector<Desc> in, bool training)
      : case_{op, "fact", std::move(attributes), std::move(in)} {
    const OpDef* def = find_op(op);
    Faults faults;
    problem_ = make_problem({def, plain_kernels(def->id, DType::f32), plain_kernels(def->id, DType::f64)}, case_,
                            training, &faults);
    EXPECT_TRUE(problem_) << (faults.empty() ? "" : faults[0]);
    spec_.kernels = def->cpu;
  }

  // Outputs, then buffers.
  std::vector<Values> forward(std::vector<Values> in) {
    problem_->operands.in = std::move(in);
    Outcome outcome = run_forward(*problem_, problem_->operands, spec_);
    EXPECT_TRUE(outcome.faults.empty()) << outcome.faults[0];
    outputs_ = outcome.tensors;
    return outcome.tensors;
  }
  // d_in[0] after forward.
  Values backward(Values d_out) {
    problem_->operands.d_out = std::move(d_out);
    const size_t n_out = static_cast<size_t>(problem_->query.n_out);
    const std::vector<Values> outputs(outputs_.begin(), outputs_.begin() + static_cast<std::ptrdiff_t>(n_out));
    Outcome outcome = run_backward(Backward::data, *problem_, problem_->operands, outputs, spec_);
    EXPECT_TRUE(outcome.faults.empty()) << outcome.faults[0];
    return outcome.tensors[0];
  }
  Operands& operands() { return problem_->operands; }
  RowRange window(int32_t input, RowRange out) const { return problem_->op().row_window(problem_->query, input, out); }

private:
  OpCase case_;
  std::unique_ptr<Problem> problem_;
  RunSpec spec_;
  std::vector<Values> outputs_;
};

Values counting(int count) {
  Values values;
  for (int i = 1; i <= count; ++i)
    values.push_back(i);
  return values;
}

// literature.md A: 1..16 pooled 2/2 and put back where the maxima were.
TEST(MaxPool, FourByFourAndItsUnpooling) {
  Layer pool("max_pool2d", {ints("kernel", {2, 2}), ints("stride", {2, 2})}, {{1, 4, 4, 1}}, true);
  const std::vector<Values> out = pool.forward({counting(16)});
  EXPECT_EQ(out[0], (Values{6, 8, 14, 16}));
  EXPECT_EQ(out[1], (Values{5, 7, 13, 15}));
  EXPECT_EQ(pool.backward(out[0]), (Values{0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16}));
}

TEST(MaxPool, PaddingIsMinusInfinityAndTheFirstOfEqualsWins) {
  Layer pool("max_pool2d", {ints("kernel", {2, 2}), ints("stride", {2, 2}), ints("padding", {1, 1, 1, 1})},
             {{1, 2, 2, 1}}, true);
  EXPECT_EQ(pool.forward({{-4, -3, -2, -1}})[0], (Values{-4, -3, -2, -1}));
  Layer whole("max_pool2d", {ints("kernel", {2, 2})}, {{1, 2, 2, 1}}, true);
  EXPECT_EQ(whole.forward({{1, 7, 7, 7}})[1], (Values{1}));
  EXPECT_EQ(whole.forward({{-INFINITY, -INFINITY, -INFINITY, -INFINITY}})[1], (Values{0}));
  const std::vector<Values> with_nan = whole.forward({{9, kNan, 10, 8}});
  EXPECT_TRUE(std::isnan(with_nan[0][0]));
  EXPECT_EQ(with_nan[1], (Values{1}));
}

TEST(PixelShuffle, OrderOfChannelsIsPyTorchs) {
  Layer shuffle("pixel_shuffle", {ints("factor", {2})}, {{1, 1, 1, 8}}, false);
  const Values deep = counting(8), wide = {1, 5, 2, 6, 3, 7, 4, 8};
  EXPECT_EQ(shuffle.forward({deep})[0], wide);
  Layer unshuffle("pixel_unshuffle", {ints("factor", {2})}, {{1, 2, 2, 2}}, false);
  EXPECT_EQ(unshuffle.forward({wide})[0], deep);
}

TEST(UpsampleNearest, RepeatsRowsAndColumns) {
  Layer up("upsample_nearest", {ints("factor", {2, 3})}, {{1, 1, 2, 1}}, true);
  EXPECT_EQ(up.forward({{1, 2}})[0], (Values{1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));
  EXPECT_EQ(up.backward(counting(12)), (Values{1 + 2 + 3 + 7 + 8 + 9, 4 + 5 + 6 + 10 + 11 + 12}));
}

// Mean 2.5, variance 1.25 over n, 5/3 over n - 1.
TEST(BatchNorm, RunningVarianceIsUnbiased) {
  Layer norm("batch_norm", {}, {{4, 1, 1, 1}}, true);
  norm.operands().parameter = {{2}, {3}, {0}, {1}};
  const std::vector<Values> out = norm.forward({{1, 2, 3, 4}});
  EXPECT_NEAR(out[0][0], 3 + 2 * (1 - 2.5) / std::sqrt(1.25 + 1e-5), 1e-6);
  EXPECT_NEAR(out[1][0], 2.5, 1e-6);
  EXPECT_NEAR(out[2][0], 1 / std::sqrt(1.25 + 1e-5), 1e-6);
  EXPECT_NEAR(out[3][0], 0.25, 1e-7);
  EXPECT_NEAR(out[4][0], 0.9 + 0.1 * 5 / 3, 1e-6);
}

TEST(BatchNorm, InferenceTakesTheRunningStatistics) {
  Layer norm("batch_norm", {floats("epsilon", {0.25f})}, {{1, 1, 1, 1}}, false);
  norm.operands().parameter = {{3}, {0.5}, {10}, {3.75}};
  EXPECT_NEAR(norm.forward({{14}})[0][0], 3 * (14 - 10) / 2.0 + 0.5, 1e-6);
}

// Data far from zero: naive sums of squares would leave nothing of a variance of 1e-4.
TEST(BatchNorm, VarianceSurvivesALargeMean) {
  Layer norm("batch_norm", {floats("epsilon", {1e-12f})}, {{1, 100, 10, 1}}, true);
  norm.operands().parameter = {{1}, {0}, {0}, {1}};
  Values in(1000);
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = 16384 + (i % 2 == 0 ? 0.0078125 : -0.0078125);
  EXPECT_NEAR(norm.forward({in})[2][0], 128, 1e-3);
}

TEST(Rectifiers, NanStaysNan) {
  for (const char* op : {"relu", "leaky_relu"}) {
    Layer layer(op, {}, {{1, 1, 3, 1}}, false);
    const Values out = layer.forward({{-2, kNan, 4}})[0];
    EXPECT_TRUE(std::isnan(out[1])) << op;
    EXPECT_EQ(out[2], 4) << op;
  }
}

TEST(Losses, AreWeightedMeans) {
  const std::vector<Desc> in = {{1, 1, 2, 2}, {1, 1, 2, 2}};
  const std::vector<Values> values = {{1, 2, 3, 4}, {1, 0, 4, 4}};
  Layer mse("mse_loss", {floats("weight", {2})}, in, true);
  EXPECT_EQ(mse.forward(values)[0], (Values{2 * (4 + 1) / 4.0}));
  EXPECT_EQ(mse.backward({3}), (Values{0, 3 * 2 * 2 * 2 / 4.0, -3 * 2 * 2 / 4.0, 0}));
  Layer l1("l1_loss", {}, in, true);
  EXPECT_EQ(l1.forward(values)[0], (Values{0.75}));
  EXPECT_EQ(l1.backward({1}), (Values{0, 0.25, -0.25, 0}));
  Layer charbonnier("charbonnier_loss", {}, in, true);
  EXPECT_NEAR(charbonnier.forward({{5, 5, 5, 5}, {5, 5, 5, 5}})[0][0], 1e-3, 1e-9);
  EXPECT_EQ(charbonnier.backward({1}), (Values{0, 0, 0, 0}));
}

// torch.nn.BCELoss: logarithms end at -100, the gradient's denominator at 1e-12.
TEST(Losses, CrossEntropyAtCertainty) {
  Layer bce("bce_loss", {}, {{1, 1, 1, 4}, {1, 1, 1, 4}}, true);
  EXPECT_EQ(bce.forward({{0, 1, 0, 1}, {1, 0, 0, 1}})[0], (Values{50}));
  const Values gradient = bce.backward({1});
  EXPECT_NEAR(gradient[0], -0.25e12, 1e6);
  EXPECT_NEAR(gradient[1], 0.25e12, 1e6);
  EXPECT_EQ(gradient[2], 0);
  EXPECT_EQ(gradient[3], 0);
}

TEST(Expand, RepeatsAVectorAndSumsItsGradient) {
  Layer expand("expand", {}, {{1, 1, 1, 2}, {1, 1, 3, 5}}, true);
  EXPECT_EQ(expand.forward({{7, 8}, Values(15, kNan)})[0], (Values{7, 8, 7, 8, 7, 8}));
  EXPECT_EQ(expand.backward({1, 10, 2, 20, 3, 30}), (Values{6, 60}));
}

TEST(RowWindow, OfLayersThatChangeTheHeight) {
  const auto expect = [](RowRange window, int32_t begin, int32_t end) {
    EXPECT_EQ(window.begin, begin);
    EXPECT_EQ(window.end, end);
  };
  const Layer pool("max_pool2d", {ints("kernel", {3, 3}), ints("stride", {2, 2}), ints("padding", {1, 1, 1, 1})},
                   {{1, 8, 8, 1}}, false);
  expect(pool.window(0, {0, 1}), 0, 2);
  expect(pool.window(0, {1, 3}), 1, 6);
  expect(pool.window(0, {3, 3}), 0, 0);
  const Layer up("upsample_nearest", {ints("factor", {3, 1})}, {{1, 8, 8, 1}}, false);
  expect(up.window(0, {2, 7}), 0, 3);
  const Layer shuffle("pixel_shuffle", {}, {{1, 8, 8, 4}}, false);
  expect(shuffle.window(0, {3, 5}), 1, 3);
  const Layer unshuffle("pixel_unshuffle", {}, {{1, 8, 8, 1}}, false);
  expect(unshuffle.window(0, {1, 3}), 2, 6);
  const Layer expand("expand", {}, {{1, 1, 1, 2}, {1, 9, 3, 5}}, false);
  expect(expand.window(0, {4, 6}), 0, 1);
  expect(expand.window(1, {4, 6}), 0, 0);
  const Layer flatten("flatten", {}, {{1, 9, 3, 5}}, false);
  expect(flatten.window(0, {0, 1}), 0, 9);
}

// One tensor as two inputs, and the result over it: every element is read before it is written.
TEST(Add, ATensorToItselfInPlace) {
  float x[3] = {1, 2, 3}, y[3] = {10, 20, 30};
  const View views[] = {dense_view({1, 1, 1, 3}, x), dense_view({1, 1, 1, 3}, y), dense_view({1, 1, 1, 3}, x)};
  OpOptions options;
  const OpDef* add = find_op(OpId::add);
  ASSERT_TRUE(add->parse({}, &options).ok());
  Call call;
  call.options = &options;
  call.in = views, call.out = views;
  call.n_in = 3, call.n_out = 1;
  call.rows = {0, 1};
  add->cpu->forward.phase[0].run(call, 0, 1);
  EXPECT_EQ(x[0], 12);
  EXPECT_EQ(x[2], 36);
  const View gradients[] = {views[1], views[0], views[0]};
  call.d_out = views, call.d_in = gradients; // d_x = 2 d_out, over d_out itself
  call.accumulate_in = 1 << 2;
  add->cpu->backward_data.phase[0].run(call, 0, 1);
  EXPECT_EQ(x[1], 2 * 24);
  EXPECT_EQ(y[1], 24);
}

Values noise_of(std::vector<AttributeCase> attributes, const Desc& desc) {
  Layer sample("reparameterize", std::move(attributes), {desc, desc}, true);
  const Values zeros(static_cast<size_t>(desc.elements()));
  return sample.forward({zeros, zeros})[0];
}

TEST(Reparameterize, NoiseIsThatOfTheStandardNormalDistribution) {
  const Values noise = noise_of({}, {4, 1, 1, 10000});
  const auto count = static_cast<double>(noise.size());
  double sum = 0, square = 0, neighbours = 0, fourth = 0;
  for (size_t i = 0; i < noise.size(); ++i) {
    sum += noise[i];
    square += noise[i] * noise[i];
    fourth += std::pow(noise[i], 4);
    neighbours += i > 0 ? noise[i] * noise[i - 1] : 0;
  }
  EXPECT_NEAR(sum / count, 0, 0.02); // four standard errors
  EXPECT_NEAR(square / count, 1, 0.03);
  EXPECT_NEAR(fourth / count, 3, 0.2);
  EXPECT_NEAR(neighbours / count, 0, 0.02);
}

// So that a batch of another size, or another split of it over threads, draws the same.
TEST(Reparameterize, NoiseBelongsToImageElementAndStream) {
  const Values two = noise_of({}, {2, 1, 1, 37}), three = noise_of({}, {3, 1, 1, 37}),
               map = noise_of({}, {2, 1, 37, 1});
  EXPECT_TRUE(std::equal(two.begin(), two.end(), three.begin()));
  EXPECT_EQ(map, two);
  EXPECT_NE(noise_of({ints("stream", {1})}, {2, 1, 1, 37}), two);
  EXPECT_NE(Values(two.begin(), two.begin() + 37), Values(two.begin() + 37, two.end()));
}

// One dimension by hand: mean 1, variance e^2: (e^2 + 1 - 1 - 2) / 2; two images, code of two.
TEST(KlLoss, IsTheDivergenceFromTheStandardNormal) {
  Layer loss("kl_loss", {}, {{2, 1, 1, 2}, {2, 1, 1, 2}}, true);
  EXPECT_EQ(loss.forward({{0, 0, 0, 0}, {0, 0, 0, 0}})[0], (Values{0}));
  const double one = (std::exp(2.0) - 2) / 2;
  EXPECT_NEAR(loss.forward({{1, 0, 0, 0}, {2, 0, 0, 0}})[0][0], one / 2, 1e-6);
  Layer mean("kl_loss", {ints("reduction", {0})}, {{2, 1, 1, 2}, {2, 1, 1, 2}}, true);
  EXPECT_NEAR(mean.forward({{1, 0, 0, 0}, {2, 0, 0, 0}})[0][0], one / 4, 1e-6);
}

} // namespace
} // namespace pinhole::test
