// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_shift.h"

#include "base/checked.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostColumns = 12, kMostRows = 8;
constexpr float kMostDetail = 0.5f; // one strong edge does not outweigh the rest of the view

float tamed(float detail) {
  return min_of(max_of(detail, -kMostDetail), kMostDetail);
}

float match_at(const pinhole_camera_look& look, const pinhole_camera_view& view, int32_t columns, int32_t rows) {
  float product = 0, square = 0, usual_square = 0;
  const int32_t first_row = max_of(0, -rows), last_row = min_of(kLookRows, kLookRows - rows);
  const int32_t first = max_of(0, -columns), last = min_of(kLookColumns, kLookColumns - columns);
  for (int32_t row = first_row; row < last_row; ++row)
    for (int32_t column = first; column < last; ++column) {
      const int32_t cell = row * kLookColumns + column;
      const float weight = steadiness(view, cell), usual = tamed(view.detail[cell]);
      const float seen = tamed(look.detail[cell + rows * kLookColumns + columns]);
      product += weight * seen * usual;
      square += weight * seen * seen;
      usual_square += weight * usual * usual;
    }
  const float scale = std::sqrt(square * usual_square);
  return scale > 0 ? product / scale : 0;
}

// Where the parabola through three neighbouring values has its top, from the middle one.
float top_between(float before, float middle, float after) {
  const float bend = before - 2 * middle + after;
  return bend < 0 ? min_of(max_of(0.5f * (before - after) / bend, -0.5f), 0.5f) : 0;
}

struct Place {
  int32_t columns, rows;
  float match;
};

bool climb(const pinhole_camera_look& look, const pinhole_camera_view& view, Place* place) {
  Place best = *place;
  for (int32_t rows = place->rows - 1; rows <= place->rows + 1; ++rows)
    for (int32_t columns = place->columns - 1; columns <= place->columns + 1; ++columns) {
      const float match = match_at(look, view, columns, rows);
      if (match > best.match)
        best = {columns, rows, match};
    }
  const bool moved = best.match > place->match;
  *place = best;
  return moved && std::abs(best.columns) < kMostColumns && std::abs(best.rows) < kMostRows;
}

} // namespace

float match_in_place(const pinhole_camera_look& look, const pinhole_camera_view& view) {
  return match_at(look, view, 0, 0);
}

Shift find_shift(const pinhole_camera_look& look, const pinhole_camera_view& view, bool everywhere) {
  Place place = {0, 0, match_at(look, view, 0, 0)};
  if (everywhere)
    for (int32_t rows = -kMostRows; rows <= kMostRows; ++rows)
      for (int32_t columns = -kMostColumns; columns <= kMostColumns; ++columns) {
        const float match = match_at(look, view, columns, rows);
        if (match > place.match)
          place = {columns, rows, match};
      }
  while (climb(look, view, &place)) {
  }
  const auto beside = [&](int32_t columns, int32_t rows) {
    return match_at(look, view, place.columns + columns, place.rows + rows);
  };
  Shift shift;
  shift.columns = static_cast<float>(place.columns) + top_between(beside(-1, 0), place.match, beside(1, 0));
  shift.rows = static_cast<float>(place.rows) + top_between(beside(0, -1), place.match, beside(0, 1));
  shift.match = place.match;
  return shift;
}

} // namespace pinhole
