// SPDX-License-Identifier: Apache-2.0
#include "bench/fma_peak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace pinhole::bench {
namespace {

#if defined(__x86_64__)
// Twelve chains: more than latency times throughput of any core asks for, and few enough for 16 registers. They are
// named, for an array of them would live in memory. The empty asm keeps the compiler from folding rounds.
#define PINHOLE_STEP(c, step, constraint)                                                                              \
  c = step(c, x, y);                                                                                                   \
  asm volatile("" : constraint(c));
#define PINHOLE_PEAK(name, features, Vector, set1, step, constraint)                                                   \
  __attribute__((target(features))) int64_t name(int64_t rounds) {                                                     \
    const Vector x = set1(0.5f), y = set1(0.25f);                                                                      \
    Vector a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;                         \
    for (int64_t r = 0; r < rounds; ++r) {                                                                             \
      PINHOLE_STEP(a, step, constraint)                                                                                \
      PINHOLE_STEP(b, step, constraint)                                                                                \
      PINHOLE_STEP(c, step, constraint)                                                                                \
      PINHOLE_STEP(d, step, constraint)                                                                                \
      PINHOLE_STEP(e, step, constraint)                                                                                \
      PINHOLE_STEP(f, step, constraint)                                                                                \
      PINHOLE_STEP(g, step, constraint)                                                                                \
      PINHOLE_STEP(h, step, constraint)                                                                                \
      PINHOLE_STEP(i, step, constraint)                                                                                \
      PINHOLE_STEP(j, step, constraint) PINHOLE_STEP(k, step, constraint) PINHOLE_STEP(l, step, constraint)            \
    }                                                                                                                  \
    return rounds * 12 * static_cast<int64_t>(sizeof(Vector) / sizeof(float)) * 2;                                     \
  }
#define PINHOLE_MUL_ADD(c, x, y) _mm_add_ps(_mm_mul_ps(c, x), y)
PINHOLE_PEAK(peak_sse4, "sse4.2", __m128, _mm_set1_ps, PINHOLE_MUL_ADD, "+x")
PINHOLE_PEAK(peak_avx2, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps, "+x")
PINHOLE_PEAK(peak_avx512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps, "+v")
#undef PINHOLE_MUL_ADD
#undef PINHOLE_PEAK
#undef PINHOLE_STEP
#endif

} // namespace

int64_t run_fma_peak(SimdLevel level, int64_t rounds) {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512)
    return peak_avx512(rounds);
  if (level == SimdLevel::avx2)
    return peak_avx2(rounds);
  if (level == SimdLevel::sse4)
    return peak_sse4(rounds);
#endif
  static_cast<void>(level);
  static_cast<void>(rounds);
  return 0;
}

} // namespace pinhole::bench
