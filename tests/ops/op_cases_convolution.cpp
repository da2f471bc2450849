// SPDX-License-Identifier: Apache-2.0
#include "ops/op_cases.h"

namespace pinhole::test {
namespace {

template <size_t count> std::vector<int32_t> vector_of(const std::array<int32_t, count>& values) {
  return {values.begin(), values.end()};
}

OpCase conv(const char* name, const ConvCase& options, const Desc& in, bool transposed = false) {
  const char* op = transposed ? "conv_transpose2d" : "conv2d";
  const OpCase op_case{op, name, conv_attributes(options, transposed), {in}};
  return options.activation ? inference_only(op_case) : op_case;
}

OpCase transposed(const char* name, const ConvCase& options, const Desc& in) {
  return conv(name, options, in, true);
}

OpCase linear(const char* name, int32_t out_channels, int32_t bias, const Desc& in, int32_t activation = 0) {
  const OpCase op_case{"linear",
                       name,
                       {ints("out_channels", {out_channels}), ints("bias", {bias}), ints("activation", {activation})},
                       {in}};
  return activation ? inference_only(op_case) : op_case;
}

ConvCase fused(ConvCase options, int32_t activation) {
  options.activation = activation;
  return options;
}

} // namespace

std::vector<AttributeCase> conv_attributes(const ConvCase& conv, bool transposed) {
  std::vector<AttributeCase> attributes = {
      ints("out_channels", {conv.out_channels}),
      ints("kernel", vector_of(conv.kernel)),
      ints("stride", vector_of(conv.stride)),
      ints("padding", vector_of(conv.padding)),
      ints("dilation", vector_of(conv.dilation)),
      ints("groups", {conv.groups}),
      ints("bias", {conv.bias}),
      ints("activation", {conv.activation}),
      floats("slope", {0.25f}),
  };
  if (transposed)
    attributes.push_back(ints("output_padding", vector_of(conv.output_padding)));
  return attributes;
}

// Channel counts and widths lie around the widths of registers and blocks: 1, 3, 8, 16, 17, 33.
std::vector<OpCase> convolution_cases() {
  const ConvCase same16{16, {3, 3}, {1, 1}, {1, 1, 1, 1}};
  const ConvCase everything{6, {2, 3}, {2, 3}, {1, 0, 1, 2}, {2, 3}, 2};
  const ConvCase up4x3{6, {4, 3}, {3, 2}, {1, 2, 2, 0}, {1, 2}, 2, 1, {2, 1}};
  return {
      conv("one_pixel", {1, {1, 1}}, {1, 1, 1, 1}),
      conv("k3_gray_in", same16, {2, 9, 13, 1}),
      conv("k3_to_gray", {1, {3, 3}, {1, 1}, {1, 1, 1, 1}}, {2, 7, 11, 17}),
      conv("k3_16_to_16", same16, {1, 7, 19, 16}),
      conv("k3_17_to_33", {33, {3, 3}, {1, 1}, {1, 1, 1, 1}}, {2, 5, 6, 17}),
      conv("k3_stride2", {8, {3, 3}, {2, 2}, {1, 1, 1, 1}}, {2, 9, 12, 8}),
      conv("k2_stride2", {24, {2, 2}, {2, 2}}, {1, 8, 10, 12}),
      conv("k5_dilated", {5, {5, 5}, {1, 1}, {4, 4, 4, 4}, {2, 2}}, {1, 11, 9, 3}),
      conv("k4_same_extra_bottom_right", {3, {4, 4}, {1, 1}, {1, 1, 2, 2}}, {1, 6, 7, 2}),
      conv("k1_pointwise", {40, {1, 1}}, {2, 3, 5, 20}),
      conv("k7x1", {4, {7, 1}, {1, 1}, {3, 0, 3, 0}}, {1, 10, 4, 3}),
      conv("k2x3_everything", everything, {2, 8, 9, 4}),
      conv("depthwise", {19, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 19}, {2, 6, 7, 19}),
      conv("groups_of_16", {48, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 3}, {1, 5, 6, 48}),
      conv("no_bias", {7, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, 0}, {1, 5, 5, 6}),
      conv("stride_over_kernel", {3, {1, 2}, {3, 4}}, {1, 8, 11, 4}),
      conv("long_sums", {4, {3, 3}, {1, 1}, {1, 1, 1, 1}}, {1, 110, 112, 2}),
      conv("fused_relu", fused(same16, 1), {1, 6, 9, 5}),
      conv("fused_leaky_relu", fused(same16, 2), {1, 6, 9, 5}),
      conv("fused_sigmoid", fused(everything, 3), {1, 7, 9, 4}),
      conv("fused_tanh", fused({33, {3, 3}}, 4), {1, 6, 9, 5}),
      transposed("one_pixel", {1, {1, 1}}, {1, 1, 1, 1}),
      transposed("k2_stride2", {16, {2, 2}, {2, 2}}, {2, 5, 7, 24}),
      transposed("k2_stride2_to_3", {3, {2, 2}, {2, 2}}, {1, 4, 9, 16}),
      transposed("k3_stride2_output_padding", {17, {3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1}, 1, 1, {1, 1}}, {1, 4, 6, 9}),
      transposed("k4_stride2", {8, {4, 4}, {2, 2}, {1, 1, 1, 1}}, {2, 5, 4, 8}),
      transposed("k4_unit_stride_pad2", {33, {4, 4}, {1, 1}, {2, 2, 2, 2}}, {1, 6, 6, 17}),
      transposed("k4x3_everything", up4x3, {2, 5, 4, 4}),
      transposed("stride_over_kernel", {4, {1, 2}, {3, 4}}, {1, 3, 3, 5}),
      transposed("depthwise", {10, {3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1}, 10}, {1, 5, 4, 10}),
      transposed("no_bias_dilated", {5, {3, 3}, {2, 2}, {2, 2, 2, 2}, {2, 2}, 1, 0}, {1, 5, 6, 3}),
      transposed("fused_relu", fused({16, {2, 2}, {2, 2}}, 1), {1, 5, 7, 8}),
      transposed("fused_tanh", fused(up4x3, 4), {1, 5, 4, 4}),
      linear("vectors", 33, 1, {5, 1, 1, 47}),
      linear("one_vector", 128, 1, {1, 1, 1, 100}),
      linear("to_one", 1, 1, {3, 1, 1, 17}),
      linear("tokens_no_bias", 12, 0, {2, 1, 7, 9}),
      linear("fused_relu", 20, 1, {4, 1, 1, 31}, 1),
      linear("fused_sigmoid", 16, 1, {2, 1, 5, 8}, 3),
  };
}

} // namespace pinhole::test
