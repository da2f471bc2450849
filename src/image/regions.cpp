// SPDX-License-Identifier: Apache-2.0
#include "image/regions.h"

#include <algorithm>

namespace pinhole {
namespace {

// Takes the region of `first` out of `left` and gives its pixels.
std::vector<int32_t> take_region(int32_t first, const Mask& mask, std::vector<uint8_t>* left) {
  std::vector<int32_t> pixels = {first};
  (*left)[static_cast<size_t>(first)] = 0;
  for (size_t next = 0; next < pixels.size(); ++next) {
    const int32_t y = pixels[next] / mask.width, x = pixels[next] % mask.width;
    for (int32_t row = std::max(y - 1, 0); row <= std::min(y + 1, mask.height - 1); ++row)
      for (int32_t column = std::max(x - 1, 0); column <= std::min(x + 1, mask.width - 1); ++column) {
        const int32_t at = row * mask.width + column;
        uint8_t& waiting = (*left)[static_cast<size_t>(at)];
        if (!waiting)
          continue;
        waiting = 0;
        pixels.push_back(at);
      }
  }
  return pixels;
}

} // namespace

std::vector<std::vector<int32_t>> find_regions(const Mask& mask) {
  std::vector<uint8_t> left = mask.marked;
  std::vector<std::vector<int32_t>> regions;
  for (size_t i = 0; i < left.size(); ++i)
    if (left[i])
      regions.push_back(take_region(static_cast<int32_t>(i), mask, &left));
  return regions;
}

} // namespace pinhole
