// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/device.h"

#include "device/cuda/context.h"

#include <cstdio>
#include <new>

namespace pinhole {
namespace {

Status open_handles(CudaDevice* device) {
  PINHOLE_RETURN_IF_ERROR(check(cudaSetDevice(device->ordinal), "cudaSetDevice"));
  PINHOLE_RETURN_IF_ERROR(
      check(cudaStreamCreateWithFlags(device->stream.receive(), cudaStreamNonBlocking), "cudaStreamCreateWithFlags"));
  PINHOLE_RETURN_IF_ERROR(check(cudnnCreate(device->cudnn.receive()), "cudnnCreate"));
  PINHOLE_RETURN_IF_ERROR(check(cudnnSetStream(device->cudnn.get(), device->stream.get()), "cudnnSetStream"));
  void* run_state = nullptr;
  PINHOLE_RETURN_IF_ERROR(cuda_allocate(device, sizeof(RunState), &run_state));
  device->run_state = static_cast<RunState*>(run_state);
  return set_cuda_run_state(device, RunState());
}

} // namespace

int32_t cuda_device_count() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess)
    return count;
  (void)cudaGetLastError(); // else the next launch would report it again
  return 0;
}

Status describe_cuda_device(int32_t ordinal, char* text, size_t size) {
  cudaDeviceProp properties = {};
  int driver = 0, runtime = 0;
  PINHOLE_RETURN_IF_ERROR(check(cudaGetDeviceProperties(&properties, ordinal), "cudaGetDeviceProperties"));
  PINHOLE_RETURN_IF_ERROR(check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion"));
  PINHOLE_RETURN_IF_ERROR(check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion"));
  std::snprintf(text, size, "%s, compute capability %d.%d, driver %d.%d, runtime %d.%d, cuDNN %zu", properties.name,
                properties.major, properties.minor, driver / 1000, driver % 1000 / 10, runtime / 1000,
                runtime % 1000 / 10, cudnnGetVersion());
  return {};
}

Status open_cuda_device(int32_t ordinal, int32_t convolutions, CudaDevice** device) {
  *device = nullptr;
  std::unique_ptr<CudaDevice> opened(new (std::nothrow) CudaDevice);
  if (opened)
    opened->convolutions.reset(new (std::nothrow) Convolution[static_cast<size_t>(convolutions)]);
  if (!opened || !opened->convolutions)
    return error(Code::too_little_memory, "CUDA device %d: no host memory for %d convolutions", ordinal, convolutions);
  opened->ordinal = ordinal;
  opened->convolution_capacity = convolutions;
  const Status status = open_handles(opened.get());
  if (!status.ok()) {
    close_cuda_device(opened.release());
    return status;
  }
  *device = opened.release();
  return {};
}

void close_cuda_device(CudaDevice* device) {
  if (!device)
    return;
  (void)finish_cuda(device);
  cuda_release(device, device->run_state);
  delete device;
}

Status cuda_allocate(CudaDevice* device, size_t bytes, void** memory) {
  PINHOLE_RETURN_IF_ERROR(check(cudaSetDevice(device->ordinal), "cudaSetDevice"));
  return check(cudaMalloc(memory, bytes), "cudaMalloc");
}

void cuda_release(CudaDevice* device, void* memory) {
  if (memory)
    note(device, check(cudaFree(memory), "cudaFree"));
}

Status copy_to_cuda(CudaDevice* device, const void* host, size_t bytes, void* memory) {
  PINHOLE_RETURN_IF_ERROR(
      check(cudaMemcpyAsync(memory, host, bytes, cudaMemcpyHostToDevice, device->stream.get()), "cudaMemcpyAsync"));
  return check(cudaStreamSynchronize(device->stream.get()), "cudaStreamSynchronize");
}

Status copy_from_cuda(CudaDevice* device, const void* memory, size_t bytes, void* host) {
  PINHOLE_RETURN_IF_ERROR(
      check(cudaMemcpyAsync(host, memory, bytes, cudaMemcpyDeviceToHost, device->stream.get()), "cudaMemcpyAsync"));
  return check(cudaStreamSynchronize(device->stream.get()), "cudaStreamSynchronize");
}

const RunState* cuda_run_state(const CudaDevice* device) {
  return device->run_state;
}

Status set_cuda_run_state(CudaDevice* device, const RunState& state) {
  return copy_to_cuda(device, &state, sizeof state, device->run_state);
}

Status finish_cuda(CudaDevice* device) {
  if (device->stream.get())
    note(device, check(cudaStreamSynchronize(device->stream.get()), "cudaStreamSynchronize"));
  const Status failure = device->failure;
  device->failure = Status();
  return failure;
}

} // namespace pinhole
