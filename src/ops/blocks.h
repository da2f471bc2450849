// SPDX-License-Identifier: Apache-2.0
// Rows in short blocks, for layers whose tensors may be the same memory in one call: because the layer runs in place,
// or because one tensor is given twice.
#pragma once

#include "ops/rows.h"

namespace pinhole {

// Elements that are read in full before any is written.
constexpr int64_t kBlock = 256;

// Calls block(run, first, count) for elements first..first+count-1 of each run.
template <class Block> void for_blocks(const Runs& runs, Block block) {
  for (int32_t r = 0; r < runs.count; ++r)
    for (int64_t first = 0; first < runs.length; first += kBlock)
      block(r, first, min_of(kBlock, runs.length - first));
}

// One run per pixel unless the rows of all views are packed.
inline Runs common_runs(const View& one, const View* others, int32_t count) {
  Runs runs = runs_of_row(one);
  for (int32_t i = 0; i < count; ++i)
    if (others[i].data && runs_of_row(others[i]).count != 1)
      runs = {one.desc.w, one.desc.c};
  return runs;
}

template <class T> T* element(const View& view, int32_t n, int32_t y, int32_t run, int64_t first) {
  return view.row<T>(n, y) + run * view.pixel_stride + first;
}

} // namespace pinhole
