// SPDX-License-Identifier: Apache-2.0
// A cell's light against that of the cells around it.
#pragma once

#include "anomaly/scene_map.h"

namespace pinhole {

// Light of every cell, 0..1 of the sensor's range, from either half of its pixels: their noise is not the same, so the
// product of their details has none in the mean.
struct CellLight {
  const float *even, *odd;
};

// Of `picture` as the map's functions take it, map->levels are its own. The numbers take the place of the light of
// every pixel, the first ones of map->light.level.
CellLight measure_light(const View& picture, SceneMap* map);

struct Detail {
  float even, odd;
  float mean() const { return (even + odd) / 2; }
};

// Against the cells around it that are not ignored; none when all are.
Detail detail_at(const CellLight& light, const SceneMap& map, int32_t row, int32_t column);

// The map is shared out to blocks of cells, large enough that noise hardly ever correlates with what was learned.
constexpr int32_t kLeastBlocks = 6; // with something to see; fewer say nothing about the scene
int32_t block_rows(const SceneMap& map);
int32_t block_columns(const SceneMap& map);

// `energy`: sum of the squares of what was learned in so many cells of a block. Whether there is something to see.
bool is_telling(float energy, int32_t cells);

} // namespace pinhole
