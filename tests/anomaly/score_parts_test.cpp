// SPDX-License-Identifier: Apache-2.0
// The parts of a score besides the residual: SSIM of a window, the distance of a code, and its divergence.
#include "anomaly/code_law.h"
#include "anomaly/kl_law.h"
#include "anomaly/window_ssim.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(WindowSsim, WhatIsIgnoredSaysNothing) {
  constexpr int32_t kColumns = (kWidth + kCellSide - 1) / kCellSide, kRows = (kHeight + kCellSide - 1) / kCellSide;
  std::vector<uint8_t> cells(size_t{kColumns} * kRows);
  for (int32_t row = 0; row < kRows; ++row)
    std::fill_n(&cells[static_cast<size_t>(row * kColumns) + 4], kColumns - 4, uint8_t{1}); // from column 16 on
  Pictures pictures(3, 8), other(3, 9);
  const GainFit fit = {1, 0, 0.1f};
  const Window all = {1, 2, kHeight, kWidth}, counted = {1, 2, kHeight, 16}, beyond = {4, 18, 12, 26};
  const auto ssim = [&](const Window& window, const IgnoredCells& ignored) {
    return window_ssim(fit, pictures.seen_view(), pictures.expected_view(), window, ignored);
  };
  const float before = ssim(all, {cells.data(), kColumns});
  EXPECT_NEAR(before, ssim(counted, {}), 1e-6);
  for (size_t i = 0; i < pictures.seen.size(); ++i)
    if (i / 3 % kWidth >= 16)
      pictures.seen[i] = other.seen[i];
  EXPECT_EQ(ssim(all, {cells.data(), kColumns}), before);
  EXPECT_NE(ssim(all, {}), before);
  EXPECT_EQ(ssim(beyond, {cells.data(), kColumns}), 1);
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

// A code as a variational autoencoder gives it.
struct VariationalCode {
  std::vector<float> mean, log_variance;
  float divergence() {
    const Desc desc = {1, 1, 1, static_cast<int32_t>(mean.size()), DType::f32};
    return kl_divergence(dense_view(desc, mean.data()), dense_view(desc, log_variance.data()));
  }
};

// By hand: (1 + 1 - 1 - 0) / 2 for mean 1 and variance 1; (4 + 0 - 1 - log 4) / 2 for mean 0 and variance 4.
TEST(KlLaw, DivergenceIsTheDefinition) {
  EXPECT_EQ((VariationalCode{{0, 0, 0}, {0, 0, 0}}.divergence()), 0);
  EXPECT_NEAR((VariationalCode{{1, 0}, {0, std::log(4.0f)}}.divergence()), 0.5 + (3 - std::log(4.0)) / 2, 1e-6);
}

TEST(KlLaw, RiseIsInDeviationsAboveTheUsual) {
  KlLaw law;
  EXPECT_EQ(kl_rise(100, law), 0) << "nothing was learned";
  for (const float divergence : {9.0f, 11.0f, 9.0f, 11.0f}) // mean 10, variance 1; a hundredth of 10 counts too: 0.01
    learn_kl(divergence, &law);
  EXPECT_FLOAT_EQ(law.mean, 10);
  EXPECT_NEAR(kl_rise(13, law), 3 / std::sqrt(1.01), 1e-5);
  EXPECT_EQ(kl_rise(2, law), 0) << "what the prior finds likelier is no anomaly";
}

TEST(KlLaw, CodesFarFromThePriorRise) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const auto code = [&](float shift, float log_variance) {
    VariationalCode drawn;
    for (int32_t i = 0; i < 8; ++i) {
      drawn.mean.push_back(0.9f * normal(random) + shift);
      drawn.log_variance.push_back(log_variance);
    }
    return drawn.divergence();
  };
  KlLaw law;
  for (int32_t frame = 0; frame < 500; ++frame)
    learn_kl(code(0, -2), &law);
  int32_t high = 0;
  float least = 1e9f;
  for (int32_t frame = 0; frame < 200; ++frame) {
    high += kl_rise(code(0, -2), law) > 4;
    least = std::fmin(least, kl_rise(code(6, -2), law));
  }
  EXPECT_LE(high, 4);
  EXPECT_GT(least, 10);
  KlLaw still;
  for (int32_t frame = 0; frame < 20; ++frame)
    learn_kl(20, &still);
  EXPECT_NEAR(kl_rise(20.2f, still), 1, 1e-3) << "a still scene: a hundredth of the divergence";
}

} // namespace
} // namespace pinhole
