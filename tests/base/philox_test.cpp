// SPDX-License-Identifier: Apache-2.0
#include "base/philox.h"

#include <gtest/gtest.h>

namespace pinhole {
namespace {

void expect_words(const RandomWords& words, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  EXPECT_EQ(words.word[0], a);
  EXPECT_EQ(words.word[1], b);
  EXPECT_EQ(words.word[2], c);
  EXPECT_EQ(words.word[3], d);
}

// Known answers of the authors' library (Random123, kat_vectors).
TEST(Philox, KnownAnswers) {
  expect_words(philox(0, 0, 0), 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u);
  expect_words(philox(~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}), 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu);
  expect_words(philox(0x299f31d0a4093822u, 0x85a308d3243f6a88u, 0x0370734413198a2eu), 0xd16cfe09u, 0x94fdccebu,
               0x5001e420u, 0x24126ea1u);
}

TEST(Philox, UniformStaysBelowOne) {
  EXPECT_EQ(uniform_from(0), 0.0f);
  EXPECT_LT(uniform_from(0xffffffffu), 1.0f);
  EXPECT_EQ(index_from(0xffffffffu, 7), 6u);
  EXPECT_EQ(index_from(0, 7), 0u);
}

TEST(Philox, SineAndCosineOfEveryTurn) {
  for (int i = 0; i < (1 << 16); ++i) {
    const float u = static_cast<float>(i) * 0x1p-16f;
    float sine = 0, cosine = 0;
    exact_sincos_turn(u, &sine, &cosine);
    const double angle = 2 * 3.14159265358979323846 * static_cast<double>(u);
    ASSERT_NEAR(static_cast<double>(sine), std::sin(angle), 2e-7) << u;
    ASSERT_NEAR(static_cast<double>(cosine), std::cos(angle), 2e-7) << u;
  }
}

// Mean, variance, fourth moment and correlation of 400,000 numbers, each within 5 standard errors.
TEST(Philox, NormalMoments) {
  constexpr int kPairs = 200000;
  double sum = 0, square = 0, fourth = 0, product = 0;
  for (uint32_t i = 0; i < kPairs; ++i) {
    const RandomWords words = philox(12345, i, 7);
    float a = 0, b = 0;
    normal_pair(words.word[0], words.word[1], &a, &b);
    for (const double x : {static_cast<double>(a), static_cast<double>(b)}) {
      sum += x;
      square += x * x;
      fourth += x * x * x * x;
    }
    product += static_cast<double>(a) * static_cast<double>(b);
  }
  const double n = 2.0 * kPairs;
  EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(square / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(fourth / n, 3, 5 * std::sqrt(96 / n));
  EXPECT_NEAR(product / kPairs, 0, 5 / std::sqrt(n / 2));
}

TEST(Philox, NormalIsFiniteAtTheEnds) {
  for (const uint32_t word : {0u, 0xffffffffu}) {
    float a = 0, b = 0;
    normal_pair(word, 0, &a, &b);
    EXPECT_TRUE(std::isfinite(a));
    EXPECT_LE(a, 6.8f);
  }
}

} // namespace
} // namespace pinhole
