// SPDX-License-Identifier: Apache-2.0
// Detail is a cell's light against that of the cells around it: exposure, lamps and the soft edges of shadows drop out.
// A block's detail is there when it correlates with the learned one, however small its contrast is; so a dark frame
// shows the scene as long as its noise lets it.
#include "anomaly/scene_sight.h"

#include "anomaly/camera_samples.h"
#include "anomaly/scene_map.h"
#include "anomaly/scene_place.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostBlockRows = 6, kMostBlockColumns = 8;
constexpr int32_t kBlockSide = 5;      // cells at least, so that noise hardly ever correlates with what was learned
constexpr int32_t kSurround = 2;       // cells on each side
constexpr float kLeastDetail = 0.015f; // a block with less has nothing to see
constexpr int32_t kLeastBlocks = 6;    // fewer say nothing about the scene
constexpr float kLeastMatch = 0.3f;    // correlation of a block that is seen
constexpr float kFarStronger = 4;      // energy, against the learned one, of something else
constexpr float kMatchBesideStronger = 0.5f;

// Light added to the surroundings of a cell. In the dark, compression and noise leave differences that would be large
// against so little light, though nothing is seen.
constexpr float kDark = 32.0f / 255;

// Light of every cell, 0..1 of the sensor's range, from either half of its pixels: their noise is not the same, so the
// product of their details has none in the mean. They take the place of the light of every pixel, which come after; a
// picture has 4 pixels a side at least, so they are more than two for each cell.
struct CellLight {
  const float *even, *odd;
};

CellLight measure_light(const View& picture, SceneMap* map) {
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

struct Detail {
  float even, odd;
  float mean() const { return (even + odd) / 2; }
};

Detail detail_at(const CellLight& light, const SceneMap& map, int32_t row, int32_t column) {
  float around = 0;
  int32_t count = 0;
  for (int32_t y = max_of(0, row - kSurround); y <= min_of(row + kSurround, map.rows - 1); ++y)
    for (int32_t x = max_of(0, column - kSurround); x <= min_of(column + kSurround, map.columns - 1); ++x, ++count)
      around += (light.even[y * map.columns + x] + light.odd[y * map.columns + x]) / 2;
  around /= static_cast<float>(count);
  const int32_t cell = row * map.columns + column;
  const float scale = 1 / (max_of(around, 0.0f) + kDark);
  return {scale * (light.even[cell] - around), scale * (light.odd[cell] - around)};
}

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
  const int32_t rows = min_of(max_of(map->rows / kBlockSide, 1), kMostBlockRows);
  const int32_t columns = min_of(max_of(map->columns / kBlockSide, 1), kMostBlockColumns);
  float energy[kMostBlockRows * kMostBlockColumns]; // of lost blocks, against what was learned there
  int32_t telling = 0, lost = 0;
  for (int32_t block = 0; block < rows * columns; ++block) {
    const int32_t down = block / columns, right = block % columns;
    const BlockSums sums = sum_block(light, *map, down * map->rows / rows, (down + 1) * map->rows / rows,
                                     right * map->columns / columns, (right + 1) * map->columns / columns);
    if (!(sums.learned > kLeastDetail * kLeastDetail * static_cast<float>(sums.cells)))
      continue;
    ++telling;
    if (!is_seen(sums))
      energy[lost++] = sums.energy / sums.learned;
  }
  if (telling < kLeastBlocks)
    return {};
  return {static_cast<float>(lost) / static_cast<float>(telling), median(energy, lost)};
}

} // namespace pinhole
