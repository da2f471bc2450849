// SPDX-License-Identifier: Apache-2.0
// The parts of a score besides the residual: SSIM of a window, and the distance of a code.
#include "anomaly/code_law.h"
#include "anomaly/window_ssim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace pinhole {
namespace {

constexpr int32_t kHeight = 21, kWidth = 34;

struct Pictures {
  std::vector<float> seen, expected;
  int32_t channels;

  Pictures(int32_t channels_of_each, uint32_t seed) : channels(channels_of_each) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> value(0, 1);
    for (int32_t i = 0; i < kHeight * kWidth * channels; ++i) {
      expected.push_back(value(random));
      seen.push_back(0.7f * expected.back() + 0.3f * value(random));
    }
  }
  Desc desc() const { return {1, kHeight, kWidth, channels, DType::f32}; }
  View seen_view() { return dense_view(desc(), seen.data()); }
  View expected_view() { return dense_view(desc(), expected.data()); }
};

// The definition in double, two passes, one channel after the other.
double slow_ssim(const GainFit& fit, const Pictures& pictures, const Window& w) {
  double total = 0;
  for (int32_t c = 0; c < pictures.channels; ++c) {
    std::vector<double> x, y;
    for (int32_t row = w.top; row < w.bottom; ++row)
      for (int32_t column = w.left; column < w.right; ++column) {
        const auto i = static_cast<size_t>((row * kWidth + column) * pictures.channels + c);
        x.push_back(static_cast<double>(pictures.seen[i]));
        y.push_back(static_cast<double>(fit.gain) * static_cast<double>(pictures.expected[i]) +
                    static_cast<double>(fit.offset));
      }
    const auto n = static_cast<double>(x.size());
    double mx = 0, my = 0, vx = 0, vy = 0, vxy = 0;
    for (size_t i = 0; i < x.size(); ++i)
      mx += x[i] / n, my += y[i] / n;
    for (size_t i = 0; i < x.size(); ++i)
      vx += (x[i] - mx) * (x[i] - mx) / n, vy += (y[i] - my) * (y[i] - my) / n, vxy += (x[i] - mx) * (y[i] - my) / n;
    total += (2 * mx * my + 1e-4) * (2 * vxy + 9e-4) / ((mx * mx + my * my + 1e-4) * (vx + vy + 9e-4));
  }
  return total / pictures.channels;
}

TEST(WindowSsim, IsTheDefinition) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Pictures pictures(seed % 2 ? 3 : 1, seed);
    const GainFit fit = {0.8f + 0.02f * static_cast<float>(seed), 0.01f * static_cast<float>(seed), 0.1f};
    const auto top = static_cast<int32_t>(seed) % 13, left = static_cast<int32_t>(seed * 3) % 26;
    const Window window = {top, left, top + 1 + static_cast<int32_t>(seed) % 8, left + 8};
    EXPECT_NEAR(static_cast<double>(window_ssim(fit, pictures.seen_view(), pictures.expected_view(), window)),
                slow_ssim(fit, pictures, window), 2e-5);
  }
}

TEST(WindowSsim, GainIsGranted) {
  Pictures pictures(1, 7);
  for (size_t i = 0; i < pictures.seen.size(); ++i)
    pictures.seen[i] = 0.5f * pictures.expected[i] + 0.2f;
  const Window all = {0, 0, kHeight, kWidth};
  const View seen = pictures.seen_view(), expected = pictures.expected_view();
  EXPECT_NEAR(window_ssim({0.5f, 0.2f, 0.1f}, seen, expected, all), 1, 1e-5);
  EXPECT_LT(window_ssim({1, 0, 0.1f}, seen, expected, all), 0.9);
}

// A law with memory of its own.
struct Law {
  std::vector<float> memory = std::vector<float>(256);
  CodeLaw law;
  std::vector<float> code;

  explicit Law(int32_t numbers) : code(static_cast<size_t>(numbers)) {
    Arena arena(memory.data(), memory.size() * sizeof(float));
    EXPECT_TRUE(make_code_law(&arena, numbers, &law).ok());
  }
  View view() { return dense_view({1, 1, 1, static_cast<int32_t>(code.size()), DType::f32}, code.data()); }
};

TEST(CodeLaw, DistanceIsInDeviations) {
  Law law(4);
  EXPECT_EQ(code_distance(law.view(), law.law), 0);
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  const float mean[] = {5, -1, 0, 100}, deviation[] = {2, 1, 0.5f, 4};
  const auto draw = [&] {
    for (size_t i = 0; i < 4; ++i)
      law.code[i] = mean[i] + deviation[i] * normal(random);
  };
  for (int frame = 0; frame < 4000; ++frame) {
    draw();
    learn_code(law.view(), &law.law);
  }
  double squares = 0;
  for (int frame = 0; frame < 4000; ++frame) {
    draw();
    const auto distance = static_cast<double>(code_distance(law.view(), law.law));
    squares += distance * distance / 4000;
  }
  EXPECT_NEAR(squares, 0.80, 0.03); // below 1: the least variance, a twentieth of the mean one, damps small numbers
  for (size_t i = 0; i < 4; ++i)
    law.code[i] = mean[i];
  EXPECT_LT(code_distance(law.view(), law.law), 0.05f);
  law.code[3] += 10 * deviation[3];
  EXPECT_NEAR(code_distance(law.view(), law.law), 4.9f, 0.2f); // 10 deviations of one of four numbers, damped
}

TEST(CodeLaw, ConstantCodesHaveNoDistance) {
  Law law(2);
  law.code = {1, 2};
  for (int frame = 0; frame < 10; ++frame)
    learn_code(law.view(), &law.law);
  EXPECT_EQ(code_distance(law.view(), law.law), 0);
  std::vector<float> memory(4);
  Arena small(memory.data(), 1);
  CodeLaw other;
  EXPECT_EQ(make_code_law(&small, 2, &other).code, Code::too_little_memory);
}

} // namespace
} // namespace pinhole
