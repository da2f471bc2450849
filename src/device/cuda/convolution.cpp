// SPDX-License-Identifier: Apache-2.0
// On the functions that cuDNN has had since version 7: 8.6 and 9 both have them, and they need no further header.
#include "device/cuda/convolution.h"

#include "base/checked.h"
#include "device/cuda/device.h"

namespace pinhole {
namespace {

// In order of preference, those alone that give the same bits every time.
constexpr int kForward[] = {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM};
constexpr int kBackwardData[] = {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1};
constexpr int kBackwardFilter[] = {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1};

struct Algorithms {
  const int* list;
  int count;
};

Algorithms algorithms_of(ConvolutionPass pass) {
  switch (pass) {
  case ConvolutionPass::small_from_big:
    return {kForward, 2};
  case ConvolutionPass::big_from_small:
    return {kBackwardData, 1};
  case ConvolutionPass::weight_gradient:
    return {kBackwardFilter, 1};
  }
  return {nullptr, 0};
}

Status set_strides(cudnnTensorDescriptor_t descriptor, const View& view) {
  const int64_t strides[] = {view.image_stride, view.row_stride, view.pixel_stride};
  for (const int64_t stride : strides)
    if (stride > INT32_MAX)
      return error(Code::unsupported, "convolution: a tensor of %d x %d x %d is beyond cuDNN's 32-bit strides",
                   view.desc.h, view.desc.w, view.desc.c);
  return check(cudnnSetTensor4dDescriptorEx(descriptor, CUDNN_DATA_HALF, view.desc.n, view.desc.c, view.desc.h,
                                            view.desc.w, static_cast<int>(view.image_stride), 1,
                                            static_cast<int>(view.row_stride), static_cast<int>(view.pixel_stride)),
               "cudnnSetTensor4dDescriptorEx");
}

} // namespace

bool padding_is_symmetric(const ConvolutionShape& shape) {
  const ConvOptions& o = shape.options;
  for (int axis = 0; axis < 2; ++axis) {
    const int64_t big = axis == 0 ? shape.big.desc.h : shape.big.desc.w;
    const int64_t small = axis == 0 ? shape.small.desc.h : shape.small.desc.w;
    const int64_t room = big + 2 * int64_t{o.padding[axis]} - kernel_extent(o, axis);
    if (room < 0 || room / o.stride[axis] + 1 != small)
      return false;
  }
  return true;
}

Desc convolution_weights(const ConvolutionShape& shape) {
  const ConvOptions& o = shape.options;
  return {shape.small.desc.c, o.kernel[0], o.kernel[1], shape.big.desc.c / o.groups, DType::f16};
}

Status Convolution::describe(const ConvolutionShape& shape) {
  const ConvOptions& o = shape.options;
  const Desc weight = convolution_weights(shape);
  PINHOLE_RETURN_IF_ERROR(check(cudnnCreateTensorDescriptor(big_.receive()), "cudnnCreateTensorDescriptor"));
  PINHOLE_RETURN_IF_ERROR(check(cudnnCreateTensorDescriptor(small_.receive()), "cudnnCreateTensorDescriptor"));
  PINHOLE_RETURN_IF_ERROR(check(cudnnCreateFilterDescriptor(weight_.receive()), "cudnnCreateFilterDescriptor"));
  PINHOLE_RETURN_IF_ERROR(
      check(cudnnCreateConvolutionDescriptor(convolution_.receive()), "cudnnCreateConvolutionDescriptor"));
  PINHOLE_RETURN_IF_ERROR(set_strides(big_.get(), shape.big));
  PINHOLE_RETURN_IF_ERROR(set_strides(small_.get(), shape.small));
  PINHOLE_RETURN_IF_ERROR(check(cudnnSetFilter4dDescriptor(weight_.get(), CUDNN_DATA_HALF, CUDNN_TENSOR_NHWC, weight.n,
                                                           weight.c, weight.h, weight.w),
                                "cudnnSetFilter4dDescriptor"));
  PINHOLE_RETURN_IF_ERROR(
      check(cudnnSetConvolution2dDescriptor(convolution_.get(), o.padding[0], o.padding[1], o.stride[0], o.stride[1],
                                            o.dilation[0], o.dilation[1], CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
            "cudnnSetConvolution2dDescriptor"));
  PINHOLE_RETURN_IF_ERROR(
      check(cudnnSetConvolutionGroupCount(convolution_.get(), o.groups), "cudnnSetConvolutionGroupCount"));
  return check(cudnnSetConvolutionMathType(convolution_.get(), CUDNN_TENSOR_OP_MATH), "cudnnSetConvolutionMathType");
}

cudnnStatus_t Convolution::ask_workspace(cudnnHandle_t cudnn, int algorithm, size_t* bytes) const {
  switch (pass_) {
  case ConvolutionPass::small_from_big:
    return cudnnGetConvolutionForwardWorkspaceSize(cudnn, big_.get(), weight_.get(), convolution_.get(), small_.get(),
                                                   static_cast<cudnnConvolutionFwdAlgo_t>(algorithm), bytes);
  case ConvolutionPass::big_from_small:
    return cudnnGetConvolutionBackwardDataWorkspaceSize(cudnn, weight_.get(), small_.get(), convolution_.get(),
                                                        big_.get(),
                                                        static_cast<cudnnConvolutionBwdDataAlgo_t>(algorithm), bytes);
  case ConvolutionPass::weight_gradient:
    return cudnnGetConvolutionBackwardFilterWorkspaceSize(
        cudnn, big_.get(), small_.get(), convolution_.get(), weight_.get(),
        static_cast<cudnnConvolutionBwdFilterAlgo_t>(algorithm), bytes);
  }
  return CUDNN_STATUS_BAD_PARAM;
}

Status Convolution::build(cudnnHandle_t cudnn, const void* key, const ConvolutionShape& shape) {
  if (!padding_is_symmetric(shape))
    return error(Code::unsupported, "convolution: cuDNN has no padding of %d above and %d below, %d left and %d right",
                 shape.options.padding[0], shape.options.padding[2], shape.options.padding[1],
                 shape.options.padding[3]);
  pass_ = shape.pass;
  PINHOLE_RETURN_IF_ERROR(describe(shape));
  const Algorithms algorithms = algorithms_of(pass_);
  for (int i = 0; i < algorithms.count; ++i) {
    size_t bytes = 0;
    const Status status = check(ask_workspace(cudnn, algorithms.list[i], &bytes), "cudnnGetConvolution*WorkspaceSize");
    if (!status.ok() && status.code != Code::unsupported)
      return status;
    if (!status.ok() || bytes > kConvolutionWorkspace)
      continue;
    algorithm_ = algorithms.list[i];
    workspace_bytes_ = bytes;
    key_ = key;
    return {};
  }
  return error(Code::unsupported, "convolution: cuDNN has no deterministic algorithm within %zu bytes for %d x %d x %d",
               kConvolutionWorkspace, shape.big.desc.h, shape.big.desc.w, shape.big.desc.c);
}

Status Convolution::run(cudnnHandle_t cudnn, const ConvolutionData& data) const {
  const float one = 1, keep = data.accumulate ? 1.0f : 0.0f;
  switch (pass_) {
  case ConvolutionPass::small_from_big:
    return check(cudnnConvolutionForward(cudnn, &one, big_.get(), data.big, weight_.get(), data.weight,
                                         convolution_.get(), static_cast<cudnnConvolutionFwdAlgo_t>(algorithm_),
                                         data.workspace, workspace_bytes_, &keep, small_.get(), data.small),
                 "cudnnConvolutionForward");
  case ConvolutionPass::big_from_small:
    return check(cudnnConvolutionBackwardData(cudnn, &one, weight_.get(), data.weight, small_.get(), data.small,
                                              convolution_.get(),
                                              static_cast<cudnnConvolutionBwdDataAlgo_t>(algorithm_), data.workspace,
                                              workspace_bytes_, &keep, big_.get(), data.big),
                 "cudnnConvolutionBackwardData");
  case ConvolutionPass::weight_gradient:
    return check(cudnnConvolutionBackwardFilter(cudnn, &one, big_.get(), data.big, small_.get(), data.small,
                                                convolution_.get(),
                                                static_cast<cudnnConvolutionBwdFilterAlgo_t>(algorithm_),
                                                data.workspace, workspace_bytes_, &keep, weight_.get(), data.weight),
                 "cudnnConvolutionBackwardFilter");
  }
  return {};
}

} // namespace pinhole
