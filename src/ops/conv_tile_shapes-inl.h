// SPDX-License-Identifier: Apache-2.0
// How large a tile of accumulators fits in the registers of a SIMD target. Included once per target.
#if defined(PINHOLE_CONV_TILE_SHAPES) == defined(HWY_TARGET_TOGGLE)
#ifdef PINHOLE_CONV_TILE_SHAPES
#undef PINHOLE_CONV_TILE_SHAPES
#else
#define PINHOLE_CONV_TILE_SHAPES
#endif

#include "ops/conv_gather_simd.h"

namespace pinhole {
namespace HWY_NAMESPACE {
#if PINHOLE_SIMD_TARGET

// Rows (broadcast values) of a tile of 1, 2 and 3 vectors: its accumulators leave registers for one broadcast value and
// the vectors of one step. AVX-512 and NEON have 32, the others 16; SSE4 needs one more for each product.
#if HWY_TARGET == HWY_AVX3
constexpr int kTileRows[kMaxVectors] = {16, 14, 9};
#elif HWY_TARGET == HWY_NEON
constexpr int kTileRows[kMaxVectors] = {16, 12, 8};
#elif HWY_TARGET == HWY_AVX2
constexpr int kTileRows[kMaxVectors] = {12, 6, 4};
#else
constexpr int kTileRows[kMaxVectors] = {8, 5, 3};
#endif

#endif
} // namespace HWY_NAMESPACE
} // namespace pinhole

#endif
