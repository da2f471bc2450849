// SPDX-License-Identifier: Apache-2.0
// A node's level is the weighted ratio of what is seen to what is expected around it. The second round leaves out what
// the first one does not explain: an intruder, unlike a shadow, is not the scene made darker.
#include "anomaly/local_light.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kBlock = 6;                          // pixels
constexpr int32_t kSpread = 1;                         // blocks on each side that count, less with the distance
constexpr float kLeastLevel = 0.5f, kMostLevel = 2.0f; // more is not taken for light
constexpr float kCauchy = 2.385f;
constexpr int32_t kRounds = 2;

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

void sum_blocks(const View& picture, const View& reconstruction, const GainFit& fit, float black, bool robust,
                LocalLight* light) {
  for (int32_t i = 0; i < light->seen.size; ++i)
    light->seen[i] = light->expected[i] = 0;
  const float width = kCauchy * fit.scale;
  for (int32_t y = 0; y < picture.desc.h; ++y)
    for (int32_t x = 0; x < picture.desc.w; ++x) {
      const Pixel pixel = pixel_at(picture, reconstruction, fit, black, y, x);
      const float size = robust ? (pixel.seen - light_at(*light, y, x) * pixel.expected) / width : 0;
      const float weight = pixel.expected / (1 + size * size);
      const int32_t node = y / kBlock * light->columns + x / kBlock;
      light->seen[node] += weight * pixel.seen;
      light->expected[node] += weight * pixel.expected;
    }
}

float level_around(const LocalLight& light, int32_t row, int32_t column) {
  float seen = 0, expected = 0;
  for (int32_t dy = -kSpread; dy <= kSpread; ++dy)
    for (int32_t dx = -kSpread; dx <= kSpread; ++dx) {
      const int32_t y = row + dy, x = column + dx;
      if (y < 0 || y >= light.rows || x < 0 || x >= light.columns)
        continue;
      const auto weight = static_cast<float>((kSpread + 1 - std::abs(dy)) * (kSpread + 1 - std::abs(dx)));
      seen += weight * light.seen[y * light.columns + x];
      expected += weight * light.expected[y * light.columns + x];
    }
  return expected > 0 ? min_of(max_of(seen / expected, kLeastLevel), kMostLevel) : 1;
}

// The node before `at` and how far it is behind, both within the grid.
int32_t node_before(int32_t at, int32_t nodes, float* beyond) {
  const float place = (static_cast<float>(at) + 0.5f) / kBlock - 0.5f;
  const float within = min_of(max_of(place, 0.0f), static_cast<float>(nodes - 1));
  const int32_t node = min_of(static_cast<int32_t>(within), max_of(nodes - 2, 0));
  *beyond = within - static_cast<float>(node);
  return node;
}

} // namespace

bool make_local_light(Arena* arena, int32_t height, int32_t width, LocalLight* light) {
  *light = {};
  light->rows = ceil_div(height, kBlock);
  light->columns = ceil_div(width, kBlock);
  const int64_t nodes = int64_t{light->rows} * light->columns;
  return arena->take(nodes, &light->level) && arena->take(nodes, &light->seen) && arena->take(nodes, &light->expected);
}

void fit_local_light(const View& picture, const View& reconstruction, const GainFit& fit, float black,
                     LocalLight* light) {
  for (int32_t round = 0; round < kRounds; ++round) {
    sum_blocks(picture, reconstruction, fit, black, round > 0, light);
    for (int32_t row = 0; row < light->rows; ++row)
      for (int32_t column = 0; column < light->columns; ++column)
        light->level[row * light->columns + column] = level_around(*light, row, column);
  }
}

float light_at(const LocalLight& light, int32_t y, int32_t x) {
  float down = 0, right = 0;
  const int32_t row = node_before(y, light.rows, &down), column = node_before(x, light.columns, &right);
  const float* upper = &light.level.data[row * light.columns + column];
  const int32_t step = light.columns > 1 ? 1 : 0;
  const float* lower = upper + (light.rows > 1 ? light.columns : 0);
  return (1 - down) * ((1 - right) * upper[0] + right * upper[step]) +
         down * ((1 - right) * lower[0] + right * lower[step]);
}

} // namespace pinhole
