// SPDX-License-Identifier: Apache-2.0
// Highway's targets that stand behind SimdLevel. A file with SIMD bodies includes this first, then foreach_target.h and
// highway.h, guards its bodies with PINHOLE_SIMD_TARGET and makes its own table: the library links no libhwy.
//
//   #define HWY_TARGET_INCLUDE "ops/foo_simd.cpp"
//   #include "device/cpu/simd_targets.h"
//   #include <hwy/foreach_target.h>
//   #include <hwy/highway.h>
#pragma once

#include "device/cpu/simd.h"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)

// True while a file is compiled for a target that is one of our levels, not for the baseline.
#define PINHOLE_SIMD_TARGET                                                                                            \
  (HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON)

// After a lambda's parameters: compiled for the target, and merged into its caller.
#define PINHOLE_SIMD_LAMBDA HWY_ATTR __attribute__((always_inline))

// In the HWY_ONCE part of a file: the address of `name` of a level, or null when this build lacks the level.
#if defined(__x86_64__)
#define PINHOLE_SIMD_CHOOSE(level, name)                                                                               \
  ((level) == ::pinhole::SimdLevel::avx512 ? HWY_CHOOSE_AVX3(name)                                                     \
   : (level) == ::pinhole::SimdLevel::avx2 ? HWY_CHOOSE_AVX2(name)                                                     \
   : (level) == ::pinhole::SimdLevel::sse4 ? HWY_CHOOSE_SSE4(name)                                                     \
                                           : nullptr)
#elif defined(__aarch64__)
#define PINHOLE_SIMD_CHOOSE(level, name) ((level) == ::pinhole::SimdLevel::neon ? HWY_CHOOSE_NEON(name) : nullptr)
#else
#define PINHOLE_SIMD_CHOOSE(level, name) nullptr
#endif
