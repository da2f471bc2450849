// SPDX-License-Identifier: Apache-2.0
// Lifetimes in, offsets out: blocks that are live at the same step get disjoint bytes of one arena, in as few bytes as
// a bounded deterministic search finds. Pure integers, no memory of its own.
#pragma once

#include "base/arena.h"

#include <cstddef>
#include <cstdint>

namespace pinhole {

// One block, live during the steps first..last, both included. A block of 0 bytes gets offset 0 and meets nobody.
struct Request {
  size_t bytes;
  int32_t first, last; // first <= last
  size_t offset;       // the result, in bytes, a multiple of Arena::kAlignment
};

// Size of plan_arena's workspace for so many requests.
constexpr int64_t arena_workspace_size(int32_t requests) {
  return 4 * int64_t{requests};
}

// Fills in every offset and returns the arena's size: the highest end of a block, rounded up to Arena::kAlignment.
// The same requests in the same order give the same offsets everywhere. The sum of all rounded sizes must fit size_t;
// `workspace` has at least arena_workspace_size(requests->size) elements, contents undefined.
// *lower_bound (may be null) gets what arena_lower_bound says.
size_t plan_arena(Array<Request>* requests, Array<int32_t> workspace, size_t* lower_bound = nullptr);

// The most rounded bytes live at one step: no arrangement is smaller. Compares
// all pairs.
size_t arena_lower_bound(const Array<Request>& requests);

// Compares all pairs: true, with their indices in *a and *b (may be null), when two blocks share both a step and a
// byte.
bool requests_overlap(const Array<Request>& requests, int32_t* a, int32_t* b);

} // namespace pinhole
