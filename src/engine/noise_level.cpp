// SPDX-License-Identifier: Apache-2.0
// Blind noise estimation. Immerkær's mask (Fast noise variance estimation, CVIU 64, 1996) cancels everything locally
// planar; its response to white noise of deviation s is 6 s. Texture raises it, so the frame is cut into blocks and the
// flattest ones decide.
#include "base/checked.h"
#include "engine/frame.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kBlock = 16;          // pixels of a block that get a response; one more on every side is read
constexpr int32_t kBins = 1024;         // of block deviations
constexpr float kBinsPerUnit = 8;       // so 0..128
constexpr int32_t kMaxBlocks = 4096;    // a larger frame is sampled on a regular grid
constexpr double kFlattestShare = 0.15; // the quantile of the blocks that is read
// The 0.15 quantile of the block deviation over its true value, for white noise (simulated,
// tests/engine/noise_level_test).
constexpr float kQuantileBias = 0.925f;

// Root mean square of the mask's response over one block, divided by 6; negative when the block is clipped, and so
// says nothing.
float block_deviation(const pinhole_frame& frame, int32_t x0, int32_t y0) {
  float rows[kBlock + 2][kBlock + 2];
  const bool gray = frame.format == PINHOLE_GRAY8 || frame.format == PINHOLE_GRAY16;
  int32_t clipped = 0;
  for (int32_t y = 0; y < kBlock + 2; ++y) {
    float pixels[3 * (kBlock + 2)];
    unpack_pixels(frame, y0 + y, x0, kBlock + 2, gray ? 1 : 3, 1, 0, pixels, gray ? 1 : 3);
    for (int32_t x = 0; x < kBlock + 2; ++x) {
      rows[y][x] = gray ? pixels[x] : pixels[3 * x + 1];
      clipped += rows[y][x] < 1 || rows[y][x] > 254;
    }
  }
  if (clipped > kBlock)
    return -1;
  double sum = 0;
  for (int32_t y = 1; y <= kBlock; ++y)
    for (int32_t x = 1; x <= kBlock; ++x) {
      auto column = [&](int32_t c) { return rows[y - 1][c] - 2 * rows[y][c] + rows[y + 1][c]; };
      const double response = column(x - 1) - 2 * column(x) + column(x + 1);
      sum += response * response;
    }
  return static_cast<float>(std::sqrt(sum / (kBlock * kBlock)) / 6);
}

} // namespace

float estimate_noise_level(const pinhole_frame& frame) {
  const int32_t columns = (frame.width - 2) / kBlock, rows = (frame.height - 2) / kBlock;
  if (columns < 1 || rows < 1)
    return 0;
  uint16_t bins[kBins] = {0};
  int32_t counted = 0, stride = 1;
  while (ceil_div(columns, stride) * ceil_div(rows, stride) > kMaxBlocks)
    ++stride;
  for (int32_t row = 0; row < rows; row += stride)
    for (int32_t column = 0; column < columns; column += stride) {
      const float deviation = block_deviation(frame, column * kBlock, row * kBlock);
      if (deviation < 0)
        continue;
      ++bins[min_of(kBins - 1, static_cast<int32_t>(deviation * kBinsPerUnit))];
      ++counted;
    }
  int32_t bin = 0;
  for (double below = bins[0], wanted = kFlattestShare * counted; below <= wanted && bin + 1 < kBins;)
    below += bins[++bin];
  return counted == 0 ? 0 : (static_cast<float>(bin) + 0.5f) / kBinsPerUnit / kQuantileBias;
}

} // namespace pinhole
