// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_map.h"

#include "anomaly/cell_residual.h"
#include "anomaly/scene_place.h"
#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Below this share of the mean residual of all cells, a rise is not believed to be unusual: few frames were seen.
constexpr float kLeastDeviation = 0.07f;
// Nor is one by so little, where frames were alike and perfectly reconstructed; residuals are in units of the
// majority's.
constexpr float kLeastRise = 1e-3f;

// The median of the cells that are not ignored, to 1/8192: noise that rises with the gain, as a dark scene's does,
// changes nothing once residuals are held against it.
float majority_residual(const SceneMap& map) {
  constexpr int32_t kBins = 4096;
  constexpr float kBinsPerUnit = 8192, kLeast = 1e-4f;
  uint32_t bins[kBins] = {0}, cells = 0;
  for (int32_t i = 0; i < map.residual.size; ++i) {
    if (map.ignored[i])
      continue;
    ++cells;
    const float bin = map.residual[i] * kBinsPerUnit;
    ++bins[bin < kBins - 1 ? static_cast<int32_t>(bin) : kBins - 1]; // the last one takes a NaN too
  }
  int32_t bin = 0;
  for (uint32_t below = bins[0]; 2 * below < cells;)
    below += bins[++bin];
  return max_of((static_cast<float>(bin) + 0.5f) / kBinsPerUnit, kLeast);
}

// The cell and half a cell around it.
Window surroundings(const Window& cell, const SceneMap& map) {
  constexpr int32_t kMargin = kCellSide / 2;
  return {max_of(0, cell.top - kMargin), max_of(0, cell.left - kMargin), min_of(map.height, cell.bottom + kMargin),
          min_of(map.width, cell.right + kMargin)};
}

// Sway lays edges between pixels. Of what a cell is off then, the error of that is taken away, but not what lies within
// a deviation of the usual: a cell alone varies by three times as much as the mean of the nine around it.
float beside_sway(float cell, float scale, const GainFit& fit, int32_t i, const SceneMap& map) {
  const float usual = map.mean[i] + 3 * std::sqrt(map.square[i] / static_cast<float>(map.frames));
  const bool elsewhere = !map.place.none();
  if ((!elsewhere && map.sway.none()) || map.frames < kLeastLearned || !(cell > usual && std::isfinite(cell)))
    return cell;
  const float error = scale * sway_error(map.sway, elsewhere, fit, map.expected, window_of(map, i));
  return max_of(usual, std::sqrt(max_of(0.0f, cell * cell - error * error)));
}

// The weighted residual of every cell. Returns false when a number is not finite.
bool measure_cells(const View& picture, const View& reconstruction, SceneMap* map, float* gain) {
  const float black = map->levels.black;
  GainFit fit = fit_local_light(fit_gain(picture, reconstruction, map->light.ignored), picture, reconstruction, black,
                                &map->light);
  map->sway = follow_sway({fit, map->light, black}, picture, reconstruction, map->expected);
  const View& expected = map->expected;
  if (!map->sway.none()) // edges beside where they were expected looked like light
    fit = fit_local_light(fit, picture, expected, black, &map->light);
  map->fit = fit;
  *gain = fit.gain;
  if (!std::isfinite(fit.gain) || !std::isfinite(fit.offset))
    return false;
  const float range = map->levels.white - map->levels.black;
  map->lift = map->brightness > 0 && range > 0 ? fit.gain / (range * map->brightness) : 1;
  for (int32_t i = 0; i < map->residual.size; ++i)
    map->residual[i] = cell_residual(*map, fit, picture, expected, window_of(*map, i));
  const float scale = map->weights.residual / majority_residual(*map);
  bool finite = true;
  for (int32_t i = 0; i < map->residual.size; ++i) {
    float cell = beside_sway(scale * map->residual[i], scale, fit, i, *map);
    if (map->weights.ssim > 0)
      cell +=
          map->weights.ssim * max_of(0.0f, 1 - window_ssim(fit, picture, expected,
                                                           surroundings(window_of(*map, i), *map), map->light.ignored));
    finite = finite && std::isfinite(cell);
    map->residual[i] = cell;
  }
  return finite;
}

Status check_views(const View& picture, const View& reconstruction, const SceneMap& map) {
  if (picture.desc != reconstruction.desc || picture.desc != map.expected.desc)
    return error(Code::bad_shape, "scene map of %dx%dx%d: the picture is %dx%dx%d, its reconstruction %dx%dx%d",
                 map.width, map.height, map.expected.desc.c, picture.desc.w, picture.desc.h, picture.desc.c,
                 reconstruction.desc.w, reconstruction.desc.h, reconstruction.desc.c);
  return {};
}

Status not_finite() {
  return error(Code::numeric, "scene map: the picture or its reconstruction holds a NaN or an infinity");
}

// By how much the 3x3 cells around one are, in the mean, above what they are used to; edges count themselves again.
float rise_around(const SceneMap& map, int32_t row, int32_t column) {
  float sum = 0;
  for (int32_t dy = -1; dy <= 1; ++dy)
    for (int32_t dx = -1; dx <= 1; ++dx) {
      const int32_t y = max_of(0, min_of(row + dy, map.rows - 1)), x = max_of(0, min_of(column + dx, map.columns - 1));
      const int32_t i = y * map.columns + x;
      sum += map.ignored[i] ? 0 : map.residual[i] - map.mean[i];
    }
  return sum / 9;
}

// Cells that do not count have not risen.
void level_out_of_sight(SceneMap* map) {
  if (map->place.none())
    return;
  for (int32_t i = 0; i < map->rows * map->columns; ++i)
    if (!counts(*map, i))
      map->residual[i] = map->mean[i];
}

// Rises in units of what they usually are.
void find_excess(SceneMap* map) {
  double sum = 0;
  int32_t learned = 0;
  const int32_t cells = map->rows * map->columns;
  level_out_of_sight(map);
  for (int32_t i = 0; i < cells; ++i) {
    sum += map->ignored[i] ? 0 : static_cast<double>(map->mean[i]);
    learned += !map->ignored[i];
  }
  const float least = max_of(kLeastDeviation * static_cast<float>(sum / max_of(learned, 1)), kLeastRise);
  for (int32_t i = 0; i < cells; ++i) {
    // Leaves in the wind move many cells at once and rise higher above their deviation than noise does: twice it
    // counts.
    const float deviation = std::sqrt(map->square[i] / static_cast<float>(map->frames));
    const float usual = deviation + max_of(deviation, least);
    map->excess[i] = counts(*map, i) ? rise_around(*map, i / map->columns, i % map->columns) / usual : 0;
  }
}

// Cells that a box, in pixels of the model's picture, touches.
template <class Use> void for_each_cell(const pinhole_box& box, const SceneMap& map, Use use) {
  const int32_t bottom = min_of(ceil_div(box.y + box.height, kCellSide), map.rows);
  const int32_t right = min_of(ceil_div(box.x + box.width, kCellSide), map.columns);
  for (int32_t row = max_of(box.y / kCellSide, 0); row < bottom; ++row)
    for (int32_t column = max_of(box.x / kCellSide, 0); column < right; ++column)
      use(row * map.columns + column);
}

// A cell is marked by its residual, none of which is below 0.
bool is_marked(const SceneMap& map, int32_t cell) {
  return !(map.residual[cell] >= 0); // nor is one that is no number ever counted
}

void turn_marks(int32_t count, SceneMap* map) {
  for (int32_t i = 0; i < count; ++i)
    map->residual[map->queue[i]] = -1 - map->residual[map->queue[i]];
}

// Marks a cell and puts it into the queue at `count`, unless it is marked already.
void mark(int32_t cell, int32_t* count, SceneMap* map) {
  if (is_marked(*map, cell))
    return;
  map->residual[cell] = -1 - map->residual[cell];
  map->queue[(*count)++] = cell;
}

// Flood fill from the queue's cells `next` and later, over neighbours with at least `enough` excess.
void flood(int32_t next, float enough, int32_t* count, SceneMap* map) {
  const auto visit = [&](int32_t row, int32_t column) {
    const bool inside = row >= 0 && row < map->rows && column >= 0 && column < map->columns;
    if (inside && map->excess[row * map->columns + column] >= enough)
      mark(row * map->columns + column, count, map);
  };
  for (; next < *count; ++next) {
    const int32_t row = map->queue[next] / map->columns, column = map->queue[next] % map->columns;
    visit(row - 1, column);
    visit(row + 1, column);
    visit(row, column - 1);
    visit(row, column + 1);
  }
}

// The `rank`-th highest excess (1: the highest) of the cells that are not marked, and where the highest is; 0 and -1
// where there is none.
float ranked_excess(const SceneMap& map, int32_t rank, int32_t* highest) {
  float top[kMostLeastCells] = {0};
  int32_t kept = 0;
  *highest = -1;
  for (int32_t i = 0; i < map.rows * map.columns; ++i) {
    const float value = map.excess[i];
    if ((kept == rank && value <= top[kept - 1]) || is_marked(map, i)) // the highest would be among these
      continue;
    if (*highest < 0 || value > map.excess[*highest])
      *highest = i;
    int32_t place = kept < rank ? kept++ : kept - 1;
    for (; place > 0 && top[place - 1] < value; --place)
      top[place] = top[place - 1];
    top[place] = value;
  }
  return kept > 0 ? top[kept - 1] : 0;
}

// The patch around the highest cell: neighbours with at least half of its excess that are not among the `marked` ones
// that lead the queue.
void outline(int32_t highest, int32_t marked, SceneMap* map, SceneScore* score) {
  const float enough = highest < 0 ? 0 : map->excess[highest] / 2;
  if (!(enough > 0))
    return turn_marks(marked, map);
  int32_t known = marked;
  mark(highest, &known, map);
  flood(marked, enough, &known, map);
  int32_t left = map->columns, right = -1, top = map->rows, bottom = -1;
  for (int32_t i = marked; i < known; ++i) {
    const int32_t row = map->queue[i] / map->columns, column = map->queue[i] % map->columns;
    left = min_of(left, column), right = max_of(right, column);
    top = min_of(top, row), bottom = max_of(bottom, row);
  }
  turn_marks(known, map);
  score->cells = known - marked;
  score->box = {left * kCellSide, top * kCellSide, min_of((right + 1) * kCellSide, map->width) - left * kCellSide,
                min_of((bottom + 1) * kCellSide, map->height) - top * kCellSide};
}

// Of the cells but the `marked` ones that lead the queue, which are marked no longer.
void score_cells(int32_t marked, int32_t least_cells, SceneMap* map, SceneScore* score) {
  int32_t highest = -1;
  const float excess = ranked_excess(*map, least_cells, &highest);
  score->score = excess * std::fabs(excess);
  outline(highest, marked, map, score);
}

} // namespace

Status make_scene_map(Arena* arena, int32_t height, int32_t width, int32_t channels, SceneMap* map) {
  *map = {};
  if (height < kCellSide || width < kCellSide || height > (1 << 14) || width > (1 << 14))
    return error(Code::bad_shape, "scene map of %dx%d: sides are %d..%d", width, height, kCellSide, 1 << 14);
  map->height = height;
  map->width = width;
  map->rows = ceil_div(height, kCellSide);
  map->columns = ceil_div(width, kCellSide);
  const Desc desc = {1, height, width, channels, DType::f32};
  const int64_t cells = int64_t{map->rows} * map->columns;
  Array<float> expected;
  if (!arena->take(desc.elements(), &expected) || !make_local_light(arena, height, width, &map->light) ||
      !arena->take(cells, &map->mean) || !arena->take(cells, &map->square) || !arena->take(cells, &map->detail) ||
      !arena->take(cells, &map->residual) || !arena->take(cells, &map->excess) || !arena->take(cells, &map->ignored) ||
      !arena->take(cells, &map->queue))
    return error(Code::too_little_memory, "scene map of %dx%d: %zu bytes do not hold it", width, height, arena->size());
  map->expected = dense_view(desc, expected.data);
  map->light.ignored = {map->ignored.data, map->columns};
  return {};
}

Status learn_scene(const View& picture, const View& reconstruction, SceneMap* map) {
  PINHOLE_RETURN_IF_ERROR(check_views(picture, reconstruction, *map));
  float gain = 1;
  if (!measure_cells(picture, reconstruction, map, &gain))
    return not_finite();
  ++map->frames;
  learn_detail(picture, map);
  map->brightness = max_of(map->brightness, gain / (map->levels.white - map->levels.black));
  const int32_t cells = map->rows * map->columns;
  const auto rise = [&](int32_t i) { return rise_around(*map, i / map->columns, i % map->columns); };
  for (int32_t i = 0; i < cells; ++i)
    map->excess[i] = rise(i); // against the mean of the frames before
  for (int32_t i = 0; i < cells; ++i)
    map->mean[i] += (map->residual[i] - map->mean[i]) / static_cast<float>(map->frames);
  for (int32_t i = 0; i < cells; ++i)
    map->square[i] += map->excess[i] * rise(i); // Welford: the rise against the old mean times that against the new
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
  score->sight = look_for_scene(picture, map);
  if (!measure_cells(picture, reconstruction, map, &score->gain))
    return not_finite();
  find_excess(map);
  score_cells(0, least_cells, map, score);
  return {};
}

void score_outside(const pinhole_box& place, float enough, int32_t least_cells, SceneMap* map, SceneScore* score) {
  *score = {};
  int32_t marked = 0;
  for_each_cell(place, *map, [&](int32_t cell) { mark(cell, &marked, map); });
  flood(0, std::sqrt(max_of(enough, 0.0f)), &marked, map);
  score_cells(marked, least_cells, map, score);
}

float highest_within(const pinhole_box& place, const SceneMap& map) {
  float highest = 0;
  for_each_cell(place, map, [&](int32_t cell) { highest = max_of(highest, map.excess[cell]); });
  return highest * highest;
}

float heat_at(const SceneMap& map, int32_t y, int32_t x) {
  const int32_t cell = cell_shown_at(map, y, x);
  const float excess = cell < 0 ? 0 : max_of(0.0f, map.excess[cell]);
  return excess * excess;
}

} // namespace pinhole
