// SPDX-License-Identifier: Apache-2.0
// What one core can do at most: fused multiply-adds on registers alone.
#pragma once

#include "device/cpu/simd.h"

#include <cstdint>

namespace pinhole::bench {

// Runs `rounds` rounds of independent fused multiply-adds (at sse4: products and sums) at a level; the number of
// floating-point operations, two per multiply-add, or 0 where this file has no loop for the level.
int64_t run_fma_peak(SimdLevel level, int64_t rounds);

} // namespace pinhole::bench
