// SPDX-License-Identifier: Apache-2.0
// The sum of two to four tensors of one shape, added from the first to the last, then an activation if one was fused.
#include "ops/activation_math.h"
#include "ops/define_op.h"
#include "ops/rows.h"
#include "ops/shape_rules.h"

namespace pinhole {

namespace {

struct AddOptions {
  Activation activation = Activation::none; // fused, inference only
  float slope = 0.01f;                      // of a fused leaky_relu
};
constexpr OptionField kFields[] = {activation_field<AddOptions>(), slope_field<AddOptions>()};
constexpr OptionTable kTable = {"add", kFields, 2};

// First all sums, then the activation: the sum of three or four goes through out[0], never through an input.
template <class T> void forward_row(const Call& call, int32_t n, int32_t y) {
  const View& out = call.out[0];
  for (int32_t i = 1; i < call.n_in; ++i) {
    const View &left = i == 1 ? call.in[0] : out, &right = call.in[i];
    const Runs runs = runs_of_row(out, left, right);
    for (int32_t r = 0; r < runs.count; ++r) {
      const T* a = left.row<T>(n, y) + r * left.pixel_stride;
      const T* b = right.row<T>(n, y) + r * right.pixel_stride;
      write_run(out.row<T>(n, y) + r * out.pixel_stride, runs.length, false, [=](int64_t k) { return a[k] + b[k]; });
    }
  }
  const auto& options = call.options->as<AddOptions>();
  if (options.activation == Activation::none)
    return;
  const Runs runs = runs_of_row(out);
  with_activation<T>(options.activation, static_cast<T>(options.slope), [&](auto activation) {
    for (int32_t r = 0; r < runs.count; ++r) {
      T* sum = out.row<T>(n, y) + r * out.pixel_stride;
      write_run(sum, runs.length, false, [=](int64_t k) { return activation.value(sum[k]); });
    }
  });
}

// From the last input to the first: d_in[0] may lie where d_out does.
template <class T> void backward_row(const Call& call, int32_t n, int32_t y) {
  const View& d_out = call.d_out[0];
  for (int32_t i = call.n_in - 1; i >= 0; --i) {
    const View& d_in = call.d_in[i];
    if (!d_in.data || (d_in.data == d_out.data && !accumulates(call.accumulate_in, i)))
      continue;
    const Runs runs = runs_of_row(d_in, d_out);
    for (int32_t r = 0; r < runs.count; ++r) {
      const T* from = d_out.row<T>(n, y) + r * d_out.pixel_stride;
      write_run(d_in.row<T>(n, y) + r * d_in.pixel_stride, runs.length, accumulates(call.accumulate_in, i),
                [=](int64_t k) { return from[k]; });
    }
  }
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
  OpDef op = define_op<AddOptions, kTable>(OpId::add, 2, kMaxInputs, infer_shape, same_rows, cpu);
  op.sharing = Sharing::in_place;
  op.fused_activation = fused_activation;
  return op;
}

} // namespace

extern const Kernels add_plain_f32 = kernels<float>();
extern const Kernels add_plain_f64 = kernels<double>();
extern const OpDef add_op = contract(&add_plain_f32);

} // namespace pinhole
