// SPDX-License-Identifier: Apache-2.0
#include "anomaly/cell_detail.h"

#include "base/checked.h"

namespace pinhole {
namespace {

constexpr int32_t kSurround = 2; // cells on each side
constexpr int32_t kMostBlockRows = 6, kMostBlockColumns = 8;
constexpr int32_t kBlockSide = 5;      // cells at least
constexpr float kLeastDetail = 0.015f; // a block with less has nothing to see

// Light added to the surroundings of a cell. In the dark, compression and noise leave differences that would be large
// against so little light, though nothing is seen.
constexpr float kDark = 32.0f / 255;

} // namespace

CellLight measure_light(const View& picture, SceneMap* map) {
  // A picture has 4 pixels a side at least, so they are more than two for each cell.
  float *even = map->light.level.data, *odd = even + map->detail.size;
  const float range = map->levels.white - map->levels.black;
  for (int32_t cell = 0; cell < map->detail.size; ++cell) {
    const int32_t top = cell / map->columns * kCellSide, left = cell % map->columns * kCellSide;
    const int32_t bottom = min_of(top + kCellSide, map->height), right = min_of(left + kCellSide, map->width);
    float sum[2] = {0, 0};
    int32_t count[2] = {0, 0};
    for (int32_t y = top; y < bottom; ++y)
      for (int32_t x = left; x < right; ++x, ++count[(y + x) % 2])
        for (int32_t c = 0; c < picture.desc.c; ++c)
          sum[(y + x) % 2] += picture.row<float>(0, y)[x * picture.pixel_stride + c];
    const float share = 1 / (range * static_cast<float>(picture.desc.c)), black = map->levels.black / range;
    even[cell] = share * sum[0] / static_cast<float>(count[0]) - black; // the first pixel of a cell is an even one
    odd[cell] = count[1] > 0 ? share * sum[1] / static_cast<float>(count[1]) - black : even[cell];
  }
  return {even, odd};
}

Detail detail_at(const CellLight& light, const SceneMap& map, int32_t row, int32_t column) {
  float around = 0;
  int32_t count = 0;
  for (int32_t y = max_of(0, row - kSurround); y <= min_of(row + kSurround, map.rows - 1); ++y)
    for (int32_t x = max_of(0, column - kSurround); x <= min_of(column + kSurround, map.columns - 1); ++x) {
      const int32_t i = y * map.columns + x;
      if (map.ignored[i])
        continue;
      around += (light.even[i] + light.odd[i]) / 2;
      ++count;
    }
  around /= static_cast<float>(max_of(count, 1));
  const int32_t cell = row * map.columns + column;
  const float scale = 1 / (max_of(around, 0.0f) + kDark);
  return {scale * (light.even[cell] - around), scale * (light.odd[cell] - around)};
}

int32_t block_rows(const SceneMap& map) {
  return min_of(max_of(map.rows / kBlockSide, 1), kMostBlockRows);
}

int32_t block_columns(const SceneMap& map) {
  return min_of(max_of(map.columns / kBlockSide, 1), kMostBlockColumns);
}

bool is_telling(float energy, int32_t cells) {
  return energy > kLeastDetail * kLeastDetail * static_cast<float>(cells);
}

} // namespace pinhole
