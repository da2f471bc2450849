// SPDX-License-Identifier: Apache-2.0
// What element-wise kernels do at one element, for the GPU and for tests on the host. f16 in memory, f32 in between.
#pragma once

#include "device/cuda/half_rows.h"
#include "ops/activation_math.h"

namespace pinhole {

// out = activation(in); in place is fine.
template <Activation kind> struct ActivationForward {
  HalfRows in, out;
  float slope;
  PINHOLE_HOST_DEVICE void operator()(int32_t row, int32_t element) const {
    out.store(row, element, activate(kind, in.load(row, element), slope));
  }
};

// d_in = d_out * activation'(in), from the result `out`; or added to d_in.
template <Activation kind> struct ActivationBackward {
  HalfRows out, d_out, d_in;
  float slope;
  bool accumulate;
  PINHOLE_HOST_DEVICE void operator()(int32_t row, int32_t element) const {
    float gradient = accumulate ? d_in.load(row, element) : 0.0f;
    with_activation(kind, slope, [&](auto activation) {
      gradient += activation.gradient(d_out.load(row, element), out.load(row, element));
    });
    d_in.store(row, element, gradient);
  }
};

// out = activation(out + bias[channel]); a null bias is zero.
struct BiasActivation {
  HalfRows out;
  const float* bias;
  Activation kind;
  float slope;
  PINHOLE_HOST_DEVICE void operator()(int32_t row, int32_t element) const {
    const float shift = bias ? bias[element % out.channels] : 0.0f;
    out.store(row, element, activate(kind, out.load(row, element) + shift, slope));
  }
};

// to[i] = from[i], or +=, between any two of f16 and f32.
struct ConvertVector {
  const void* from;
  DType from_dtype; // f16 or f32, as to_dtype
  void* to;
  DType to_dtype;
  bool accumulate;
  PINHOLE_HOST_DEVICE static float load(const void* data, DType dtype, int32_t i) {
    return dtype == DType::f16 ? widen_half(static_cast<const uint16_t*>(data)[i]) : static_cast<const float*>(data)[i];
  }
  PINHOLE_HOST_DEVICE void operator()(int32_t, int32_t i) const {
    const float value = (accumulate ? load(to, to_dtype, i) : 0.0f) + load(from, from_dtype, i);
    if (to_dtype == DType::f16)
      static_cast<uint16_t*>(to)[i] = narrow_to_half(value);
    else
      static_cast<float*>(to)[i] = value;
  }
};

} // namespace pinhole
