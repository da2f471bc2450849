// SPDX-License-Identifier: Apache-2.0
#include "anomaly/mask_cells.h"

#include "base/checked.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pinhole::testing {
namespace {

size_t index(int32_t row, int32_t column, int32_t columns) {
  return static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column);
}

// By whether the two, each stretched over the unit square, have any of it in common.
std::vector<uint8_t> by_areas(const std::vector<uint8_t>& mask, int32_t height, int32_t width, const MaskGrid& grid) {
  const int32_t rows = ceil_div(grid.height, grid.side), columns = grid.columns();
  std::vector<uint8_t> ignored(static_cast<size_t>(rows) * static_cast<size_t>(columns));
  const auto meet = [](int32_t pixel, int32_t pixels, int32_t cell, int32_t size, int32_t side) {
    const int64_t begin = int64_t{cell} * side * pixels, end = int64_t{min_of((cell + 1) * side, size)} * pixels;
    return int64_t{pixel} * size < end && int64_t{pixel + 1} * size > begin;
  };
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t row = 0; row < rows; ++row)
        for (int32_t column = 0; column < columns; ++column)
          if (mask[index(y, x, width)] < 128 && meet(y, height, row, grid.height, grid.side) &&
              meet(x, width, column, grid.width, grid.side))
            ignored[index(row, column, columns)] = 1;
  return ignored;
}

TEST(MaskCells, AreThoseThatAnythingDarkTouches) {
  std::mt19937 random(5);
  std::uniform_int_distribution<int32_t> side(1, 90), grid_side(1, 40);
  for (int round = 0; round < 60; ++round) {
    const int32_t height = side(random), width = side(random);
    std::vector<uint8_t> mask(static_cast<size_t>(height) * static_cast<size_t>(width), 200);
    for (int dark = 0; dark < 5; ++dark)
      mask[random() % mask.size()] = static_cast<uint8_t>(random() % 128);
    const MaskGrid grid = {grid_side(random), grid_side(random), round % 2 ? 4 : 1};
    const std::vector<uint8_t> expected = by_areas(mask, height, width, grid);
    std::vector<uint8_t> found(expected.size(), 7);
    const auto pitch = static_cast<size_t>(width);
    find_ignored_cells({PINHOLE_GRAY8, width, height, {mask.data(), nullptr}, {pitch, 0}, 0}, grid, found.data());
    ASSERT_EQ(found, expected) << width << "x" << height << " over " << grid.width << "x" << grid.height << " by "
                               << grid.side;
  }
}

} // namespace
} // namespace pinhole::testing
