// SPDX-License-Identifier: Apache-2.0
// The inner loops of a weight gradient, one table per SIMD level: sums of outer products of channels, kept in registers
// while the pixels run by.
#pragma once

#include "device/cpu/simd.h"
#include "ops/conv_gather_simd.h"

#include <cstdint>

namespace pinhole {

// Adjacent pixel pairs of one row.
struct PixelPairs {
  const float *scalars, *vectors; // first pixel of either tensor, at the tile's first channel
  int32_t count;
};

// sums[i][j] (+)= sum over the pixel pairs of scalars[i] * vectors[j], one fused multiply-add each, in order.
struct OuterTile {
  const PixelPairs* row;
  int32_t rows;
  int64_t scalar_step, vector_step; // floats from pixel to pixel
  int32_t channels;                 // that `vectors` has here; sums of the lanes beyond come out 0
  bool accumulate;
  float* sums;
  int64_t sums_stride; // floats from i to i + 1
};

struct OuterSimd {
  int32_t lanes, max_vectors;
  int32_t max_scalars[kMaxVectors];
  // tile[whole][v - 1][p - 1]: p scalars, v vectors; whole: channels fill all v vectors.
  void (*tile[2][kMaxVectors][kMaxTileRows])(const OuterTile&);
};

// Null for plain and for levels that this build lacks.
const OuterSimd* outer_simd(SimdLevel level);

} // namespace pinhole
