// SPDX-License-Identifier: Apache-2.0
// What a mask ignores raises nothing, and changes nothing in what counts.
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
    EXPECT_GT(beside, calm / 2) << columns << " columns"; // light is fitted to all
    EXPECT_LT(learned.score(busy(seen_with(1, 0, 0.02f, 51), 4 * columns)).score, 12) << columns << " columns";
  }
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
