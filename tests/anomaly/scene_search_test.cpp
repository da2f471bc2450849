// SPDX-License-Identifier: Apache-2.0
// Where a picture shows the scene that was learned, if it does.
#include "anomaly/camera_judge.h"
#include "anomaly/made_up_scene.h"
#include "anomaly/overlay.h"
#include "anomaly/scene_search.h"

namespace pinhole::testing {
namespace {

constexpr int32_t kMostRight = 20, kMostDown = 12; // pixels: a quarter of the cells either way

bool search(Picture picture, Learned* learned, Point* middle) {
  return search_scene(picture.view(), &learned->map, middle);
}

TEST(SceneSearch, FindsAMovedSceneInAnyLight) {
  Learned learned({}, plane(0, 0));
  for (const Point& moved : {Point{8, -4}, Point{-16, 8}, Point{3, 0}, Point{0, -10}, Point{-9.5f, 5.5f}})
    for (const float gain : {0.3f, 1.0f}) {
      Point middle = {};
      ASSERT_TRUE(search(seen_with(plane(moved.x, moved.y), gain, 0.05f, 0.01f, 7), &learned, &middle))
          << moved.x << ", " << moved.y << " in light of " << gain;
      EXPECT_NEAR(middle.x, moved.x, 1.5) << moved.y << " in light of " << gain;
      EXPECT_NEAR(middle.y, moved.y, 1.5) << moved.x << " in light of " << gain;
    }
}

TEST(SceneSearch, FindsNothingWhereNothingIsShown) {
  Learned learned({}, plane(0, 0));
  Point middle;
  int found = 0;
  for (uint32_t other = 2; other < 102; ++other)
    found += search(plane(0, 0, other), &learned, &middle);
  EXPECT_LE(found, 6) << "of 100 other scenes: so small a picture may look like another by chance";
  EXPECT_FALSE(search(seen_with(plane(0, 0), 0, 0.5f, 0.02f, 1), &learned, &middle)) << "a cover";
  EXPECT_FALSE(search(plane(kMostRight + 12, 0), &learned, &middle)) << "farther than it looks";
  Learned even({}, seen_with(plane(0, 0), 0, 0.5f, 0, 1));
  EXPECT_FALSE(search(plane(0, 0), &even, &middle)) << "nothing was to be seen while it was learned";
}

// Who is large and moves shifts some blocks, not the scene.
TEST(SceneSearch, SomethingThatMovesIsNotTheScene) {
  Learned learned({}, plane(0, 0));
  Picture picture = plane(0, 0), moved = plane(8, 0);
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < 35; ++x)
      picture.at(y, x) = moved.at(y, x);
  Point middle = {};
  EXPECT_FALSE(search(picture, &learned, &middle) && std::fabs(middle.x) > 2) << middle.x << ", " << middle.y;
}

TEST(SceneSearch, WhatIsIgnoredSaysNothing) {
  Learned learned({}, plane(0, 0));
  SceneMap& map = learned.map;
  Picture picture = plane(8, -4);
  for (int32_t row = 0; row < map.rows; ++row)
    for (int32_t column = 0; column < map.columns / 3; ++column) {
      map.ignored[row * map.columns + column] = 1;
      put_square(&picture, min_of(4 * row, kHeight - 4), 4 * column, 4, (row + column) % 2 ? 0.9f : 0.1f);
    }
  Point middle = {};
  ASSERT_TRUE(search(seen_with(picture, 1, 0, 0.01f, 3), &learned, &middle));
  EXPECT_NEAR(middle.x, 8, 1.5);
  EXPECT_NEAR(middle.y, -4, 1.5);
  for (uint8_t& ignored : map.ignored)
    ignored = 1;
  EXPECT_FALSE(search(picture, &learned, &middle));
}

// Of many cells some are asked first; the place is the best of all the same.
TEST(Overlay, OfManyCellsTheBestShiftIsFound) {
  constexpr int32_t kRows = 120, kColumns = 150;
  const auto at = [](int32_t row, int32_t column) {
    return static_cast<size_t>(row) * kColumns + static_cast<size_t>(column);
  };
  std::mt19937 random(5);
  std::normal_distribution<float> detail(0, 0.1f);
  std::vector<float> weight(kRows * kColumns, 1), usual(kRows * kColumns), seen(kRows * kColumns);
  for (float& cell : usual)
    cell = tamed(detail(random));
  for (const auto& [right, down] : {std::pair{0, 0}, {1, 0}, {-37, 29}, {37, -30}, {12, 5}}) {
    for (int32_t row = 0; row < kRows; ++row)
      for (int32_t column = 0; column < kColumns; ++column) {
        const int32_t y = row - down, x = column - right;
        const bool inside = y >= 0 && y < kRows && x >= 0 && x < kColumns;
        seen[at(row, column)] = tamed(detail(random) + (inside ? usual[at(y, x)] : 0));
      }
    const Overlay overlay = {kRows, kColumns, weight.data(), seen.data(), usual.data()};
    const Shift shift = find_shift(overlay, kColumns / 4, kRows / 4, true);
    EXPECT_NEAR(shift.columns, right, 0.5);
    EXPECT_NEAR(shift.rows, down, 0.5);
    EXPECT_NEAR(shift.match, std::sqrt(0.5f), 0.05) << "as much noise as detail";
  }
}

} // namespace
} // namespace pinhole::testing
