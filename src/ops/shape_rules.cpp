// SPDX-License-Identifier: Apache-2.0
#include "ops/shape_rules.h"

namespace pinhole {

namespace {

// Every size 1 .. 2^31 - 1, and at most 2^40 elements.
bool legal_sizes(int64_t n, int64_t h, int64_t w, int64_t c) {
  constexpr int64_t kMaxElements = int64_t{1} << 40;
  const int64_t sizes[] = {n, h, w, c};
  int64_t elements = 1;
  for (const int64_t size : sizes) {
    if (size < 1 || size > INT32_MAX || elements > kMaxElements / size)
      return false;
    elements *= size;
  }
  return true;
}

} // namespace

Status set_output(const char* op, ShapeQuery* query, int32_t index, int64_t n, int64_t h, int64_t w, int64_t c,
                  DType dtype) {
  if (!legal_sizes(n, h, w, c))
    return error(Code::bad_shape, "%s: output %lld x %lld x %lld x %lld (n, h, w, c) is empty or too large", op,
                 static_cast<long long>(n), static_cast<long long>(h), static_cast<long long>(w),
                 static_cast<long long>(c));
  query->out[index] = {static_cast<int32_t>(n), static_cast<int32_t>(h), static_cast<int32_t>(w),
                       static_cast<int32_t>(c), dtype};
  query->n_out = index + 1;
  return Status();
}

Status check_inputs(const char* op, const ShapeQuery& query) {
  for (int32_t i = 0; i < query.n_in; ++i) {
    const Desc& in = query.in[i];
    if (!legal_sizes(in.n, in.h, in.w, in.c))
      return error(Code::bad_shape, "%s: input %d is %d x %d x %d x %d (n, h, w, c), empty or too large", op, i, in.n,
                   in.h, in.w, in.c);
    if (in.dtype != DType::f32 && in.dtype != DType::f16 && in.dtype != DType::f64)
      return error(Code::bad_shape, "%s: input %d is %s; it must be f32 or f16", op, i, dtype_name(in.dtype));
  }
  return Status();
}

Status require_equal_inputs(const char* op, const ShapeQuery& query, bool channels) {
  const Desc& first = query.in[0];
  for (int32_t i = 1; i < query.n_in; ++i) {
    const Desc& in = query.in[i];
    if (in.n != first.n || in.h != first.h || in.w != first.w || (channels && in.c != first.c) ||
        in.dtype != first.dtype)
      return error(Code::bad_shape, "%s: input %d is %d x %d x %d x %d %s but input 0 is %d x %d x %d x %d %s", op, i,
                   in.n, in.h, in.w, in.c, dtype_name(in.dtype), first.n, first.h, first.w, first.c,
                   dtype_name(first.dtype));
  }
  return Status();
}

RowRange window_rows(RowRange out, int64_t begin, int64_t end, int32_t height) {
  const int64_t first = max_of(begin, int64_t{0}), last = min_of(end, int64_t{height});
  if (first >= last || out.count() <= 0)
    return {0, 0};
  return {static_cast<int32_t>(first), static_cast<int32_t>(last)};
}

RowRange same_rows(const ShapeQuery& query, int32_t input, RowRange out) {
  return window_rows(out, out.begin, out.end, query.in[input].h);
}

RowRange all_rows(const ShapeQuery& query, int32_t input, RowRange) {
  return {0, query.in[input].h};
}

} // namespace pinhole
