// SPDX-License-Identifier: Apache-2.0
// Whether the learned scene is seen: in any light, beside what hides a part of it, and not where nothing is seen.
#include "anomaly/camera_judge.h"
#include "anomaly/made_up_scene.h"

namespace pinhole::testing {
namespace {

SceneSight look(Learned* learned, Picture picture) {
  return look_for_scene(picture.view(), &learned->map);
}

Picture flat(float level, float sigma, uint32_t seed) {
  return seen_with(0, level, sigma, seed);
}

TEST(SceneSight, TheSceneIsSeenInAnyLight) {
  Learned learned;
  for (uint32_t seed = 100; seed < 110; ++seed) {
    EXPECT_EQ(look(&learned, seen_with(1, 0, 0.02f, seed)).lost, 0);
    EXPECT_EQ(look(&learned, seen_with(0.7f, 0.1f, 0.02f, seed)).lost, 0) << "a lamp";
    EXPECT_EQ(look(&learned, seen_with(0.1f, 0, 0.005f, seed)).lost, 0) << "evening";
    EXPECT_LT(look(&learned, seen_with(0.02f, 0, 0.004f, seed)).lost, 0.35f) << "night: as much noise as detail";
    EXPECT_LT(look(&learned, seen_with(0.05f, 0.4f, 0.01f, seed)).lost, 0.35f) << "fog";
  }
}

TEST(SceneSight, NothingIsLeftOfItBehindACover) {
  Learned learned;
  for (uint32_t seed = 100; seed < 110; ++seed)
    for (const float level : {0.0f, 0.01f, 0.1f, 0.5f, 1.0f})
      for (const float sigma : {0.0f, 0.004f, 0.02f}) {
        const SceneSight sight = look(&learned, flat(level, sigma, seed));
        EXPECT_TRUE(hides_scene(sight)) << level << " with noise of " << sigma;
        EXPECT_FALSE(shows_another_view(sight)) << level << " with noise of " << sigma;
      }
}

TEST(SceneSight, ACoverOverAPartHasAnEdgeAndIsNoOtherView) {
  Learned learned;
  Picture picture = seen_with(1, 0, 0.02f, 1);
  put_square(&picture, 0, 0, kHeight, 0.05f);
  put_square(&picture, 0, kHeight - 5, 25, 0.05f);
  put_square(&picture, 25, kHeight - 5, 25, 0.05f); // 84 % of the width
  const SceneSight sight = look(&learned, picture);
  EXPECT_TRUE(hides_scene(sight));
  EXPECT_FALSE(shows_another_view(sight));
  Picture intruder = seen_with(1, 0, 0.02f, 1);
  put_square(&intruder, 10, 10, 25, 0.9f); // 15 % of the picture
  EXPECT_FALSE(hides_part_of_scene(look(&learned, intruder)));
  Picture half = seen_with(1, 0, 0.02f, 1);
  put_square(&half, 0, 0, 40, 0.05f);
  put_square(&half, kHeight - 40, 0, 40, 0.05f);
  EXPECT_TRUE(hides_part_of_scene(look(&learned, half)));
  EXPECT_FALSE(hides_scene(look(&learned, half)));
}

TEST(SceneSight, AnotherViewHasDetailOfItsOwnThoughItBeLess) {
  Learned learned;
  for (const float contrast : {0.2f, 0.06f}) {
    Picture other = flat(0.5f, 0.02f, 1);
    for (int32_t y = 0; y < kHeight; ++y)
      for (int32_t x = 0; x < kWidth; ++x)
        other.at(y, x) +=
            contrast * std::sin(0.23f * static_cast<float>(x + 2 * y)) * std::cos(0.31f * static_cast<float>(y));
    const SceneSight sight = look(&learned, other);
    EXPECT_TRUE(hides_scene(sight)) << contrast;
    EXPECT_TRUE(shows_another_view(sight)) << contrast;
  }
}

// What shows beside it would correlate with what was learned.
TEST(SceneSight, ATexturedThingOverMostOfThePictureHidesTheScene) {
  Learned learned;
  for (const int32_t grain : {4, 8}) {
    Picture picture = seen_with(1, 0, 0.02f, 1);
    for (int32_t y = 4; y < kHeight - 4; ++y)
      for (int32_t x = 5; x < kWidth - 5; ++x)
        picture.at(y, x) = (y / grain + x / grain) % 2 ? 0.9f : 0.1f; // 74 % of it
    const SceneSight sight = look(&learned, picture);
    EXPECT_TRUE(hides_scene(sight)) << grain << ": " << sight.lost;
    EXPECT_TRUE(shows_another_view(sight));
  }
}

TEST(SceneSight, WhereNothingWasLearnedOrNothingCountsNothingIsMissed) {
  Learned learned;
  for (uint8_t& ignored : learned.map.ignored)
    ignored = 1;
  EXPECT_EQ(look(&learned, flat(0.1f, 0.01f, 1)).lost, 0);
  Learned plain;
  for (float& detail : plain.map.detail)
    detail = 0;
  EXPECT_EQ(look(&plain, flat(0.1f, 0.01f, 1)).lost, 0);
}

} // namespace
} // namespace pinhole::testing
