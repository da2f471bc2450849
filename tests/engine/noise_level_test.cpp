// SPDX-License-Identifier: Apache-2.0
// The blind noise estimate: right on flat noise (that is where its bias constant comes from), undisturbed by slopes and
// by clipped parts, silent where there is nothing to measure.
#include "engine/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pinhole::testing {
namespace {

struct Picture {
  int32_t width, height, channels;
  std::vector<uint8_t> pixels;

  pinhole_frame frame() {
    const auto pitch = static_cast<size_t>(width * channels);
    return {channels == 1 ? PINHOLE_GRAY8 : PINHOLE_RGB24, width, height, {pixels.data(), nullptr}, {pitch, 0}, 0};
  }
};

// base(x, y) plus white noise, rounded and clipped.
template <class Base> Picture noisy(int32_t width, int32_t height, int32_t channels, float sigma, Base base) {
  Picture picture = {width, height, channels, {}};
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, sigma);
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < channels; ++c) {
        const float value = base(x, y) + normal(random);
        picture.pixels.push_back(static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f));
      }
  return picture;
}

TEST(NoiseLevel, FlatNoiseWithinSixPercent) {
  for (const int32_t channels : {1, 3})
    for (const float sigma : {5.0f, 10.0f, 25.0f, 40.0f}) {
      Picture picture = noisy(320, 240, channels, sigma, [](int32_t, int32_t) { return 128.0f; });
      EXPECT_NEAR(estimate_noise_level(picture.frame()), sigma, 0.06f * sigma) << channels << " channels";
    }
}

TEST(NoiseLevel, SlopesAreNotNoise) {
  Picture picture = noisy(320, 240, 1, 8, [](int32_t x, int32_t y) {
    return 20.0f + 0.3f * static_cast<float>(x) + 0.3f * static_cast<float>(y);
  });
  EXPECT_NEAR(estimate_noise_level(picture.frame()), 8, 0.6f);
}

// Half the frame is overexposed: its blocks, which show no noise, are left out.
TEST(NoiseLevel, ClippedPartsSayNothing) {
  Picture picture = noisy(320, 240, 1, 10, [](int32_t x, int32_t) { return x < 160 ? 120.0f : 400.0f; });
  EXPECT_NEAR(estimate_noise_level(picture.frame()), 10, 1.0f);
}

// Smoothed over 3x3 pixels, as a camera's processing does it, the noise is all but gone for the mask at full size.
TEST(NoiseLevel, SmoothedColourNoiseIsSeenAtQuarterSize) {
  Picture white = noisy(640, 480, 3, 24, [](int32_t, int32_t) { return 128.0f; });
  Picture smoothed = white;
  for (int32_t y = 1; y < 479; ++y)
    for (int32_t x = 1; x < 639; ++x)
      for (int32_t c = 0; c < 3; ++c) {
        int32_t sum = 0;
        for (int32_t tap = 0; tap < 9; ++tap)
          sum += white.pixels[static_cast<size_t>(((y + tap / 3 - 1) * 640 + x + tap % 3 - 1) * 3 + c)];
        smoothed.pixels[static_cast<size_t>((y * 640 + x) * 3 + c)] = static_cast<uint8_t>((sum + 4) / 9);
      }
  const float seen = estimate_noise_level(smoothed.frame()); // 8 is true; the low frequencies still say 24
  EXPECT_GT(seen, 8.0f);
  EXPECT_LT(seen, 24.0f);
  Picture gray = {640, 480, 1, {}};
  for (size_t i = 0; i < smoothed.pixels.size(); i += 3)
    gray.pixels.push_back(smoothed.pixels[i]);
  EXPECT_LT(estimate_noise_level(gray.frame()), 4.0f);
}

TEST(NoiseLevel, NothingToMeasureIsZero) {
  Picture tiny = noisy(17, 17, 1, 20, [](int32_t, int32_t) { return 128.0f; });
  EXPECT_EQ(estimate_noise_level(tiny.frame()), 0);
  Picture white = noisy(64, 64, 3, 0, [](int32_t, int32_t) { return 255.0f; });
  EXPECT_EQ(estimate_noise_level(white.frame()), 0);
}

} // namespace
} // namespace pinhole::testing
