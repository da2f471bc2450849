// SPDX-License-Identifier: Apache-2.0
// Luma at every SIMD level against the plain loop, bit for bit, on rows that end where their memory does.
#include "device/cpu/simd.h"
#include "engine/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pinhole {
namespace {

std::vector<float> luma_at(SimdLevel level, const pinhole_frame& frame, int32_t x, float scale, float offset) {
  EXPECT_TRUE(choose_simd(simd_name(level)).ok());
  std::vector<float> luma(static_cast<size_t>(frame.width - x));
  unpack_pixels(frame, 0, x, frame.width - x, 1, scale, offset, luma.data(), 1);
  EXPECT_TRUE(choose_simd(nullptr).ok()); // for other tests
  return luma;
}

TEST(LumaSimd, IsThePlainLoopsBitForBit) {
  std::mt19937 random(1);
  for (int level = 1; level < kSimdLevels; ++level) {
    if (!simd_supported(static_cast<SimdLevel>(level)))
      continue;
    for (int32_t width = 1; width <= 131; ++width) {
      std::vector<uint8_t> bytes(3 * static_cast<size_t>(width));
      for (uint8_t& byte : bytes)
        byte = static_cast<uint8_t>(random());
      pinhole_frame frame = {};
      frame.width = width;
      frame.height = 1;
      frame.plane[0] = bytes.data();
      frame.pitch[0] = bytes.size();
      const int32_t x = static_cast<int32_t>(random() % static_cast<uint32_t>(width));
      const float scale = width % 2 ? 1.0f : 1.0f / 255, offset = width % 3 ? 0.0f : -0.25f;
      for (const int32_t format : {PINHOLE_RGB24, PINHOLE_BGR24}) {
        frame.format = format;
        EXPECT_EQ(luma_at(static_cast<SimdLevel>(level), frame, x, scale, offset),
                  luma_at(SimdLevel::plain, frame, x, scale, offset))
            << simd_name(static_cast<SimdLevel>(level)) << ", " << frame_format_name(format) << ", pixels " << x
            << " to " << width - 1;
      }
    }
  }
}

TEST(LumaSimd, RedGreenAndBlueInTheirOrder) {
  constexpr int32_t kWidth = 48;
  std::vector<uint8_t> bytes;
  for (int32_t i = 0; i < kWidth; ++i)
    bytes.insert(bytes.end(), {200, 100, 50});
  pinhole_frame frame = {};
  frame.width = kWidth;
  frame.height = 1;
  frame.plane[0] = bytes.data();
  frame.pitch[0] = bytes.size();
  for (int level = 0; level < kSimdLevels; ++level) {
    if (!simd_supported(static_cast<SimdLevel>(level)))
      continue;
    frame.format = PINHOLE_RGB24;
    for (const float luma : luma_at(static_cast<SimdLevel>(level), frame, 0, 1, 0))
      EXPECT_NEAR(luma, 0.299 * 200 + 0.587 * 100 + 0.114 * 50, 1e-4);
    frame.format = PINHOLE_BGR24;
    for (const float luma : luma_at(static_cast<SimdLevel>(level), frame, 0, 1, 0))
      EXPECT_NEAR(luma, 0.299 * 50 + 0.587 * 100 + 0.114 * 200, 1e-4);
  }
}

} // namespace
} // namespace pinhole
