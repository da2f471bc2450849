// SPDX-License-Identifier: Apache-2.0
// The index algebra of convolution, once for every layer and pass built on it.
//
// A kernel connects a `small` tensor (a convolution's output) with a `big` one (its input): pixel (ys, xs) of small and
// pixel (yb, xb) of big meet at tap (ky, kx) when
//   yb = ys * stride + ky * dilation - padding      (the same along x)
// The weights are {small channels, KH, KW, big channels / groups}: {O,KH,KW,I} of a convolution and {I,KH,KW,O} of a
// transposed one are the same thing. So each pass is one of three:
//   gather, direct   small from big    convolution forward,            transposed convolution backward_data
//   gather, adjoint  big from small    transposed convolution forward, convolution backward_data
//   weight gradient  from both         backward_weights of both
// Linear is the 1x1 case over pixels.
#pragma once

#include "ops/conv_options.h"

namespace pinhole {

// out = activation(bias + sum over taps and input channels of in * weight); a null bias is zero.
struct GatherPass {
  ConvOptions options;
  bool adjoint;        // false: in is big and out is small; true: the reverse
  View in, out;        // f32, or f64 in the plain loops
  View weight;         // dense
  const void* bias;    // out.desc.c elements, or null
  bool accumulate;     // add to out; then bias is null and there is no activation
  RowRange rows;       // of out, in every image
  const float* packed; // SIMD: the weights as pack_weights left them
};

// d_weight = sum over pixel pairs of small * big; d_bias = sum of the output's gradient over its pixels.
struct WeightGradientPass {
  ConvOptions options;
  View small, big;
  bool output_is_big; // which of the two is the gradient of the layer's output; its sum is the bias's gradient
  View d_weight;      // null data: not wanted
  View d_bias;        // null data: not wanted, or no bias
  bool accumulate_weight, accumulate_bias;
  float* partials; // SIMD: scratch
};

} // namespace pinhole
