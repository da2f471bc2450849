// SPDX-License-Identifier: Apache-2.0
// What a mask ignores raises nothing, and changes nothing in what counts.
#include "anomaly/cell_detail.h"
#include "anomaly/made_up_scene.h"

namespace pinhole::testing {
namespace {

// Noise ten times as strong over the ignored columns.
Picture busy(Picture picture, int32_t columns) {
  const Picture noisy = seen_with(1, 0, 0.2f, 99);
  for (int32_t y = 0; y < kHeight; ++y)
    std::copy_n(&noisy.pixels[static_cast<size_t>(y) * kWidth], columns, &picture.at(y, 0));
  return picture;
}

TEST(SceneMask, WhatIsIgnoredSaysNothingOfTheRest) {
  for (const int32_t columns : {5, 10, 15}) { // of 21
    Learned learned;
    SceneMap& map = learned.map;
    for (int32_t cell = 0; cell < map.rows * map.columns; ++cell)
      map.ignored[cell] = cell % map.columns < columns;
    Picture intruder = seen_with(1, 0, 0.02f, 50);
    for (int32_t y = 20; y < 30; ++y)
      for (int32_t x = 66; x < 76; ++x)
        intruder.at(y, x) += 0.1f;
    const float calm = learned.score(intruder).score, beside = learned.score(busy(intruder, 4 * columns)).score;
    EXPECT_GT(calm, 40);
    EXPECT_GT(beside, 0.9f * calm) << columns << " columns";
    EXPECT_LT(learned.score(busy(seen_with(1, 0, 0.02f, 51), 4 * columns)).score, 12) << columns << " columns";
  }
}

TEST(SceneMask, NorDoesTheSsimOfWhatLiesBeside) {
  Learned learned({0, 1, 0, 0});
  SceneMap& map = learned.map;
  for (int32_t cell = 0; cell < map.rows * map.columns; ++cell)
    map.ignored[cell] = cell % map.columns < 10;
  const Picture calm = seen_with(1, 0, 0.02f, 53);
  EXPECT_NEAR(learned.score(busy(calm, 40)).score, learned.score(calm).score, 0.05);
}

// As a screen, a road full of cars or a crown in the wind: more than half of the picture, and any light.
TEST(SceneMask, NeitherLightNorGainNorSwayIsThatOfWhatIsIgnored) {
  Learned learned;
  SceneMap& map = learned.map;
  for (int32_t cell = 0; cell < map.rows * map.columns; ++cell)
    map.ignored[cell] = cell % map.columns < 14; // of 21
  const auto beside = [](Picture other) {
    Picture picture = seen_with(1, 0, 0.02f, 52);
    for (int32_t y = 0; y < kHeight; ++y)
      std::copy_n(&other.pixels[static_cast<size_t>(y) * kWidth], 56, &picture.at(y, 0));
    return picture;
  };
  const auto shifted = [](int32_t right) {
    const Picture from = scene();
    Picture to = from;
    for (int32_t y = 0; y < kHeight; ++y)
      std::copy_n(&from.pixels[static_cast<size_t>(y) * kWidth], kWidth - right, &to.at(y, right));
    return to;
  };
  const SceneScore calm = learned.score(seen_with(1, 0, 0.02f, 52));
  const std::pair<const char*, Picture> cases[] = {{"bright", seen_with(0, 0.95f, 0, 1)},
                                                   {"dark", seen_with(0, 0.05f, 0, 1)},
                                                   {"in half the light", seen_with(0.5f, 0, 0, 1)},
                                                   {"swaying", shifted(1)}};
  for (const auto& [name, other] : cases) {
    const SceneScore score = learned.score(beside(other));
    EXPECT_NEAR(score.score, calm.score, 1e-3f * calm.score + 1e-3f) << name;
    EXPECT_FLOAT_EQ(score.gain, calm.gain) << name;
    EXPECT_TRUE(map.sway.none()) << name << ": " << map.sway.right << ", " << map.sway.down;
  }
}

TEST(SceneMask, WhatIsIgnoredIsNoSurroundings) {
  Learned learned;
  SceneMap& map = learned.map;
  const int32_t row = map.rows / 2, column = map.columns / 2;
  map.ignored[row * map.columns + column + 1] = 1;
  const auto detail = [&](float beside) {
    Picture picture = scene();
    put_square(&picture, row * kCellSide, (column + 1) * kCellSide, kCellSide, beside);
    const View view = picture.view();
    return detail_at(measure_light(view, &map), map, row, column).mean();
  };
  EXPECT_EQ(detail(0.9f), detail(0.1f));
  map.ignored[row * map.columns + column + 1] = 0;
  EXPECT_NE(detail(0.9f), detail(0.1f));
}

// No noise at all, as of a simulator's or a paused recording.
TEST(SceneMask, EqualFramesThatAreReconstructedPerfectlyHaveAScore) {
  Learned learned;
  SceneMap& map = learned.map;
  for (int32_t i = 0; i < map.mean.size; ++i)
    map.mean[i] = map.square[i] = 0;
  map.frames = 8;
  EXPECT_EQ(learned.score(scene()).score, 0);
  Picture intruder = scene();
  put_square(&intruder, 20, 60, 10, 0.9f);
  const SceneScore seen = learned.score(intruder);
  EXPECT_TRUE(std::isfinite(seen.score));
  EXPECT_GT(seen.score, 1000);
  EXPECT_LT(seen.cells, 40);
}

} // namespace
} // namespace pinhole::testing
