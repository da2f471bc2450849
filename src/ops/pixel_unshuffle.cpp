// SPDX-License-Identifier: Apache-2.0
// {n, h*r, w*r, c} -> {n, h, w, c*r*r}: resolution becomes depth; the inverse of pixel_shuffle.
#include "ops/define_op.h"
#include "ops/rearrange.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"pixel_unshuffle", kRearrangeFields, 1};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  deep_row_from_wide<T>(call.in[0], call.out[0], rearrange_factor(*call.options), n, y, false);
}
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  wide_row_from_deep<T>(call.d_out[0], call.d_in[0], rearrange_factor(*call.options), n, y,
                        accumulates(call.accumulate_in, 0));
}

Status infer_shape(ShapeQuery* query) {
  const Desc& in = query->in[0];
  const int32_t r = rearrange_factor(*query->options);
  if (in.h % r != 0 || in.w % r != 0)
    return error(Code::bad_shape, "pixel_unshuffle: height %d and width %d must be multiples of factor %d", in.h, in.w,
                 r);
  return set_output(kTable.op, query, 0, in.n, in.h / r, in.w / r, int64_t{in.c} * r * r, in.dtype);
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const int64_t r = rearrange_factor(*query.options);
  return window_rows(out, out.begin * r, out.end * r, query.in[0].h);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_in, backward_row<T>>(), {}};
}

} // namespace

extern const Kernels pixel_unshuffle_plain_f32 = kernels<float>();
extern const Kernels pixel_unshuffle_plain_f64 = kernels<double>();
extern const OpDef pixel_unshuffle_op = define_op<RearrangeOptions, kTable, infer_shape>(
    OpId::pixel_unshuffle, 1, 1, row_window, &pixel_unshuffle_plain_f32);

} // namespace pinhole
