// SPDX-License-Identifier: Apache-2.0
// One to four tensors of one height and width, side by side in channels.
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"concat", nullptr, 0};

// Copies row y of image n between `whole`, from channel `offset` on, and `part`; nothing where the planner put the part
// inside the whole.
template <class T> void copy_part(const View& whole, int32_t offset, const View& part, bool into_whole, bool accumulate,
                                  int32_t n, int32_t y) {
  for (int32_t x = 0; x < part.desc.w; ++x) {
    T* inside = whole.row<T>(n, y) + x * whole.pixel_stride + offset;
    T* apart = part.row<T>(n, y) + x * part.pixel_stride;
    if (inside != apart)
      copy_run(into_whole ? apart : inside, into_whole ? inside : apart, part.desc.c, accumulate);
  }
}

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  for (int32_t i = 0, offset = 0; i < call.n_in; offset += call.in[i++].desc.c)
    copy_part<T>(call.out[0], offset, call.in[i], true, false, n, y);
}

template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  for (int32_t i = 0, offset = 0; i < call.n_in; offset += call.d_in[i++].desc.c)
    if (call.d_in[i].data)
      copy_part<T>(call.d_out[0], offset, call.d_in[i], false, accumulates(call.accumulate_in, i), n, y);
}

Status infer_shape(ShapeQuery* query) {
  PINHOLE_RETURN_IF_ERROR(require_equal_inputs(kTable.op, *query, false));
  const Desc& first = query->in[0];
  int64_t channels = 0;
  for (int32_t i = 0; i < query->n_in; ++i)
    channels += query->in[i].c;
  return set_output(kTable.op, query, 0, first.n, first.h, first.w, channels, first.dtype);
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_out, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<NoOptions, kTable, infer_shape>(OpId::concat, 1, kMaxInputs, same_rows, cpu);
  op.sharing = Sharing::concat;
  return op;
}

} // namespace

extern const Kernels concat_plain_f32 = kernels<float>();
extern const Kernels concat_plain_f64 = kernels<double>();
extern const OpDef concat_op = contract(&concat_plain_f32);

} // namespace pinhole
