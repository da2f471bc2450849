// SPDX-License-Identifier: Apache-2.0
// What Call::device points to: the inside of device/cuda/device.h, for kernels.
#pragma once

#include "device/cuda/convolution.h"
#include "device/cuda/device.h"
#include "device/cuda/handles.h"

#include <memory>

namespace pinhole {

struct CudaDevice {
  int32_t ordinal = 0;
  Stream stream;
  CudnnHandle cudnn; // on `stream`; destroyed before it
  RunState* run_state = nullptr;
  std::unique_ptr<Convolution[]> convolutions;
  int32_t convolution_count = 0, convolution_capacity = 0;
  Status failure; // the first since finish_cuda
};

inline CudaDevice& cuda_device(const Call& call) {
  return *static_cast<CudaDevice*>(call.device);
}

// Keeps the first failure for finish_cuda. True when `status` is ok.
bool note(CudaDevice* device, const Status& status);

// The convolution prepared for the step whose prepared memory is `key`, which no other step shares; null before.
Convolution* find_convolution(const CudaDevice& device, const void* key);

// Builds and keeps the convolution of a step unless it is there already.
Status add_convolution(CudaDevice* device, const void* key, const ConvolutionShape& shape);

} // namespace pinhole
