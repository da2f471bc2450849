// SPDX-License-Identifier: Apache-2.0
// The detail of a picture laid over a known one, cell by cell: by which shift do they match?
#pragma once

#include <cstdint>

namespace pinhole {

struct Shift {
  float columns = 0, rows = 0; // in cells, to fractions of one; what was at (x, y) is now at (x + columns, y + rows)
  float match = 0;             // correlation of the detail at the best whole shift, -1..1
};

// Row by row; the memory is the caller's. Detail is tamed().
struct Overlay {
  int32_t rows, columns; // of cells, above 1
  const float* weight;   // of a known cell, at least 0
  const float *seen, *usual;
};

// One strong edge does not outweigh the rest of a picture.
float tamed(float detail);

// Correlation of the details without a shift.
float match_in_place(const Overlay& overlay);

// The best whole shift of up to so many cells either way, or one more, and where the match is highest between its
// neighbours. From no shift to the next best one, or, with `everywhere`, from the best of all.
Shift find_shift(const Overlay& overlay, int32_t most_columns, int32_t most_rows, bool everywhere);

// Cells are shared out to blocks; those say something that are telling.
struct Blocks {
  int32_t rows, columns; // of blocks, no more than of cells
  const bool* telling;

  int32_t at(const Overlay& overlay, int32_t row, int32_t column) const {
    return ((row + 1) * rows - 1) / overlay.rows * columns + ((column + 1) * columns - 1) / overlay.columns;
  }
};
constexpr int32_t kMostBlocks = 48;

// Share of the telling blocks whose picture is found at this shift, and rather there than in place, of those that can
// tell. Something that moved before the camera changes a few blocks, the camera itself all of them.
float agreeing_share(const Overlay& overlay, const Blocks& blocks, const Shift& shift);

} // namespace pinhole
