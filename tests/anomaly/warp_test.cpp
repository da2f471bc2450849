// SPDX-License-Identifier: Apache-2.0
#include "anomaly/made_up_scene.h"
#include "anomaly/scene_place.h"
#include "anomaly/warp_fit.h"

#include <limits>

namespace pinhole::testing {
namespace {

constexpr Warp kTurned = {1.3f, -0.8f, 0.01f, -0.02f, 0.03f, -0.015f};

float distance(const Point& a, const Point& b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

// The scene as a camera shows it that is warped so: each pixel by the scene's own formula, nothing interpolated.
Picture shown(const Warp& warp) {
  const Warp back = inverse_of(warp);
  const float middle_x = (kWidth - 1) / 2.0f, middle_y = (kHeight - 1) / 2.0f;
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x) {
      const Point at = seen_at(back, {static_cast<float>(x) - middle_x, static_cast<float>(y) - middle_y});
      picture.at(y, x) = 0.5f + 0.2f * std::sin(0.3f * (at.x + middle_x)) * std::cos(0.2f * (at.y + middle_y));
    }
  return picture;
}

// One step under even light, from what is expected unwarped.
Warp fitted(Picture seen, Picture expected, float gain = 1, float offset = 0) {
  Learned memory;
  for (float& level : memory.map.light.level)
    level = 1;
  return fit_warp({{gain, offset, 0.01f}, memory.map.light, 0}, seen.view(), expected.view());
}

TEST(Warp, ComposesAndInverts) {
  const Warp second = {-3, 2, -0.02f, 0.01f, 0.005f, 0.02f}, both = composed(kTurned, second),
             none = composed(kTurned, inverse_of(kTurned));
  for (const Point& point : {Point{0, 0}, Point{30, -20}, Point{-7.5f, 11}}) {
    EXPECT_LT(distance(seen_at(both, point), seen_at(second, seen_at(kTurned, point))), 1e-4f);
    EXPECT_LT(distance(seen_at(none, point), point), 1e-4f);
  }
  EXPECT_TRUE(Warp().none());
  EXPECT_TRUE((Warp{1, 0, 0, 0, 0, 0}.shifts_only()));
  EXPECT_FALSE(kTurned.shifts_only());
}

// Whatever the warp, nothing in the picture is farther away.
TEST(Warp, NothingIsFartherThanTheFarthest) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(-0.05f, 0.05f);
  for (int i = 0; i < 50; ++i) {
    const Warp warp = {40 * uniform(random), 40 * uniform(random), uniform(random),
                       uniform(random),      uniform(random),      uniform(random)};
    const float bound = farthest(warp, kWidth, kHeight);
    for (const float x : {-kWidth / 2.0f, kWidth / 2.0f})
      for (const float y : {-kHeight / 2.0f, kHeight / 2.0f}) {
        const Point at = seen_at(warp, {x, y});
        EXPECT_LE(std::max(std::fabs(at.x - x), std::fabs(at.y - y)), bound * 1.0001f);
      }
  }
}

TEST(Warp, LaysBackWhatTheCameraShows) {
  Picture laid;
  Picture turned = shown(kTurned), known = shown({});
  lay_back(turned.view(), kTurned, laid.view());
  float most = 0;
  for (int32_t y = 6; y < kHeight - 6; ++y)
    for (int32_t x = 6; x < kWidth - 6; ++x)
      most = std::max(most, std::fabs(laid.at(y, x) - known.at(y, x)));
  EXPECT_LT(most, 0.002f) << "of a cubic interpolation";
}

TEST(Warp, WholePixelsAreLaidBackBitByBitAndTheBorderIsRepeated) {
  Picture laid, seen = scene();
  lay_back(seen.view(), {3, -2, 0, 0, 0, 0}, laid.view());
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      ASSERT_EQ(laid.at(y, x), seen.at(std::clamp(y - 2, 0, kHeight - 1), std::clamp(x + 3, 0, kWidth - 1)));
}

// Far outside, too, as of a warp that a mistaken fit gives.
TEST(Warp, ReadsNothingBeyondThePicture) {
  Picture laid, seen = scene();
  for (const Warp& wild :
       {Warp{1e9f, -1e9f, 0.5f, 0, 0, 0}, Warp{-1e9f, 1e9f, 0, 0.5f, 0, 0}, Warp{0, 0, 9, 9, -9, 9}}) {
    lay_back(seen.view(), wild, laid.view());
    for (const float value : laid.pixels)
      ASSERT_TRUE(value > 0 && value < 1);
  }
}

TEST(Warp, AStepFindsMostOfASmallWarp) {
  const Warp small = {0.4f, -0.3f, 0.006f, -0.008f, 0.01f, 0.004f};
  const Warp found = fitted(shown(small), shown({}));
  const Warp left = composed(inverse_of(found), small);
  EXPECT_LT(farthest(left, kWidth, kHeight), 0.1f) << "of " << farthest(small, kWidth, kHeight);
}

TEST(Warp, AStepIsTakenInTodaysLight) {
  const Warp small = {0.4f, -0.3f, 0.006f, -0.008f, 0.01f, 0.004f};
  const Warp found = fitted(seen_with(shown(small), 0.5f, 0.1f, 0, 1), shown({}), 0.5f, 0.1f);
  EXPECT_LT(farthest(composed(inverse_of(found), small), kWidth, kHeight), 0.15f);
}

TEST(Warp, NothingIsFittedToNothing) {
  Picture flat, broken = scene();
  EXPECT_TRUE(fitted(flat, flat).none());
  broken.at(20, 20) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(fitted(broken, scene()).none());
  EXPECT_LT(farthest(fitted(scene(), scene()), kWidth, kHeight), 1e-3f);
}

// --- What a moved camera still shows ------------------------------------------------------------------------------

int32_t counting(const SceneMap& map) {
  int32_t count = 0;
  for (int32_t cell = 0; cell < map.rows * map.columns; ++cell)
    count += counts(map, cell);
  return count;
}

TEST(ScenePlace, WhatIsOutOfSightDoesNotCount) {
  Learned learned;
  SceneMap& map = learned.map;
  const int32_t all = map.rows * map.columns;
  EXPECT_EQ(counting(map), all);
  map.place = {8, 0, 0, 0, 0, 0}; // two columns have left at the right, and two more are beside them
  EXPECT_LT(counting(map), all - 3 * map.rows);
  EXPECT_GT(counting(map), all - 6 * map.rows);
  EXPECT_TRUE(counts(map, 0)) << "nothing is lost on the other side";
  EXPECT_FALSE(counts(map, map.columns - 1));
  map.place = {0.4f, 0, 0, 0, 0, 0}; // a part of the last pixels has left, and is made up
  EXPECT_EQ(counting(map), all - map.rows);
  EXPECT_FALSE(counts(map, map.columns - 1));
  map.place = {500, 0, 0, 0, 0, 0};
  EXPECT_EQ(counting(map), 0);
}

// A clock in the picture stays where it is, a tree does not.
TEST(ScenePlace, WhatIsIgnoredIsSoWhereItWasAndWhereItIs) {
  Learned learned;
  SceneMap& map = learned.map;
  const int32_t middle = map.rows / 2 * map.columns + map.columns / 2;
  map.ignored[middle] = 1;
  map.place = {8, 0, 0, 0, 0, 0};
  EXPECT_FALSE(counts(map, middle));
  EXPECT_FALSE(counts(map, middle - 2)) << "it is shown where the ignored cell is";
  EXPECT_TRUE(counts(map, middle + 2));
}

TEST(ScenePlace, BoxesAndHeatAreWhereTheCameraShowsThem) {
  Learned learned;
  SceneMap& map = learned.map;
  map.place = {8, -4, 0, 0, 0, 0};
  const pinhole_box box = {20, 20, 12, 8}, shown = shown_box(box, map), back = learned_box(shown, map);
  EXPECT_EQ(shown.x, 28);
  EXPECT_EQ(shown.y, 16);
  EXPECT_EQ(shown.width, 12);
  EXPECT_EQ(back.x, box.x);
  EXPECT_EQ(back.height, box.height);
  const pinhole_box outside = shown_box({kWidth - 8, 20, 8, 8}, map);
  EXPECT_EQ(outside.width, 0) << "it has left the picture";
  for (int32_t i = 0; i < map.excess.size; ++i)
    map.excess[i] = static_cast<float>(i);
  const int32_t cell = 5 * map.columns + 6;
  EXPECT_EQ(cell_shown_at(map, 5 * kCellSide - 4, 6 * kCellSide + 8), cell);
  EXPECT_EQ(heat_at(map, 5 * kCellSide - 4, 6 * kCellSide + 8), static_cast<float>(cell * cell));
  EXPECT_EQ(heat_at(map, 20, 3), 0) << "nothing of the scene is shown there";
}

TEST(ScenePlace, ABoxOfATurnedSceneHoldsAllOfIt) {
  Learned learned;
  learned.map.place = kTurned;
  const pinhole_box box = {20, 12, 30, 16}, around = shown_box(box, learned.map);
  for (const int32_t x : {box.x, box.x + box.width})
    for (const int32_t y : {box.y, box.y + box.height}) {
      const Point at =
          seen_at(kTurned, {static_cast<float>(x) - kWidth / 2.0f, static_cast<float>(y) - kHeight / 2.0f});
      EXPECT_GE(at.x + kWidth / 2.0f, static_cast<float>(around.x) - 0.5f);
      EXPECT_LE(at.x + kWidth / 2.0f, static_cast<float>(around.x + around.width) + 0.5f);
      EXPECT_GE(at.y + kHeight / 2.0f, static_cast<float>(around.y) - 0.5f);
      EXPECT_LE(at.y + kHeight / 2.0f, static_cast<float>(around.y + around.height) + 0.5f);
    }
}

} // namespace
} // namespace pinhole::testing
