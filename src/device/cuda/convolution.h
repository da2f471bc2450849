// SPDX-License-Identifier: Apache-2.0
// cuDNN's convolution, the one place that calls it. Named as in ops/conv_pass.h: a kernel connects a `big` tensor (a
// convolution's input, a transposed convolution's output) with a `small` one; weights are {small channels, KH, KW, big
// channels / groups} for both layers. f16 in memory, f32 in the sums.
#pragma once

#include "device/cuda/handles.h"
#include "ops/conv_options.h"

namespace pinhole {

enum class ConvolutionPass : int8_t {
  small_from_big,  // convolution forward, transposed convolution backward_data: cuDNN's forward
  big_from_small,  // transposed convolution forward, convolution backward_data: cuDNN's backward data
  weight_gradient, // both layers' backward_weights: cuDNN's backward filter
};

struct ConvolutionShape {
  ConvolutionPass pass;
  ConvOptions options;
  View big, small; // shapes and strides; data is not looked at
};

// cuDNN pads both sides alike. True when that gives this shape, as always with equal paddings.
bool padding_is_symmetric(const ConvolutionShape& shape);

// The weights' shape, f16.
Desc convolution_weights(const ConvolutionShape& shape);

struct ConvolutionData {
  void *big, *small, *weight; // two are read, the one that the pass names is written; f16 in device memory
  bool accumulate;            // add to what is there
  void* workspace;            // workspace_bytes()
};

// The descriptors and the algorithm of one step. Everything is built by build(); run() only launches.
class Convolution {
public:
  // Chooses the first of the deterministic algorithms that cuDNN supports for this shape within
  // kConvolutionWorkspace. Code::unsupported when there is none.
  Status build(cudnnHandle_t cudnn, const void* key, const ConvolutionShape& shape);

  Status run(cudnnHandle_t cudnn, const ConvolutionData& data) const;

  const void* key() const { return key_; }
  size_t workspace_bytes() const { return workspace_bytes_; }

private:
  Status describe(const ConvolutionShape& shape);
  cudnnStatus_t ask_workspace(cudnnHandle_t cudnn, int algorithm, size_t* bytes) const;

  const void* key_ = nullptr;
  ConvolutionPass pass_ = ConvolutionPass::small_from_big;
  TensorDescriptor big_, small_;
  FilterDescriptor weight_;
  ConvolutionDescriptor convolution_;
  int algorithm_ = 0; // of the enumeration that belongs to pass_
  size_t workspace_bytes_ = 0;
};

} // namespace pinhole
