// SPDX-License-Identifier: Apache-2.0
// Noise as it leaves a camera: as strong as asked, shared between neighbours as the blur says, colour apart from
// brightness; and what a recipe's entry may ask for around it.
#include "train/host_corruption.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace pinhole {
namespace {

constexpr int32_t kSide = 128;

struct Picture {
  int32_t channels;
  std::vector<float> pixels;
  Picture(int32_t count, float value)
      : channels(count), pixels(static_cast<size_t>(kSide) * kSide * static_cast<size_t>(count), value) {}
  View view() { return dense_view({1, kSide, kSide, channels, DType::f32}, pixels.data()); }
  float at(int32_t y, int32_t x, int32_t c) const {
    return pixels[static_cast<size_t>((y * kSide + x) * channels + c)];
  }
};

WeightedCorruption camera(float sigma, float blur) {
  WeightedCorruption entry;
  entry.corruption.kind = CorruptionKind::camera;
  entry.corruption.first = {sigma, sigma};
  entry.corruption.second = {blur, blur};
  return entry;
}

NoiseKey key_of(uint32_t item) {
  NoiseKey key;
  key.seed = 11;
  key.item = item;
  return key;
}

// Correlation of the noise on a flat picture of 0.5 with itself one pixel to the right.
double neighbours(const Picture& picture) {
  double square = 0, product = 0;
  for (int32_t y = 0; y < kSide; ++y)
    for (int32_t x = 0; x + 1 < kSide; ++x) {
      const double here = static_cast<double>(picture.at(y, x, 0)) - 0.5;
      square += here * here;
      product += here * (static_cast<double>(picture.at(y, x + 1, 0)) - 0.5);
    }
  return product / square;
}

double root_mean_square(const Picture& picture) {
  double sum = 0;
  for (const float value : picture.pixels)
    sum += (static_cast<double>(value) - 0.5) * (static_cast<double>(value) - 0.5);
  return std::sqrt(sum / static_cast<double>(picture.pixels.size()));
}

TEST(CameraNoise, IsAsStrongAsAsked) {
  for (const int32_t channels : {1, 3})
    for (const float sigma : {0.0f, 4.0f, 30.0f}) {
      Picture picture(channels, 0.5f);
      float level = -1;
      ASSERT_TRUE(apply_corruption(camera(sigma, 1), key_of(1), picture.view(), View(), &level).ok());
      EXPECT_FLOAT_EQ(level, sigma / 255);
      EXPECT_NEAR(root_mean_square(picture), static_cast<double>(sigma) / 255, 1e-5) << channels;
    }
}

// White noise behind a Gaussian of s pixels is correlated by exp(-d^2 / (4 s^2)) at distance d.
TEST(CameraNoise, NeighboursShareItAsTheBlurSays) {
  for (const float blur : {0.0f, 1.0f, 2.0f}) {
    Picture picture(1, 0.5f);
    float level = 0;
    ASSERT_TRUE(apply_corruption(camera(10, blur), key_of(2), picture.view(), View(), &level).ok());
    const double s = static_cast<double>(blur);
    EXPECT_NEAR(neighbours(picture), s > 0 ? std::exp(-0.25 / (s * s)) : 0.0, 0.04) << blur;
  }
}

TEST(CameraNoise, ColourIsSmootherThanBrightness) {
  Picture picture(3, 0.5f);
  float level = 0;
  ASSERT_TRUE(apply_corruption(camera(10, 0.5f), key_of(3), picture.view(), View(), &level).ok());
  Picture brightness(1, 0), colour(1, 0);
  for (size_t i = 0; i < brightness.pixels.size(); ++i) {
    const float* pixel = &picture.pixels[3 * i];
    brightness.pixels[i] = (pixel[0] + pixel[1] + pixel[2]) / 3;
    colour.pixels[i] = pixel[0] - brightness.pixels[i] + 0.5f;
  }
  EXPECT_GT(neighbours(colour), neighbours(brightness) + 0.1);
}

TEST(CameraNoise, SameKeySameNoise) {
  Picture first(3, 0.5f), second(3, 0.5f), other(3, 0.5f);
  float level = 0;
  ASSERT_TRUE(apply_corruption(camera(10, 1), key_of(4), first.view(), View(), &level).ok());
  ASSERT_TRUE(apply_corruption(camera(10, 1), key_of(4), second.view(), View(), &level).ok());
  ASSERT_TRUE(apply_corruption(camera(10, 1), key_of(5), other.view(), View(), &level).ok());
  EXPECT_EQ(first.pixels, second.pixels);
  EXPECT_NE(first.pixels, other.pixels);
}

TEST(CameraNoise, TheNetworkIsToldAnotherLevel) {
  WeightedCorruption entry = camera(10, 1);
  entry.level_factor = {0.5f, 0.5f};
  Picture picture(3, 0.5f);
  float level = 0;
  ASSERT_TRUE(apply_corruption(entry, key_of(6), picture.view(), View(), &level).ok());
  EXPECT_FLOAT_EQ(level, 5.0f / 255);
  EXPECT_NEAR(root_mean_square(picture), 10.0 / 255, 1e-5);
}

// A slope that is enlarged twice around the middle keeps its middle and loses half its steepness.
TEST(CameraNoise, ZoomEnlargesTheMiddle) {
  WeightedCorruption entry = camera(0, 0);
  entry.zoom = {2, 2};
  Picture slope(1, 0);
  for (int32_t y = 0; y < kSide; ++y)
    for (int32_t x = 0; x < kSide; ++x)
      slope.pixels[static_cast<size_t>(y * kSide + x)] = 0.01f * static_cast<float>(x);
  ASSERT_TRUE(zoom_if_asked(entry, key_of(7), slope.view()).ok());
  for (int32_t x = 2; x < kSide - 2; ++x)
    EXPECT_NEAR(slope.at(9, x, 0), 0.01f * (63.5f + (static_cast<float>(x) - 63.5f) / 2), 1e-4f);
}

} // namespace
} // namespace pinhole
