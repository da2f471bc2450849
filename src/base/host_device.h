// SPDX-License-Identifier: Apache-2.0
// Marks small functions that CUDA kernels call too. On the host it is nothing.
#pragma once

#if defined(__CUDACC__)
#define PINHOLE_HOST_DEVICE __host__ __device__
#else
#define PINHOLE_HOST_DEVICE
#endif
