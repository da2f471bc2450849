// SPDX-License-Identifier: Apache-2.0
// What the CUDA component decides and reports without a device.
#include "device/cuda/convolution.h"
#include "device/cuda/device.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

namespace pinhole {
namespace {

struct ConvCall {
  OpOptions options;
  View in, out, d_in, d_out, parameter[2], d_parameter[2];
  Call call;

  ConvCall(const ConvOptions& conv, const Desc& input, const Desc& output) {
    options.as<ConvOptions>() = conv;
    in = d_in = dense_view(input, nullptr);
    out = d_out = dense_view(output, nullptr);
    call.options = &options;
    call.in = &in, call.out = &out, call.d_in = &d_in, call.d_out = &d_out;
    call.parameter = parameter, call.d_parameter = d_parameter;
    call.n_in = call.n_out = 1;
    call.n_parameters = 2;
    call.training = true;
  }
  ConvCall(const ConvCall&) = delete;
  ConvCall& operator=(const ConvCall&) = delete;
};

ConvOptions options_of(int32_t out_channels, int32_t kernel, int32_t stride, int32_t before, int32_t after) {
  ConvOptions options;
  options.out_channels = out_channels;
  for (int axis = 0; axis < 2; ++axis) {
    options.kernel[axis] = kernel;
    options.stride[axis] = stride;
    options.padding[axis] = before;
    options.padding[axis + 2] = after;
  }
  return options;
}

const Desc kIn = {2, 8, 10, 16, DType::f16};

TEST(CudaKernels, TableHasWhatTheComponentComputes) {
  ConvCall same(options_of(24, 3, 1, 1, 1), kIn, {2, 8, 10, 24, DType::f16});
  for (const OpId op : {OpId::conv2d, OpId::relu, OpId::leaky_relu, OpId::sigmoid, OpId::tanh})
    EXPECT_NE(cuda_kernels(op, same.call), nullptr);
  EXPECT_EQ(cuda_kernels(OpId::max_pool2d, same.call), nullptr);
}

TEST(CudaKernels, UnequalPaddingRunsOnTheCpuUnlessItMakesNoDifference) {
  ConvCall unequal(options_of(24, 4, 1, 1, 2), kIn, {2, 8, 10, 24, DType::f16});
  EXPECT_EQ(cuda_kernels(OpId::conv2d, unequal.call), nullptr);
  // Stride 2 over 8 + 1 + 0 rows: the row below would be skipped anyway.
  ConvCall skipped(options_of(24, 3, 2, 1, 0), kIn, {2, 4, 5, 24, DType::f16});
  EXPECT_NE(cuda_kernels(OpId::conv2d, skipped.call), nullptr);
  // A transposed convolution that doubles: 2 * 8 rows from 8.
  ConvOptions doubling = options_of(24, 3, 2, 1, 1);
  doubling.output_padding[0] = doubling.output_padding[1] = 1;
  ConvCall transposed(doubling, kIn, {2, 16, 20, 24, DType::f16});
  EXPECT_NE(cuda_kernels(OpId::conv_transpose2d, transposed.call), nullptr);
}

TEST(CudaKernels, BytesOfAPlanWithoutADevice) {
  ConvCall conv(options_of(24, 3, 1, 1, 1), kIn, {2, 8, 10, 24, DType::f16});
  const Kernels& kernels = *cuda_kernels(OpId::conv2d, conv.call);
  const size_t weights = align_up(24 * 3 * 3 * 16 * 2, 64);
  EXPECT_EQ(kernels.forward.prepared_bytes(conv.call), weights + 128); // 24 biases of 4 bytes
  EXPECT_EQ(kernels.backward_data.prepared_bytes(conv.call), weights);
  EXPECT_EQ(kernels.backward_weights.prepared_bytes(conv.call), 64u);
  EXPECT_EQ(kernels.forward.scratch_bytes(conv.call), kConvolutionWorkspace);
  EXPECT_EQ(kernels.backward_data.scratch_bytes(conv.call), kConvolutionWorkspace);
  EXPECT_EQ(kernels.backward_weights.scratch_bytes(conv.call), weights + 128 + kConvolutionWorkspace);
  ConvCall up(options_of(24, 2, 2, 0, 0), kIn, {2, 16, 20, 24, DType::f16});
  EXPECT_EQ(cuda_kernels(OpId::conv_transpose2d, up.call)->backward_data.prepared_bytes(up.call),
            align_up(16 * 2 * 2 * 24 * 2, 64));
}

TEST(CudaConvolution, WeightsAreTheSmallTensorsRows) {
  ConvOptions options = options_of(6, 3, 1, 1, 1);
  options.groups = 2;
  const ConvolutionShape shape = {ConvolutionPass::small_from_big, options, dense_view({1, 5, 5, 4}, nullptr),
                                  dense_view({1, 5, 5, 6}, nullptr)};
  EXPECT_TRUE(padding_is_symmetric(shape));
  EXPECT_EQ(convolution_weights(shape), (Desc{6, 3, 3, 2, DType::f16}));
}

TEST(CudaDevice, OpeningNoneIsACleanError) {
  CudaDevice* device = nullptr;
  const Status status = open_cuda_device(cuda_device_count(), 4, &device);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code, Code::device_error);
  EXPECT_NE(std::strstr(status.text, "cudaSetDevice"), nullptr) << status.text;
  EXPECT_EQ(device, nullptr);
  char text[128];
  EXPECT_FALSE(describe_cuda_device(cuda_device_count(), text, sizeof text).ok());
  close_cuda_device(nullptr);
}

TEST(CudaDevice, Opens) {
  if (cuda_device_count() == 0)
    GTEST_SKIP() << "no CUDA device";
  char text[256];
  const Status described = describe_cuda_device(0, text, sizeof text);
  ASSERT_TRUE(described.ok()) << described.text;
  std::printf("device 0: %s\n", text);
  CudaDevice* device = nullptr;
  const Status opened = open_cuda_device(0, 1, &device);
  ASSERT_TRUE(opened.ok()) << opened.text;
  RunState state, back;
  state.step = 41;
  EXPECT_TRUE(set_cuda_run_state(device, state).ok());
  EXPECT_TRUE(copy_from_cuda(device, cuda_run_state(device), sizeof back, &back).ok());
  EXPECT_EQ(back.step, 41u);
  EXPECT_TRUE(finish_cuda(device).ok());
  close_cuda_device(device);
}

TEST(CudaDevice, AFailureOfAKernelIsReportedOnce) {
  if (cuda_device_count() == 0)
    GTEST_SKIP() << "no CUDA device";
  CudaDevice* device = nullptr;
  ASSERT_TRUE(open_cuda_device(0, 1, &device).ok());
  ConvCall conv(options_of(24, 3, 1, 1, 1), kIn, {2, 8, 10, 24, DType::f16});
  conv.call.device = device;
  cuda_kernels(OpId::conv2d, conv.call)->forward.phase[0].run(conv.call, 0, 1);
  const Status status = finish_cuda(device);
  EXPECT_EQ(status.code, Code::invalid_argument);
  EXPECT_NE(std::strstr(status.text, "before it was prepared"), nullptr) << status.text;
  EXPECT_TRUE(finish_cuda(device).ok());
  close_cuda_device(device);
}

} // namespace
} // namespace pinhole
