// SPDX-License-Identifier: Apache-2.0
// Luma of interleaved colour bytes, at a SIMD level: the bits of rgb_pixel (engine/pixel.h), which fuses nothing.
#pragma once

#include "device/cpu/simd.h"

#include <cstdint>

namespace pinhole {

constexpr int32_t kLumaPixels = 16; // are taken at a time

// to[i] = luma of bytes 3 i .. 3 i + 2, times scale, plus offset; `count` is a multiple of kLumaPixels.
using LumaSimd = void (*)(const uint8_t* bytes, int32_t count, float scale, float offset, float* to);

// `blue_first`: BGR, else RGB. Null for plain and for levels that this build lacks.
LumaSimd luma_simd(SimdLevel level, bool blue_first);

} // namespace pinhole
