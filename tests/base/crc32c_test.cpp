// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace pinhole {
namespace {

// Bit by bit, straight from the definition.
uint32_t slow_crc(const std::vector<uint8_t>& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1) ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
  }
  return ~crc;
}

// RFC 3720, appendix B.4, and the usual check word.
TEST(Crc32c, KnownVectors) {
  uint8_t bytes[32];
  EXPECT_EQ(crc32c("123456789", 9), 0xE3069283u);
  EXPECT_EQ(crc32c("", 0), 0u);
  std::memset(bytes, 0, sizeof bytes);
  EXPECT_EQ(crc32c(bytes, 32), 0x8A9136AAu);
  std::memset(bytes, 0xFF, sizeof bytes);
  EXPECT_EQ(crc32c(bytes, 32), 0x62A8AB43u);
  for (int i = 0; i < 32; ++i)
    bytes[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(crc32c(bytes, 32), 0x46DD794Eu);
  for (int i = 0; i < 32; ++i)
    bytes[i] = static_cast<uint8_t>(31 - i);
  EXPECT_EQ(crc32c(bytes, 32), 0x113FDB5Cu);
}

TEST(Crc32c, EveryLengthAlignmentAndSplit) {
  std::mt19937 random(1);
  std::vector<uint8_t> bytes(100);
  for (uint8_t& byte : bytes)
    byte = static_cast<uint8_t>(random());
  for (size_t begin = 0; begin < 9; ++begin)
    for (size_t end = begin; end <= bytes.size(); ++end) {
      const std::vector<uint8_t> part(bytes.begin() + static_cast<int64_t>(begin),
                                      bytes.begin() + static_cast<int64_t>(end));
      ASSERT_EQ(crc32c(bytes.data() + begin, end - begin), slow_crc(part)) << begin << " " << end;
      const size_t middle = begin + (end - begin) / 3;
      const uint32_t first = crc32c(bytes.data() + begin, middle - begin);
      ASSERT_EQ(crc32c(bytes.data() + middle, end - middle, first), slow_crc(part)) << begin << " " << end;
    }
}

} // namespace
} // namespace pinhole
