// SPDX-License-Identifier: Apache-2.0
// CUDA's and cuDNN's error numbers as a Status that names the call:
//   PINHOLE_RETURN_IF_ERROR(check(cudaMalloc(&memory, bytes), "cudaMalloc"));
#pragma once

#include "base/status.h"

#include <cuda_runtime_api.h>
#include <cudnn.h>

namespace pinhole {

Status check(cudaError_t result, const char* call);
Status check(cudnnStatus_t result, const char* call);

} // namespace pinhole
