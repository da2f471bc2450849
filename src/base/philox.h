// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al., 2011): random numbers as a function of a counter, so that any of them can be computed
// again anywhere, in any order. And uniform and normal numbers made of them, with the same bits on every machine.
#pragma once

#include "base/exact_math.h"

namespace pinhole {

struct RandomWords {
  uint32_t word[4];
};

// Four random words for a 128-bit counter (low word first) under a 64-bit key.
PINHOLE_HOST_DEVICE inline RandomWords philox(uint64_t key, uint64_t counter_low, uint64_t counter_high) {
  uint32_t c0 = static_cast<uint32_t>(counter_low), c1 = static_cast<uint32_t>(counter_low >> 32);
  uint32_t c2 = static_cast<uint32_t>(counter_high), c3 = static_cast<uint32_t>(counter_high >> 32);
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53u} * c0, product1 = uint64_t{0xCD9E8D57u} * c2;
    c0 = static_cast<uint32_t>(product1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(product1);
    c2 = static_cast<uint32_t>(product0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(product0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

// In [0, 1), a multiple of 2^-24.
PINHOLE_HOST_DEVICE inline float uniform_from(uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

// In 0..count-1, count > 0; the bias is below count / 2^32.
PINHOLE_HOST_DEVICE inline uint32_t index_from(uint32_t word, uint32_t count) {
  return static_cast<uint32_t>(uint64_t{word} * count >> 32);
}

// sin and cos of 2 pi u, 0 <= u < 1, absolute error below 2e-7.
PINHOLE_HOST_DEVICE inline void exact_sincos_turn(float u, float* sine, float* cosine) {
  const int32_t quarter = static_cast<int32_t>(mul_then_add(u, 4.0f, 0.5f));
  const float r = u * 4.0f - static_cast<float>(quarter); // exact; in -0.5..0.5 quarters of a turn
  const float x = r * 1.57079633f, z = x * x;
  constexpr float kSin[] = {-0.166666667f, 8.33333333e-3f, -1.98412698e-4f, 2.75573192e-6f};
  constexpr float kCos[] = {-0.5f, 0.0416666667f, -1.38888889e-3f, 2.48015873e-5f};
  const float s = mul_then_add(x * z, polynomial(z, kSin), x);
  const float c = mul_then_add(z, polynomial(z, kCos), 1.0f);
  const float swapped_s = quarter & 1 ? c : s, swapped_c = quarter & 1 ? s : c;
  *sine = quarter & 2 ? -swapped_s : swapped_s;
  *cosine = (quarter + 1) & 2 ? -swapped_c : swapped_c;
}

// Two independent numbers of the standard normal distribution from two words (Box and Muller); at most 6.8 in size.
PINHOLE_HOST_DEVICE inline void normal_pair(uint32_t first, uint32_t second, float* a, float* b) {
  const float u = mul_then_add(static_cast<float>(first), 0x1p-32f, 0x1p-33f);
  const float radius = std::sqrt(-2.0f * exact_log(u));
  exact_sincos_turn(uniform_from(second), b, a);
  *a *= radius;
  *b *= radius;
}

} // namespace pinhole
