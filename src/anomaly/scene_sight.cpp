// SPDX-License-Identifier: Apache-2.0
// Detail is a cell's light against that of the cells around it: exposure, lamps and the soft edges of shadows drop out.
// A block's detail is there when it correlates with the learned one, however small its contrast is; so a dark frame
// shows the scene as long as its noise lets it.
#include "anomaly/scene_sight.h"

#include "anomaly/camera_samples.h"
#include "anomaly/cell_detail.h"
#include "anomaly/overlay.h"
#include "anomaly/scene_map.h"
#include "anomaly/scene_place.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kLeastMatch = 0.3f; // correlation of a block that is seen
constexpr float kFarStronger = 4;   // energy, against the learned one, of something else
constexpr float kMatchBesideStronger = 0.5f;

// Sums over the cells of a block.
struct BlockSums {
  float learned = 0, seen = 0, product = 0; // squares of the details, and their product
  float energy = 0;                         // square of what is seen, without its noise
  int32_t cells = 0;
};

// Cells [top, bottom) x [left, right).
BlockSums sum_block(const CellLight& light, const SceneMap& map, int32_t top, int32_t bottom, int32_t left,
                    int32_t right) {
  BlockSums sums;
  for (int32_t row = top; row < bottom; ++row)
    for (int32_t column = left; column < right; ++column) {
      const int32_t cell = row * map.columns + column;
      if (!counts(map, cell))
        continue;
      const Detail detail = detail_at(light, map, row, column);
      const float seen = detail.mean(), learned = map.detail[cell];
      sums.learned += learned * learned;
      sums.seen += seen * seen;
      sums.product += learned * seen;
      sums.energy += detail.even * detail.odd;
      ++sums.cells;
    }
  return sums;
}

// A correlation counts noise as something else that is seen: it must not be asked for much. Where what is seen is far
// stronger than what was learned it is no noise, and a block in which a part of the scene shows beside it is lost too.
bool is_seen(const BlockSums& sums) {
  const bool hidden_in_part = sums.energy > kFarStronger * sums.learned &&
                              sums.product < kMatchBesideStronger * std::sqrt(sums.learned * sums.energy);
  return sums.product > kLeastMatch * std::sqrt(sums.learned * sums.seen) && !hidden_in_part;
}

} // namespace

void learn_detail(const View& picture, SceneMap* map) {
  const CellLight light = measure_light(picture, map);
  for (int32_t row = 0; row < map->rows; ++row)
    for (int32_t column = 0; column < map->columns; ++column) {
      float* learned = &map->detail[row * map->columns + column];
      *learned += (detail_at(light, *map, row, column).mean() - *learned) / static_cast<float>(map->frames);
    }
}

SceneSight look_for_scene(const View& picture, SceneMap* map) {
  const CellLight light = measure_light(picture, map);
  const int32_t rows = block_rows(*map), columns = block_columns(*map);
  float energy[kMostBlocks]; // of lost blocks, against what was learned there
  int32_t telling = 0, lost = 0;
  for (int32_t block = 0; block < rows * columns; ++block) {
    const int32_t down = block / columns, right = block % columns;
    const BlockSums sums = sum_block(light, *map, down * map->rows / rows, (down + 1) * map->rows / rows,
                                     right * map->columns / columns, (right + 1) * map->columns / columns);
    if (!is_telling(sums.learned, sums.cells))
      continue;
    ++telling;
    if (!is_seen(sums))
      energy[lost++] = sums.energy / sums.learned;
  }
  if (telling < kLeastBlocks)
    return {};
  return {static_cast<float>(lost) / static_cast<float>(telling), median(energy, lost), 0};
}

} // namespace pinhole
