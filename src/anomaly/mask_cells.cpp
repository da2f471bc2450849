// SPDX-License-Identifier: Apache-2.0
#include "anomaly/mask_cells.h"

#include "base/checked.h"
#include "engine/frame.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kChunk = 64; // pixels of the mask that are unpacked at a time
constexpr float kHalf = 127.5f;

struct Span {
  int32_t first, last; // cells
};

// Cells that pixel `i` of `pixels` touches, on a line of `size` that is cut into cells of `side`.
Span touched(int32_t i, int32_t pixels, int32_t size, int32_t side) {
  const int64_t begin = int64_t{i} * size, end = int64_t{i + 1} * size, cell = int64_t{pixels} * side;
  return {static_cast<int32_t>(begin / cell), static_cast<int32_t>((end - 1) / cell)};
}

} // namespace

void find_ignored_cells(const pinhole_frame& mask, const MaskGrid& grid, uint8_t* ignored) {
  const int32_t columns = grid.columns(), rows = ceil_div(grid.height, grid.side);
  std::memset(ignored, 0, static_cast<size_t>(rows) * static_cast<size_t>(columns));
  float pixels[kChunk];
  for (int32_t y = 0; y < mask.height; ++y) {
    const Span down = touched(y, mask.height, grid.height, grid.side);
    for (int32_t x0 = 0; x0 < mask.width; x0 += kChunk) {
      const int32_t count = min_of(kChunk, mask.width - x0);
      unpack_pixels(mask, y, x0, count, 1, 1, 0, pixels, 1);
      for (int32_t i = 0; i < count; ++i) {
        if (!(pixels[i] < kHalf))
          continue;
        const Span right = touched(x0 + i, mask.width, grid.width, grid.side);
        for (int32_t row = down.first; row <= down.last; ++row)
          for (int32_t column = right.first; column <= right.last; ++column)
            ignored[int64_t{row} * columns + column] = 1;
      }
    }
  }
}

} // namespace pinhole
