// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_weights_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/conv_weights_simd.cpp"
#include "device/cpu/simd_targets.h"

#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

#include "device/cpu/simd_partial-inl.h"
#include "ops/conv_tile_shapes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pinhole {
namespace HWY_NAMESPACE {
#if PINHOLE_SIMD_TARGET

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kMaxLanes>;
using Vec = hn::Vec<D>;
constexpr int kLanes = HWY_LANES(float);

template <bool kWhole, int P, int V> void outer_tile(const OuterTile& task) {
  const D d;
  const OuterTile t = task; // a copy that the stores below cannot change
  Vec sum[P][V];
  for (int p = 0; p < P; ++p)
    for (int v = 0; v < V; ++v)
      sum[p][v] = t.accumulate ? hn::LoadU(d, t.sums + p * t.sums_stride + v * kLanes) : hn::Zero(d);
  for (const PixelPairs* row = t.row; row != t.row + t.rows; ++row) {
    const float* HWY_RESTRICT scalars = row->scalars;
    const float* HWY_RESTRICT vectors = row->vectors;
    for (int32_t i = 0; i < row->count; ++i, scalars += t.scalar_step, vectors += t.vector_step) {
      Vec w[V];
      for (int v = 0; v < V; ++v)
        w[v] = kWhole || v < V - 1 ? hn::LoadU(d, vectors + v * kLanes)
                                   : load_partial(d, vectors + v * kLanes, t.channels - v * kLanes);
      for (int p = 0; p < P; ++p) {
        const Vec x = hn::Set(d, scalars[p]);
        for (int v = 0; v < V; ++v)
          sum[p][v] = hn::MulAdd(x, w[v], sum[p][v]);
      }
    }
  }
  for (int p = 0; p < P; ++p)
    for (int v = 0; v < V; ++v)
      hn::StoreU(sum[p][v], d, t.sums + p * t.sums_stride + v * kLanes);
}

template <int V, int P> constexpr void fill_tiles(OuterSimd* table) {
  table->tile[0][V - 1][P - 1] = outer_tile<false, P, V>;
  table->tile[1][V - 1][P - 1] = outer_tile<true, P, V>;
  if constexpr (P > 1)
    fill_tiles<V, P - 1>(table);
}

constexpr OuterSimd make_table() {
  OuterSimd table = {};
  table.lanes = kLanes;
  table.max_vectors = kMaxVectors;
  for (int v = 0; v < kMaxVectors; ++v)
    table.max_scalars[v] = kTileRows[v];
  fill_tiles<1, kTileRows[0]>(&table);
  fill_tiles<2, kTileRows[1]>(&table);
  fill_tiles<3, kTileRows[2]>(&table);
  return table;
}

extern const OuterSimd kOuter;
const OuterSimd kOuter = make_table();

#endif
} // namespace HWY_NAMESPACE
} // namespace pinhole
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pinhole {

const OuterSimd* outer_simd(SimdLevel level) {
  return PINHOLE_SIMD_CHOOSE(level, kOuter);
}

} // namespace pinhole
#endif
