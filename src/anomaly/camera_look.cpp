// SPDX-License-Identifier: Apache-2.0
// The energy of the gradient is a sum of products of gradients two reduced rows (or columns) apart: edges are longer
// than that and stay in it, whereas noise is independent there and drops out of the mean. A blurred picture would
// otherwise keep the energy of its noise.
#include "anomaly/camera_look.h"

#include "base/checked.h"
#include "base/exact_math.h"
#include "engine/frame.h"

namespace pinhole {
namespace {

constexpr int32_t kLineWidth = 320;                                  // about; of the reduced rows
constexpr int32_t kBinsPerBlock = PINHOLE_LOOK_LINE / kBlockColumns; // at most
constexpr int32_t kMostBlockPixels = kMaxFrameSide / kBlockColumns;
constexpr float kDark = 8; // luma added before the logarithm, so that noise in the dark stays small
constexpr int32_t kSurround = 2;

struct Span {
  int32_t begin, end;
};

// Part `i` of `parts` of `size` pixels; at least one pixel.
Span span_of(int32_t i, int32_t parts, int32_t size) {
  const int32_t begin = static_cast<int32_t>(int64_t{i} * size / parts);
  return {begin, max_of(begin + 1, static_cast<int32_t>(int64_t{i + 1} * size / parts))};
}

// Reduction of a frame to lines of bins of side x side pixels. Bins lie within their block.
struct Reduction {
  explicit Reduction(const pinhole_frame& frame) : side(ceil_div(frame.width, kLineWidth)) {
    for (int32_t i = 0; i < kBlockColumns; ++i) {
      const Span span = span_of(i, kBlockColumns, frame.width);
      bins[i] = min_of((span.end - span.begin) / side, kBinsPerBlock);
    }
  }
  int32_t side, bins[kBlockColumns];
  float count[kLookBlocks] = {0}; // products in the sums
};

// In four strands, so that the additions need not wait for each other.
float sum(const float* from, int32_t count) {
  float strand[4] = {0, 0, 0, 0};
  int32_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (int32_t k = 0; k < 4; ++k)
      strand[k] += from[i + k];
  for (; i < count; ++i)
    strand[0] += from[i];
  return (strand[0] + strand[1]) + (strand[2] + strand[3]);
}

// Adds one row of the frame to the sums of its cells (one for each column) and to the line.
void read_row(const pinhole_frame& frame, int32_t y, const Reduction& reduction, float* cells, float* line) {
  float pixels[kMostBlockPixels];
  for (int32_t block = 0; block < kBlockColumns; ++block) {
    const Span span = span_of(block, kBlockColumns, frame.width);
    // In frames narrower than the cells are many, a block's last cells may be the pixel after it.
    const int32_t end = max_of(span.end, span_of((block + 1) * kBlockWidth - 1, kLookColumns, frame.width).end);
    unpack_pixels(frame, y, span.begin, end - span.begin, 1, 1, 0, pixels, 1);
    for (int32_t i = 0; i < kBlockWidth; ++i) {
      const Span cell = span_of(block * kBlockWidth + i, kLookColumns, frame.width);
      cells[block * kBlockWidth + i] = sum(pixels + cell.begin - span.begin, cell.end - cell.begin);
    }
    for (int32_t i = 0; i < reduction.bins[block]; ++i)
      line[block * kBinsPerBlock + i] += sum(pixels + i * reduction.side, reduction.side);
  }
}

// Products of the line `newest` with the one two before it.
void add_gradients(const float* newest, const float* second, int32_t block_row, Reduction* reduction,
                   float* sharpness) {
  for (int32_t column = 0; column < kBlockColumns; ++column) {
    const float *a = newest + column * kBinsPerBlock, *b = second + column * kBinsPerBlock;
    const int32_t count = reduction->bins[column] - 2;
    float total = 0;
    for (int32_t i = 0; i < count; ++i)
      total += (a[i + 2] - a[i]) * (b[i + 2] - b[i]) + (a[i] - b[i]) * (a[i + 2] - b[i + 2]);
    const int32_t block = block_row * kBlockColumns + column;
    sharpness[block] += total;
    reduction->count[block] += static_cast<float>(max_of(count, 0));
  }
}

void clear(float* values, int32_t count) {
  for (int32_t i = 0; i < count; ++i)
    values[i] = 0;
}

void finish_sharpness(const Reduction& reduction, float* sharpness) {
  const float area = static_cast<float>(reduction.side) * static_cast<float>(reduction.side);
  for (int32_t i = 0; i < kLookBlocks; ++i)
    sharpness[i] = reduction.count[i] > 0 ? sharpness[i] / (reduction.count[i] * area * area) : 0;
}

void read_frame(const pinhole_frame& frame, pinhole_camera_look* look) {
  Reduction reduction(frame);
  clear(look->luma, kLookCells);
  clear(look->sharpness, kLookBlocks);
  const int32_t lines = frame.height / reduction.side;
  int32_t first_cell_row = 0;
  clear(look->line[0], PINHOLE_LOOK_LINE);
  for (int32_t y = 0; y < frame.height; ++y) {
    const int32_t index = y / reduction.side;
    float cells[kLookColumns], *line = look->line[index % 3];
    read_row(frame, y, reduction, cells, line);
    while (span_of(first_cell_row, kLookRows, frame.height).end <= y)
      ++first_cell_row;
    // A frame of few rows shows one of them in several rows of cells.
    for (int32_t row = first_cell_row; row < kLookRows && span_of(row, kLookRows, frame.height).begin <= y; ++row)
      for (int32_t column = 0; column < kLookColumns; ++column)
        look->luma[row * kLookColumns + column] += cells[column];
    if ((y + 1) % reduction.side != 0)
      continue;
    if (index >= 2)
      add_gradients(line, look->line[(index + 1) % 3], (index - 1) * kBlockRows / lines, &reduction, look->sharpness);
    clear(look->line[(index + 1) % 3], PINHOLE_LOOK_LINE);
  }
  finish_sharpness(reduction, look->sharpness);
}

// To 0..255: YUV that uses all codes goes beyond.
void divide_by_area(const pinhole_frame& frame, float* luma) {
  for (int32_t row = 0; row < kLookRows; ++row)
    for (int32_t column = 0; column < kLookColumns; ++column) {
      const Span across = span_of(column, kLookColumns, frame.width), down = span_of(row, kLookRows, frame.height);
      float* cell = &luma[row * kLookColumns + column];
      *cell /= static_cast<float>((across.end - across.begin) * (down.end - down.begin));
      *cell = min_of(max_of(*cell, 0.0f), 255.0f);
    }
}

// Mean of up to 2 * kSurround + 1 values around each of `count`.
void mean_along(const float* from, int32_t count, float* to) {
  for (int32_t i = 0; i < count; ++i) {
    const int32_t begin = max_of(i - kSurround, 0), end = min_of(i + kSurround + 1, count);
    float total = 0;
    for (int32_t k = begin; k < end; ++k)
      total += from[k];
    to[i] = total / static_cast<float>(end - begin);
  }
}

void fill_detail(pinhole_camera_look* look) {
  float across[kLookCells], column_means[kLookRows], around[kLookRows];
  for (int32_t i = 0; i < kLookCells; ++i)
    look->detail[i] = exact_log(look->luma[i] + kDark);
  for (int32_t row = 0; row < kLookRows; ++row)
    mean_along(look->detail + row * kLookColumns, kLookColumns, across + row * kLookColumns);
  for (int32_t column = 0; column < kLookColumns; ++column) {
    for (int32_t row = 0; row < kLookRows; ++row)
      column_means[row] = across[row * kLookColumns + column];
    mean_along(column_means, kLookRows, around);
    for (int32_t row = 0; row < kLookRows; ++row)
      look->detail[row * kLookColumns + column] -= around[row];
  }
}

void fill_brightness(pinhole_camera_look* look) {
  clear(look->brightness, kLookBlocks);
  for (int32_t row = 0; row < kLookRows; ++row)
    for (int32_t column = 0; column < kLookColumns; ++column)
      look->brightness[block_of_cell(column, row)] +=
          look->luma[row * kLookColumns + column] * (1.0f / (kBlockWidth * kBlockHeight));
}

} // namespace

void look_at(const pinhole_frame& frame, pinhole_camera_look* look) {
  read_frame(frame, look);
  divide_by_area(frame, look->luma);
  fill_detail(look);
  fill_brightness(look);
}

} // namespace pinhole
