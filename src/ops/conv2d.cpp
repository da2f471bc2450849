// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_kernels.h"

#include "base/checked.h"

namespace pinhole {
namespace {

constexpr OptionTable kTable = {"conv2d", kConvFields, kConvFieldCount};

Status infer_shape(ShapeQuery* query) {
  const ConvOptions& options = query->options->as<ConvOptions>();
  PINHOLE_RETURN_IF_ERROR(check_conv("conv2d", options, *query));
  const Desc& in = query->in[0];
  int64_t extent[2] = {};
  for (int axis = 0; axis < 2; ++axis) {
    const int64_t padded = int64_t{axis == 0 ? in.h : in.w} + options.padding[axis] + options.padding[axis + 2];
    const int64_t room = padded - kernel_extent(options, axis);
    extent[axis] = room < 0 ? 0 : room / options.stride[axis] + 1;
  }
  const Desc weight = {options.out_channels, options.kernel[0], options.kernel[1], in.c / options.groups, in.dtype};
  return set_conv_shapes("conv2d", options, extent[0], extent[1], weight, query);
}

ParameterInfo parameter_info(const ShapeQuery& query, int32_t index) {
  const Desc& weight = query.parameter[0];
  return weight_and_bias_info(int64_t{weight.h} * weight.w * weight.c, index);
}

RowRange row_window(const ShapeQuery& query, int32_t, RowRange out) {
  const ConvOptions& options = query.options->as<ConvOptions>();
  const int64_t first = int64_t{out.begin} * options.stride[0] - options.padding[0];
  const int64_t last = int64_t{out.end - 1} * options.stride[0] - options.padding[0] + kernel_extent(options, 0);
  return clamp_rows(first, last, query.in[0].h);
}

int64_t multiply_adds(const ShapeQuery& query) {
  return weight_uses(query.parameter[0], query.out[0].pixels());
}

struct Passes {
  static GatherPass forward(const Call& call) {
    return gather_forward(call, call.options->as<ConvOptions>(), /*adjoint=*/false);
  }
  static GatherPass backward_data(const Call& call) {
    return gather_backward(call, call.options->as<ConvOptions>(), /*adjoint=*/true);
  }
  static WeightGradientPass backward_weights(const Call& call) {
    return weight_gradient(call, call.options->as<ConvOptions>(), call.d_out[0], call.in[0], /*output_is_big=*/false);
  }
};

constexpr Kernels kKernels = conv_kernels<Passes>();

} // namespace

extern const Kernels conv2d_plain_f32 = plain_conv_kernels<float, Passes>();
extern const Kernels conv2d_plain_f64 = plain_conv_kernels<double, Passes>();

extern const OpDef conv2d_op = {
    OpId::conv2d,
    "conv2d",
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
