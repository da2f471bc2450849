// SPDX-License-Identifier: Apache-2.0
// Repeats every pixel factor[0] times downwards and factor[1] times to the right.
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

namespace {

struct UpsampleOptions {
  int32_t factor[2] = {2, 2};
};
constexpr OptionField kFields[] = {{"factor", false, 2, offsetof(UpsampleOptions, factor), 1, 64}};
constexpr OptionTable kTable = {"upsample_nearest", kFields, 1};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const int32_t* factor = call.options->as<UpsampleOptions>().factor;
  const View &in = call.in[0], &out = call.out[0];
  for (int32_t x = 0; x < out.desc.w; ++x)
    copy_run(in.row<T>(n, y / factor[0]) + (x / factor[1]) * in.pixel_stride, out.row<T>(n, y) + x * out.pixel_stride,
             out.desc.c, false);
}

template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  const int32_t* factor = call.options->as<UpsampleOptions>().factor;
  const View &d_out = call.d_out[0], &d_in = call.d_in[0];
  for (int32_t x = 0; x < d_in.desc.w; ++x) {
    bool accumulate = accumulates(call.accumulate_in, 0);
    for (int32_t dy = 0; dy < factor[0]; ++dy)
      for (int32_t dx = 0; dx < factor[1]; ++dx, accumulate = true)
        copy_run(d_out.row<T>(n, y * factor[0] + dy) + (int64_t{x} * factor[1] + dx) * d_out.pixel_stride,
                 d_in.row<T>(n, y) + x * d_in.pixel_stride, d_in.desc.c, accumulate);
  }
}

Status infer_shape(ShapeQuery* query) {
  const int32_t* factor = query->options->as<UpsampleOptions>().factor;
  const Desc& in = query->in[0];
  return set_output(kTable.op, query, 0, in.n, int64_t{in.h} * factor[0], int64_t{in.w} * factor[1], in.c, in.dtype);
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const int64_t factor = query.options->as<UpsampleOptions>().factor[0];
  return window_rows(out, out.begin / factor, ceil_div<int64_t>(out.end, factor), query.in[0].h);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_in, backward_row<T>>(), {}};
}

} // namespace

extern const Kernels upsample_nearest_plain_f32 = kernels<float>();
extern const Kernels upsample_nearest_plain_f64 = kernels<double>();
extern const OpDef upsample_nearest_op = define_op<UpsampleOptions, kTable, infer_shape>(
    OpId::upsample_nearest, 1, 1, row_window, &upsample_nearest_plain_f32);

} // namespace pinhole
