// SPDX-License-Identifier: Apache-2.0
// The SIMD kernels of convolution, transposed convolution and linear against the plain loops, at every level that this
// CPU has. Forward and backward_data must give the same bits; weight gradients sum in another order.
#include "device/cpu/simd.h"
#include "ops/conv_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

using namespace pinhole;
using namespace pinhole::testing;

namespace {

constexpr int kRandomCases = PINHOLE_SANITIZED ? 40 : 160; // the plain loops are slow there

ConvOptions conv(int32_t out_channels, int32_t kernel, int32_t stride = 1, int32_t padding = 0) {
  ConvOptions o;
  o.out_channels = out_channels;
  o.kernel[0] = o.kernel[1] = kernel;
  o.stride[0] = o.stride[1] = stride;
  for (int32_t& side : o.padding)
    side = padding;
  return o;
}

OpOptions packed(const ConvOptions& conv_options) {
  OpOptions options;
  options.as<ConvOptions>() = conv_options;
  return options;
}

// Legal options and shapes at random: odd channel counts, every option in play.
std::vector<ConvCase> random_cases(int count) {
  std::mt19937 engine(20);
  const auto pick = [&](std::initializer_list<int32_t> from) { return from.begin()[engine() % from.size()]; };
  std::vector<ConvCase> cases;
  for (int i = 0; i < count; ++i) {
    const OpDef* op = find_op(i % 2 ? OpId::conv2d : OpId::conv_transpose2d);
    ConvOptions o;
    o.groups = pick({1, 1, 1, 2, 3});
    const int32_t in_channels = o.groups * pick({1, 3, 5, 16, 17, 33});
    o.out_channels = o.groups * pick({1, 2, 3, 5, 17, 33, 40, 48});
    for (int axis = 0; axis < 2; ++axis) {
      o.kernel[axis] = pick({1, 2, 3, 4, 5});
      o.stride[axis] = pick({1, 1, 2, 3});
      o.dilation[axis] = pick({1, 1, 2});
      const auto extent = static_cast<uint32_t>(kernel_extent(o, axis));
      o.padding[axis] = static_cast<int32_t>(engine() % extent);
      o.padding[axis + 2] = static_cast<int32_t>(engine() % extent);
      if (i % 2 == 0)
        o.output_padding[axis] =
            static_cast<int32_t>(engine() % static_cast<uint32_t>(std::max(o.stride[axis], o.dilation[axis])));
    }
    o.bias = pick({0, 1, 1});
    o.activation = static_cast<Activation>(pick({0, 1, 2, 3, 4}));
    const Desc in = {pick({1, 2}), pick({1, 4, 7, 11}), pick({1, 5, 9, 20, 37}), in_channels};
    try {
      cases.emplace_back(op, in, packed(o), pick({0, 3}), engine());
    } catch (const std::invalid_argument&) { // a kernel that does not fit in the image
    }
  }
  return cases;
}

std::vector<ConvCase> fixed_cases() {
  const OpDef *conv2d = find_op(OpId::conv2d), *transposed = find_op(OpId::conv_transpose2d);
  std::vector<ConvCase> cases;
  cases.emplace_back(conv2d, Desc{2, 6, 32, 32}, packed(conv(32, 3, 1, 1)));
  cases.emplace_back(conv2d, Desc{2, 5, 16, 48}, packed(conv(48, 3, 1, 1)));
  cases.emplace_back(conv2d, Desc{1, 6, 10, 32}, packed(conv(80, 2, 2)));
  cases.emplace_back(transposed, Desc{2, 3, 9, 48}, packed(conv(32, 2, 2)), 5);
  cases.emplace_back(conv2d, Desc{1, 12, 14, 3}, packed(conv(20, 9, 1, 4))); // more taps than are worked on at a time
  cases.emplace_back(transposed, Desc{1, 5, 6, 4}, packed(conv(20, 11, 1, 3)), 1);
  for (const int32_t rows : {1, 2, 40}) {
    OpOptions options;
    const int32_t out_channels = 70;
    Attribute attribute = {"out_channels", &out_channels, nullptr, 1, 0};
    EXPECT_TRUE(find_op(OpId::linear)->parse(Attributes{&attribute, 1}, &options).ok());
    cases.emplace_back(find_op(OpId::linear), Desc{rows, 1, 1, 65}, options);
    cases.emplace_back(find_op(OpId::linear), Desc{2, 1, rows, 9}, options, 2);
  }
  return cases;
}

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> all;
  for (int level = 0; level < kSimdLevels; ++level)
    if (simd_supported(static_cast<SimdLevel>(level)))
      all.push_back(static_cast<SimdLevel>(level));
  return all;
}

// sse4 rounds each product: close, not equal.
bool fused(SimdLevel level) {
  return level != SimdLevel::sse4;
}

double largest_error(const std::vector<double>& a, const std::vector<double>& b) {
  double error = 0, largest = 1e-30;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i]) < 1e30))
      return INFINITY;
    error = std::max(error, std::abs(a[i] - b[i]));
    largest = std::max(largest, std::abs(b[i]));
  }
  return error / largest;
}

void expect_same(const TestTensor& actual, const TestTensor& expected, SimdLevel level, const std::string& what) {
  EXPECT_TRUE(actual.guards_intact()) << what;
  const std::vector<double> a = actual.elements(), e = expected.elements();
  ASSERT_EQ(a.size(), e.size());
  if (!fused(level)) {
    EXPECT_LT(largest_error(a, e), 2e-6) << what;
    return;
  }
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_EQ(a[i], e[i]) << what << " at element " << i;
}

class ConvSimd : public ::testing::TestWithParam<SimdLevel> {
protected:
  void SetUp() override { ASSERT_TRUE(choose_simd(simd_name(GetParam())).ok()); }
  void TearDown() override { ASSERT_TRUE(choose_simd("plain").ok()); }

  template <class Check> void each_case(Check&& check) {
    for (ConvCase& c : fixed_cases())
      check(c);
    std::vector<ConvCase> cases = random_cases(kRandomCases);
    EXPECT_GT(cases.size(), size_t{kRandomCases / 2});
    for (ConvCase& c : cases)
      check(c);
  }
};

} // namespace

TEST_P(ConvSimd, ForwardIsThePlainLoopsInAnyRowsAndUnits) {
  each_case([](ConvCase& c) {
    run_kernel(plain_kernels(c.op->id, DType::f32)->forward, c.call());
    const TestTensor expected = c.out.as_double();
    c.out.fill(NAN);
    run_kernel(c.op->cpu->forward, c.call());
    expect_same(c.out, expected, GetParam(), describe(c));
    c.out.fill(NAN);
    const int32_t rows = c.out.view.desc.h;
    run_kernel(c.op->cpu->forward, c.call({rows / 3, rows}), 3, true);
    run_kernel(c.op->cpu->forward, c.call({0, rows / 3}), 2);
    expect_same(c.out, expected, GetParam(), describe(c) + " in parts");
  });
}

// Output rows one by one, from an input of which only the rows that they need exist, in a ring.
TEST_P(ConvSimd, ForwardReadsAndWritesRingsOfRows) {
  const OpDef* ops[] = {find_op(OpId::conv2d), find_op(OpId::conv_transpose2d)};
  for (const OpDef* op : ops)
    for (const int32_t stride : {1, 2}) {
      ConvCase c(op, {1, 9, 13, 6}, packed(conv(18, 3, stride, 1)), 2);
      run_kernel(c.op->cpu->forward, c.call());
      ConvCase ring(op, {1, 9, 13, 6}, packed(conv(18, 3, stride, 1)), 2);
      const Desc in = c.in.view.desc;
      ring.in.view.ring_rows = 3;
      ring.out.view.ring_rows = 2;
      const ShapeQuery query = {&ring.options, &in, 1, false, {c.out.view.desc}, 1, {}, 0};
      for (int32_t y = 0; y < c.out.view.desc.h; ++y) {
        const RowRange window = op->row_window(query, 0, {y, y + 1});
        ASSERT_LE(window.count(), 3);
        ring.in.fill(NAN);
        for (int32_t row = window.begin; row < window.end; ++row)
          std::copy_n(c.in.view.row<float>(0, row), c.in.view.row_stride, ring.in.view.row<float>(0, row));
        run_kernel(op->cpu->forward, ring.call({y, y + 1}));
        const float* expected = c.out.view.row<float>(0, y);
        EXPECT_TRUE(std::equal(expected, expected + c.out.view.row_stride, ring.out.view.row<float>(0, y)))
            << describe(c) << " row " << y;
      }
    }
}

TEST_P(ConvSimd, BackwardDataIsThePlainLoops) {
  each_case([](ConvCase& c) {
    for (const uint8_t accumulate : {uint8_t{0}, uint8_t{1}}) {
      Call call = c.call();
      call.accumulate_in = accumulate;
      c.d_in.fill(accumulate ? 0.375 : NAN);
      run_kernel(plain_kernels(c.op->id, DType::f32)->backward_data, call);
      const TestTensor expected = c.d_in.as_double();
      c.d_in.fill(accumulate ? 0.375 : NAN);
      run_kernel(c.op->cpu->backward_data, call, 2, true);
      expect_same(c.d_in, expected, GetParam(), describe(c));
    }
  });
}

TEST_P(ConvSimd, BackwardWeightsIsCloseToDoubleAndBlindToUnits) {
  each_case([](ConvCase& c) {
    for (const uint8_t accumulate : {uint8_t{0}, uint8_t{3}}) {
      for (TestTensor& tensor : c.d_parameter)
        tensor.fill(accumulate ? 0.375 : NAN);
      ConvCase exact = c.as_double();
      Call exact_call = exact.call();
      exact_call.accumulate_parameter = accumulate;
      run_kernel(plain_kernels(c.op->id, DType::f64)->backward_weights, exact_call);

      Call call = c.call();
      call.accumulate_parameter = accumulate;
      run_kernel(c.op->cpu->backward_weights, call);
      std::vector<std::vector<double>> whole;
      for (size_t i = 0; i < c.d_parameter.size(); ++i) {
        whole.push_back(c.d_parameter[i].elements());
        EXPECT_LT(largest_error(whole[i], exact.d_parameter[i].elements()), 2e-6) << describe(c) << " parameter " << i;
        c.d_parameter[i].fill(accumulate ? 0.375 : NAN);
      }
      run_kernel(c.op->cpu->backward_weights, call, 3, true);
      for (size_t i = 0; i < c.d_parameter.size(); ++i)
        EXPECT_EQ(c.d_parameter[i].elements(), whole[i]) << describe(c);
    }
  });
}

TEST_P(ConvSimd, LeavesUnwantedGradientsAlone) {
  ConvCase c(find_op(OpId::conv2d), {1, 5, 6, 7}, packed(conv(9, 3, 1, 1)));
  run_kernel(c.op->cpu->backward_weights, c.call());
  const std::vector<double> weight = c.d_parameter[0].elements(), bias = c.d_parameter[1].elements();
  for (int wanted = 0; wanted < 2; ++wanted) {
    c.d_parameter[0].fill(1);
    c.d_parameter[1].fill(1);
    Call call = c.call();
    c.d_parameter_views[1 - wanted].data = nullptr;
    run_kernel(c.op->cpu->backward_weights, call);
    EXPECT_EQ(c.d_parameter[wanted].elements(), wanted ? bias : weight);
    EXPECT_EQ(c.d_parameter[1 - wanted].at(0, 0, 0, 0), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, ConvSimd, ::testing::ValuesIn(levels()),
                         [](const auto& parameter) { return std::string(simd_name(parameter.param)); });

// All levels with fused multiply-adds sum weight gradients in the same order, too.
TEST(ConvLevels, WeightGradientsAreTheSameAtEveryFusedLevel) {
  for (ConvCase& c : random_cases(80)) {
    std::vector<std::vector<double>> first;
    for (const SimdLevel level : levels()) {
      if (!fused(level) || level == SimdLevel::plain)
        continue;
      ASSERT_TRUE(choose_simd(simd_name(level)).ok());
      run_kernel(c.op->cpu->backward_weights, c.call());
      std::vector<std::vector<double>> now;
      for (const TestTensor& tensor : c.d_parameter)
        now.push_back(tensor.elements());
      if (first.empty())
        first = now;
      EXPECT_EQ(now, first) << describe(c) << " at " << simd_name(level);
    }
  }
  ASSERT_TRUE(choose_simd("plain").ok());
}
