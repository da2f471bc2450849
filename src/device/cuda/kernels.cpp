// SPDX-License-Identifier: Apache-2.0
// The layers that run on the GPU: one line here for every name##_cuda in ops/*.cu.
#include "device/cuda/device.h"

namespace pinhole {

extern const Kernels conv2d_cuda, conv_transpose2d_cuda, relu_cuda, leaky_relu_cuda, sigmoid_cuda, tanh_cuda;
bool conv2d_runs_on_cuda(const Call& forward);
bool conv_transpose2d_runs_on_cuda(const Call& forward);

namespace {

struct CudaLayer {
  OpId op;
  const Kernels* kernels;
  bool (*supports)(const Call& forward); // null: any shape
};

constexpr CudaLayer kLayers[] = {
    {OpId::conv2d, &conv2d_cuda, conv2d_runs_on_cuda},
    {OpId::conv_transpose2d, &conv_transpose2d_cuda, conv_transpose2d_runs_on_cuda},
    {OpId::relu, &relu_cuda, nullptr},
    {OpId::leaky_relu, &leaky_relu_cuda, nullptr},
    {OpId::sigmoid, &sigmoid_cuda, nullptr},
    {OpId::tanh, &tanh_cuda, nullptr},
};

} // namespace

const Kernels* cuda_kernels(OpId op, const Call& forward) {
  for (const CudaLayer& layer : kLayers)
    if (layer.op == op)
      return !layer.supports || layer.supports(forward) ? layer.kernels : nullptr;
  return nullptr;
}

} // namespace pinhole
