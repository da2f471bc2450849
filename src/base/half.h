// SPDX-License-Identifier: Apache-2.0
// IEEE 754 binary16 as 16 bits: storage only, arithmetic happens in float. In integers, so that the bits are the same
// on the host and on the device whatever the rounding and flush-to-zero modes are.
#pragma once

#include "base/host_device.h"

#include <cstdint>
#include <cstring>

namespace pinhole {

constexpr float kHalfMax = 65504.0f; // the largest finite half

// `mantissa` / 2^shift, rounded to nearest, ties to even; 1 <= shift <= 31.
PINHOLE_HOST_DEVICE inline uint32_t shift_right_to_even(uint32_t mantissa, uint32_t shift) {
  const uint32_t quotient = mantissa >> shift, rest = mantissa & ((1u << shift) - 1), tie = 1u << (shift - 1);
  return quotient + (rest > tie || (rest == tie && (quotient & 1)) ? 1u : 0u);
}

// The half nearest to `value`, ties to even; infinity from 65520 up; a NaN stays a NaN (quiet, its payload lost).
PINHOLE_HOST_DEVICE inline uint16_t half_from_float(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7FFFFFFFu;
  uint32_t half = 0;
  if (magnitude > 0x7F800000u)
    half = 0x7E00u;
  else if (magnitude >= 0x477FF000u)
    half = 0x7C00u;
  else if (magnitude >= 0x38800000u) // 2^-14: normal, a carry of the rounding runs into the exponent as it should
    half = shift_right_to_even(magnitude - 0x38000000u, 13);
  else if (const uint32_t shift = 126 - (magnitude >> 23); shift <= 24)
    half = shift_right_to_even((magnitude & 0x7FFFFFu) | 0x800000u, shift);
  return static_cast<uint16_t>(sign | half);
}

// Exact.
PINHOLE_HOST_DEVICE inline float float_from_half(uint16_t half) {
  const uint32_t sign = (half & 0x8000u) << 16, exponent = (half >> 10) & 0x1Fu, mantissa = half & 0x3FFu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const uint32_t bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | mantissa << 13;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

} // namespace pinhole
