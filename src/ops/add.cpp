// SPDX-License-Identifier: Apache-2.0
// The sum of two to four tensors of one shape, added from the first to the last, then an activation if one was fused.
#include "ops/activation_math.h"
#include "ops/blocks.h"
#include "ops/define_op.h"

namespace pinhole {

namespace {

struct AddOptions {
  Activation activation = Activation::none; // fused, inference only
  float slope = 0.01f;                      // of a fused leaky_relu
};
constexpr OptionField kFields[] = {activation_field<AddOptions>(), slope_field<AddOptions>()};
constexpr OptionTable kTable = {"add", kFields, 2};

template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const View& out = call.out[0];
  const auto& options = call.options->as<AddOptions>();
  with_activation<T>(options.activation, static_cast<T>(options.slope), [&](auto activation) {
    for_blocks(common_runs(out, call.in, call.n_in), [&](int32_t run, int64_t first, int64_t count) {
      T sum[kBlock];
      const T* a = element<T>(call.in[0], n, y, run, first);
      const T* b = element<T>(call.in[1], n, y, run, first);
      write_run(sum, count, false, [=](int64_t k) { return a[k] + b[k]; });
      for (int32_t i = 2; i < call.n_in; ++i)
        copy_run(element<T>(call.in[i], n, y, run, first), sum, count, true);
      const T* from = sum;
      write_run(element<T>(out, n, y, run, first), count, false, [=](int64_t k) { return activation.value(from[k]); });
    });
  });
}

template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  for_blocks(common_runs(call.d_out[0], call.d_in, call.n_in), [&](int32_t run, int64_t first, int64_t count) {
    T gradient[kBlock];
    copy_run(element<T>(call.d_out[0], n, y, run, first), gradient, count, false);
    for (int32_t i = 0; i < call.n_in; ++i)
      if (call.d_in[i].data)
        copy_run(gradient, element<T>(call.d_in[i], n, y, run, first), count, accumulates(call.accumulate_in, i));
  });
}

Status infer_shape(ShapeQuery* query) {
  if (query->training && query->options->as<AddOptions>().activation != Activation::none)
    return error(Code::invalid_argument, "add: a fused activation cannot be trained; state it as a layer of its own");
  return same_shape<kTable>(query);
}

Activation* fused_activation(OpOptions* options, float** slope) {
  auto& add = options->as<AddOptions>();
  *slope = &add.slope;
  return &add.activation;
}

template <class T> constexpr Kernels kernels() {
  return {row_kernel<RowsOf::forward, forward_row<T>>(), row_kernel<RowsOf::d_out, backward_row<T>>(), {}};
}

constexpr OpDef contract(const Kernels* cpu) {
  OpDef op = define_op<AddOptions, kTable, infer_shape>(OpId::add, 2, kMaxInputs, same_rows, cpu);
  op.sharing = Sharing::in_place;
  op.fused_activation = fused_activation;
  return op;
}

} // namespace

extern const Kernels add_plain_f32 = kernels<float>();
extern const Kernels add_plain_f64 = kernels<double>();
extern const OpDef add_op = contract(&add_plain_f32);

} // namespace pinhole
