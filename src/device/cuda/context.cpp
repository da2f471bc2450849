// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/context.h"

namespace pinhole {

bool note(CudaDevice* device, const Status& status) {
  if (!status.ok() && device->failure.ok())
    device->failure = status;
  return status.ok();
}

Convolution* find_convolution(const CudaDevice& device, const void* key) {
  for (int32_t i = 0; i < device.convolution_count; ++i)
    if (device.convolutions[i].key() == key)
      return &device.convolutions[i];
  return nullptr;
}

Status add_convolution(CudaDevice* device, const void* key, const ConvolutionShape& shape) {
  if (find_convolution(*device, key))
    return {};
  if (device->convolution_count == device->convolution_capacity)
    return error(Code::too_little_memory,
                 "CUDA device %d: opened for %d convolution steps, one more is prepared: open it for more",
                 device->ordinal, device->convolution_capacity);
  PINHOLE_RETURN_IF_ERROR(device->convolutions[device->convolution_count].build(device->cudnn.get(), key, shape));
  ++device->convolution_count;
  return {};
}

void forget_prepared(CudaDevice* device) {
  for (; device->convolution_count > 0; --device->convolution_count)
    device->convolutions[device->convolution_count - 1] = Convolution();
}

} // namespace pinhole
