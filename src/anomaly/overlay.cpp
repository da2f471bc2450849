// SPDX-License-Identifier: Apache-2.0
#include "anomaly/overlay.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr float kFoundMatch = 0.4f; // of a block: its picture is there
constexpr float kClearly = 0.02f;   // a smaller difference of matches says nothing, as along an edge
constexpr float kMostDetail = 0.5f;
constexpr int32_t kEnoughCells = 1024; // to find a place by

// Sums of a correlation.
struct Correlation {
  float product = 0, square = 0, usual_square = 0;
  void add(float weight, float seen, float usual) {
    product += weight * seen * usual;
    square += weight * seen * seen;
    usual_square += weight * usual * usual;
  }
  float value() const {
    const float scale = std::sqrt(square * usual_square);
    return scale > 0 ? product / scale : 0;
  }
};

// Of every `stride`-th cell.
float match_at(const Overlay& overlay, int32_t columns, int32_t rows, int32_t stride = 1) {
  Correlation correlation;
  const int32_t first_row = max_of(0, -rows), last_row = min_of(overlay.rows, overlay.rows - rows);
  const int32_t first = max_of(0, -columns), last = min_of(overlay.columns, overlay.columns - columns);
  for (int32_t row = first_row; row < last_row; row += stride) {
    const float* weight = overlay.weight + row * overlay.columns;
    const float* usual = overlay.usual + row * overlay.columns;
    const float* seen = overlay.seen + (row + rows) * overlay.columns;
    for (int32_t column = first; column < last; column += stride)
      correlation.add(weight[column], seen[column + columns], usual[column]);
  }
  return correlation.value();
}

// Where the parabola through three neighbouring values has its top, from the middle one.
float top_between(float before, float middle, float after) {
  const float bend = before - 2 * middle + after;
  return bend < 0 ? min_of(max_of(0.5f * (before - after) / bend, -0.5f), 0.5f) : 0;
}

// The detail at a place between cells; false where that is outside.
bool detail_between(const Overlay& overlay, float column, float row, float* detail) {
  const float left = std::floor(column), top = std::floor(row);
  if (left < 0 || top < 0 || left > static_cast<float>(overlay.columns - 2) ||
      top > static_cast<float>(overlay.rows - 2))
    return false;
  const float s = column - left, t = row - top;
  const float* cell = overlay.seen + static_cast<int32_t>(top) * overlay.columns + static_cast<int32_t>(left);
  *detail = (1 - t) * ((1 - s) * cell[0] + s * cell[1]) +
            t * ((1 - s) * cell[overlay.columns] + s * cell[overlay.columns + 1]);
  return true;
}

struct Place {
  int32_t columns, rows;
  float match;
};

// Detail hardly reaches beyond its cell, so that no shift can be left out; of many cells, some tell which is best.
Place find_coarsely(const Overlay& overlay, int32_t most_columns, int32_t most_rows) {
  int32_t stride = 1;
  while (overlay.rows / (stride + 1) * (overlay.columns / (stride + 1)) >= kEnoughCells)
    ++stride;
  Place best = {0, 0, match_at(overlay, 0, 0, stride)};
  for (int32_t rows = -most_rows; rows <= most_rows; ++rows)
    for (int32_t columns = -most_columns; columns <= most_columns; ++columns) {
      const float match = match_at(overlay, columns, rows, stride);
      if (match > best.match)
        best = {columns, rows, match};
    }
  return best;
}

// Whether a better place is next to it, from which to go on.
bool climb(const Overlay& overlay, int32_t most_columns, int32_t most_rows, Place* place) {
  Place best = *place;
  for (int32_t rows = place->rows - 1; rows <= place->rows + 1; ++rows)
    for (int32_t columns = place->columns - 1; columns <= place->columns + 1; ++columns) {
      const float match = match_at(overlay, columns, rows);
      if (match > best.match)
        best = {columns, rows, match};
    }
  const bool moved = best.match > place->match;
  *place = best;
  return moved && std::abs(best.columns) < most_columns && std::abs(best.rows) < most_rows;
}

} // namespace

float tamed(float detail) {
  return min_of(max_of(detail, -kMostDetail), kMostDetail);
}

float match_in_place(const Overlay& overlay) {
  return match_at(overlay, 0, 0);
}

Shift find_shift(const Overlay& overlay, int32_t most_columns, int32_t most_rows, bool everywhere) {
  Place place = everywhere ? find_coarsely(overlay, most_columns, most_rows) : Place{0, 0, 0};
  place.match = match_at(overlay, place.columns, place.rows);
  while (climb(overlay, most_columns, most_rows, &place)) {
  }
  const auto beside = [&](int32_t columns, int32_t rows) {
    return match_at(overlay, place.columns + columns, place.rows + rows);
  };
  Shift shift;
  shift.columns = static_cast<float>(place.columns) + top_between(beside(-1, 0), place.match, beside(1, 0));
  shift.rows = static_cast<float>(place.rows) + top_between(beside(0, -1), place.match, beside(0, 1));
  shift.match = place.match;
  return shift;
}

float agreeing_share(const Overlay& overlay, const Blocks& blocks, const Shift& shift) {
  Correlation shifted[kMostBlocks], in_place[kMostBlocks];
  for (int32_t row = 0; row < overlay.rows; ++row)
    for (int32_t column = 0; column < overlay.columns; ++column) {
      const int32_t cell = row * overlay.columns + column, block = blocks.at(overlay, row, column);
      float seen;
      if (!blocks.telling[block] || !detail_between(overlay, static_cast<float>(column) + shift.columns,
                                                    static_cast<float>(row) + shift.rows, &seen))
        continue;
      const float weight = overlay.weight[cell], usual = overlay.usual[cell];
      shifted[block].add(weight, seen, usual);
      in_place[block].add(weight, overlay.seen[cell], usual);
    }
  int32_t voting = 0, agreeing = 0;
  for (int32_t i = 0; i < blocks.rows * blocks.columns; ++i) {
    const float there = shifted[i].value(), here = in_place[i].value();
    if (!blocks.telling[i] || shifted[i].usual_square == 0 || std::fabs(there - here) < kClearly)
      continue;
    ++voting;
    agreeing += there > here && there > kFoundMatch;
  }
  return voting == 0 ? 0 : static_cast<float>(agreeing) / static_cast<float>(voting);
}

} // namespace pinhole
