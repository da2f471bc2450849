// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_gather_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/conv_gather_simd.cpp"
#include "device/cpu/simd_targets.h"

#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

#include "device/cpu/simd_partial-inl.h"
#include "ops/conv_tile_shapes-inl.h"

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace pinhole {
namespace HWY_NAMESPACE {
#if PINHOLE_SIMD_TARGET

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kMaxLanes>;
using Vec = hn::Vec<D>;
constexpr int kLanes = HWY_LANES(float);

// body(0), .. body(N - 1) with the index as a constant. Loops that the optimiser unrolls later leave their accumulators
// in memory at both ends of a tile.
template <int N, class Body, int I = 0> HWY_INLINE void unrolled(const Body& body) {
  if constexpr (I < N) {
    body(std::integral_constant<int, I>());
    unrolled<N, Body, I + 1>(body);
  }
}

template <int P, int V> void gather_tile(const GatherTile& task) {
  const D d;
  const GatherTile t = task; // a copy that the stores below cannot change
  Vec sum[P * V];
  unrolled<P * V>(
      [&](auto i) PINHOLE_SIMD_LAMBDA { sum[i] = hn::LoadU(d, t.start + i / V * t.start_stride + i % V * kLanes); });
  for (const Tap* tap = t.tap; tap != t.tap + t.taps; ++tap) {
    const float* HWY_RESTRICT in = tap->row + (tap->offset + t.shift);
    const float* HWY_RESTRICT weight = tap->weight;
    for (int32_t c = 0; c < t.channels; ++c, ++in, weight += V * kLanes) {
      Vec w[V];
      unrolled<V>([&](auto v) PINHOLE_SIMD_LAMBDA { w[v] = hn::LoadU(d, weight + v * kLanes); });
      unrolled<P>([&](auto p) PINHOLE_SIMD_LAMBDA {
        const Vec x = hn::Set(d, in[p * t.in_stride]);
        unrolled<V>([&](auto v) PINHOLE_SIMD_LAMBDA { sum[p * V + v] = hn::MulAdd(x, w[v], sum[p * V + v]); });
      });
    }
  }
  unrolled<P * V>([&](auto i)
                      PINHOLE_SIMD_LAMBDA { hn::StoreU(sum[i], d, t.sums + i / V * t.sums_stride + i % V * kLanes); });
}

#if HWY_CAP_GE256
constexpr int kPixelsPerVector = kLanes / kNarrowChannels;

// Four adjacent floats at `in` of each of a vector's pixels.
HWY_INLINE Vec load_pixels(const float* in, const int64_t* pixel_offset) {
  const D d;
  const hn::CappedTag<float, kNarrowChannels> d4;
  const auto a = hn::LoadU(d4, in + pixel_offset[0]), b = hn::LoadU(d4, in + pixel_offset[1]);
#if HWY_CAP_GE512
  const hn::Half<D> d8;
  const auto e = hn::LoadU(d4, in + pixel_offset[2]), f = hn::LoadU(d4, in + pixel_offset[3]);
  return hn::Combine(d, hn::Combine(d8, f, e), hn::Combine(d8, b, a));
#else
  return hn::Combine(d, b, a);
#endif
}

template <int Q> void gather_narrow(const GatherTile& task, int32_t pixels) {
  const D d;
  const GatherTile t = task;
  int64_t pixel_offset[Q * kPixelsPerVector]; // those beyond the tile repeat the last
  for (int p = 0; p < Q * kPixelsPerVector; ++p)
    pixel_offset[p] = (p < pixels ? p : pixels - 1) * t.in_stride;
  Vec sum[Q];
  for (int q = 0; q < Q; ++q)
    sum[q] = t.start_stride == 0 ? hn::LoadDup128(d, t.start) : hn::LoadU(d, t.start + q * kLanes);
  for (const Tap* tap = t.tap; tap != t.tap + t.taps; ++tap) {
    const float* in = tap->row + (tap->offset + t.shift);
    const float* weight = tap->weight;
    int32_t c = 0;
    for (; c + 4 <= t.channels; c += 4, weight += 4 * kNarrowChannels) {
      const Vec w0 = hn::LoadDup128(d, weight), w1 = hn::LoadDup128(d, weight + 4);
      const Vec w2 = hn::LoadDup128(d, weight + 8), w3 = hn::LoadDup128(d, weight + 12);
      for (int q = 0; q < Q; ++q) {
        const Vec x = load_pixels(in + c, pixel_offset + q * kPixelsPerVector);
        sum[q] = hn::MulAdd(hn::Broadcast<0>(x), w0, sum[q]);
        sum[q] = hn::MulAdd(hn::Broadcast<1>(x), w1, sum[q]);
        sum[q] = hn::MulAdd(hn::Broadcast<2>(x), w2, sum[q]);
        sum[q] = hn::MulAdd(hn::Broadcast<3>(x), w3, sum[q]);
      }
    }
    for (; c < t.channels; ++c, weight += kNarrowChannels) {
      const Vec w = hn::LoadDup128(d, weight);
      for (int q = 0; q < Q; ++q) {
        HWY_ALIGN float x[kLanes];
        for (int lane = 0; lane < kLanes; ++lane)
          x[lane] = in[pixel_offset[q * kPixelsPerVector + lane / kNarrowChannels] + c];
        sum[q] = hn::MulAdd(hn::Load(d, x), w, sum[q]);
      }
    }
  }
  for (int q = 0; q < Q; ++q)
    store_partial(sum[q], d, t.sums + q * kLanes, (pixels - q * kPixelsPerVector) * kNarrowChannels);
}

template <int Q> void gather_narrow_tile(const GatherTile& task, int32_t pixels) {
  if constexpr (Q > 1)
    if (pixels <= (Q - 1) * kPixelsPerVector)
      return gather_narrow_tile<Q - 1>(task, pixels);
  gather_narrow<Q>(task, pixels);
}
#endif

// to = value(from), whole vectors first.
template <class Value> HWY_INLINE void store_pixels(const float* from, int64_t from_stride, float* to,
                                                    int64_t to_stride, int32_t pixels, int32_t channels,
                                                    const Value& value) {
  const D d;
  for (int32_t p = 0; p < pixels; ++p, from += from_stride, to += to_stride) {
    int32_t c = 0;
    for (; c + kLanes <= channels; c += kLanes)
      hn::StoreU(value(hn::LoadU(d, from + c)), d, to + c);
    if (c < channels)
      store_partial(value(load_partial(d, from + c, channels - c)), d, to + c, channels - c);
  }
}

void store_tile(const float* from, int64_t from_stride, float* to, int64_t to_stride, int32_t pixels, int32_t channels,
                Activation activation, float slope) {
  const D d;
  if (activation == Activation::relu)
    return store_pixels(from, from_stride, to, to_stride, pixels, channels,
                        [d](Vec x) PINHOLE_SIMD_LAMBDA { return hn::IfThenZeroElse(hn::Le(x, hn::Zero(d)), x); });
  if (activation == Activation::leaky_relu)
    return store_pixels(from, from_stride, to, to_stride, pixels, channels, [d, slope](Vec x) PINHOLE_SIMD_LAMBDA {
      return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(hn::Set(d, slope), x));
    });
  store_pixels(from, from_stride, to, to_stride, pixels, channels, [](Vec x) PINHOLE_SIMD_LAMBDA { return x; });
}

template <int V, int P> constexpr void fill_tiles(GatherSimd* table) {
  table->tile[V - 1][P - 1] = gather_tile<P, V>;
  if constexpr (P > 1)
    fill_tiles<V, P - 1>(table);
}

constexpr GatherSimd make_table() {
  GatherSimd table = {};
  table.lanes = kLanes;
  table.max_vectors = kMaxVectors;
  for (int v = 0; v < kMaxVectors; ++v)
    table.max_pixels[v] = kTileRows[v];
  fill_tiles<1, kTileRows[0]>(&table);
  fill_tiles<2, kTileRows[1]>(&table);
  fill_tiles<3, kTileRows[2]>(&table);
#if HWY_CAP_GE256
  table.max_narrow_pixels = kMaxNarrowVectors * kPixelsPerVector;
  table.narrow = gather_narrow_tile<kMaxNarrowVectors>;
#endif
  table.store = store_tile;
  return table;
}

extern const GatherSimd kGather;
const GatherSimd kGather = make_table();

#endif
} // namespace HWY_NAMESPACE
} // namespace pinhole
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pinhole {

const GatherSimd* gather_simd(SimdLevel level) {
  return PINHOLE_SIMD_CHOOSE(level, kGather);
}

} // namespace pinhole
#endif
