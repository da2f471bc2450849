// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_cpu.h"

#include "ops/conv_plain.h"

namespace pinhole {

GatherPass gather_forward(const Call& call, const ConvOptions& options, bool adjoint) {
  GatherPass pass = {};
  pass.options = options;
  pass.adjoint = adjoint;
  pass.in = call.in[0];
  pass.out = call.out[0];
  pass.weight = call.parameter[0];
  pass.bias = options.bias ? call.parameter[1].data : nullptr;
  pass.rows = call.rows;
  pass.packed = static_cast<const float*>(call.prepared);
  return pass;
}

GatherPass gather_backward(const Call& call, const ConvOptions& options, bool adjoint) {
  GatherPass pass = {};
  pass.options = options;
  pass.options.activation = Activation::none;
  pass.adjoint = adjoint;
  pass.in = call.d_out[0];
  pass.out = call.d_in[0];
  pass.weight = call.parameter[0];
  pass.accumulate = (call.accumulate_in & 1) != 0;
  pass.rows = {0, pass.out.desc.h};
  pass.packed = static_cast<const float*>(call.prepared);
  return pass;
}

WeightGradientPass weight_gradient(const Call& call, const ConvOptions& options, const View& small, const View& big,
                                   bool output_is_big) {
  WeightGradientPass pass = {};
  pass.options = options;
  pass.small = small;
  pass.big = big;
  pass.output_is_big = output_is_big;
  pass.d_weight = call.d_parameter[0];
  if (options.bias)
    pass.d_bias = call.d_parameter[1];
  pass.accumulate_weight = (call.accumulate_parameter & 1) != 0;
  pass.accumulate_bias = (call.accumulate_parameter & 2) != 0;
  pass.partials = static_cast<float*>(call.scratch);
  return pass;
}

int64_t gather_rows(const GatherPass& pass) {
  return pass.out.data == nullptr ? 0 : int64_t{pass.out.desc.n} * pass.rows.count();
}

int64_t weight_gradient_channels(const WeightGradientPass& pass) {
  return pass.d_weight.data == nullptr ? 0 : pass.d_weight.desc.n;
}

int64_t bias_gradient_channels(const WeightGradientPass& pass) {
  return pass.d_bias.data == nullptr ? 0 : pass.d_bias.desc.c;
}

} // namespace pinhole
