// SPDX-License-Identifier: Apache-2.0
// Counts every allocation of the process, and makes the n-th one fail. Not for sanitizer builds, which bring an
// allocator of their own.
#pragma once

#include <cstdint>

namespace pinhole::testing {

// Starts counting malloc, calloc, realloc, posix_memalign, aligned_alloc, operator new and pthread_create, in all
// threads. The `failing`-th from now (1 is the next) returns failure; 0: none fails.
void arm_allocation_trap(int64_t failing);

// Stops; returns how many there were.
int64_t disarm_allocation_trap();

} // namespace pinhole::testing
