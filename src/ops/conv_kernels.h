// SPDX-License-Identifier: Apache-2.0
// Kernels of a layer that is built on convolution, made from three functions that state its passes:
//   struct Conv2dPasses {
//     static GatherPass forward(const Call&);
//     static GatherPass backward_data(const Call&);
//     static WeightGradientPass backward_weights(const Call&);
//   };
// `passes` must not read data: the byte counts ask them, too.
#pragma once

#include "ops/conv_cpu.h"
#include "ops/conv_plain.h"

namespace pinhole {

template <class T, GatherPass (*pass)(const Call&)> constexpr Kernel plain_gather_kernel() {
  Kernel kernel;
  kernel.phase[0].units = [](const Call& call) { return gather_rows(pass(call)); };
  kernel.phase[0].run = [](const Call& call, int64_t begin, int64_t end) { gather_plain<T>(pass(call), begin, end); };
  return kernel;
}

template <class T, WeightGradientPass (*pass)(const Call&)> constexpr Kernel plain_weight_gradient_kernel() {
  Kernel kernel;
  kernel.phase[0].units = [](const Call& call) { return weight_gradient_channels(pass(call)); };
  kernel.phase[0].run = [](const Call& call, int64_t begin, int64_t end) {
    weight_gradient_plain<T>(pass(call), begin, end);
  };
  kernel.phase[1].units = [](const Call& call) { return bias_gradient_channels(pass(call)); };
  kernel.phase[1].run = [](const Call& call, int64_t begin, int64_t end) {
    bias_gradient_plain<T>(pass(call), begin, end);
  };
  return kernel;
}

template <class T, class Passes> constexpr Kernels plain_conv_kernels() {
  return {plain_gather_kernel<T, Passes::forward>(), plain_gather_kernel<T, Passes::backward_data>(),
          plain_weight_gradient_kernel<T, Passes::backward_weights>()};
}

template <GatherPass (*pass)(const Call&)> constexpr Kernel gather_kernel() {
  Kernel kernel;
  kernel.phase[0].units = [](const Call& call) { return gather_units(pass(call)); };
  kernel.phase[0].run = [](const Call& call, int64_t begin, int64_t end) { run_gather(pass(call), begin, end); };
  kernel.prepare.units = [](const Call& call) { return pack_units(pass(call)); };
  kernel.prepare.run = [](const Call& call, int64_t begin, int64_t end) { pack_weights(pass(call), begin, end); };
  kernel.prepared_bytes = [](const Call& call) { return packed_bytes(pass(call)); };
  return kernel;
}

template <WeightGradientPass (*pass)(const Call&)> constexpr Kernel weight_gradient_kernel() {
  Kernel kernel;
  kernel.phase[0].units = [](const Call& call) { return weight_gradient_units(pass(call)); };
  kernel.phase[0].run = [](const Call& call, int64_t begin, int64_t end) {
    run_weight_gradient(pass(call), begin, end);
  };
  kernel.phase[1].units = [](const Call& call) { return reduce_units(pass(call)); };
  kernel.phase[1].run = [](const Call& call, int64_t begin, int64_t end) {
    reduce_weight_gradient(pass(call), begin, end);
  };
  kernel.scratch_bytes = [](const Call& call) { return weight_gradient_scratch(pass(call)); };
  return kernel;
}

// SIMD where the machine has it and the layer is wide enough, else the plain loops.
template <class Passes> constexpr Kernels conv_kernels() {
  return {gather_kernel<Passes::forward>(), gather_kernel<Passes::backward_data>(),
          weight_gradient_kernel<Passes::backward_weights>()};
}

} // namespace pinhole
