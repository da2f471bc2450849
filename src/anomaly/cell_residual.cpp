// SPDX-License-Identifier: Apache-2.0
#include "anomaly/cell_residual.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

// Of the light: what the soft edge of a shadow leaves when the light around is taken out.
constexpr float kLightError = 0.08f;
// Below this part of the range nothing saturates, not even one colour of a gray picture.
constexpr float kLeastSaturation = 0.3f;

// Deviations of the noise by which the pixels around one are darker, in the mean, where it may be saturated.
constexpr float kDarker = 0.75f;

// One channel of a cell: what is seen beyond what is expected, and how much of that may be lacking by saturation.
struct CellPixels {
  float residual[kCellSide][kCellSide], lacking[kCellSide][kCellSide];
  int32_t rows, columns;
  float light; // sum of what is expected
  bool saturates;
};

// In more light than it was learned in, a place is anywhere between what it was then and what it would be now.
float lacking_by_saturation(const SceneMap& map, float lit, float level) {
  const float more = map.lift * level;
  if (!(more > 1))
    return 0;
  const float least = max_of(lit / more, kLeastSaturation * (map.levels.white - map.levels.black));
  return max_of(0.0f, lit - least);
}

void compare_cell(const SceneMap& map, const GainFit& fit, const View& picture, const View& reconstruction,
                  const Window& cell, int32_t channel, CellPixels* pixels) {
  pixels->rows = cell.bottom - cell.top;
  pixels->columns = cell.right - cell.left;
  pixels->light = 0;
  pixels->saturates = false;
  for (int32_t y = 0; y < pixels->rows; ++y) {
    const float* seen = picture.row<float>(0, cell.top + y) + channel;
    const float* expected = reconstruction.row<float>(0, cell.top + y) + channel;
    for (int32_t x = 0; x < pixels->columns; ++x) {
      const int32_t at = cell.left + x;
      const float level = light_at(map.light, cell.top + y, at);
      const float lit = level * (fit.gain * expected[at * reconstruction.pixel_stride] + fit.offset - map.levels.black);
      pixels->residual[y][x] = seen[at * picture.pixel_stride] - map.levels.black - lit;
      pixels->lacking[y][x] = lacking_by_saturation(map, lit, level);
      pixels->saturates = pixels->saturates || pixels->lacking[y][x] > 0;
      pixels->light += lit;
    }
  }
}

// Of the 3x3 pixels around one, as far as they are in the cell.
float mean_around(const CellPixels& pixels, int32_t row, int32_t column) {
  float sum = 0;
  int32_t count = 0;
  for (int32_t y = max_of(0, row - 1); y <= min_of(row + 1, pixels.rows - 1); ++y)
    for (int32_t x = max_of(0, column - 1); x <= min_of(column + 1, pixels.columns - 1); ++x, ++count)
      sum += pixels.residual[y][x];
  return sum / static_cast<float>(count);
}

// Noise alone hardly ever makes a place so dark: it stays as it is.
void allow_saturation(float noise, CellPixels* pixels) {
  bool dark[kCellSide][kCellSide];
  for (int32_t y = 0; y < pixels->rows; ++y)
    for (int32_t x = 0; x < pixels->columns; ++x)
      dark[y][x] = mean_around(*pixels, y, x) < -kDarker * noise;
  for (int32_t y = 0; y < pixels->rows; ++y)
    for (int32_t x = 0; x < pixels->columns; ++x)
      if (dark[y][x] && pixels->residual[y][x] < 0)
        pixels->residual[y][x] = min_of(0.0f, pixels->residual[y][x] + pixels->lacking[y][x]);
}

// Its mean square, without what a small error of the light would explain.
float mean_square(const CellPixels& pixels) {
  float sum = 0, square = 0;
  for (int32_t y = 0; y < pixels.rows; ++y)
    for (int32_t x = 0; x < pixels.columns; ++x) {
      sum += pixels.residual[y][x];
      square += pixels.residual[y][x] * pixels.residual[y][x];
    }
  const auto count = static_cast<float>(pixels.rows * pixels.columns);
  const float mean = sum / count,
              beyond = max_of(0.0f, std::fabs(mean) - kLightError * std::fabs(pixels.light / count));
  return max_of(0.0f, square / count - mean * mean) + beyond * beyond;
}

} // namespace

float cell_residual(const SceneMap& map, const GainFit& fit, const View& picture, const View& reconstruction,
                    const Window& cell) {
  float sum = 0;
  for (int32_t channel = 0; channel < picture.desc.c; ++channel) {
    CellPixels pixels;
    compare_cell(map, fit, picture, reconstruction, cell, channel, &pixels);
    if (pixels.saturates)
      allow_saturation(fit.scale, &pixels);
    sum += mean_square(pixels);
  }
  return std::sqrt(sum / static_cast<float>(picture.desc.c));
}

} // namespace pinhole
