// SPDX-License-Identifier: Apache-2.0
// Blind noise estimation. Immerkær's mask (Fast noise variance estimation, CVIU 64, 1996) cancels everything locally
// planar; its response to white noise of deviation s is 6 s. Texture raises it, so the frame is cut into blocks and the
// flattest ones decide.
//
// A camera's own processing smooths the noise until the mask sees next to nothing of it at full size, and at smaller
// sizes texture outweighs it. The difference between the colours has little texture and much noise: at quarter size it
// shows smoothed noise too. The larger of the two estimates counts.
#include "base/checked.h"
#include "engine/frame.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kBins = 1024;         // of block deviations
constexpr float kBinsPerUnit = 8;       // so 0..128
constexpr int32_t kMaxBlocks = 4096;    // a larger frame is sampled on a regular grid
constexpr double kFlattestShare = 0.15; // the quantile of the blocks that is read
constexpr int32_t kMostBlock = 16, kMostReduction = 4;

// What is measured: blocks of `block` cells (one more on every side is read), each the mean of reduction^2 pixels.
// gain: deviation of a cell for white noise of deviation 1 in every channel. bias: the quantile's block deviation over
// the true one for white noise (simulated, tests/engine/noise_level_test).
struct Measure {
  int32_t block, reduction;
  bool colour;
  float gain, bias;
  constexpr int32_t pixels() const { return block * reduction; }
};
constexpr Measure kFine = {16, 1, false, 1, 0.925f};
constexpr Measure kCoarseColour = {8, 4, true, 1.2247449f / 4, 0.825f}; // (R + B) / 2 - G: variance 1.5

// Reads the cells of one block and its border; returns how many pixels are clipped.
int32_t read_cells(const pinhole_frame& frame, const Measure& measure, int32_t x0, int32_t y0,
                   float (*cells)[kMostBlock + 2]) {
  const bool gray = frame.format == PINHOLE_GRAY8 || frame.format == PINHOLE_GRAY16;
  const int32_t side = measure.block + 2, reduction = measure.reduction;
  const float share = 1.0f / static_cast<float>(reduction * reduction);
  int32_t clipped = 0;
  for (int32_t y = 0; y < side; ++y)
    for (int32_t x = 0; x < side; ++x)
      cells[y][x] = 0;
  for (int32_t y = 0; y < side * reduction; ++y) {
    float pixels[3 * (kMostBlock + 2) * kMostReduction];
    unpack_pixels(frame, y0 + y, x0, side * reduction, gray ? 1 : 3, 1, 0, pixels, gray ? 1 : 3);
    for (int32_t x = 0; x < side * reduction; ++x) {
      const float* pixel = pixels + (gray ? x : 3 * x);
      const float seen = gray ? pixel[0] : pixel[1];
      clipped += seen < 1 || seen > 254;
      cells[y / reduction][x / reduction] += share * (measure.colour ? (pixel[0] + pixel[2]) / 2 - seen : seen);
    }
  }
  return clipped;
}

// Root mean square of the mask's response over one block, in units of the noise's deviation; negative when the block is
// clipped, and so says nothing.
float block_deviation(const pinhole_frame& frame, const Measure& measure, int32_t x0, int32_t y0) {
  float rows[kMostBlock + 2][kMostBlock + 2];
  if (read_cells(frame, measure, x0, y0, rows) > measure.pixels() * measure.reduction)
    return -1;
  double sum = 0;
  for (int32_t y = 1; y <= measure.block; ++y)
    for (int32_t x = 1; x <= measure.block; ++x) {
      auto column = [&](int32_t c) { return rows[y - 1][c] - 2 * rows[y][c] + rows[y + 1][c]; };
      const double response = column(x - 1) - 2 * column(x) + column(x + 1);
      sum += response * response;
    }
  return static_cast<float>(std::sqrt(sum / (measure.block * measure.block)) / 6) / measure.gain;
}

float estimate(const pinhole_frame& frame, const Measure& measure) {
  const int32_t border = 2 * measure.reduction, step = measure.pixels();
  const int32_t columns = (frame.width - border) / step, rows = (frame.height - border) / step;
  if (columns < 1 || rows < 1)
    return 0;
  uint16_t bins[kBins] = {0};
  int32_t counted = 0, stride = 1;
  while (ceil_div(columns, stride) * ceil_div(rows, stride) > kMaxBlocks)
    ++stride;
  for (int32_t row = 0; row < rows; row += stride)
    for (int32_t column = 0; column < columns; column += stride) {
      const float deviation = block_deviation(frame, measure, column * step, row * step);
      if (deviation < 0)
        continue;
      ++bins[min_of(kBins - 1, static_cast<int32_t>(deviation * kBinsPerUnit))];
      ++counted;
    }
  int32_t bin = 0;
  for (double below = bins[0], wanted = kFlattestShare * counted; below <= wanted && bin + 1 < kBins;)
    below += bins[++bin];
  return counted == 0 ? 0 : (static_cast<float>(bin) + 0.5f) / kBinsPerUnit / measure.bias;
}

} // namespace

float estimate_noise_level(const pinhole_frame& frame) {
  const float fine = estimate(frame, kFine);
  if (frame.format == PINHOLE_GRAY8 || frame.format == PINHOLE_GRAY16)
    return fine;
  return max_of(fine, estimate(frame, kCoarseColour));
}

} // namespace pinhole
