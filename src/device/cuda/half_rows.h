// SPDX-License-Identifier: Apache-2.0
// A view of f16 elements as kernels address it: row r of n * h rows, element e of w * c. Host code compiles it, too, so
// that the bodies of element-wise kernels are tested without a GPU.
#pragma once

#include "base/half.h"
#include "base/host_device.h"
#include "base/tensor.h"

#if defined(__CUDACC__)
#include <cuda_fp16.h>
#endif

namespace pinhole {

// The device's conversions round as base/half.h does, in one instruction.
PINHOLE_HOST_DEVICE inline float widen_half(uint16_t half) {
#if defined(__CUDA_ARCH__)
  return __half2float(__ushort_as_half(half));
#else
  return float_from_half(half);
#endif
}
PINHOLE_HOST_DEVICE inline uint16_t narrow_to_half(float value) {
#if defined(__CUDA_ARCH__)
  return __half_as_ushort(__float2half_rn(value));
#else
  return half_from_float(value);
#endif
}

struct HalfRows {
  uint16_t* data;
  int64_t image_stride, row_stride, pixel_stride;
  int32_t height, channels;

  PINHOLE_HOST_DEVICE uint16_t* at(int32_t row, int32_t element) const {
    uint16_t* start = data + row / height * image_stride + row % height * row_stride;
    // A row of adjacent pixels needs no division.
    return start + (pixel_stride == channels ? element : element / channels * pixel_stride + element % channels);
  }
  PINHOLE_HOST_DEVICE float load(int32_t row, int32_t element) const { return widen_half(*at(row, element)); }
  PINHOLE_HOST_DEVICE void store(int32_t row, int32_t element, float value) const {
    *at(row, element) = narrow_to_half(value);
  }
};

// `view` holds f16 and is no ring.
inline HalfRows half_rows(const View& view) {
  return {view.base<uint16_t>(), view.image_stride, view.row_stride, view.pixel_stride, view.desc.h, view.desc.c};
}

} // namespace pinhole
