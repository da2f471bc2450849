// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_shift.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostColumns = 12, kMostRows = 8;
constexpr float kFoundMatch = 0.4f; // of a block: its picture is there
constexpr float kClearly = 0.02f;   // a smaller difference of matches says nothing, as along an edge
constexpr float kMostDetail = 0.5f; // one strong edge does not outweigh the rest of the view

float tamed(float detail) {
  return min_of(max_of(detail, -kMostDetail), kMostDetail);
}

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

// A look and the view that it is laid over, with what does not depend on the place.
struct Overlay {
  Overlay(const pinhole_camera_look& look, const pinhole_camera_view& view) {
    for (int32_t cell = 0; cell < kLookCells; ++cell) {
      weight[cell] = steadiness(view, cell);
      seen[cell] = tamed(look.detail[cell]);
      usual[cell] = tamed(view.detail[cell]);
    }
  }
  float weight[kLookCells], seen[kLookCells], usual[kLookCells];
};

float match_at(const Overlay& overlay, int32_t columns, int32_t rows) {
  Correlation correlation;
  const int32_t first_row = max_of(0, -rows), last_row = min_of(kLookRows, kLookRows - rows);
  const int32_t first = max_of(0, -columns), last = min_of(kLookColumns, kLookColumns - columns);
  for (int32_t row = first_row; row < last_row; ++row) {
    const float* weight = overlay.weight + row * kLookColumns;
    const float* usual = overlay.usual + row * kLookColumns;
    const float* seen = overlay.seen + (row + rows) * kLookColumns;
    for (int32_t column = first; column < last; ++column)
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
bool detail_between(const pinhole_camera_look& look, float column, float row, float* detail) {
  const float left = std::floor(column), top = std::floor(row);
  if (left < 0 || top < 0 || left > kLookColumns - 2 || top > kLookRows - 2)
    return false;
  const float s = column - left, t = row - top;
  const float* cell = look.detail + static_cast<int32_t>(top) * kLookColumns + static_cast<int32_t>(left);
  *detail = (1 - t) * ((1 - s) * tamed(cell[0]) + s * tamed(cell[1])) +
            t * ((1 - s) * tamed(cell[kLookColumns]) + s * tamed(cell[kLookColumns + 1]));
  return true;
}

struct Place {
  int32_t columns, rows;
  float match;
};

bool climb(const Overlay& overlay, Place* place) {
  Place best = *place;
  for (int32_t rows = place->rows - 1; rows <= place->rows + 1; ++rows)
    for (int32_t columns = place->columns - 1; columns <= place->columns + 1; ++columns) {
      const float match = match_at(overlay, columns, rows);
      if (match > best.match)
        best = {columns, rows, match};
    }
  const bool moved = best.match > place->match;
  *place = best;
  return moved && std::abs(best.columns) < kMostColumns && std::abs(best.rows) < kMostRows;
}

} // namespace

float match_in_place(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  return match_at(Overlay(look, view), 0, 0);
}

Shift find_shift(const pinhole_camera_look& look, const pinhole_camera_view& view, bool everywhere) {
  const Overlay overlay(look, view);
  Place place = {0, 0, match_at(overlay, 0, 0)};
  if (everywhere)
    for (int32_t rows = -kMostRows; rows <= kMostRows; ++rows)
      for (int32_t columns = -kMostColumns; columns <= kMostColumns; ++columns) {
        const float match = match_at(overlay, columns, rows);
        if (match > place.match)
          place = {columns, rows, match};
      }
  while (climb(overlay, &place)) {
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

float agreeing_share(const pinhole_camera_look& look, const pinhole_camera_view& view, const Shift& shift) {
  bool telling[kLookBlocks];
  if (find_telling_blocks(view, telling) == 0)
    return 0;
  Correlation shifted[kLookBlocks], in_place[kLookBlocks];
  for (int32_t cell = 0; cell < kLookCells; ++cell) {
    const int32_t column = cell % kLookColumns, row = cell / kLookColumns, block = block_of_cell(column, row);
    float seen;
    if (!telling[block] ||
        !detail_between(look, static_cast<float>(column) + shift.columns, static_cast<float>(row) + shift.rows, &seen))
      continue;
    const float weight = steadiness(view, cell), usual = tamed(view.detail[cell]);
    shifted[block].add(weight, seen, usual);
    in_place[block].add(weight, tamed(look.detail[cell]), usual);
  }
  int32_t voting = 0, agreeing = 0;
  for (int32_t i = 0; i < kLookBlocks; ++i) {
    const float there = shifted[i].value(), here = in_place[i].value();
    if (!telling[i] || shifted[i].usual_square == 0 || std::fabs(there - here) < kClearly)
      continue;
    ++voting;
    agreeing += there > here && there > kFoundMatch;
  }
  return voting == 0 ? 0 : static_cast<float>(agreeing) / static_cast<float>(voting);
}

} // namespace pinhole
