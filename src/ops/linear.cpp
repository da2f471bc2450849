// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_kernels.h"

namespace pinhole {
namespace {

struct LinearOptions {
  int32_t out_channels = 0; // must be given
  int32_t bias = 1;
  Activation activation = Activation::none; // fused, inference only
  float slope = 0.01f;
};

constexpr OptionField kFields[] = {
    {"out_channels", false, 1, offsetof(LinearOptions, out_channels), 1, 1 << 20},
    {"bias", false, 1, offsetof(LinearOptions, bias), 0, 1},
    activation_field<LinearOptions>(),
    slope_field<LinearOptions>(),
};
constexpr OptionTable kTable = {"linear", kFields, sizeof kFields / sizeof kFields[0]};

// Linear is convolution with a 1x1 kernel.
ConvOptions conv_options(const OpOptions& options) {
  const LinearOptions& linear = options.as<LinearOptions>();
  ConvOptions conv;
  conv.out_channels = linear.out_channels;
  conv.kernel[0] = conv.kernel[1] = 1;
  conv.bias = linear.bias;
  conv.activation = linear.activation;
  conv.slope = linear.slope;
  return conv;
}

Status infer_shape(ShapeQuery* query) {
  const ConvOptions options = conv_options(*query->options);
  PINHOLE_RETURN_IF_ERROR(check_conv("linear", options, *query));
  const Desc& in = query->in[0];
  if (in.h != 1)
    return error(Code::bad_shape, "linear: input has %d rows; vectors and tokens have one (flatten first)", in.h);
  const Desc weight = {options.out_channels, 1, 1, in.c, in.dtype};
  return set_conv_shapes("linear", options, 1, in.w, weight, query);
}

ParameterInfo parameter_info(const ShapeQuery& query, int32_t index) {
  return weight_and_bias_info(query.parameter[0].c, index);
}

RowRange row_window(const ShapeQuery&, int32_t, RowRange out) {
  return out;
}

int64_t multiply_adds(const ShapeQuery& query) {
  return weight_uses(query.parameter[0], query.out[0].pixels());
}

// A batch of vectors as the pixels of one row, so that the kernels work on many at once.
View vectors_as_row(const View& view) {
  if (view.desc.w != 1)
    return view;
  View row = view;
  row.desc.w = view.desc.n;
  row.desc.n = 1;
  row.pixel_stride = view.image_stride;
  return row;
}

struct Passes {
  static GatherPass forward(const Call& call) {
    return as_row(gather_forward(call, conv_options(*call.options), false));
  }
  static GatherPass backward_data(const Call& call) {
    return as_row(gather_backward(call, conv_options(*call.options), true));
  }
  static WeightGradientPass backward_weights(const Call& call) {
    WeightGradientPass pass = weight_gradient(call, conv_options(*call.options), call.d_out[0], call.in[0], false);
    pass.small = vectors_as_row(pass.small);
    pass.big = vectors_as_row(pass.big);
    return pass;
  }

private:
  static GatherPass as_row(GatherPass pass) {
    pass.in = vectors_as_row(pass.in);
    pass.out = vectors_as_row(pass.out);
    return pass;
  }
};

constexpr Kernels kKernels = conv_kernels<Passes>();

} // namespace

extern const Kernels linear_plain_f32 = plain_conv_kernels<float, Passes>();
extern const Kernels linear_plain_f64 = plain_conv_kernels<double, Passes>();

extern const OpDef linear_op = {
    OpId::linear,
    "linear",
    1,
    1,
    Sharing::none,
    kNeedsNothing,
    kNeedsInput,
    0,
    parse_with<LinearOptions, kTable>,
    attributes_with<kTable>,
    infer_shape,
    parameter_info,
    row_window,
    multiply_adds,
    fused_activation<LinearOptions>,
    &kKernels,
    nullptr,
};

} // namespace pinhole
