// SPDX-License-Identifier: Apache-2.0
// Loads and stores that touch only the first `count` floats of a vector: the memory beyond may belong to another
// tensor, another thread or nobody. Included once per SIMD target, hence the guard that toggles.
#if defined(PINHOLE_SIMD_PARTIAL) == defined(HWY_TARGET_TOGGLE)
#ifdef PINHOLE_SIMD_PARTIAL
#undef PINHOLE_SIMD_PARTIAL
#else
#define PINHOLE_SIMD_PARTIAL
#endif

#include "device/cpu/simd_targets.h"

#include <cstdint>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace pinhole {
namespace HWY_NAMESPACE {
#if PINHOLE_SIMD_TARGET

namespace hn = hwy::HWY_NAMESPACE;

// Lanes from `count` on are zero. count >= 1; a full vector when there are as many.
template <class D> HWY_INLINE hn::Vec<D> load_partial(D d, const float* from, int64_t count) {
  constexpr int64_t kLanes = HWY_LANES(float);
  if (count >= kLanes)
    return hn::LoadU(d, from);
#if HWY_CAP_GE256
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, from);
#else
  HWY_ALIGN float lane[kLanes] = {0};
  for (int64_t i = 0; i < count; ++i)
    lane[i] = from[i];
  return hn::Load(d, lane);
#endif
}

template <class D> HWY_INLINE void store_partial(hn::Vec<D> value, D d, float* to, int64_t count) {
  constexpr int64_t kLanes = HWY_LANES(float);
  if (count >= kLanes)
    return hn::StoreU(value, d, to);
#if HWY_CAP_GE256
  hn::BlendedStore(value, hn::FirstN(d, static_cast<size_t>(count)), d, to);
#else
  HWY_ALIGN float lane[kLanes];
  hn::Store(value, d, lane);
  for (int64_t i = 0; i < count; ++i)
    to[i] = lane[i];
#endif
}

#endif
} // namespace HWY_NAMESPACE
} // namespace pinhole
HWY_AFTER_NAMESPACE();

#endif
