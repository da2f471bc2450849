// SPDX-License-Identifier: Apache-2.0
// The score of a frame without a place.
#include "anomaly/scene_scorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pinhole::testing {
namespace {

constexpr int32_t kRows = 12, kColumns = 20; // of cells

class Outside : public ::testing::Test {
protected:
  Outside() : memory_(1 << 20) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    Arena arena(memory_.data() + (align_up(address, Arena::kAlignment) - address), memory_.size() - Arena::kAlignment);
    EXPECT_TRUE(make_scene_map(&arena, kRows * kCellSide - 1, kColumns * kCellSide - 2, 1, &map).ok());
    for (int32_t i = 0; i < kRows * kColumns; ++i) {
      map.residual[i] = 0.5f;
      map.excess[i] = 0.1f;
    }
  }
  // Cells of a rectangle.
  void heat(int32_t left, int32_t top, int32_t width, int32_t height, float excess) {
    for (int32_t row = top; row < top + height; ++row)
      for (int32_t column = left; column < left + width; ++column)
        map.excess[row * kColumns + column] = excess;
  }
  SceneScore outside(const pinhole_box& place, float enough = 4) {
    SceneScore score;
    score_outside(place, enough, 2, &map, &score);
    for (int32_t i = 0; i < kRows * kColumns; ++i)
      EXPECT_EQ(map.residual[i], 0.5f) << "cell " << i;
    return score;
  }
  SceneMap map;

private:
  std::vector<unsigned char> memory_;
};

TEST_F(Outside, TheSecondHighestPatchIsSeen) {
  heat(2, 2, 3, 3, 100);
  heat(12, 6, 2, 2, 30);
  const SceneScore score = outside({8, 8, 12, 12});
  EXPECT_EQ(score.score, 900);
  EXPECT_EQ(score.cells, 4);
  EXPECT_EQ(score.box.x, 48);
  EXPECT_EQ(score.box.y, 24);
  EXPECT_EQ(score.box.width, 8);
  EXPECT_EQ(score.box.height, 8);
  EXPECT_EQ(highest_within({8, 8, 12, 12}, map), 10000);
  EXPECT_NEAR(highest_within({40, 40, 4, 4}, map), 0.01, 1e-6);
}

TEST_F(Outside, WhatHangsTogetherWithThePlaceIsItsRim) {
  heat(2, 2, 3, 3, 100);
  heat(5, 2, 4, 1, 40);
  heat(8, 2, 1, 6, 3);
  EXPECT_NEAR(outside({8, 8, 12, 12}).score, 0.01, 1e-6);
  EXPECT_EQ(outside({8, 8, 12, 12}, 10).score, 9) << "not what is lower than enough";
}

TEST_F(Outside, PlacesMayBeAsLargeAsTheFrameOrLargerOrEmpty) {
  heat(2, 2, 3, 3, 100);
  for (const pinhole_box place : {pinhole_box{0, 0, 78, 47}, pinhole_box{-50, -50, 1000, 1000}}) {
    const SceneScore score = outside(place);
    EXPECT_EQ(score.score, 0);
    EXPECT_EQ(score.cells, 0);
    EXPECT_EQ(score.box.width, 0);
  }
  EXPECT_EQ(outside({}).score, 10000);
  EXPECT_EQ(outside({500, 500, 10, 10}).score, 10000);
}

// A place that the frame's box of a cell gives is that cell, whatever the frame's size.
TEST_F(Outside, APlaceInTheFrameTouchesItsCellsAlone) {
  for (const auto& [width, height] : {std::pair{352, 288}, {160, 94}, {81, 49}, {1920, 1080}, {16383, 101}}) {
    pinhole_frame frame = {};
    frame.width = width;
    frame.height = height;
    SceneScorer scorer;
    scorer.map = map;
    const auto in_frame = [](int32_t cell, int32_t size, int32_t pixels) {
      return std::min(cell * kCellSide, size) * pixels / size; // as a score's box is
    };
    for (int32_t i = 0; i < kRows * kColumns; ++i) {
      const int32_t row = i / kColumns, column = i % kColumns;
      const int32_t x = in_frame(column, map.width, width), y = in_frame(row, map.height, height);
      const pinhole_box place = {x, y, in_frame(column + 1, map.width, width) - x,
                                 in_frame(row + 1, map.height, height) - y};
      heat(0, 0, kColumns, kRows, 3);
      heat(column, row, 1, 1, 2);
      EXPECT_EQ(score_within(frame, place, scorer), 4) << width << "x" << height << ", cell " << i;
    }
  }
}

} // namespace
} // namespace pinhole::testing
