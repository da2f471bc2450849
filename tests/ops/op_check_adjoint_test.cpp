// SPDX-License-Identifier: Apache-2.0
// Transposed convolution is convolution's adjoint: <Cx, y> = <x, C'y> with one weight tensor, over random legal
// kernels, strides, paddings, dilations, groups and output paddings; and it is a convolution of the zero-stuffed input.
#include "device/cpu/simd.h"
#include "ops/op_cases.h"
#include "ops/op_run.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinhole::test {
namespace {

double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return sum;
}

double norm(const Values& a) {
  return std::sqrt(dot(a, a));
}

int32_t between(int32_t low, int32_t high, std::mt19937* random) {
  return low + static_cast<int32_t>((*random)() % static_cast<uint32_t>(high - low + 1));
}

OpCase conv_case(const ConvCase& conv, bool transposed, const Desc& in) {
  return {transposed ? "conv_transpose2d" : "conv2d", "case", conv_attributes(conv, transposed), {in}};
}

std::string in_words(const ConvCase& conv, const Desc& in) {
  std::string words = "in " + describe(in);
  for (const AttributeCase& attribute : conv_attributes(conv, true)) {
    words += " " + attribute.key;
    for (const int32_t value : attribute.ints)
      words += " " + std::to_string(value);
  }
  return words;
}

// A random convolution over a random input, and the transposed one that undoes its shapes.
struct AdjointPair {
  ConvCase conv, transposed;
  Desc in;
};

AdjointPair random_pair(std::mt19937* random) {
  AdjointPair pair;
  ConvCase& conv = pair.conv;
  conv.groups = between(1, 3, random);
  conv.bias = 0;
  conv.out_channels = conv.groups * between(1, 9, random);
  pair.in = {between(1, 2, random), 0, 0, conv.groups * between(1, 9, random)};
  pair.transposed = conv;
  for (int axis = 0; axis < 2; ++axis) {
    conv.kernel[axis] = between(1, 5, random);
    conv.stride[axis] = between(1, 4, random);
    conv.dilation[axis] = between(1, 3, random);
    const int32_t extent = conv.dilation[axis] * (conv.kernel[axis] - 1) + 1;
    const int32_t before = between(0, extent - 1, random), after = between(0, extent - 1, random);
    conv.padding[axis] = before, conv.padding[axis + 2] = after;
    const int32_t size = std::max(1, extent - before - after) + between(0, 9, random);
    (axis == 0 ? pair.in.h : pair.in.w) = size;
    pair.transposed.output_padding[axis] = (size + before + after - extent) % conv.stride[axis];
  }
  pair.transposed.kernel = conv.kernel, pair.transposed.stride = conv.stride;
  pair.transposed.padding = conv.padding, pair.transposed.dilation = conv.dilation;
  pair.transposed.out_channels = pair.in.c;
  return pair;
}

// The largest of |<Cx, y> - <x, C'y>| / (|Cx| |y|) over the kernels of both layers.
double adjoint_error(const AdjointPair& pair, const Kernels* forward, const Kernels* transposed, DType scalar) {
  Faults faults;
  const OpCase conv_op_case = conv_case(pair.conv, false, pair.in);
  const auto conv = make_problem(subject_of("conv2d"), conv_op_case, false, &faults);
  if (!conv)
    return INFINITY;
  const OpCase adjoint_op_case = conv_case(pair.transposed, true, conv->out());
  const auto adjoint = make_problem(subject_of("conv_transpose2d"), adjoint_op_case, false, &faults);
  if (!adjoint || adjoint->out() != pair.in || adjoint->query.parameter[0] != conv->query.parameter[0])
    return INFINITY;
  RunSpec spec;
  spec.scalar = scalar;
  spec.kernels = forward;
  const Values image = run_forward(*conv, conv->operands, spec).tensors[0];
  Operands operands = adjoint->operands;
  operands.parameter = conv->operands.parameter;
  spec.kernels = transposed;
  const Values back = run_forward(*adjoint, operands, spec).tensors[0];
  const Values &x = conv->operands.in[0], &y = operands.in[0];
  const double difference = std::fabs(dot(image, y) - dot(x, back));
  return difference == 0 ? 0 : difference / (norm(image) * norm(y) + norm(x) * norm(back));
}

TEST(OpCheckAdjoint, PlainF64) {
  std::mt19937 random(1);
  const Subject conv = subject_of("conv2d"), transposed = subject_of("conv_transpose2d");
  for (int i = 0; i < 400; ++i) {
    const AdjointPair pair = random_pair(&random);
    EXPECT_LE(adjoint_error(pair, conv.plain_f64, transposed.plain_f64, DType::f64), 1e-14)
        << in_words(pair.conv, pair.in);
  }
}

TEST(OpCheckAdjoint, EverySimdLevel) {
  const Subject conv = subject_of("conv2d"), transposed = subject_of("conv_transpose2d");
  for (int level = 0; level < kSimdLevels; ++level) {
    if (!simd_supported(static_cast<SimdLevel>(level)))
      continue;
    ASSERT_TRUE(choose_simd(simd_name(static_cast<SimdLevel>(level))).ok());
    std::mt19937 random(2);
    for (int i = 0; i < 200; ++i) {
      const AdjointPair pair = random_pair(&random);
      EXPECT_LE(adjoint_error(pair, conv.op->cpu, transposed.op->cpu, DType::f32), 1e-6)
          << simd_name(static_cast<SimdLevel>(level)) << ": " << in_words(pair.conv, pair.in);
    }
  }
}

// Zeros between the pixels of `in` (stride - 1 of them), and at the bottom and the right for an output padding.
Values stuffed(const Problem& transposed, const ConvCase& options, Desc* desc) {
  const Desc& in = transposed.query.in[0];
  *desc = in;
  desc->h = (in.h - 1) * options.stride[0] + 1 + options.output_padding[0];
  desc->w = (in.w - 1) * options.stride[1] + 1 + options.output_padding[1];
  Values values(static_cast<size_t>(desc->elements()), 0.0);
  for (int64_t i = 0; i < in.elements(); ++i) {
    const int64_t c = i % in.c, x = i / in.c % in.w, y = i / in.c / in.w % in.h, n = i / in.c / in.w / in.h;
    values[((n * desc->h + y * options.stride[0]) * desc->w + x * options.stride[1]) * in.c + c] =
        transposed.operands.in[0][i];
  }
  return values;
}

// {I,KH,KW,O} as the {O,KH,KW,I} of a convolution, turned by half a turn.
Values turned(const Values& weight, const Desc& d) {
  Values values(weight.size());
  for (int64_t i = 0; i < d.n; ++i)
    for (int64_t tap = 0, taps = int64_t{d.h} * d.w; tap < taps; ++tap)
      for (int64_t o = 0; o < d.c; ++o)
        values[(o * taps + taps - 1 - tap) * d.n + i] = weight[(i * taps + tap) * d.c + o];
  return values;
}

TEST(OpCheckAdjoint, TransposedIsConvolutionOfTheStuffedInput) {
  std::mt19937 random(3);
  Faults faults;
  for (int i = 0; i < 100; ++i) {
    ConvCase options{between(1, 4, &random)};
    for (int axis = 0; axis < 2; ++axis) {
      options.kernel[axis] = between(1, 5, &random);
      options.stride[axis] = between(1, 3, &random);
      options.padding[axis] = options.padding[axis + 2] = between(0, (options.kernel[axis] - 1) / 2, &random);
      options.output_padding[axis] = between(0, options.stride[axis] - 1, &random);
    }
    const Desc in{1, between(1, 5, &random), between(1, 5, &random), between(1, 4, &random)};
    SCOPED_TRACE(in_words(options, in));
    const OpCase transposed_case = conv_case(options, true, in);
    const auto transposed = make_problem(subject_of("conv_transpose2d"), transposed_case, false, &faults);
    ASSERT_NE(transposed, nullptr) << faults.back();
    Desc wide;
    Operands operands;
    operands.in = {stuffed(*transposed, options, &wide)};
    operands.parameter = {turned(transposed->operands.parameter[0], transposed->query.parameter[0]),
                          transposed->operands.parameter[1]};
    ConvCase plain = options;
    plain.stride = {1, 1};
    for (int side = 0; side < 4; ++side) // p' = k - p - 1
      plain.padding[side] = options.kernel[side % 2] - options.padding[side] - 1;
    const OpCase plain_case = conv_case(plain, false, wide);
    const auto convolution = make_problem(subject_of("conv2d"), plain_case, false, &faults);
    ASSERT_NE(convolution, nullptr) << faults.back();
    ASSERT_EQ(describe(convolution->out()), describe(transposed->out()));
    RunSpec spec;
    spec.scalar = DType::f64;
    spec.kernels = convolution->subject.plain_f64;
    const Values expected = run_forward(*convolution, operands, spec).tensors[0];
    spec.kernels = transposed->subject.plain_f64;
    EXPECT_LE(relative_error(run_forward(*transposed, transposed->operands, spec).tensors[0], expected), 1e-14);
  }
}

// Height of the output of a square layer over an input of height i.
int32_t height(bool transposed, int32_t i, int32_t k, int32_t s, int32_t p, int32_t after, int32_t d = 1,
               int32_t output_padding = 0) {
  const ConvCase conv{1, {k, k}, {s, s}, {p, p, after, after}, {d, d}, 1, 1, {output_padding, output_padding}};
  Faults faults;
  const OpCase op_case = conv_case(conv, transposed, {1, i, i, 1});
  const auto problem = make_problem(subject_of(op_case.op), op_case, false, &faults);
  return problem ? problem->out().h : -1;
}

TEST(OpCheckArithmetic, LectureExamples) {
  EXPECT_EQ(height(true, 2, 3, 1, 0, 0), 4);
  EXPECT_EQ(height(true, 6, 4, 1, 2, 2), 5);
  EXPECT_EQ(height(true, 3, 3, 2, 1, 1), 5);
}

// Output sizes for every kernel, stride, padding, dilation and output padding in a small box.
TEST(OpCheckArithmetic, OutputSizes) {
  for (int32_t i = 1; i <= 9; ++i)
    for (int32_t k = 1; k <= 4; ++k)
      for (int32_t s = 1; s <= 3; ++s)
        for (int32_t d = 1; d <= 2; ++d)
          for (int32_t p = 0; p <= d * (k - 1); ++p) {
            const int32_t extent = d * (k - 1) + 1;
            const int32_t room = i + 2 * p - extent;
            EXPECT_EQ(height(false, i, k, s, p, p, d), room < 0 ? -1 : room / s + 1);
            for (int32_t extra = 0; extra < std::max(s, d); ++extra) {
              const int32_t expected = s * (i - 1) + extent - 2 * p + extra;
              EXPECT_EQ(height(true, i, k, s, p, p, d, extra), expected < 1 ? -1 : expected);
            }
          }
}

// 'Same' padding gives ceil(i / s), even kernels and odd sizes included; the odd row lies at the bottom.
TEST(OpCheckArithmetic, SamePadding) {
  for (int32_t i = 1; i <= 12; ++i)
    for (int32_t k = 1; k <= 5; ++k)
      for (int32_t s = 1; s <= k; ++s) {
        const int32_t out = (i + s - 1) / s, total = std::max(0, (out - 1) * s + k - i);
        EXPECT_EQ(height(false, i, k, s, total / 2, total - total / 2), out) << i << " " << k << " " << s;
      }
}

} // namespace
} // namespace pinhole::test
