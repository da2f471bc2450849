// SPDX-License-Identifier: Apache-2.0
#include "base/half.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <limits>

namespace pinhole {
namespace {

float float_of(uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// In double arithmetic: the spacing of halves around `value`, and the nearest multiple of it.
double nearest_half(double value) {
  const int exponent = value == 0 ? -14 : std::max(std::ilogb(value), -14);
  const double spacing = std::ldexp(1.0, exponent - 10);
  const double nearest = std::nearbyint(value / spacing) * spacing;
  return std::fabs(nearest) > 65504 ? std::copysign(std::numeric_limits<double>::infinity(), value) : nearest;
}

TEST(Half, EveryHalfSurvivesTheRoundTrip) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = float_from_half(half);
    if (std::isnan(value))
      EXPECT_TRUE((bits & 0x7C00) == 0x7C00 && (bits & 0x3FF) != 0);
    else
      ASSERT_EQ(half_from_float(value), half);
  }
}

TEST(Half, KnownValues) {
  EXPECT_EQ(float_from_half(0x3C00), 1.0f);
  EXPECT_EQ(float_from_half(0xC000), -2.0f);
  EXPECT_EQ(float_from_half(0x7BFF), kHalfMax);
  EXPECT_EQ(float_from_half(0x0001), 0x1p-24f);
  EXPECT_EQ(float_from_half(0x03FF), 1023 * 0x1p-24f);
  EXPECT_EQ(float_from_half(0x0400), 0x1p-14f);
  EXPECT_TRUE(std::signbit(float_from_half(0x8000)));
  EXPECT_EQ(float_from_half(0xFC00), -std::numeric_limits<float>::infinity());
  EXPECT_EQ(half_from_float(65519.996f), 0x7BFF);
  EXPECT_EQ(half_from_float(65520.0f), 0x7C00);
  EXPECT_EQ(half_from_float(0x1p-25f), 0x0000) << "a tie goes to the even zero";
  EXPECT_EQ(half_from_float(std::nextafter(0x1p-25f, 1.0f)), 0x0001);
  EXPECT_EQ(half_from_float(-std::numeric_limits<float>::infinity()), 0xFC00);
  EXPECT_EQ(half_from_float(std::numeric_limits<float>::denorm_min()), 0x0000);
  EXPECT_TRUE(std::isnan(float_from_half(half_from_float(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(Half, RoundsToNearestEven) {
  ASSERT_EQ(std::fegetround(), FE_TONEAREST);
  for (uint64_t bits = 0; bits < 0x7F800000; bits += 257) {
    for (const uint32_t sign : {0u, 0x80000000u}) {
      const float value = float_of(static_cast<uint32_t>(bits) | sign);
      ASSERT_EQ(double{float_from_half(half_from_float(value))}, nearest_half(double{value})) << value;
    }
  }
}

// The points half way between neighbours and the floats beside them: where a wrong rule shows.
TEST(Half, TiesAndTheirNeighbours) {
  for (uint32_t bits = 0; bits < 0x7BFF; ++bits) {
    const float low = float_from_half(static_cast<uint16_t>(bits)),
                high = float_from_half(static_cast<uint16_t>(bits + 1));
    const float tie = low + (high - low) / 2;
    ASSERT_EQ(half_from_float(tie), bits + (bits & 1));
    ASSERT_EQ(half_from_float(std::nextafter(tie, low)), bits);
    ASSERT_EQ(half_from_float(std::nextafter(tie, high)), bits + 1);
  }
}

} // namespace
} // namespace pinhole
