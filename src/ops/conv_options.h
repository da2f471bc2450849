// SPDX-License-Identifier: Apache-2.0
// Options and shape rules that convolution and transposed convolution share.
#pragma once

#include "base/checked.h"
#include "ops/op.h"
#include "ops/options.h"

namespace pinhole {

// conv2d and conv_transpose2d. Pairs are (vertical, horizontal); padding is (top, left, bottom, right).
struct ConvOptions {
  int32_t out_channels = 0; // must be given
  int32_t kernel[2] = {0};  // must be given
  int32_t stride[2] = {1, 1};
  int32_t padding[4] = {0}; // less than the kernel's extent, so that every output sees some input
  int32_t dilation[2] = {1, 1};
  int32_t groups = 1;
  int32_t bias = 1;
  Activation activation = Activation::none; // fused, inference only
  float slope = 0.01f;                      // of a fused leaky_relu
  int32_t output_padding[2] = {0};          // transposed only: rows and columns added at the bottom and the right
};

// Distance from a kernel's first tap to just after its last, along axis 0 (vertical) or 1.
constexpr int64_t kernel_extent(const ConvOptions& options, int axis) {
  return int64_t{options.dilation[axis]} * (options.kernel[axis] - 1) + 1;
}

// The option tables: conv2d has the first kConvFieldCount fields, conv_transpose2d all of them.
constexpr OptionField kConvFields[] = {
    {"out_channels", false, 1, offsetof(ConvOptions, out_channels), 1, 1 << 20},
    {"kernel", false, 2, offsetof(ConvOptions, kernel), 1, 1024},
    {"stride", false, 2, offsetof(ConvOptions, stride), 1, 1024},
    {"padding", false, 4, offsetof(ConvOptions, padding), 0, 1 << 20},
    {"dilation", false, 2, offsetof(ConvOptions, dilation), 1, 1024},
    {"groups", false, 1, offsetof(ConvOptions, groups), 1, 1 << 20},
    {"bias", false, 1, offsetof(ConvOptions, bias), 0, 1},
    activation_field<ConvOptions>(),
    slope_field<ConvOptions>(),
    {"output_padding", false, 2, offsetof(ConvOptions, output_padding), 0, 1 << 20},
};
constexpr int32_t kConvFieldCount = sizeof kConvFields / sizeof kConvFields[0] - 1;

// Checks everything but the output's extent: one input of f32 (or f64) elements, groups that divide both channel
// counts, padding less than the kernel's extent, no fused activation in training. `layer` is for messages.
Status check_conv(const char* layer, const ConvOptions& options, const ShapeQuery& query);

// Fills out[0] with {n, h, w, out_channels} and the parameters: `weight`, then a bias unless options.bias is 0. Refuses
// extents below 1 and sizes whose bytes or multiply-adds overflow 64 bits.
Status set_conv_shapes(const char* layer, const ConvOptions& options, int64_t h, int64_t w, const Desc& weight,
                       ShapeQuery* query);

// first..last-1 limited to rows 0..rows-1; {0, 0} or {rows, rows} when nothing is left.
constexpr RowRange clamp_rows(int64_t first, int64_t last, int32_t rows) {
  const int64_t begin = min_of<int64_t>(max_of<int64_t>(first, 0), rows);
  return {static_cast<int32_t>(begin), static_cast<int32_t>(min_of<int64_t>(max_of(last, begin), rows))};
}

// "weight" and "bias", both uniform in ±1/sqrt(fan_in).
ParameterInfo weight_and_bias_info(int64_t fan_in, int32_t index);

// Multiply-adds of a pass that applies every weight at each of `pixels` positions.
inline int64_t weight_uses(const Desc& weight, int64_t pixels) {
  return weight.elements() * pixels;
}

// OpDef::fused_activation for an option struct with `activation` and `slope`.
template <class Options> Activation* fused_activation(OpOptions* options, float** slope) {
  *slope = &options->as<Options>().slope;
  return &options->as<Options>().activation;
}

} // namespace pinhole
