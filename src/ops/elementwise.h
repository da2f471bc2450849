// SPDX-License-Identifier: Apache-2.0
// The layers that are one activation: relu, leaky_relu, sigmoid, tanh. Each may run in place, forward and backward.
#pragma once

#include "ops/activation_math.h"
#include "ops/define_op.h"
#include "ops/rows.h"

namespace pinhole {

struct SlopeOptions {
  float slope = 0.01f; // leaky_relu's; the others ignore it
};

template <class T, Activation kind> void activation_forward_row(const Call& call, int32_t n, int32_t y) {
  const View &in = call.in[0], &out = call.out[0];
  const Runs runs = runs_of_row(out, in);
  with_activation<T>(kind, static_cast<T>(call.options->as<SlopeOptions>().slope), [&](auto activation) {
    for (int32_t r = 0; r < runs.count; ++r) {
      const T* from = in.row<T>(n, y) + r * in.pixel_stride;
      write_run(out.row<T>(n, y) + r * out.pixel_stride, runs.length, false,
                [=](int64_t i) { return activation.value(from[i]); });
    }
  });
}

template <class T, Activation kind> void activation_backward_row(const Call& call, int32_t n, int32_t y) {
  const View &result = call.out[0], &d_out = call.d_out[0], &d_in = call.d_in[0];
  const Runs runs = runs_of_row(d_in, result, d_out);
  with_activation<T>(kind, static_cast<T>(call.options->as<SlopeOptions>().slope), [&](auto activation) {
    for (int32_t r = 0; r < runs.count; ++r) {
      const T* value = result.row<T>(n, y) + r * result.pixel_stride;
      const T* gradient = d_out.row<T>(n, y) + r * d_out.pixel_stride;
      write_run(d_in.row<T>(n, y) + r * d_in.pixel_stride, runs.length, accumulates(call.accumulate_in, 0),
                [=](int64_t i) { return activation.gradient(gradient[i], value[i]); });
    }
  });
}

template <class T, Activation kind> constexpr Kernels activation_kernels() {
  return {row_kernel<RowsOf::forward, activation_forward_row<T, kind>>(),
          row_kernel<RowsOf::d_out, activation_backward_row<T, kind>>(),
          {}};
}

template <Activation kind> Activation as_activation(const OpOptions& options, float* slope) {
  *slope = options.as<SlopeOptions>().slope;
  return kind;
}

template <const OptionTable& table, Activation kind> constexpr OpDef activation_op(OpId id, const Kernels* cpu) {
  OpDef op = define_op<SlopeOptions, table, same_shape<table>>(id, 1, 1, same_rows, cpu);
  op.sharing = Sharing::in_place;
  op.data_needs = kNeedsOutput;
  op.as_activation = as_activation<kind>;
  return op;
}

} // namespace pinhole
