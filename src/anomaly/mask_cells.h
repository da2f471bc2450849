// SPDX-License-Identifier: Apache-2.0
// From a mask to the cells that it ignores.
#pragma once

#include "pinhole/pinhole.h"

namespace pinhole {

// A grid over a picture of height x width: cells of side x side, those at the right and bottom may be smaller.
struct MaskGrid {
  int32_t height, width, side;
  int32_t columns() const { return (width + side - 1) / side; }
};

// Sets those of `ignored`, row by row, that a pixel of the checked mask, stretched over the picture, touches which is
// darker than half; clears the others. However little of a cell is to be ignored, its numbers would hold that, too.
void find_ignored_cells(const pinhole_frame& mask, const MaskGrid& grid, uint8_t* ignored);

} // namespace pinhole
