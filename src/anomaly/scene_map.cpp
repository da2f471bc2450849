// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_map.h"

#include "anomaly/window_ssim.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Below this share of the mean residual of all cells, a cell's deviation is not believed: few frames were seen.
constexpr float kLeastDeviation = 0.2f;

// Root mean square residual over that of the frame's majority: noise that rises with the gain, as a dark scene's does,
// changes nothing.
float cell_residual(const GainFit& fit, const View& picture, const View& reconstruction, const Window& cell) {
  float sum = 0;
  for (int32_t y = cell.top; y < cell.bottom; ++y)
    for (int32_t x = cell.left; x < cell.right; ++x) {
      const float r = residual_at(fit, picture, reconstruction, y, x);
      sum += r * r;
    }
  return std::sqrt(sum / static_cast<float>((cell.bottom - cell.top) * (cell.right - cell.left))) / fit.scale;
}

// The cell and half a cell around it.
Window surroundings(const Window& cell, const SceneMap& map) {
  constexpr int32_t kMargin = kCellSide / 2;
  return {max_of(0, cell.top - kMargin), max_of(0, cell.left - kMargin), min_of(map.height, cell.bottom + kMargin),
          min_of(map.width, cell.right + kMargin)};
}

// The weighted residual of every cell. Returns false when a number is not finite.
bool measure_cells(const View& picture, const View& reconstruction, SceneMap* map, float* gain) {
  const GainFit fit = fit_gain(picture, reconstruction);
  *gain = fit.gain;
  bool finite = std::isfinite(fit.gain) && std::isfinite(fit.offset);
  for (int32_t row = 0; row < map->rows; ++row)
    for (int32_t column = 0; column < map->columns; ++column) {
      const Window window = {row * kCellSide, column * kCellSide, min_of((row + 1) * kCellSide, map->height),
                             min_of((column + 1) * kCellSide, map->width)};
      float cell = 0;
      if (map->weights.residual > 0)
        cell += map->weights.residual * cell_residual(fit, picture, reconstruction, window);
      if (map->weights.ssim > 0)
        cell += map->weights.ssim * (1 - window_ssim(fit, picture, reconstruction, surroundings(window, *map)));
      finite = finite && std::isfinite(cell);
      map->residual[row * map->columns + column] = cell;
    }
  return finite;
}

Status check_views(const View& picture, const View& reconstruction, const SceneMap& map) {
  if (picture.desc != reconstruction.desc || picture.desc.h != map.height || picture.desc.w != map.width)
    return error(Code::bad_shape, "scene map of %dx%d: the picture is %dx%d, its reconstruction %dx%d", map.width,
                 map.height, picture.desc.w, picture.desc.h, reconstruction.desc.w, reconstruction.desc.h);
  return {};
}

Status not_finite() {
  return error(Code::numeric, "scene map: the picture or its reconstruction holds a NaN or an infinity");
}

float deviation_of(const SceneMap& map, int32_t cell, float floor) {
  return std::sqrt(map.square[cell] / static_cast<float>(map.frames)) + floor;
}

// Deviations above the mean, then the mean over the 3x3 cells around; edges count themselves again.
void find_excess(SceneMap* map) {
  float mean = 0;
  const int32_t cells = map->rows * map->columns;
  for (int32_t i = 0; i < cells; ++i)
    mean += map->mean[i] / static_cast<float>(cells);
  const auto raw = [&](int32_t row, int32_t column) {
    const int32_t y = max_of(0, min_of(row, map->rows - 1)), x = max_of(0, min_of(column, map->columns - 1));
    const int32_t i = y * map->columns + x;
    return map->ignored[i] ? 0.0f : (map->residual[i] - map->mean[i]) / deviation_of(*map, i, kLeastDeviation * mean);
  };
  for (int32_t row = 0; row < map->rows; ++row)
    for (int32_t column = 0; column < map->columns; ++column) {
      float sum = 0;
      for (int32_t dy = -1; dy <= 1; ++dy)
        for (int32_t dx = -1; dx <= 1; ++dx)
          sum += raw(row + dy, column + dx);
      const int32_t i = row * map->columns + column;
      map->excess[i] = map->ignored[i] ? 0 : sum / 9;
    }
}

// The `rank`-th highest excess (1: the highest) and where the highest is.
float ranked_excess(const SceneMap& map, int32_t rank, int32_t* highest) {
  float top[kMostLeastCells];
  int32_t kept = 0;
  *highest = 0;
  for (int32_t i = 0; i < map.rows * map.columns; ++i) {
    const float value = map.excess[i];
    if (value > map.excess[*highest])
      *highest = i;
    if (kept == rank && value <= top[kept - 1])
      continue;
    int32_t place = kept < rank ? kept++ : kept - 1;
    for (; place > 0 && top[place - 1] < value; --place)
      top[place] = top[place - 1];
    top[place] = value;
  }
  return top[kept - 1];
}

// Flood fill from the highest cell over neighbours with at least half of its excess.
void outline(int32_t highest, SceneMap* map, SceneScore* score) {
  const float enough = map->excess[highest] / 2;
  if (!(enough > 0))
    return;
  int32_t left = map->columns, right = -1, top = map->rows, bottom = -1, next = 0, known = 0;
  const auto visit = [&](int32_t row, int32_t column) {
    if (row < 0 || row >= map->rows || column < 0 || column >= map->columns)
      return;
    const int32_t cell = row * map->columns + column;
    if (map->residual[cell] < 0 || map->excess[cell] < enough)
      return;
    map->residual[cell] = -1 - map->residual[cell]; // marks it; undone below
    map->queue[known++] = cell;
  };
  visit(highest / map->columns, highest % map->columns);
  for (; next < known; ++next) {
    const int32_t row = map->queue[next] / map->columns, column = map->queue[next] % map->columns;
    left = min_of(left, column), right = max_of(right, column);
    top = min_of(top, row), bottom = max_of(bottom, row);
    visit(row - 1, column);
    visit(row + 1, column);
    visit(row, column - 1);
    visit(row, column + 1);
  }
  for (int32_t i = 0; i < known; ++i)
    map->residual[map->queue[i]] = -1 - map->residual[map->queue[i]];
  score->cells = known;
  score->box = {left * kCellSide, top * kCellSide, min_of((right + 1) * kCellSide, map->width) - left * kCellSide,
                min_of((bottom + 1) * kCellSide, map->height) - top * kCellSide};
}

} // namespace

Status make_scene_map(Arena* arena, int32_t height, int32_t width, SceneMap* map) {
  *map = {};
  if (height < kCellSide || width < kCellSide || height > (1 << 14) || width > (1 << 14))
    return error(Code::bad_shape, "scene map of %dx%d: sides are %d..%d", width, height, kCellSide, 1 << 14);
  map->height = height;
  map->width = width;
  map->rows = ceil_div(height, kCellSide);
  map->columns = ceil_div(width, kCellSide);
  const int64_t cells = int64_t{map->rows} * map->columns;
  if (!arena->take(cells, &map->mean) || !arena->take(cells, &map->square) || !arena->take(cells, &map->residual) ||
      !arena->take(cells, &map->excess) || !arena->take(cells, &map->ignored) || !arena->take(cells, &map->queue))
    return error(Code::too_little_memory, "scene map of %dx%d: %zu bytes do not hold it", width, height, arena->size());
  return {};
}

Status learn_scene(const View& picture, const View& reconstruction, SceneMap* map) {
  PINHOLE_RETURN_IF_ERROR(check_views(picture, reconstruction, *map));
  float gain = 1;
  if (!measure_cells(picture, reconstruction, map, &gain))
    return not_finite();
  ++map->frames;
  for (int32_t i = 0; i < map->rows * map->columns; ++i) {
    const float before = map->residual[i] - map->mean[i];
    map->mean[i] += before / static_cast<float>(map->frames);
    map->square[i] += before * (map->residual[i] - map->mean[i]);
  }
  return {};
}

Status score_scene(const View& picture, const View& reconstruction, int32_t least_cells, SceneMap* map,
                   SceneScore* score) {
  PINHOLE_RETURN_IF_ERROR(check_views(picture, reconstruction, *map));
  if (map->frames < kLeastLearned)
    return error(Code::invalid_argument, "scene map: learned from %d frames, needs at least %d normal ones first",
                 map->frames, kLeastLearned);
  if (least_cells < 1 || least_cells > kMostLeastCells)
    return error(Code::invalid_argument, "scene map: least area of %d cells: must be 1..%d", least_cells,
                 kMostLeastCells);
  *score = {};
  if (!measure_cells(picture, reconstruction, map, &score->gain))
    return not_finite();
  find_excess(map);
  int32_t highest = 0;
  score->score = ranked_excess(*map, least_cells, &highest);
  outline(highest, map, score);
  return {};
}

float heat_at(const SceneMap& map, int32_t y, int32_t x) {
  return max_of(0.0f, map.excess[y / kCellSide * map.columns + x / kCellSide]);
}

} // namespace pinhole
