// SPDX-License-Identifier: Apache-2.0
// The bodies of the GPU's element-wise kernels, run on the host: what remains for a GPU is the launch.
#include "device/cuda/element_bodies.h"

#include "device/half_tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace pinhole::test {
namespace {

constexpr Desc kShape = {2, 3, 5, 4};
constexpr Form kForms[] = {{}, {3, 5, 7, 2}};

Values random_halves(unsigned seed) {
  std::mt19937 random(seed);
  Values values(static_cast<size_t>(kShape.elements()));
  for (double& value : values)
    value = static_cast<double>(random() % 8001) / 1000 - 4;
  return as_half(values);
}

// As launch_each does.
template <class Body> void run_each(const Body& body) {
  for (int32_t row = 0; row < kShape.n * kShape.h; ++row)
    for (int32_t element = 0; element < kShape.w * kShape.c; ++element)
      body(row, element);
}

float value_of(Activation kind, float x, float slope) {
  return activate(kind, x, slope);
}

TEST(HalfRows, AddressesWhatTheViewDoes) {
  for (const Form& form : kForms) {
    HalfTensor tensor(kShape, form);
    const View view = tensor.view();
    const HalfRows rows = half_rows(view);
    for (int32_t n = 0; n < kShape.n; ++n)
      for (int32_t y = 0; y < kShape.h; ++y)
        for (int32_t x = 0; x < kShape.w; ++x)
          for (int32_t c = 0; c < kShape.c; ++c)
            ASSERT_EQ(rows.at(n * kShape.h + y, x * kShape.c + c),
                      view.row<uint16_t>(n, y) + x * view.pixel_stride + c);
  }
}

template <Activation kind> void check_forward(float slope) {
  for (const Form& form : kForms) {
    const Values in = random_halves(1);
    HalfTensor from(kShape, form), to(kShape, form);
    from.write(in);
    run_each(ActivationForward<kind>{half_rows(from.view()), half_rows(to.view()), slope});
    Values expected = in;
    for (double& x : expected)
      x = value_of(kind, static_cast<float>(x), slope);
    EXPECT_TRUE(same_bytes(to.read(), as_half(expected)));
    EXPECT_TRUE(to.gaps_intact());
    run_each(ActivationForward<kind>{half_rows(from.view()), half_rows(from.view()), slope});
    EXPECT_TRUE(same_bytes(from.read(), to.read())) << "in place";
  }
}

TEST(ElementBodies, ActivationForward) {
  check_forward<Activation::relu>(0);
  check_forward<Activation::leaky_relu>(0.2f);
  check_forward<Activation::sigmoid>(0);
  check_forward<Activation::tanh>(0);
}

// Against central differences of the forward function, in f16 precision.
template <Activation kind> void check_backward(float slope, bool accumulate) {
  const Values x = random_halves(2), d_y = random_halves(3), before = random_halves(4);
  Values y = x, expected = x;
  for (size_t i = 0; i < x.size(); ++i) {
    const float at = static_cast<float>(x[i]) + (x[i] == 0 ? 0.5f : 0.0f), step = 1.0f / 512;
    y[i] = value_of(kind, at, slope);
    const float derivative = (value_of(kind, at + step, slope) - value_of(kind, at - step, slope)) / (2 * step);
    expected[i] = derivative * d_y[i] + (accumulate ? before[i] : 0);
  }
  HalfTensor out(kShape, kForms[1]), d_out(kShape, kForms[0]), d_in(kShape, kForms[1]);
  out.write(y);
  d_out.write(d_y);
  if (accumulate)
    d_in.write(before);
  run_each(ActivationBackward<kind>{half_rows(out.view()), half_rows(d_out.view()), half_rows(d_in.view()), slope,
                                    accumulate});
  EXPECT_LT(relative_error(d_in.read(), expected), 2e-3);
  EXPECT_TRUE(d_in.gaps_intact());
}

TEST(ElementBodies, ActivationBackward) {
  for (const bool accumulate : {false, true}) {
    check_backward<Activation::relu>(0, accumulate);
    check_backward<Activation::leaky_relu>(0.2f, accumulate);
    check_backward<Activation::sigmoid>(0, accumulate);
    check_backward<Activation::tanh>(0, accumulate);
  }
}

TEST(ElementBodies, BiasThenActivation) {
  const float bias[kShape.c] = {0.5f, -1, 2, 0};
  const Values in = random_halves(5);
  for (const float* added : {static_cast<const float*>(nullptr), bias}) {
    HalfTensor tensor(kShape, kForms[1]);
    tensor.write(in);
    run_each(BiasActivation{half_rows(tensor.view()), added, Activation::leaky_relu, 0.25f});
    Values expected = in;
    for (size_t i = 0; i < in.size(); ++i) {
      const double sum = in[i] + (added ? added[i % kShape.c] : 0);
      expected[i] = sum > 0 ? sum : 0.25 * sum;
    }
    EXPECT_TRUE(same_bytes(tensor.read(), as_half(expected)));
    EXPECT_TRUE(tensor.gaps_intact());
  }
}

TEST(ElementBodies, ConvertVector) {
  const float floats[] = {1.0f, -0.333333343f, 65504.0f, 1e-7f};
  uint16_t halves[4] = {};
  float back[4] = {1, 1, 1, 1};
  for (int32_t i = 0; i < 4; ++i) {
    ConvertVector{floats, DType::f32, halves, DType::f16, false}(0, i);
    EXPECT_EQ(halves[i], half_from_float(floats[i]));
    ConvertVector{halves, DType::f16, back, DType::f32, false}(0, i);
    EXPECT_EQ(back[i], float_from_half(halves[i]));
    ConvertVector{floats, DType::f32, back, DType::f32, true}(0, i);
    EXPECT_EQ(back[i], float_from_half(halves[i]) + floats[i]);
  }
}

} // namespace
} // namespace pinhole::test
