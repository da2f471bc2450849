// SPDX-License-Identifier: Apache-2.0
#include "engine/luma_simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/luma_simd.cpp"
#include "device/cpu/simd_targets.h"

#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

#include "engine/pixel.h"

HWY_BEFORE_NAMESPACE();
namespace pinhole {
namespace HWY_NAMESPACE {
#if PINHOLE_SIMD_TARGET

namespace hn = hwy::HWY_NAMESPACE;

template <class D> HWY_INLINE hn::Vec<D> floats(D d, const uint8_t* bytes) {
  const hn::Rebind<uint8_t, D> as_bytes;
  const hn::RebindToSigned<D> as_integers;
  return hn::ConvertTo(d, hn::PromoteTo(as_integers, hn::LoadU(as_bytes, bytes)));
}

template <bool kBlueFirst> void luma(const uint8_t* bytes, int32_t count, float scale, float offset, float* to) {
  const hn::CappedTag<uint8_t, kLumaPixels> bytes16;
  const hn::CappedTag<float, kLumaPixels> d;
  const auto red = hn::Set(d, kLumaOfRed), green = hn::Set(d, kLumaOfGreen), blue = hn::Set(d, kLumaOfBlue);
  const auto factor = hn::Set(d, scale), summand = hn::Set(d, offset);
  HWY_ALIGN uint8_t plane[3][kLumaPixels];
  for (int32_t i = 0; i < count; i += kLumaPixels) {
    hn::Vec<decltype(bytes16)> first, second, third;
    hn::LoadInterleaved3(bytes16, bytes + 3 * i, first, second, third);
    hn::Store(kBlueFirst ? third : first, bytes16, plane[0]);
    hn::Store(second, bytes16, plane[1]);
    hn::Store(kBlueFirst ? first : third, bytes16, plane[2]);
    for (int32_t k = 0; k < kLumaPixels; k += static_cast<int32_t>(hn::MaxLanes(d))) {
      const auto of_red_and_green =
          hn::Add(hn::Mul(red, floats(d, plane[0] + k)), hn::Mul(green, floats(d, plane[1] + k)));
      const auto sum = hn::Add(of_red_and_green, hn::Mul(blue, floats(d, plane[2] + k)));
      hn::StoreU(hn::Add(hn::Mul(sum, factor), summand), d, to + i + k);
    }
  }
}

extern const LumaSimd kLuma[2];
const LumaSimd kLuma[2] = {luma<false>, luma<true>};

#endif
} // namespace HWY_NAMESPACE
} // namespace pinhole
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pinhole {

LumaSimd luma_simd(SimdLevel level, bool blue_first) {
  const LumaSimd(*table)[2] = PINHOLE_SIMD_CHOOSE(level, kLuma);
  return table ? (*table)[blue_first] : nullptr;
}

} // namespace pinhole
#endif
