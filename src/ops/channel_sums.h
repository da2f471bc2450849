// SPDX-License-Identifier: Apache-2.0
// Sums over all pixels, per channel: partial sums over fixed groups of rows, in double, added in group order. The
// groups come from the shape alone, so the result has the same bits for any number of threads.
#pragma once

#include "ops/op.h"

namespace pinhole {

// Groups of whole rows (of all images, image after image): at most 64, each of `rows` rows but the last.
struct RowGroups {
  int64_t count, rows;
};
inline RowGroups row_groups(const Desc& desc) {
  constexpr int64_t kMostGroups = 64;
  const int64_t all = int64_t{desc.n} * desc.h, rows = ceil_div(all, kMostGroups);
  return {ceil_div(all, rows), rows};
}

inline int64_t pixels_of_group(const Desc& desc, int64_t group) {
  const int64_t rows = row_groups(desc).rows;
  return min_of(rows, int64_t{desc.n} * desc.h - group * rows) * desc.w;
}

// Calls row(n, y) for each row of group `group`.
template <class Row> inline void for_rows_of_group(const Desc& desc, int64_t group, Row row) {
  const int64_t rows = row_groups(desc).rows, end = min_of((group + 1) * rows, int64_t{desc.n} * desc.h);
  for (int64_t i = group * rows; i < end; ++i)
    row(static_cast<int32_t>(i / desc.h), static_cast<int32_t>(i % desc.h));
}

// Per-channel partial sums in scratch: kSums doubles per channel, partial(group, sum)[channel].
template <int kSums> struct ChannelPartials {
  double* base;
  int32_t channels;

  double* partial(int64_t group, int sum) const { return base + (group * kSums + sum) * channels; }

  // The sum over all groups, in order.
  double total(int64_t groups, int sum, int32_t channel) const {
    double value = 0;
    for (int64_t g = 0; g < groups; ++g)
      value += partial(g, sum)[channel];
    return value;
  }
  static size_t bytes(const Desc& desc) {
    return static_cast<size_t>(row_groups(desc).count) * kSums * static_cast<size_t>(desc.c) * sizeof(double);
  }
};

} // namespace pinhole
