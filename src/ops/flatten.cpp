// SPDX-License-Identifier: Apache-2.0
// {n, h, w, c} -> {n, 1, 1, h*w*c}, in the order of memory: H, W, C.
#include "ops/reshape.h"
#include "ops/shape_rules.h"

namespace pinhole {

namespace {

constexpr OptionTable kTable = {"flatten", nullptr, 0};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  vector_from_image_row<T>(call.in[0], call.out[0], n, y, false);
}
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  image_row_from_vector<T>(call.d_out[0], call.d_in[0], n, y, accumulates(call.accumulate_in, 0));
}

Status infer_shape(ShapeQuery* query) {
  const Desc& in = query->in[0];
  int64_t elements = 0;
  if (!checked_mul(int64_t{in.h} * in.w, int64_t{in.c}, &elements))
    elements = INT64_MAX;
  return set_output(kTable.op, query, 0, in.n, 1, 1, elements, in.dtype);
}

// Units are rows of the input: the output has only one.
template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::in, forward_row<T>>(), row_kernel<RowsOf::d_in, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<NoOptions, kTable, infer_shape>(OpId::flatten, 1, 1, all_rows, cpu);
  op.sharing = Sharing::reshape;
  return op;
}

} // namespace

extern const Kernels flatten_plain_f32 = kernels<float>();
extern const Kernels flatten_plain_f64 = kernels<double>();
extern const OpDef flatten_op = contract(&flatten_plain_f32);

} // namespace pinhole
