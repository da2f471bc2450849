// SPDX-License-Identifier: Apache-2.0
// Launches a body over the elements of a tensor, seen as rows.
#pragma once

#include "base/checked.h"
#include "device/cuda/context.h"

namespace pinhole {

template <class Body> __global__ void each_element(int32_t rows, int32_t row_length, Body body) {
  for (int32_t row = static_cast<int32_t>(blockIdx.y); row < rows; row += static_cast<int32_t>(gridDim.y))
    for (int32_t element = static_cast<int32_t>(blockIdx.x * blockDim.x + threadIdx.x); element < row_length;
         element += static_cast<int32_t>(gridDim.x * blockDim.x))
      body(row, element);
}

// Calls body(row, element) for every element on the device's stream. A failure is noted in the device.
template <class Body> void launch_each(CudaDevice* device, int32_t rows, int32_t row_length, const Body& body) {
  constexpr int32_t kThreads = 256, kMostColumns = 1024, kMostRows = 65535;
  const dim3 grid(static_cast<unsigned>(min_of(ceil_div(row_length, kThreads), kMostColumns)),
                  static_cast<unsigned>(min_of(rows, kMostRows)));
  each_element<<<grid, kThreads, 0, device->stream.get()>>>(rows, row_length, body);
  note(device, check(cudaGetLastError(), "launch of an element-wise kernel"));
}

// The same over the elements of `desc`.
template <class Body> void launch_each(CudaDevice* device, const Desc& desc, const Body& body) {
  launch_each(device, desc.n * desc.h, desc.w * desc.c, body);
}

} // namespace pinhole
