// SPDX-License-Identifier: Apache-2.0
// Connected regions of a mask.
#pragma once

#include "image/image.h"

namespace pinhole {

// One byte per pixel, row by row.
struct Mask {
  int32_t width = 0, height = 0;
  std::vector<uint8_t> marked; // 1 or 0
};

// Pixels that touch at a side or a corner belong together. One list of pixel positions (y * width + x) for each region,
// in the order of their first pixels.
std::vector<std::vector<int32_t>> find_regions(const Mask& mask);

} // namespace pinhole
