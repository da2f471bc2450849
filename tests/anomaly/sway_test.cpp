// SPDX-License-Identifier: Apache-2.0
// A camera that sways by parts of a pixel of the model's picture, and one that was pushed so far.
#include "anomaly/made_up_scene.h"

#include <limits>

namespace pinhole::testing {
namespace {

constexpr float kEnough = 8; // as in scene_light_test
constexpr float kNoise = 0.02f;

// The scene at a place between pixels, whose middles are whole numbers.
float scene_between(float y, float x) {
  return 0.5f + 0.2f * std::sin(0.3f * x) * std::cos(0.2f * y) + (x > 40.5f ? 0.1f : 0.0f);
}

// What a sensor sees when it has moved: each pixel is the mean over its area.
Picture moved(const Sway& sway) {
  constexpr int32_t kParts = 8;
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      float sum = 0;
      for (int32_t i = 0; i < kParts; ++i)
        for (int32_t j = 0; j < kParts; ++j) {
          const float down = (static_cast<float>(i) + 0.5f) / kParts - 0.5f;
          const float right = (static_cast<float>(j) + 0.5f) / kParts - 0.5f;
          sum += scene_between(static_cast<float>(y) + down - sway.down, static_cast<float>(x) + right - sway.right);
        }
      picture.at(y, x) = sum / (kParts * kParts);
    }
  return picture;
}

Picture seen_moved(const Sway& sway, float gain, float offset, uint32_t seed) {
  Picture picture = moved(sway);
  const Picture noise = seen_with(0, 0, kNoise, seed);
  for (size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = gain * picture.pixels[i] + offset + noise.pixels[i];
  return picture;
}

Sway followed(Picture seen, Picture expected, Picture* swayed) {
  return follow_sway(fit_gain(seen.view(), expected.view()), seen.view(), expected.view(), swayed->view());
}

constexpr Sway kSways[] = {{0, 0}, {0.5f, 0}, {0, -0.5f}, {0.3f, 0.7f}, {-1.1f, 0.4f}, {1.3f, -1.3f}, {1, 1}};

TEST(Sway, IsFound) {
  uint32_t seed = 1;
  for (const Sway& sway : kSways) {
    Picture swayed;
    const Sway found = followed(seen_moved(sway, 0.8f, 0.1f, ++seed), scene(), &swayed);
    EXPECT_NEAR(found.right, sway.right, 0.08f) << sway.right << ", " << sway.down;
    EXPECT_NEAR(found.down, sway.down, 0.08f) << sway.right << ", " << sway.down;
  }
}

TEST(Sway, IsFoundBesideAnIntruder) {
  for (const Sway& sway : kSways) {
    Picture picture = seen_moved(sway, 1, 0, 30), swayed;
    put_square(&picture, 5, 50, 22, 0.95f); // a tenth of the picture
    const Sway found = followed(picture, scene(), &swayed);
    EXPECT_NEAR(found.right, sway.right, 0.15f) << sway.right << ", " << sway.down;
    EXPECT_NEAR(found.down, sway.down, 0.15f) << sway.right << ", " << sway.down;
  }
}

TEST(Sway, LongerOnesAreFollowedAsFarAsItGoes) {
  Picture swayed;
  const Sway found = followed(seen_moved({2.5f, -2.5f}, 1, 0, 31), scene(), &swayed);
  EXPECT_NEAR(found.right, kMostSway, 0.1f);
  EXPECT_NEAR(found.down, -kMostSway, 0.1f);
}

// What is laid is the picture itself, moved; its borders are as they are seen.
TEST(Sway, AWholePixelMovesThePictureAsItIs) {
  Picture seen = moved({1, 0}), expected = moved({0, 0}), swayed;
  GainFit fit;
  fit.scale = 0.01f;
  const Sway found = follow_sway(fit, seen.view(), expected.view(), swayed.view());
  EXPECT_NEAR(found.right, 1, 0.01f);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      EXPECT_NEAR(swayed.at(y, x), seen.at(y, x), 2e-3f) << y << ", " << x;
}

TEST(Sway, WhereNothingIsToBeSeenThereIsNone) {
  Picture flat, swayed;
  for (float& value : flat.pixels)
    value = 0.4f;
  Picture noisy = seen_with(0, 0.4f, kNoise, 7);
  GainFit fit;
  fit.scale = kNoise;
  const Sway found = follow_sway(fit, noisy.view(), flat.view(), swayed.view());
  EXPECT_EQ(found.right, 0);
  EXPECT_EQ(found.down, 0);
  EXPECT_EQ(swayed.pixels, flat.pixels);
}

TEST(Sway, WhatIsNotFiniteGivesNone) {
  Picture seen = seen_with(1, 0, kNoise, 8), expected = scene(), swayed;
  seen.at(20, 20) = std::numeric_limits<float>::quiet_NaN();
  const Sway found = followed(seen, expected, &swayed);
  EXPECT_EQ(found.right, 0);
  EXPECT_EQ(swayed.pixels, expected.pixels);
}

TEST(SwayedScene, IsNoAnomaly) {
  Learned learned;
  uint32_t seed = 40;
  for (const Sway& sway : kSways)
    for (int32_t frame = 0; frame < 10; ++frame)
      EXPECT_LT(learned.score(seen_moved(sway, 1, 0, ++seed)).score, kEnough) << sway.right << ", " << sway.down;
}

TEST(SwayedScene, AnIntruderIsFound) {
  Learned learned;
  for (const Sway& sway : kSways) {
    Picture picture = seen_moved(sway, 1, 0, 60);
    put_square(&picture, 20, 30, 7, 0.95f);
    const SceneScore score = learned.score(picture);
    EXPECT_GT(score.score, 400) << sway.right << ", " << sway.down;
    EXPECT_LE(score.box.x, 30);
    EXPECT_GE(score.box.x + score.box.width, 37);
    EXPECT_LT(score.box.width, 20);
  }
}

// An intruder that comes in at the border where the view is new shows as soon as it is wider than that.
TEST(SwayedScene, OnlyTheNewBorderIsUnknown) {
  Learned learned;
  Picture picture = seen_moved({1.2f, 0}, 1, 0, 61);
  for (int32_t y = 0; y < kHeight; ++y)
    picture.at(y, 0) = 0.95f;
  EXPECT_LT(learned.score(picture).score, kEnough);
  put_square(&picture, 20, 0, 7, 0.95f);
  EXPECT_GT(learned.score(picture).score, 400);
}

} // namespace
} // namespace pinhole::testing
