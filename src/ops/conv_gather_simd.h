// SPDX-License-Identifier: Apache-2.0
// The inner loops of a gather pass, one table per SIMD level: a tile of adjacent output pixels times a block of output
// channels is kept in registers while taps and input channels run by.
#pragma once

#include "device/cpu/simd.h"
#include "ops/op.h"

#include <cstdint>

namespace pinhole {

constexpr int32_t kMaxLanes = 16;      // of any level
constexpr int32_t kMaxVectors = 3;     // in a block of output channels
constexpr int32_t kMaxTileRows = 16;   // in a tile
constexpr int32_t kNarrowChannels = 4; // of output that a narrow tile computes
constexpr int32_t kMaxNarrowVectors = 8;

// One kernel position on one input row.
struct Tap {
  const float* row;    // first pixel of the input row, at the group's first channel
  int64_t offset;      // floats from there to the pixel that output pixel 0 meets; may lie outside the row
  const float* weight; // packed, channels * block floats
  int32_t begin, end;  // output pixels whose input pixel is inside the row
};

// sums[p] = start[p] + sum over taps and channels c of in[p][c] * weight[c], one fused multiply-add each, in order.
struct GatherTile {
  const Tap* tap;
  int32_t taps, channels;
  int64_t shift;     // floats to add to each tap's offset for the tile's first pixel
  int64_t in_stride; // floats between the input pixels of adjacent output pixels
  const float* start;
  int64_t start_stride; // floats between pixels; 0: the same for all
  float* sums;
  int64_t sums_stride;
};

struct GatherSimd {
  int32_t lanes, max_vectors;
  int32_t max_pixels[kMaxVectors];
  // tile[v - 1][p - 1]: p pixels, v vectors of output channels.
  void (*tile[kMaxVectors][kMaxTileRows])(const GatherTile&);
  // For few output channels: a vector holds 4 of several pixels, so weights and sums are 4 floats per pixel. pixels is
  // at most max_narrow_pixels; 0 where vectors have 4 lanes anyway. The sums' stride must be 4, and 64 floats of `sums`
  // beyond the last pixel may be read, not written.
  int32_t max_narrow_pixels;
  void (*narrow)(const GatherTile&, int32_t pixels);
  // Copies `channels` floats of each of `pixels` pixels through none, relu or leaky_relu; the floats beyond them in
  // `to` are left alone.
  void (*store)(const float* from, int64_t from_stride, float* to, int64_t to_stride, int32_t pixels, int32_t channels,
                Activation activation, float slope);
};

// Null for plain and for levels that this build lacks.
const GatherSimd* gather_simd(SimdLevel level);

} // namespace pinhole
