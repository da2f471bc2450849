// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/check.h"

namespace pinhole {

Status check(cudaError_t result, const char* call) {
  if (result == cudaSuccess)
    return {};
  const Code code = result == cudaErrorMemoryAllocation ? Code::too_little_memory : Code::device_error;
  return error(code, "%s: %s (%s)", call, cudaGetErrorString(result), cudaGetErrorName(result));
}

Status check(cudnnStatus_t result, const char* call) {
  if (result == CUDNN_STATUS_SUCCESS)
    return {};
  // cuDNN 9 refines NOT_SUPPORTED into a range of codes, 3000 to 3999.
  const bool unsupported = result == CUDNN_STATUS_NOT_SUPPORTED || (result >= 3000 && result < 4000);
  return error(unsupported ? Code::unsupported : Code::device_error, "%s: %s", call, cudnnGetErrorString(result));
}

} // namespace pinhole
