// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_kernels.h"

#include "base/checked.h"

namespace pinhole {
namespace {

constexpr OptionTable kTable = {"conv_transpose2d", kConvFields, kConvFieldCount + 1};

Status infer_shape(ShapeQuery* query) {
  const ConvOptions& options = query->options->as<ConvOptions>();
  PINHOLE_RETURN_IF_ERROR(check_conv("conv_transpose2d", options, *query));
  const Desc& in = query->in[0];
  int64_t extent[2] = {};
  for (int axis = 0; axis < 2; ++axis) {
    if (options.output_padding[axis] >= max_of(options.stride[axis], options.dilation[axis]))
      return error(Code::bad_shape, "conv_transpose2d: output_padding %d must be less than the stride or the dilation",
                   options.output_padding[axis]);
    extent[axis] = int64_t{(axis == 0 ? in.h : in.w) - 1} * options.stride[axis] + kernel_extent(options, axis) -
                   options.padding[axis] - options.padding[axis + 2] + options.output_padding[axis];
  }
  const Desc weight = {in.c, options.kernel[0], options.kernel[1], options.out_channels / options.groups, in.dtype};
  return set_conv_shapes("conv_transpose2d", options, extent[0], extent[1], weight, query);
}

ParameterInfo parameter_info(const ShapeQuery& query, int32_t index) {
  const Desc& weight = query.parameter[0]; // PyTorch counts weight.size(1), which is the output's side here
  return weight_and_bias_info(int64_t{weight.h} * weight.w * weight.c, index);
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const ConvOptions& options = query.options->as<ConvOptions>();
  // Input row y meets output rows y * stride - padding + (0 .. extent - 1).
  const int64_t stride = options.stride[0];
  const int64_t first = out.begin + int64_t{options.padding[0]} - kernel_extent(options, 0) + 1;
  const int64_t last = out.end - 1 + int64_t{options.padding[0]};
  return clamp_rows(first <= 0 ? 0 : ceil_div(first, stride), last / stride + 1, query.in[0].h);
}

int64_t multiply_adds(const ShapeQuery& query) {
  return weight_uses(query.parameter[0], query.in[0].pixels());
}

struct Passes {
  static GatherPass forward(const Call& call) {
    return gather_forward(call, call.options->as<ConvOptions>(), /*adjoint=*/true);
  }
  static GatherPass backward_data(const Call& call) {
    return gather_backward(call, call.options->as<ConvOptions>(), /*adjoint=*/false);
  }
  static WeightGradientPass backward_weights(const Call& call) {
    return weight_gradient(call, call.options->as<ConvOptions>(), call.in[0], call.d_out[0], /*output_is_big=*/true);
  }
};

constexpr Kernels kKernels = conv_kernels<Passes>();

} // namespace

extern const Kernels conv_transpose2d_plain_f32 = plain_conv_kernels<float, Passes>();
extern const Kernels conv_transpose2d_plain_f64 = plain_conv_kernels<double, Passes>();

extern const OpDef conv_transpose2d_op = {
    OpId::conv_transpose2d,
    "conv_transpose2d",
    1,
    1,
    Sharing::none,
    kNeedsNothing,
    kNeedsInput,
    0,
    parse_with<ConvOptions, kTable>,
    attributes_with<kTable>,
    infer_shape,
    parameter_info,
    row_window,
    multiply_adds,
    fused_activation<ConvOptions>,
    &kKernels,
    nullptr,
};

} // namespace pinhole
