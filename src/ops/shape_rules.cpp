// SPDX-License-Identifier: Apache-2.0
#include "ops/shape_rules.h"

namespace pinhole {

Status set_output(const char* op, ShapeQuery* query, int32_t index, int64_t n, int64_t h, int64_t w, int64_t c,
                  DType dtype) {
  constexpr int64_t kMaxElements = int64_t{1} << 40;
  int64_t elements = 1;
  bool legal = true;
  const int64_t sizes[] = {n, h, w, c};
  for (const int64_t size : sizes) {
    legal = legal && size >= 1 && size <= INT32_MAX && elements <= kMaxElements / size;
    elements *= legal ? size : 1;
  }
  if (!legal)
    return error(Code::bad_shape, "%s: output %lld x %lld x %lld x %lld (n, h, w, c) is empty or too large", op,
                 static_cast<long long>(n), static_cast<long long>(h), static_cast<long long>(w),
                 static_cast<long long>(c));
  query->out[index] = {static_cast<int32_t>(n), static_cast<int32_t>(h), static_cast<int32_t>(w),
                       static_cast<int32_t>(c), dtype};
  query->n_out = index + 1;
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
