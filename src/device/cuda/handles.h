// SPDX-License-Identifier: Apache-2.0
// Owners of what CUDA and cuDNN create: destroyed once, moved, never copied.
#pragma once

#include "device/cuda/check.h"

namespace pinhole {

template <class T, auto destroy> class CudaHandle {
public:
  CudaHandle() = default;
  CudaHandle(const CudaHandle&) = delete;
  CudaHandle& operator=(const CudaHandle&) = delete;
  CudaHandle(CudaHandle&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
  CudaHandle& operator=(CudaHandle&& other) noexcept {
    T handle = other.handle_;
    other.handle_ = nullptr;
    reset();
    handle_ = handle;
    return *this;
  }
  ~CudaHandle() { reset(); }

  T get() const { return handle_; }
  // For the create functions, which write a new handle; what was there is destroyed.
  T* receive() {
    reset();
    return &handle_;
  }

private:
  void reset() {
    if (handle_)
      destroy(handle_);
    handle_ = nullptr;
  }
  T handle_ = nullptr;
};

using Stream = CudaHandle<cudaStream_t, cudaStreamDestroy>;
using CudnnHandle = CudaHandle<cudnnHandle_t, cudnnDestroy>;
using TensorDescriptor = CudaHandle<cudnnTensorDescriptor_t, cudnnDestroyTensorDescriptor>;
using FilterDescriptor = CudaHandle<cudnnFilterDescriptor_t, cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor = CudaHandle<cudnnConvolutionDescriptor_t, cudnnDestroyConvolutionDescriptor>;

} // namespace pinhole
