// SPDX-License-Identifier: Apache-2.0
// A CUDA device as the engine sees it: opened once, handed to kernels as Call::device, asked for failures after a run.
// No CUDA header is needed to include this. All functions belong to one thread at a time.
#pragma once

#include "base/status.h"
#include "ops/op.h"

#include <cstddef>
#include <cstdint>

namespace pinhole {

struct CudaDevice;

// The most workspace that one convolution may take, and what a plan made without a device reserves for it.
constexpr size_t kConvolutionWorkspace = size_t{32} << 20;

// Devices that a kernel could run on; 0 without a driver. Never an error.
int32_t cuda_device_count();

// One line for people: name, compute capability, driver, runtime and cuDNN versions; at most `size` bytes.
Status describe_cuda_device(int32_t ordinal, char* text, size_t size);

// Opens device `ordinal`: a stream, a cuDNN handle, a RunState in device memory, and room for the descriptors of
// `convolutions` steps (forward and backward ones count apart). The fixed memory cost of the driver's context and of
// cuDNN is taken here; no kernel takes any later.
Status open_cuda_device(int32_t ordinal, int32_t convolutions, CudaDevice** device);
void close_cuda_device(CudaDevice* device); // null is fine

// Drops every step's descriptors: before another plan is bound, since steps are known by their prepared memory.
void forget_prepared(CudaDevice* device);

// Memory for a region, 256-byte aligned. Set-up only.
Status cuda_allocate(CudaDevice* device, size_t bytes, void** memory);
void cuda_release(CudaDevice* device, void* memory);

// Copies in the order of the device's stream. They return when the host memory may be used again.
Status copy_to_cuda(CudaDevice* device, const void* host, size_t bytes, void* memory);
Status copy_from_cuda(CudaDevice* device, const void* memory, size_t bytes, void* host);

// The device's RunState, for Call::state, and how it is set between runs.
const RunState* cuda_run_state(const CudaDevice* device);
Status set_cuda_run_state(CudaDevice* device, const RunState& state);

// Waits for everything launched so far. Returns the first failure since the last call: kernels have no other way to
// report one.
Status finish_cuda(CudaDevice* device);

// The kernels of a layer on f16 tensors in device memory, or null: then it runs on the CPU, and the plan says so.
// `forward` has the options, shapes and strides of the layer's forward call and `training`; with a device in it cuDNN
// is asked, too, else only the rules that hold everywhere. Whole tensors only: Call::rows is ignored. Prepare every
// pass at bind, backward_weights included.
const Kernels* cuda_kernels(OpId op, const Call& forward);

} // namespace pinhole
