// SPDX-License-Identifier: Apache-2.0
// A node's level is that of the plane of light which, around it, best turns what is expected into what is seen: a
// plane, so that the edge of a shadow is followed up to the border of the picture. All rounds but the first leave out
// what the one before does not explain: an intruder, unlike a shadow, is not the scene made darker.
//
// Gain and offset are fitted in turns with the light. A shadow over bright walls alone looks like less contrast; only
// once it is known where the light is less do the dark places of those walls fall where they belong.
#include "anomaly/local_light.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kBlock = 6;                          // pixels
constexpr int32_t kSpread = 1;                         // blocks on each side that count, less with the distance
constexpr float kLeastLevel = 0.5f, kMostLevel = 2.0f; // more is not taken for light
constexpr float kShrink = 0.03f; // of slopes, towards none: where all that is bright lies on one line they are unknown
constexpr int32_t kRefinements = 2;

constexpr int32_t kRunBlocks = 16, kRun = kRunBlocks * kBlock; // pixels of a row that are worked on at a time

// Pixels side by side, for SIMD. Above black, and means over the channels: light has no colour here.
struct Run {
  float seen[kRun], expected[kRun];
  int32_t count;
};

// What is ignored is as good as black, which says nothing of the light. `ignored`: of the row; null where all counts.
void read_run(const View& picture, const View& reconstruction, const GainFit& fit, float black, const uint8_t* ignored,
              int32_t y, int32_t x, Run* run) {
  const float* seen = picture.row<float>(0, y) + x * picture.pixel_stride;
  const float* expected = reconstruction.row<float>(0, y) + x * reconstruction.pixel_stride;
  run->count = min_of(kRun, picture.desc.w - x);
  for (int32_t i = 0; i < run->count; ++i) {
    run->seen[i] = seen[i * picture.pixel_stride];
    run->expected[i] = expected[i * reconstruction.pixel_stride];
  }
  const float share = 1 / static_cast<float>(picture.desc.c);
  for (int32_t c = 1; c < picture.desc.c; ++c)
    for (int32_t i = 0; i < run->count; ++i) {
      run->seen[i] += seen[i * picture.pixel_stride + c];
      run->expected[i] += expected[i * reconstruction.pixel_stride + c];
    }
  for (int32_t i = 0; i < run->count; ++i) {
    run->seen[i] = share * run->seen[i] - black;
    run->expected[i] = fit.gain * share * run->expected[i] + fit.offset - black;
  }
  for (int32_t i = 0; ignored && i < run->count; ++i) {
    const float weight = weight_at(ignored, x + i);
    run->seen[i] *= weight;
    run->expected[i] *= weight;
  }
}

// Of one row of a block's pixels; the places are in blocks from its middle.
void add_row(const float* expected, const float* seen, const float* place, int32_t count, float y, LightSums* sums) {
  float of_row = 0, x = 0, xx = 0, seen_of_row = 0, seen_x = 0;
  for (int32_t i = 0; i < count; ++i) {
    of_row += expected[i];
    x += expected[i] * place[i];
    xx += expected[i] * place[i] * place[i];
    seen_of_row += seen[i];
    seen_x += seen[i] * place[i];
  }
  sums->expected += of_row;
  sums->x += x;
  sums->y += of_row * y;
  sums->xx += xx;
  sums->xy += x * y;
  sums->yy += of_row * y * y;
  sums->seen += seen_of_row;
  sums->seen_x += seen_x;
  sums->seen_y += seen_of_row * y;
}

// Adds a run that begins with a block to the sums of its blocks. `level`: the light of the round before at each of its
// pixels, null when there is none yet; what it does not explain counts less.
void add_run(const Run& run, const GainFit& fit, const float* level, float y, const float* place, LightSums* sums) {
  float expected[kRun], seen[kRun]; // squared, and their product; weighted
  const float per_width = 1 / cauchy_width(fit);
  for (int32_t i = 0; i < run.count; ++i) {
    const float size = level ? per_width * (run.seen[i] - level[i] * run.expected[i]) : 0;
    const float weighted = run.expected[i] / (1 + size * size);
    expected[i] = weighted * run.expected[i];
    seen[i] = weighted * run.seen[i];
  }
  for (int32_t i = 0; i < run.count; i += kBlock, ++sums)
    add_row(expected + i, seen + i, place, min_of(kBlock, run.count - i), y, sums);
}

// Robust: what the light and gain of the round before do not explain counts less.
void sum_blocks(const View& picture, const View& reconstruction, const GainFit& fit, float black, bool robust,
                LocalLight* light) {
  float place[kBlock]; // of a pixel in its block, in blocks from the middle
  for (int32_t i = 0; i < kBlock; ++i)
    place[i] = (static_cast<float>(i) + 0.5f) / kBlock - 0.5f;
  for (int32_t y = 0; y < light->height; ++y) {
    LightSums* sums = &light->sums[y / kBlock * light->columns];
    const uint8_t* ignored = light->ignored.at_row(y);
    for (int32_t column = 0; y % kBlock == 0 && column < light->columns; ++column)
      sums[column] = {};
    for (int32_t x = 0; x < light->width; x += kRun) {
      Run run;
      read_run(picture, reconstruction, fit, black, ignored, y, x, &run);
      add_run(run, fit, robust ? &light->level[y * light->width + x] : nullptr, place[y % kBlock], place,
              sums + x / kBlock);
    }
  }
}

// Adds those of a block that lies `right` and `down` blocks from the node.
void add_block(float weight, float right, float down, const LightSums& block, LightSums* sums) {
  sums->expected += weight * block.expected;
  sums->x += weight * (block.x + right * block.expected);
  sums->y += weight * (block.y + down * block.expected);
  sums->xx += weight * (block.xx + right * (2 * block.x + right * block.expected));
  sums->xy += weight * (block.xy + right * block.y + down * block.x + right * down * block.expected);
  sums->yy += weight * (block.yy + down * (2 * block.y + down * block.expected));
  sums->seen += weight * block.seen;
  sums->seen_x += weight * (block.seen_x + right * block.seen);
  sums->seen_y += weight * (block.seen_y + down * block.seen);
}

// Of seen ~ expected * (level + slope_x * x + slope_y * y) by least squares (Cramer's rule).
float level_of(LightSums s) {
  s.xx += kShrink * s.expected;
  s.yy += kShrink * s.expected;
  const float minor = s.xx * s.yy - s.xy * s.xy, minor_x = s.x * s.yy - s.xy * s.y, minor_y = s.x * s.xy - s.xx * s.y;
  const float determinant = s.expected * minor - s.x * minor_x + s.y * minor_y;
  if (!(determinant > 0))
    return 1;
  const float level = (s.seen * minor - s.seen_x * minor_x + s.seen_y * minor_y) / determinant;
  return min_of(max_of(level, kLeastLevel), kMostLevel);
}

float level_around(const LocalLight& light, int32_t row, int32_t column) {
  LightSums sums = {};
  for (int32_t dy = -kSpread; dy <= kSpread; ++dy)
    for (int32_t dx = -kSpread; dx <= kSpread; ++dx) {
      const int32_t y = row + dy, x = column + dx;
      if (y < 0 || y >= light.rows || x < 0 || x >= light.columns)
        continue;
      const auto weight = static_cast<float>((kSpread + 1 - std::abs(dy)) * (kSpread + 1 - std::abs(dx)));
      add_block(weight, static_cast<float>(dx), static_cast<float>(dy), light.sums[y * light.columns + x], &sums);
    }
  return level_of(sums);
}

// How far a pixel lies behind the middle of a block, in blocks.
float behind(int32_t at, int32_t block) {
  return (static_cast<float>(at) + 0.5f) / kBlock - 0.5f - static_cast<float>(block);
}

// The first pixel between the nodes of a block and the next; beyond the outer ones the light goes on as between them.
int32_t first_between(int32_t node) {
  return node == 0 ? 0 : node * kBlock + kBlock / 2;
}

// One row of levels from the nodes above and below it.
void spread_row(const float* upper, const float* lower, float down, int32_t nodes, int32_t width, float* level) {
  for (int32_t node = 0; node == 0 || node + 1 < nodes; ++node) {
    const int32_t next = min_of(node + 1, nodes - 1);
    const float left = upper[node] + down * (lower[node] - upper[node]);
    const float slope = upper[next] + down * (lower[next] - upper[next]) - left;
    const int32_t end = node + 2 < nodes ? first_between(node + 1) : width;
    for (int32_t x = first_between(node); x < end; ++x)
      level[x] = min_of(max_of(left + behind(x, node) * slope, kLeastLevel), kMostLevel);
  }
}

void spread_levels(LocalLight* light) {
  for (int32_t y = 0; y < light->height; ++y) {
    const int32_t node = max_of(0, min_of((y - kBlock / 2) / kBlock, light->rows - 2));
    const float* upper = &light->nodes[node * light->columns];
    const bool more = node + 1 < light->rows;
    spread_row(upper, more ? upper + light->columns : upper, more ? behind(y, node) : 0, light->columns, light->width,
               &light->level[y * light->width]);
  }
}

void fit_levels(const View& picture, const View& reconstruction, const GainFit& fit, float black, bool robust,
                LocalLight* light) {
  sum_blocks(picture, reconstruction, fit, black, robust, light);
  for (int32_t row = 0; row < light->rows; ++row)
    for (int32_t column = 0; column < light->columns; ++column)
      light->nodes[row * light->columns + column] = level_around(*light, row, column);
  spread_levels(light);
}

bool is_finite(const GainFit& fit) {
  return std::isfinite(fit.gain) && std::isfinite(fit.offset);
}

} // namespace

bool make_local_light(Arena* arena, int32_t height, int32_t width, LocalLight* light) {
  *light = {};
  light->height = height;
  light->width = width;
  light->rows = ceil_div(height, kBlock);
  light->columns = ceil_div(width, kBlock);
  const int64_t nodes = int64_t{light->rows} * light->columns;
  return arena->take(nodes, &light->sums) && arena->take(nodes, &light->nodes) &&
         arena->take(int64_t{height} * width, &light->level);
}

GainFit fit_local_light(const GainFit& even, const View& picture, const View& reconstruction, float black,
                        LocalLight* light) {
  GainFit fit = even;
  if (!is_finite(fit))
    return fit;
  fit_levels(picture, reconstruction, fit, black, false, light);
  fit_levels(picture, reconstruction, fit, black, true, light);
  for (int32_t i = 0; i < kRefinements && is_finite(fit); ++i) {
    fit = refine_gain(fit, picture, reconstruction, black, light->level.data, light->ignored);
    fit_levels(picture, reconstruction, fit, black, true, light);
  }
  return fit;
}

} // namespace pinhole
