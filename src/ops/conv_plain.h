// SPDX-License-Identifier: Apache-2.0
// The plain loops of convolution on float and double: the reference for every other kernel, and the kernel itself
// where a layer is too thin for SIMD. One fused multiply-add per product, taps from top left, channels ascending.
#pragma once

#include "ops/activation_math.h"
#include "ops/conv_pass.h"

#include <cmath>

namespace pinhole {

// The pixel of `from` that meets pixel `at` of the other tensor at tap k along `axis`; false if it is outside.
inline bool meeting_pixel(const GatherPass& pass, int axis, int32_t at, int32_t k, int32_t* from) {
  const ConvOptions& o = pass.options;
  const int64_t tap = int64_t{k} * o.dilation[axis] - o.padding[axis];
  const int64_t position = pass.adjoint ? at - tap : int64_t{at} * o.stride[axis] + tap;
  if (pass.adjoint && position % o.stride[axis] != 0)
    return false;
  const int64_t pixel = pass.adjoint ? position / o.stride[axis] : position;
  *from = static_cast<int32_t>(pixel);
  return position >= 0 && pixel < (axis == 0 ? pass.in.desc.h : pass.in.desc.w);
}

// Channel `oc` of output pixel (n, y, x), before the activation, added to `sum`.
template <class T> T gather_pixel(const GatherPass& pass, int32_t n, int32_t y, int32_t x, int32_t oc, T sum) {
  const Desc& weight = pass.weight.desc;
  const int32_t groups = pass.options.groups;
  const int32_t in_channels = pass.in.desc.c / groups, out_channels = pass.out.desc.c / groups;
  const int32_t first = oc / out_channels * in_channels; // of the input channels of oc's group
  for (int32_t ky = 0; ky < weight.h; ++ky)
    for (int32_t kx = 0; kx < weight.w; ++kx) {
      int32_t in_y = 0, in_x = 0;
      if (!meeting_pixel(pass, 0, y, ky, &in_y) || !meeting_pixel(pass, 1, x, kx, &in_x))
        continue;
      const T* in = pass.in.row<T>(n, in_y) + in_x * pass.in.pixel_stride + first;
      for (int32_t c = 0; c < in_channels; ++c) {
        const int32_t small = pass.adjoint ? first + c : oc, big = pass.adjoint ? oc % out_channels : c;
        const int64_t tap = (int64_t{small} * weight.h + ky) * weight.w + kx;
        sum = std::fma(in[c], pass.weight.base<T>()[tap * weight.c + big], sum);
      }
    }
  return sum;
}

// Rows begin..end-1 of the n * rows.count() rows that the pass computes.
template <class T> void gather_plain(const GatherPass& pass, int64_t begin, int64_t end) {
  const T* bias = static_cast<const T*>(pass.bias);
  for (int64_t unit = begin; unit < end; ++unit) {
    const int32_t n = static_cast<int32_t>(unit / pass.rows.count());
    const int32_t y = static_cast<int32_t>(pass.rows.begin + unit % pass.rows.count());
    for (int32_t x = 0; x < pass.out.desc.w; ++x)
      for (int32_t oc = 0; oc < pass.out.desc.c; ++oc) {
        T& out = pass.out.row<T>(n, y)[x * pass.out.pixel_stride + oc];
        const T sum = gather_pixel(pass, n, y, x, oc, pass.accumulate ? out : bias ? bias[oc] : T(0));
        out = activate(pass.options.activation, sum, static_cast<T>(pass.options.slope));
      }
  }
}

// Sum over all pixels of small * big at one weight.
template <class T>
T weight_gradient_sum(const WeightGradientPass& pass, int32_t sc, int32_t ky, int32_t kx, int32_t bc, T sum) {
  const ConvOptions& o = pass.options;
  for (int32_t n = 0; n < pass.small.desc.n; ++n)
    for (int32_t y = 0; y < pass.small.desc.h; ++y)
      for (int32_t x = 0; x < pass.small.desc.w; ++x) {
        const int64_t by = int64_t{y} * o.stride[0] + int64_t{ky} * o.dilation[0] - o.padding[0];
        const int64_t bx = int64_t{x} * o.stride[1] + int64_t{kx} * o.dilation[1] - o.padding[1];
        if (by < 0 || by >= pass.big.desc.h || bx < 0 || bx >= pass.big.desc.w)
          continue;
        const T small = pass.small.row<T>(n, y)[x * pass.small.pixel_stride + sc];
        const T big = pass.big.row<T>(n, static_cast<int32_t>(by))[bx * pass.big.pixel_stride + bc];
        sum = std::fma(small, big, sum);
      }
  return sum;
}

// The weights of small channels begin..end-1.
template <class T> void weight_gradient_plain(const WeightGradientPass& pass, int64_t begin, int64_t end) {
  const Desc& weight = pass.d_weight.desc;
  const int32_t per_group = pass.small.desc.c / pass.options.groups;
  T* out = pass.d_weight.base<T>() + begin * weight.h * weight.w * weight.c;
  for (int32_t sc = static_cast<int32_t>(begin); sc < end; ++sc)
    for (int32_t ky = 0; ky < weight.h; ++ky)
      for (int32_t kx = 0; kx < weight.w; ++kx)
        for (int32_t bc = 0; bc < weight.c; ++bc, ++out)
          *out = weight_gradient_sum(pass, sc, ky, kx, sc / per_group * weight.c + bc,
                                     pass.accumulate_weight ? *out : T(0));
}

// The bias's gradient at channels begin..end-1.
template <class T> void bias_gradient_plain(const WeightGradientPass& pass, int64_t begin, int64_t end) {
  const View& d_out = pass.output_is_big ? pass.big : pass.small;
  for (int64_t c = begin; c < end; ++c) {
    T sum = pass.accumulate_bias ? pass.d_bias.base<T>()[c] : T(0);
    for (int32_t n = 0; n < d_out.desc.n; ++n)
      for (int32_t y = 0; y < d_out.desc.h; ++y)
        for (int32_t x = 0; x < d_out.desc.w; ++x)
          sum += d_out.row<T>(n, y)[x * d_out.pixel_stride + c];
    pass.d_bias.base<T>()[c] = sum;
  }
}

} // namespace pinhole
