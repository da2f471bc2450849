// SPDX-License-Identifier: Apache-2.0
#include "device/cpu/simd.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

namespace pinhole {
namespace {

constexpr const char* kNames[kSimdLevels] = {"plain", "sse4", "avx2", "avx512", "neon"};

// Engines are opened in several threads at once; each of them would choose the same.
constexpr int kNotChosen = -1;
std::atomic<int> level_in_force{kNotChosen};

#if defined(__x86_64__)
// The extensions that Highway's target of each level assumes; the builtins also ask whether the system saves the
// registers.
bool has_sse4() {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
}
bool has_avx2() {
  return has_sse4() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}
#endif

SimdLevel best_level() {
  SimdLevel best = SimdLevel::plain;
  for (int level = 0; level < kSimdLevels; ++level)
    if (simd_supported(static_cast<SimdLevel>(level)))
      best = static_cast<SimdLevel>(level);
  return best;
}

} // namespace

const char* simd_name(SimdLevel level) {
  return kNames[static_cast<int>(level)];
}

bool simd_supported(SimdLevel level) {
  if (level == SimdLevel::plain)
    return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  return (level == SimdLevel::sse4 && has_sse4()) || (level == SimdLevel::avx2 && has_avx2()) ||
         (level == SimdLevel::avx512 && has_avx512());
#elif defined(__aarch64__)
  return level == SimdLevel::neon;
#else
  return false;
#endif
}

SimdLevel simd_level() {
  const int level = level_in_force.load(std::memory_order_relaxed);
  return level == kNotChosen ? SimdLevel::plain : static_cast<SimdLevel>(level);
}

Status choose_simd(const char* name) {
  if (name == nullptr)
    name = std::getenv("PINHOLE_SIMD");
  if (name == nullptr || *name == '\0') { // as a service manager leaves a variable without a value
    level_in_force.store(static_cast<int>(best_level()), std::memory_order_relaxed);
    return {};
  }
  for (int level = 0; level < kSimdLevels; ++level)
    if (std::strcmp(name, kNames[level]) == 0) {
      if (!simd_supported(static_cast<SimdLevel>(level)))
        return error(Code::unsupported, "SIMD level %s: not on this CPU; the best here is %s", name,
                     simd_name(best_level()));
      level_in_force.store(level, std::memory_order_relaxed);
      return {};
    }
  return error(Code::invalid_argument, "SIMD level %.40s: unknown; use plain, sse4, avx2, avx512 or neon", name);
}

Status settle_simd() {
  return level_in_force.load(std::memory_order_relaxed) != kNotChosen ? Status() : choose_simd(nullptr);
}

} // namespace pinhole
