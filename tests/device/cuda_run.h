// SPDX-License-Identifier: Apache-2.0
// Runs one pass of a layer on a CUDA device, as tests/ops/op_run.h does on the CPU.
#pragma once

#include "device/cuda/device.h"
#include "device/half_tensor.h"
#include "ops/op_run.h"

namespace pinhole::test {

enum class CudaPass { forward, backward_data, backward_weights };

// The problem's operands as f16 would store them, so that CPU and GPU start from the same numbers.
Operands half_operands(const Operands& operands);

// The kernels of the problem's layer, or null when it does not run on the GPU in this form.
const Kernels* cuda_kernels_of(CudaDevice* device, const Problem& problem, const Form& form);

struct CudaRunSpec {
  Form form;                                 // of every input, output and their gradients
  bool parameters_on_device = false;         // else in host memory, as they are in a weights file
  bool in_place = false;                     // out[0] is in[0]'s memory; d_in[0] is d_out[0]'s
  const std::vector<Values>* onto = nullptr; // backward: add to these gradients
};

// forward: outputs; backward_data: one gradient per input; backward_weights: one per parameter. `outputs` are the
// forward pass's and matter to backward passes alone. Faults: a Status of the device, guards overwritten.
Outcome run_on_cuda(CudaPass pass, CudaDevice* device, const Problem& problem, const Operands& operands,
                    const std::vector<Values>& outputs, const CudaRunSpec& spec);

} // namespace pinhole::test
