// SPDX-License-Identifier: Apache-2.0
// Integer arithmetic on numbers that may be hostile: every operation says whether it overflowed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pinhole {

// Stores a + b in *sum and returns true, or returns false when it does not fit.
template <class T> [[nodiscard]] bool checked_add(T a, T b, T* sum) {
  return !__builtin_add_overflow(a, b, sum);
}

// Stores a * b in *product and returns true, or returns false when it does not fit.
template <class T> [[nodiscard]] bool checked_mul(T a, T b, T* product) {
  return !__builtin_mul_overflow(a, b, product);
}

// The least multiple of `alignment` (a power of two) that is at least `value`; value + alignment must not overflow.
constexpr size_t align_up(size_t value, size_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

template <class T> constexpr T ceil_div(T a, T b) {
  return (a + b - 1) / b;
}

// One more, but no more than fits: a camera's frames outlast an int.
constexpr int32_t counted_on(int32_t count) {
  return count < INT32_MAX ? count + 1 : count;
}

template <class T> constexpr T min_of(T a, T b) {
  return b < a ? b : a;
}
template <class T> constexpr T max_of(T a, T b) {
  return a < b ? b : a;
}

} // namespace pinhole
