// SPDX-License-Identifier: Apache-2.0
// Parameters on their way between the precision in which they are kept and the one in which kernels use them. Failures
// are noted in the device.
#pragma once

#include "device/cuda/context.h"

namespace pinhole {

// Writes `parameter` (dense, f32 or f16, in either space) as `dtype`, f32 or f16, to device memory. From the host it
// waits for the copy; from the device it only launches.
void load_parameter(CudaDevice* device, const View& parameter, DType dtype, void* to);

// Writes f16 elements in device memory to the dense f32 `gradient`, or adds them.
void store_gradient(CudaDevice* device, const uint16_t* from, const View& gradient, bool accumulate);

// d_bias[c] = sum of d_out over images, rows and pixels, or added; `partials` has bias_partials_bytes(d_out.desc). The
// order of summation follows from the shape alone.
size_t bias_partials_bytes(const Desc& d_out);
void sum_bias_gradient(CudaDevice* device, const View& d_out, float* partials, const View& d_bias, bool accumulate);

} // namespace pinhole
