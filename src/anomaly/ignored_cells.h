// SPDX-License-Identifier: Apache-2.0
// What of a picture a mask ignores: it fits nothing and says nothing.
#pragma once

#include <cstdint>

namespace pinhole {

constexpr int32_t kCellSide = 4; // pixels of the model's picture

// Of a picture cut into cells, row by row: 1 for one that is ignored, 0 else. Without cells all counts.
struct IgnoredCells {
  const uint8_t* cells = nullptr;
  int32_t columns = 0;

  // Those of a row of pixels; null where all of them count.
  const uint8_t* at_row(int32_t y) const {
    const uint8_t* row = cells ? cells + int64_t{y / kCellSide} * columns : nullptr;
    uint8_t any = 0;
    for (int32_t i = 0; row && i < columns; ++i)
      any |= row[i];
    return any ? row : nullptr;
  }
};

// What a pixel of such a row weighs.
inline float weight_at(const uint8_t* row, int32_t x) {
  return row[x / kCellSide] ? 0.0f : 1.0f;
}

} // namespace pinhole
