// SPDX-License-Identifier: Apache-2.0
#include "ops/conv_options.h"

#include "base/checked.h"
#include "ops/shape_rules.h"

namespace pinhole {
namespace {

// True when the product of the four extents, times a weight of 8 bytes, fits in 63 bits.
bool elements_fit(int64_t n, int64_t h, int64_t w, int64_t c) {
  int64_t product = 8;
  return checked_mul(product, n, &product) && checked_mul(product, h, &product) && checked_mul(product, w, &product) &&
         checked_mul(product, c, &product);
}

} // namespace

Status check_conv(const char* layer, const ConvOptions& options, const ShapeQuery& query) {
  if (query.n_in != 1)
    return error(Code::invalid_argument, "%s: takes one input, got %d", layer, query.n_in);
  PINHOLE_RETURN_IF_ERROR(check_inputs(layer, query));
  const Desc& in = query.in[0];
  if (in.dtype != DType::f32 && in.dtype != DType::f64)
    return error(Code::unsupported, "%s: input is %s; only f32 is computed", layer, dtype_name(in.dtype));
  if (options.out_channels < 1 || options.kernel[0] < 1 || options.kernel[1] < 1)
    return error(Code::invalid_argument, "%s: out_channels and kernel must be given", layer);
  if (in.c % options.groups != 0 || options.out_channels % options.groups != 0)
    return error(Code::bad_shape, "%s: groups %d must divide the input's %d and the output's %d channels", layer,
                 options.groups, in.c, options.out_channels);
  for (int side = 0; side < 4; ++side)
    if (options.padding[side] >= kernel_extent(options, side % 2))
      return error(Code::bad_shape, "%s: padding %d must be less than the kernel's extent %lld", layer,
                   options.padding[side], static_cast<long long>(kernel_extent(options, side % 2)));
  if (query.training && options.activation != Activation::none)
    return error(Code::unsupported, "%s: a fused activation has no backward pass; train the unfused model", layer);
  return {};
}

Status set_conv_shapes(const char* layer, const ConvOptions& options, int64_t h, int64_t w, const Desc& weight,
                       ShapeQuery* query) {
  const Desc& in = query->in[0];
  if (h < 1 || w < 1 || h > INT32_MAX || w > INT32_MAX)
    return error(Code::bad_shape, "%s: input of %d x %d pixels gives %lld x %lld; needs 1 .. 2^31-1", layer, in.h, in.w,
                 static_cast<long long>(h), static_cast<long long>(w));
  const bool fit =
      elements_fit(in.n, h, w, options.out_channels) && elements_fit(weight.n, weight.h, weight.w, weight.c);
  int64_t uses = 0;
  if (!fit || !checked_mul(weight.elements(), max_of(in.pixels(), in.n * h * w), &uses))
    return error(Code::bad_shape, "%s: sizes overflow; reduce the image, the batch or the channels", layer);
  query->n_out = 1;
  query->out[0] = {in.n, static_cast<int32_t>(h), static_cast<int32_t>(w), options.out_channels, in.dtype};
  query->n_parameters = options.bias ? 2 : 1;
  query->parameter[0] = weight;
  query->parameter[1] = {1, 1, 1, options.out_channels, in.dtype};
  return {};
}

ParameterInfo weight_and_bias_info(int64_t fan_in, int32_t index) {
  return {index == 0 ? "weight" : "bias", true, 0.0f, fan_in};
}

} // namespace pinhole
