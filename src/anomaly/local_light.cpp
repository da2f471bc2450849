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
constexpr float kCauchy = 2.385f;
constexpr float kShrink = 0.03f; // of slopes, towards none: where all that is bright lies on one line they are unknown
constexpr int32_t kRefinements = 2;

// Means over the channels: light has no colour here.
struct Pixel {
  float seen, expected; // above black
};

Pixel pixel_at(const View& picture, const View& reconstruction, const GainFit& fit, float black, int32_t y, int32_t x) {
  const float* seen = picture.row<float>(0, y) + x * picture.pixel_stride;
  const float* expected = reconstruction.row<float>(0, y) + x * reconstruction.pixel_stride;
  float sum_seen = 0, sum_expected = 0;
  for (int32_t c = 0; c < picture.desc.c; ++c) {
    sum_seen += seen[c];
    sum_expected += expected[c];
  }
  const float share = 1 / static_cast<float>(picture.desc.c);
  return {share * sum_seen - black, fit.gain * share * sum_expected + fit.offset - black};
}

void add_pixel(float weight, float x, float y, const Pixel& pixel, LightSums* sums) {
  const float expected = weight * pixel.expected * pixel.expected, seen = weight * pixel.expected * pixel.seen;
  sums->expected += expected;
  sums->x += expected * x;
  sums->y += expected * y;
  sums->xx += expected * x * x;
  sums->xy += expected * x * y;
  sums->yy += expected * y * y;
  sums->seen += seen;
  sums->seen_x += seen * x;
  sums->seen_y += seen * y;
}

// Sums over the block whose first pixel is at `top` and `left`. Robust: what the light and gain of the round before do
// not explain counts less.
LightSums sum_block(const View& picture, const View& reconstruction, const GainFit& fit, float black, bool robust,
                    const LocalLight& light, int32_t top, int32_t left) {
  float place[kBlock]; // of a pixel in its block, in blocks from the middle
  for (int32_t i = 0; i < kBlock; ++i)
    place[i] = (static_cast<float>(i) + 0.5f) / kBlock - 0.5f;
  const float width = kCauchy * fit.scale;
  LightSums sums = {};
  for (int32_t y = top; y < min_of(top + kBlock, light.height); ++y)
    for (int32_t x = left; x < min_of(left + kBlock, light.width); ++x) {
      const Pixel pixel = pixel_at(picture, reconstruction, fit, black, y, x);
      const float size = robust ? (pixel.seen - light_at(light, y, x) * pixel.expected) / width : 0;
      add_pixel(1 / (1 + size * size), place[x - left], place[y - top], pixel, &sums);
    }
  return sums;
}

void sum_blocks(const View& picture, const View& reconstruction, const GainFit& fit, float black, bool robust,
                LocalLight* light) {
  for (int32_t row = 0; row < light->rows; ++row)
    for (int32_t column = 0; column < light->columns; ++column)
      light->sums[row * light->columns + column] =
          sum_block(picture, reconstruction, fit, black, robust, *light, row * kBlock, column * kBlock);
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

// The first of the two nodes that a pixel's light comes from, and how far it is behind that one: outside 0..1 beyond
// the outer nodes.
int32_t node_before(int32_t at, int32_t nodes, float* beyond) {
  const float place = (static_cast<float>(at) + 0.5f) / kBlock - 0.5f;
  const int32_t node = min_of(static_cast<int32_t>(max_of(place, 0.0f)), max_of(nodes - 2, 0));
  *beyond = nodes > 1 ? place - static_cast<float>(node) : 0;
  return node;
}

void spread_levels(LocalLight* light) {
  for (int32_t y = 0; y < light->height; ++y) {
    float down = 0;
    const int32_t row = node_before(y, light->rows, &down);
    const float* upper = &light->nodes[row * light->columns];
    const float* lower = upper + (light->rows > 1 ? light->columns : 0);
    for (int32_t x = 0; x < light->width; ++x) {
      float right = 0;
      const int32_t at = node_before(x, light->columns, &right), next = light->columns > 1 ? at + 1 : at;
      const float level = (1 - down) * ((1 - right) * upper[at] + right * upper[next]) +
                          down * ((1 - right) * lower[at] + right * lower[next]);
      light->level[y * light->width + x] = min_of(max_of(level, kLeastLevel), kMostLevel);
    }
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
    fit = refine_gain(fit, picture, reconstruction, black, light->level.data);
    fit_levels(picture, reconstruction, fit, black, true, light);
  }
  return fit;
}

} // namespace pinhole
