// SPDX-License-Identifier: Apache-2.0
// Which SIMD level the kernels run at: the best this CPU has, or the one PINHOLE_SIMD names.
#pragma once

#include "base/status.h"

#include <cstdint>

namespace pinhole {

// Ordered within an architecture. plain: the loops without SIMD. sse4 has no fused multiply-add, so its results differ
// from those of the other levels in the last bits; within a level they never depend on threads or tiles.
enum class SimdLevel : int8_t { plain = 0, sse4 = 1, avx2 = 2, avx512 = 3, neon = 4 };
constexpr int kSimdLevels = 5;

const char* simd_name(SimdLevel level); // "plain", "sse4", "avx2", "avx512", "neon"

// True when this build has kernels for `level` and this CPU can run them.
bool simd_supported(SimdLevel level);

// The level in force for the process: chosen once by choose_simd, `plain` before.
SimdLevel simd_level();

// Chooses the level: `name` if not null (an error when unknown or not supported), else the environment's PINHOLE_SIMD,
// else the best supported. Not thread safe; call before any engine runs. Tests call it to force a level.
Status choose_simd(const char* name);

// As choose_simd(nullptr) when no level was chosen yet, else nothing: opening an engine calls it, so that a program
// that never asks gets the best level. Engines may be opened from several threads only after one was.
Status settle_simd();

} // namespace pinhole
