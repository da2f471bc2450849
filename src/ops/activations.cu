// SPDX-License-Identifier: Apache-2.0
// relu, leaky_relu, sigmoid and tanh on the GPU.
#include "device/cuda/element_bodies.h"
#include "device/cuda/launch.cuh"
#include "ops/cuda_kernels.h"
#include "ops/elementwise.h"

namespace pinhole {
namespace {

template <Activation kind> void forward(const Call& call, int64_t, int64_t) {
  const float slope = call.options->as<SlopeOptions>().slope;
  launch_each(&cuda_device(call), call.out[0].desc,
              ActivationForward<kind>{half_rows(call.in[0]), half_rows(call.out[0]), slope});
}

template <Activation kind> void backward(const Call& call, int64_t, int64_t) {
  const float slope = call.options->as<SlopeOptions>().slope;
  launch_each(&cuda_device(call), call.d_in[0].desc,
              ActivationBackward<kind>{half_rows(call.out[0]), half_rows(call.d_out[0]), half_rows(call.d_in[0]), slope,
                                       (call.accumulate_in & 1) != 0});
}

template <Activation kind> constexpr Kernels activation_kernels_cuda() {
  Kernels kernels = {};
  kernels.forward.phase[0] = one_launch(forward<kind>);
  kernels.backward_data.phase[0] = one_launch(backward<kind>);
  return kernels;
}

} // namespace

extern const Kernels relu_cuda = activation_kernels_cuda<Activation::relu>();
extern const Kernels leaky_relu_cuda = activation_kernels_cuda<Activation::leaky_relu>();
extern const Kernels sigmoid_cuda = activation_kernels_cuda<Activation::sigmoid>();
extern const Kernels tanh_cuda = activation_kernels_cuda<Activation::tanh>();

} // namespace pinhole
