// SPDX-License-Identifier: Apache-2.0
// Elementary functions with the same bits on every machine and on the GPU: for float only IEEE +, -, *, / and integer
// operations, each rounded once (the build never contracts; device code asks for it by name). No table, no branch, so
// loops over them vectorise. The double versions are the C library's, for tests.
//
// Results of exp and sigmoid below 2^-126 are zero, and log takes arguments below it for zero, so that flush-to-zero
// modes change nothing.
// Errors against the true value (tests/base): exp, log, log1p 1 ulp; sigmoid, tanh, softplus 2.5 ulp.
#pragma once

#include "base/host_device.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace pinhole {

PINHOLE_HOST_DEVICE inline float float_of_bits(uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
PINHOLE_HOST_DEVICE inline uint32_t bits_of_float(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// a * b + c in two roundings, also where the compiler would fuse them.
PINHOLE_HOST_DEVICE inline float mul_then_add(float a, float b, float c) {
#if defined(__CUDA_ARCH__)
  return __fadd_rn(__fmul_rn(a, b), c);
#else
  return a * b + c;
#endif
}

// a / b correctly rounded, also under fast device division.
PINHOLE_HOST_DEVICE inline float exact_divide(float a, float b) {
#if defined(__CUDA_ARCH__)
  return __fdiv_rn(a, b);
#else
  return a / b;
#endif
}

// The polynomial c[0] + c[1] x + ... + c[N-1] x^(N-1) by Horner's rule.
template <int N> PINHOLE_HOST_DEVICE inline float polynomial(float x, const float (&c)[N]) {
  float sum = c[N - 1];
  for (int i = N - 2; i >= 0; --i)
    sum = mul_then_add(sum, x, c[i]);
  return sum;
}

PINHOLE_HOST_DEVICE inline float exact_exp(float x) {
  constexpr float kLowest = -87.336f, kHighest = 88.7228f; // outside: 0 and infinity
  // exp(x) = 2^n exp(r), n the integer nearest to x / ln 2. Adding 1.5 * 2^23 rounds to integer in the low bits.
  constexpr float kRound = 12582912.0f;
  const float clamped = x < kLowest ? kLowest : (x > kHighest ? kHighest : x);
  const float rounded = mul_then_add(clamped, 1.44269504f, kRound);
  const float n = rounded - kRound;
  // ln 2 in two parts; n times the first is exact.
  const float r = mul_then_add(n, 2.12194440e-4f, mul_then_add(n, -0.693359375f, clamped));
  constexpr float kTail[] = {0.5f, 0.166666667f, 0.041666465f, 0.00833331093f, 0.00139336427f, 0.000198909827f};
  const float mantissa = mul_then_add(r * r, polynomial(r, kTail), r) + 1.0f;
  // 2^n in two factors: 2^128 alone would overflow.
  const uint32_t exponent = bits_of_float(rounded) - bits_of_float(kRound) + 2 * 127;
  const uint32_t half = exponent >> 1;
  const float value = mantissa * float_of_bits(half << 23) * float_of_bits((exponent - half) << 23);
  const float bounded = x > kHighest ? float_of_bits(0x7f800000u) : (x < kLowest ? 0.0f : value);
  return x == x ? bounded : x;
}

namespace detail {

// log(x) + correction, x positive and normal. The correction joins the small terms, before the large ones round.
PINHOLE_HOST_DEVICE inline float log_of_normal(float x, float correction) {
  // x = 2^k m with m in sqrt(1/2) .. sqrt(2), and log(m) = 2 atanh(s), s = f / (2 + f), f = m - 1.
  constexpr uint32_t kSqrtHalf = 0x3f3504f3u;
  const uint32_t shifted = bits_of_float(x) - kSqrtHalf;
  const float k = static_cast<float>(static_cast<int32_t>(shifted) >> 23);
  const float f = float_of_bits((shifted & 0x007fffffu) + kSqrtHalf) - 1.0f;
  const float s = exact_divide(f, 2.0f + f);
  const float z = s * s;
  constexpr float kSeries[] = {0.666666666f, 0.400001219f, 0.285508169f, 0.233305743f};
  const float half_square = 0.5f * f * f;
  const float sum = mul_then_add(z, polynomial(z, kSeries), half_square);
  const float small = mul_then_add(s, sum, mul_then_add(k, -2.12194440e-4f, correction));
  return mul_then_add(k, 0.693359375f, f - (half_square - small));
}

} // namespace detail

// log(0) is minus infinity; of a negative number NaN.
PINHOLE_HOST_DEVICE inline float exact_log(float x) {
  const float value = detail::log_of_normal(x, 0.0f);
  const bool ordinary = x >= 1.17549435e-38f && x <= 3.40282347e+38f;
  const float at_zero = x > -1.17549435e-38f ? float_of_bits(0xff800000u) : float_of_bits(0x7fc00000u);
  const float extreme = x > 1.0f ? x : at_zero;
  return ordinary ? value : (x == x ? extreme : x);
}

// log(1 + x) without loss for small x, 0 <= x < 2^24.
PINHOLE_HOST_DEVICE inline float exact_log1p(float x) {
  const float sum = 1.0f + x;
  const float lost = x - (sum - 1.0f);
  return detail::log_of_normal(sum, exact_divide(lost, sum));
}

// 1 / (1 + exp(-x)).
PINHOLE_HOST_DEVICE inline float exact_sigmoid(float x) {
  const float value = exact_divide(1.0f, 1.0f + exact_exp(-x));
  return x < -87.336f ? 0.0f : value; // there the quotient would be subnormal
}

PINHOLE_HOST_DEVICE inline float exact_tanh(float x) {
  constexpr float kOdd[] = {-0.333333332f, 0.133333034f,    -0.0539592286f,
                            0.0217686663f, -0.00834311965f, 0.00229180943f};
  const float magnitude = float_of_bits(bits_of_float(x) & 0x7fffffffu);
  const float z = x * x;
  const float near = mul_then_add(magnitude * z, polynomial(z, kOdd), magnitude);
  const float far = 1.0f - exact_divide(2.0f, exact_exp(magnitude + magnitude) + 1.0f);
  const float value = magnitude < 0.625f ? near : far;
  return float_of_bits(bits_of_float(value) | (bits_of_float(x) & 0x80000000u));
}

// log(1 + exp(x)).
PINHOLE_HOST_DEVICE inline float exact_softplus(float x) {
  const float magnitude = float_of_bits(bits_of_float(x) & 0x7fffffffu);
  return (x > 0.0f ? x : 0.0f) + exact_log1p(exact_exp(-magnitude));
}

PINHOLE_HOST_DEVICE inline double exact_exp(double x) {
  return std::exp(x);
}
PINHOLE_HOST_DEVICE inline double exact_log(double x) {
  return std::log(x);
}
PINHOLE_HOST_DEVICE inline double exact_log1p(double x) {
  return std::log1p(x);
}
PINHOLE_HOST_DEVICE inline double exact_sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}
PINHOLE_HOST_DEVICE inline double exact_tanh(double x) {
  return std::tanh(x);
}
PINHOLE_HOST_DEVICE inline double exact_softplus(double x) {
  return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x)));
}

} // namespace pinhole
