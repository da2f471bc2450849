// SPDX-License-Identifier: Apache-2.0
// {n, h, w, c*r*r} -> {n, h*r, w*r, c}: depth becomes resolution.
#include "ops/define_op.h"
#include "ops/rearrange.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"pixel_shuffle", kRearrangeFields, 1};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  wide_row_from_deep<T>(call.in[0], call.out[0], rearrange_factor(*call.options), n, y, false);
}
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  deep_row_from_wide<T>(call.d_out[0], call.d_in[0], rearrange_factor(*call.options), n, y,
                        accumulates(call.accumulate_in, 0));
}

Status infer_shape(ShapeQuery* query) {
  const Desc& in = query->in[0];
  const int64_t r = rearrange_factor(*query->options);
  if (in.c % (r * r) != 0)
    return error(Code::bad_shape, "pixel_shuffle: %d input channels are not a multiple of factor^2 = %d", in.c,
                 static_cast<int>(r * r));
  return set_output(kTable.op, query, 0, in.n, in.h * r, in.w * r, in.c / (r * r), in.dtype);
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const int64_t r = rearrange_factor(*query.options);
  return window_rows(out, out.begin / r, ceil_div<int64_t>(out.end, r), query.in[0].h);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_in, backward_row<T>>(), {}};
}

} // namespace

extern const Kernels pixel_shuffle_plain_f32 = kernels<float>();
extern const Kernels pixel_shuffle_plain_f64 = kernels<double>();
extern const OpDef pixel_shuffle_op =
    define_op<RearrangeOptions, kTable, infer_shape>(OpId::pixel_shuffle, 1, 1, row_window, &pixel_shuffle_plain_f32);

} // namespace pinhole
