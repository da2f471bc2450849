// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_search.h"

#include "anomaly/cell_detail.h"
#include "anomaly/overlay.h"

namespace pinhole {
namespace {

constexpr int32_t kMostShare = 4;  // of the picture: a quarter of it
constexpr float kMostAgree = 0.6f; // of the blocks

// The picture over what was learned. A picture has 6 pixels for each cell at least, so that all of it finds room where
// the light of every pixel was, after the light of the cells.
Overlay lay_over(const View& picture, SceneMap* map) {
  const CellLight light = measure_light(picture, map);
  const int32_t cells = map->detail.size;
  float *weight = map->light.level.data + 2 * cells, *seen = weight + cells, *usual = seen + cells;
  for (int32_t row = 0; row < map->rows; ++row)
    for (int32_t column = 0; column < map->columns; ++column) {
      const int32_t cell = row * map->columns + column;
      weight[cell] = map->ignored[cell] ? 0 : 1;
      seen[cell] = map->ignored[cell] ? 0 : tamed(detail_at(light, *map, row, column).mean());
      usual[cell] = tamed(map->detail[cell]);
    }
  return {map->rows, map->columns, weight, seen, usual};
}

// Returns how many.
int32_t find_telling_blocks(const Overlay& overlay, const Blocks& blocks, bool* telling) {
  float energy[kMostBlocks] = {0};
  int32_t cells[kMostBlocks] = {0}, count = 0;
  for (int32_t row = 0; row < overlay.rows; ++row)
    for (int32_t column = 0; column < overlay.columns; ++column) {
      const int32_t cell = row * overlay.columns + column, block = blocks.at(overlay, row, column);
      if (overlay.weight[cell] == 0)
        continue;
      energy[block] += overlay.usual[cell] * overlay.usual[cell];
      ++cells[block];
    }
  for (int32_t i = 0; i < blocks.rows * blocks.columns; ++i)
    count += telling[i] = is_telling(energy[i], cells[i]);
  return count;
}

} // namespace

bool search_scene(const View& picture, SceneMap* map, Point* middle) {
  bool telling[kMostBlocks];
  const Blocks blocks = {block_rows(*map), block_columns(*map), telling};
  if (blocks.rows * blocks.columns < kLeastBlocks)
    return false;
  const Overlay overlay = lay_over(picture, map);
  if (find_telling_blocks(overlay, blocks, telling) < kLeastBlocks)
    return false;
  const Shift shift = find_shift(overlay, map->columns / kMostShare, map->rows / kMostShare, true);
  *middle = {shift.columns * kCellSide, shift.rows * kCellSide};
  return agreeing_share(overlay, blocks, shift) > kMostAgree;
}

} // namespace pinhole
