// SPDX-License-Identifier: Apache-2.0
// A camera that sways by parts of a pixel of the model's picture, and one that was pushed so far.
#include "anomaly/made_up_scene.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr float kEnough = 8;          // as in scene_light_test
constexpr float kLeastThreshold = 25; // as scenes have it
constexpr float kNoise = 0.02f;

// The scene at a place between pixels, whose middles are whole numbers.
float scene_between(float y, float x) {
  return 0.5f + 0.2f * std::sin(0.3f * x) * std::cos(0.2f * y) + (x > 40.5f ? 0.1f : 0.0f);
}

// What a sensor sees when it has moved: each pixel is the mean over its area.
template <class At> Picture moved(const Warp& sway, At at) {
  constexpr int32_t kParts = 8;
  constexpr float kMiddleX = (kWidth - 1) / 2.0f, kMiddleY = (kHeight - 1) / 2.0f;
  const Warp back = inverse_of(sway);
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      float sum = 0;
      for (int32_t i = 0; i < kParts; ++i)
        for (int32_t j = 0; j < kParts; ++j) {
          const float down = (static_cast<float>(i) + 0.5f) / kParts - 0.5f;
          const float right = (static_cast<float>(j) + 0.5f) / kParts - 0.5f;
          const Point from =
              seen_at(back, {static_cast<float>(x) + right - kMiddleX, static_cast<float>(y) + down - kMiddleY});
          sum += at(from.y + kMiddleY, from.x + kMiddleX);
        }
      picture.at(y, x) = sum / (kParts * kParts);
    }
  return picture;
}
Picture moved(const Warp& sway) {
  return moved(sway, scene_between);
}

Picture seen_moved(const Warp& sway, float gain, float offset, uint32_t seed) {
  return seen_with(moved(sway), gain, offset, kNoise, seed);
}

// Under even light.
Warp followed(const GainFit& fit, Picture seen, Picture expected, Picture* swayed) {
  Learned memory;
  for (float& level : memory.map.light.level)
    level = 1;
  return follow_sway({fit, memory.map.light, 0}, seen.view(), expected.view(), swayed->view());
}
Warp followed(Picture seen, Picture expected, Picture* swayed) {
  return followed(fit_gain(seen.view(), expected.view()), seen, expected, swayed);
}

// Half of the light in a band across the picture, with soft edges.
Picture in_band(Picture picture, float middle) {
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      const float off = std::fabs(static_cast<float>(x) - middle - 0.4f * static_cast<float>(y));
      picture.at(y, x) *= 1 - 0.5f * min_of(max_of(0.5f + (12 - off) / 14, 0.0f), 1.0f);
    }
  return picture;
}

// Walls, doors and windows: few edges, sharp ones.
float boxes_between(float y, float x) {
  const auto within = [&](float top, float left, float bottom, float right) {
    return y > top && y < bottom && x > left && x < right;
  };
  return within(-9, -9, 18, 99)               ? 0.75f
         : within(20.3f, 14.2f, 44.7f, 30.6f) ? 0.3f
         : within(25, 48.5f, 39.5f, 70.2f)    ? 0.8f
                                              : 0.5f;
}

// A fence: bars of a period of three pixels.
float fence_between(float y, float x) {
  return 0.5f + 0.2f * std::sin(2.0943951f * x) * (y > 10 ? 1.0f : 0.0f);
}

constexpr Warp kSways[] = {{0, 0}, {0.5f, 0}, {0, -0.5f}, {0.3f, 0.7f}, {-1.1f, 0.4f}, {1.3f, -1.3f}, {1, 1}};

TEST(Sway, IsFound) {
  uint32_t seed = 1;
  for (const Warp& sway : kSways) {
    Picture swayed;
    const Warp found = followed(seen_moved(sway, 0.8f, 0.1f, ++seed), scene(), &swayed);
    EXPECT_NEAR(found.right, sway.right, 0.08f) << sway.right << ", " << sway.down;
    EXPECT_NEAR(found.down, sway.down, 0.08f) << sway.right << ", " << sway.down;
  }
}

TEST(Sway, IsFoundBesideAnIntruder) {
  for (const Warp& sway : kSways) {
    Picture picture = seen_moved(sway, 1, 0, 30), swayed;
    put_square(&picture, 5, 50, 22, 0.95f); // a tenth of the picture
    const Warp found = followed(picture, scene(), &swayed);
    EXPECT_NEAR(found.right, sway.right, 0.15f) << sway.right << ", " << sway.down;
    EXPECT_NEAR(found.down, sway.down, 0.15f) << sway.right << ", " << sway.down;
  }
}

// Pixels at the sides by which the camera rolls, where it may be shifted, too.
constexpr float kRolls[] = {0.4f, -0.5f, 0.8f, -1.3f};

Warp rolled(const Warp& sway, float at_sides) {
  Warp turned = sway;
  turned.xy = -at_sides / (kHeight / 2.0f);
  turned.yx = at_sides / (kWidth / 2.0f);
  return turned;
}

void expect_near(const Warp& found, const Warp& sway, float shift, float at_sides) {
  EXPECT_NEAR(found.right, sway.right, shift);
  EXPECT_NEAR(found.down, sway.down, shift);
  EXPECT_NEAR(found.xy * kHeight / 2, sway.xy * kHeight / 2, at_sides);
  EXPECT_NEAR(found.yx * kWidth / 2, sway.yx * kWidth / 2, at_sides);
  EXPECT_EQ(found.xx, 0);
  EXPECT_EQ(found.yy, 0);
}

TEST(Sway, ARollIsFound) {
  uint32_t seed = 200;
  for (const Warp& sway : kSways)
    for (const float roll : kRolls) {
      SCOPED_TRACE(::testing::Message() << sway.right << ", " << sway.down << ", rolled by " << roll);
      const Warp turned = rolled(sway, roll);
      Picture swayed;
      expect_near(followed(seen_moved(turned, 0.8f, 0.1f, ++seed), scene(), &swayed), turned, 0.1f, 0.12f);
    }
}

TEST(Sway, ARollIsFoundBesideAnIntruder) {
  for (const float roll : kRolls) {
    SCOPED_TRACE(roll);
    const Warp turned = rolled({0.3f, 0.7f}, roll);
    Picture picture = seen_moved(turned, 1, 0, 30), swayed;
    put_square(&picture, 5, 50, 22, 0.95f); // a tenth of the picture
    expect_near(followed(picture, scene(), &swayed), turned, 0.15f, 0.2f);
  }
}

TEST(Sway, LargerRollsAreNone) {
  Picture swayed;
  const Warp found = followed(seen_moved(rolled({}, kMostRoll + 0.5f), 1, 0, 31), scene(), &swayed);
  EXPECT_TRUE(found.shifts_only()) << found.xy << ", " << found.yx;
}

// Edges at the sides are off by what the roll moves them there, those in the middle by nothing.
TEST(Sway, ItsErrorIsThatOfThePlace) {
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      picture.at(y, x) = static_cast<float>(y / 2 % 2);
  const auto error = [&](const Warp& sway, int32_t left) {
    return sway_error(sway, false, GainFit(), picture.view(), {kHeight / 2 - 2, left, kHeight / 2 + 2, left + 4});
  };
  const Warp roll = rolled({}, 0.4f), shift = {0, 0.4f};
  EXPECT_LT(error(roll, kWidth / 2 - 2), 0.05f * error(shift, 0));
  EXPECT_NEAR(error(roll, 0) / error(shift, 0), 1, 0.1f);
  EXPECT_NEAR(error(roll, kWidth - 4) / error(shift, 0), 1, 0.1f);
}

TEST(Sway, LongerOnesAreFollowedAsFarAsItGoes) {
  Picture swayed;
  const Warp found = followed(seen_moved({2.5f, -2.5f}, 1, 0, 31), scene(), &swayed);
  EXPECT_NEAR(found.right, kMostSway, 0.1f);
  EXPECT_NEAR(found.down, -kMostSway, 0.1f);
}

// What is laid is the picture itself, moved; its borders are as they are seen.
TEST(Sway, AWholePixelMovesThePictureAsItIs) {
  Picture seen = moved({1, 0}), swayed;
  GainFit fit;
  fit.scale = 0.01f;
  const Warp found = followed(fit, seen, moved({0, 0}), &swayed);
  EXPECT_NEAR(found.right, 1, 0.01f);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      EXPECT_NEAR(swayed.at(y, x), seen.at(y, x), 2e-3f) << y << ", " << x;
}

void expect_none(const Picture& seen, const Picture& expected) {
  Picture swayed;
  GainFit fit;
  fit.scale = kNoise;
  EXPECT_TRUE(followed(fit, seen, expected, &swayed).none());
  EXPECT_EQ(swayed.pixels, expected.pixels);
}

TEST(Sway, WhereHardlyAnythingIsToBeSeenThereIsNone) {
  for (const float texture : {0.0f, 0.01f, 0.03f}) {
    Picture expected = scene();
    for (float& value : expected.pixels)
      value = 0.5f + texture * (value - 0.5f);
    for (uint32_t seed = 0; seed < 50; ++seed)
      expect_none(seen_with(expected, 1, 0, kNoise, seed), expected);
  }
}

TEST(Sway, WhatIsNotFiniteGivesNone) {
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Picture seen = seen_with(1, 0, kNoise, 8);
    seen.at(20, 20) = value;
    expect_none(seen, scene());
  }
}

// Sums of squares overflow: what a hostile model may expect.
TEST(Sway, WhatIsBeyondMeasureGivesNone) {
  for (const float value : {1e20f, 1e30f, -3e38f}) {
    Picture expected = scene();
    expected.at(20, 20) = value;
    expect_none(seen_with(1, 0, kNoise, 8), expected);
  }
}

TEST(Sway, ColoursAreFollowedTogether) {
  constexpr int32_t kChannels = 3;
  constexpr Desc kDesc = {1, kHeight, kWidth, kChannels, DType::f32};
  const auto values = static_cast<size_t>(kDesc.elements());
  std::vector<float> seen(values), expected(values), swayed(values);
  Picture from = moved({0, 0}), to = seen_moved({0.6f, -0.4f}, 1, 0, 9);
  for (size_t i = 0; i < values; ++i) {
    const float strength = i % kChannels == 0 ? 1 : 0.3f; // reddish
    seen[i] = strength * to.pixels[i / kChannels];
    expected[i] = strength * from.pixels[i / kChannels];
  }
  GainFit fit;
  fit.scale = kNoise;
  Learned memory;
  for (float& level : memory.map.light.level)
    level = 1;
  const Warp found = follow_sway({fit, memory.map.light, 0}, dense_view(kDesc, seen.data()),
                                 dense_view(kDesc, expected.data()), dense_view(kDesc, swayed.data()));
  EXPECT_NEAR(found.right, 0.6f, 0.08f);
  EXPECT_NEAR(found.down, -0.4f, 0.08f);
  for (size_t i = 0; i < values; ++i)
    EXPECT_NEAR(swayed[i], seen[i], 0.12f) << i;
}

// Two light fits and a whole scoring, on the narrowest pictures there are.
TEST(Sway, OfTheSmallestPictures) {
  for (const auto& [height, width] : {std::pair{4, 4}, {4, 163}, {163, 4}, {5, 7}, {7, 13}}) {
    Arena counting(nullptr, 0);
    SceneMap map;
    ASSERT_TRUE(make_scene_map(&counting, height, width, 1, &map).ok());
    std::vector<std::byte> memory(counting.used() + Arena::kAlignment);
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    Arena arena(memory.data() + (align_up(address, Arena::kAlignment) - address), counting.used());
    ASSERT_TRUE(make_scene_map(&arena, height, width, 1, &map).ok());
    const Desc desc = {1, height, width, 1, DType::f32};
    std::vector<float> expected(static_cast<size_t>(desc.elements())), seen;
    for (size_t i = 0; i < expected.size(); ++i)
      expected[i] = 0.5f + 0.3f * std::sin(1.1f * static_cast<float>(i));
    for (int frame = 0; frame < 24; ++frame) {
      seen = expected;
      std::rotate(seen.begin(), seen.begin() + frame % 3, seen.end());
      SceneScore score;
      const View picture = dense_view(desc, seen.data()), reconstruction = dense_view(desc, expected.data());
      const Status status = frame < 12 ? learn_scene(picture, reconstruction, &map)
                                       : score_scene(picture, reconstruction, 1, &map, &score);
      EXPECT_TRUE(status.ok()) << status.text;
      EXPECT_TRUE(std::isfinite(score.score));
    }
  }
}

// The edges of shadows over few things are no sway.
TEST(SwayedScene, ShadowsAreNone) {
  const Picture still = moved({0, 0}, boxes_between);
  Learned learned({}, still);
  uint32_t seed = 70;
  for (int32_t middle = -30; middle < kWidth + 10; middle += 4)
    EXPECT_LT(learned.score(seen_with(in_band(still, static_cast<float>(middle)), 1, 0, kNoise, ++seed)).score,
              kLeastThreshold)
        << middle;
}

TEST(SwayedScene, FewEdgesAreEnough) {
  Learned learned({}, moved({0, 0}, boxes_between));
  uint32_t seed = 90;
  for (const Warp& sway : kSways) {
    EXPECT_LT(learned.score(seen_with(moved(sway, boxes_between), 1, 0, kNoise, ++seed)).score, kLeastThreshold)
        << sway.right << ", " << sway.down;
    for (const float roll : kRolls) {
      SCOPED_TRACE(::testing::Message() << sway.right << ", " << sway.down << ", rolled by " << roll);
      const Warp turned = rolled(sway, roll);
      EXPECT_LT(learned.score(seen_with(moved(turned, boxes_between), 1, 0, kNoise, ++seed)).score, kLeastThreshold);
      expect_near(learned.map.sway, turned, 0.1f, 0.2f);
    }
  }
}

// Slopes say little of so fine a texture.
TEST(SwayedScene, AFenceIsNotLedAstray) {
  Learned learned({}, moved({0, 0}, fence_between));
  for (const float right : {0.0f, 0.1f, 0.3f, 0.5f}) {
    (void)learned.score(seen_with(moved({right, 0}, fence_between), 1, 0, kNoise, 95));
    EXPECT_NEAR(learned.map.sway.right, right, 0.5f) << right;
  }
}

// Nor is what stands along an edge, thin and of the other side's brightness.
TEST(SwayedScene, APoleAlongAnEdgeIsFound) {
  const auto edge = [](float, float x) { return x > 40.5f ? 0.7f : 0.3f; };
  const Picture still = moved({0, 0}, edge);
  Learned learned({}, still);
  Picture picture = seen_with(still, 1, 0, kNoise, 96);
  for (int32_t y = 10; y < 40; ++y)
    picture.at(y, 41) += 0.5f - 0.7f;
  EXPECT_GT(learned.score(picture).score, 75);
  EXPECT_TRUE(learned.map.sway.none()) << learned.map.sway.right << ", " << learned.map.sway.down;
}

TEST(SwayedScene, IsNoAnomaly) {
  Learned learned;
  uint32_t seed = 40;
  for (const Warp& sway : kSways)
    for (int32_t frame = 0; frame < 10; ++frame)
      EXPECT_LT(learned.score(seen_moved(sway, 1, 0, ++seed)).score, kEnough) << sway.right << ", " << sway.down;
}

TEST(SwayedScene, ARollIsNoAnomaly) {
  Learned learned;
  uint32_t seed = 300;
  for (const Warp& sway : kSways)
    for (const float roll : kRolls)
      EXPECT_LT(learned.score(seen_moved(rolled(sway, roll), 1, 0, ++seed)).score, kEnough)
          << sway.right << ", " << sway.down << ", rolled by " << roll;
}

TEST(SwayedScene, AnIntruderIsFound) {
  Learned learned;
  std::vector<Warp> sways(std::begin(kSways), std::end(kSways));
  for (const float roll : kRolls)
    sways.push_back(rolled({0.3f, 0.7f}, roll));
  for (const Warp& sway : sways) {
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
