// SPDX-License-Identifier: Apache-2.0
#include "image/digits.h"

#include <gtest/gtest.h>

namespace pinhole {
namespace {

TEST(Digits, AreCountedFromAPlace) {
  EXPECT_EQ(digits_at("cam12b", 3), 2U);
  EXPECT_EQ(digits_at("cam12", 3), 2U);
  EXPECT_EQ(digits_at("cam12", 0), 0U);
  EXPECT_EQ(digits_at("12", 2), 0U);
}

TEST(Digits, AloneMakeANumberThatFits) {
  uint64_t number = 7;
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616", "99999999999999999999"})
    EXPECT_FALSE(parse_digits(text, &number)) << text;
  EXPECT_EQ(number, 7U) << "left alone";
  EXPECT_TRUE(parse_digits("0018", &number) && number == 18);
  EXPECT_TRUE(parse_digits("18446744073709551615", &number) && number == UINT64_MAX);
}

} // namespace
} // namespace pinhole
