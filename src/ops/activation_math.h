// SPDX-License-Identifier: Apache-2.0
// The activations as functors: y = value(x), and gradient(d_y, y) = d_y * dy/dx from the result alone, so that a
// layer's input need not live until its backward pass. Usable in CUDA kernels.
#pragma once

#include "base/exact_math.h"
#include "ops/op.h"

namespace pinhole {

template <class T> struct NoActivation {
  PINHOLE_HOST_DEVICE T value(T x) const { return x; }
  PINHOLE_HOST_DEVICE T gradient(T d_y, T) const { return d_y; }
};

// A NaN stays NaN, so that it is seen.
template <class T> struct Relu {
  PINHOLE_HOST_DEVICE T value(T x) const { return x <= T(0) ? T(0) : x; }
  PINHOLE_HOST_DEVICE T gradient(T d_y, T y) const { return y > T(0) ? d_y : T(0); }
};

// slope > 0, so the result has the sign of the argument.
template <class T> struct LeakyRelu {
  T slope;
  PINHOLE_HOST_DEVICE T value(T x) const { return x > T(0) ? x : slope * x; }
  PINHOLE_HOST_DEVICE T gradient(T d_y, T y) const { return d_y * (y > T(0) ? T(1) : slope); }
};

template <class T> struct Sigmoid {
  PINHOLE_HOST_DEVICE T value(T x) const { return exact_sigmoid(x); }
  PINHOLE_HOST_DEVICE T gradient(T d_y, T y) const { return d_y * (y * (T(1) - y)); }
};

template <class T> struct Tanh {
  PINHOLE_HOST_DEVICE T value(T x) const { return exact_tanh(x); }
  PINHOLE_HOST_DEVICE T gradient(T d_y, T y) const { return d_y * (T(1) - y * y); }
};

// Calls body(functor) with the functor of `kind`: the choice is made once, outside the loop.
template <class T, class Body> PINHOLE_HOST_DEVICE inline void with_activation(Activation kind, T slope, Body&& body) {
  switch (kind) {
  case Activation::none:
    return body(NoActivation<T>());
  case Activation::relu:
    return body(Relu<T>());
  case Activation::leaky_relu:
    return body(LeakyRelu<T>{slope});
  case Activation::sigmoid:
    return body(Sigmoid<T>());
  case Activation::tanh:
    return body(Tanh<T>());
  }
}

// The activation of x.
template <class T> PINHOLE_HOST_DEVICE inline T activate(Activation kind, T x, T slope) {
  T y = x;
  with_activation(kind, slope, [&](auto functor) { y = functor.value(x); });
  return y;
}

// dy/dx where y = activate(kind, x, slope). Multiply the incoming gradient by it.
template <class T> PINHOLE_HOST_DEVICE inline T activate_gradient_from_output(Activation kind, T y, T slope) {
  T derivative = T(1);
  with_activation(kind, slope, [&](auto functor) { derivative = functor.gradient(T(1), y); });
  return derivative;
}

} // namespace pinhole
