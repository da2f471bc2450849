// SPDX-License-Identifier: Apache-2.0
// Kernels whose units are rows: the unit counts, and the loop inside a row.
#pragma once

#include "ops/op.h"

#include <cstring>

// Promises that no iteration reads what an earlier one wrote. Exact overlap (a layer in place) keeps the promise, but
// the compiler's own check for overlap would fall back to scalar code there.
#if defined(__clang__)
#define PINHOLE_INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define PINHOLE_INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
#else
#define PINHOLE_INDEPENDENT_ITERATIONS
#endif

namespace pinhole {

// Which tensor's rows are the units: the rows asked for of out[0], or all rows of a tensor.
enum class RowsOf { forward, in, out, d_in, d_out };

template <RowsOf tensor> RowRange unit_rows(const Call& call) {
  switch (tensor) {
  case RowsOf::forward:
    return call.rows;
  case RowsOf::in:
    return {0, call.in[0].desc.h};
  case RowsOf::out:
    return {0, call.out[0].desc.h};
  case RowsOf::d_in:
    return {0, call.d_in[0].desc.h};
  case RowsOf::d_out:
    return {0, call.d_out[0].desc.h};
  }
  return {};
}

template <RowsOf tensor> int32_t unit_images(const Call& call) {
  switch (tensor) {
  case RowsOf::in:
    return call.in[0].desc.n;
  case RowsOf::forward:
  case RowsOf::out:
    return call.out[0].desc.n;
  case RowsOf::d_in:
    return call.d_in[0].desc.n;
  case RowsOf::d_out:
    return call.d_out[0].desc.n;
  }
  return 0;
}

template <RowsOf tensor> int64_t row_units(const Call& call) {
  return int64_t{unit_images<tensor>(call)} * unit_rows<tensor>(call).count();
}

using RowFunction = void (*)(const Call&, int32_t n, int32_t y);

template <RowsOf tensor, RowFunction row> void run_rows(const Call& call, int64_t begin, int64_t end) {
  const RowRange rows = unit_rows<tensor>(call);
  for (int64_t unit = begin; unit < end; ++unit)
    row(call, static_cast<int32_t>(unit / rows.count()), rows.begin + static_cast<int32_t>(unit % rows.count()));
}

// A phase that calls row(call, n, y) for every row of every image.
template <RowsOf tensor, RowFunction row> constexpr Phase row_phase() {
  return {row_units<tensor>, run_rows<tensor, row>};
}
// A kernel of that one phase.
template <RowsOf tensor, RowFunction row> constexpr Kernel row_kernel() {
  Kernel kernel = {};
  kernel.phase[0] = row_phase<tensor, row>();
  return kernel;
}

// A row as runs of adjacent elements: one run where every view's pixels touch, else one run per pixel. Run r starts
// r * pixel_stride after the row's address in each view.
struct Runs {
  int32_t count;
  int64_t length;
};
template <class... Views> Runs runs_of_row(const View& first, const Views&... others) {
  const Desc& desc = first.desc;
  const bool packed = first.pixel_stride == desc.c && (... && (others.pixel_stride == desc.c));
  return packed ? Runs{1, int64_t{desc.w} * desc.c} : Runs{desc.w, desc.c};
}

// to[i] = value(i), or += where gradients accumulate. `to` may overlap exactly what value reads.
template <class T, class Value> inline void write_run(T* to, int64_t count, bool accumulate, Value value) {
  if (accumulate) {
    PINHOLE_INDEPENDENT_ITERATIONS
    for (int64_t i = 0; i < count; ++i)
      to[i] += value(i);
  } else {
    PINHOLE_INDEPENDENT_ITERATIONS
    for (int64_t i = 0; i < count; ++i)
      to[i] = value(i);
  }
}

// Copies (or adds) `count` elements between memory that does not overlap.
template <class T> inline void copy_run(const T* from, T* to, int64_t count, bool accumulate) {
  if (accumulate)
    write_run(to, count, true, [=](int64_t i) { return from[i]; });
  else
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(T));
}

// Bit `index` of Call::accumulate_in or accumulate_parameter.
inline bool accumulates(uint8_t mask, int32_t index) {
  return (mask >> index & 1) != 0;
}

} // namespace pinhole
