// SPDX-License-Identifier: Apache-2.0
// A frame as the camera's own events see it.
#pragma once

#include "pinhole/alerts.h"

namespace pinhole {

constexpr int32_t kLookColumns = PINHOLE_LOOK_COLUMNS, kLookRows = PINHOLE_LOOK_ROWS;
constexpr int32_t kLookCells = PINHOLE_LOOK_CELLS, kLookBlocks = PINHOLE_LOOK_BLOCKS;
constexpr int32_t kBlockColumns = 8, kBlockRows = 6;                                                 // of blocks
constexpr int32_t kBlockWidth = kLookColumns / kBlockColumns, kBlockHeight = kLookRows / kBlockRows; // in cells

constexpr int32_t kLeastViewBlocks = 6; // fewer say nothing about a camera

constexpr int32_t block_of_cell(int32_t column, int32_t row) {
  return row / kBlockHeight * kBlockColumns + column / kBlockWidth;
}

// Reads every pixel of a checked frame once and fills *look.
void look_at(const pinhole_frame& frame, pinhole_camera_look* look);

} // namespace pinhole
