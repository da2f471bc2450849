// SPDX-License-Identifier: Apache-2.0
// Denormal numbers cost up to a hundred cycles each and mean nothing in a network: every thread that runs kernels reads
// and writes them as zero.
#pragma once

#include <cstdint>

namespace pinhole {

// Flushes denormals to zero in the calling thread from construction to destruction.
class FlushDenormals {
public:
  FlushDenormals() : saved_(control()) { set_control(saved_ | kFlush); }
  ~FlushDenormals() { set_control(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

private:
#if defined(__x86_64__)
  static constexpr uint64_t kFlush = 0x8040; // MXCSR: flush to zero, denormals are zero
  static uint64_t control() {
    return __builtin_ia32_stmxcsr();
  }
  static void set_control(uint64_t value) {
    __builtin_ia32_ldmxcsr(static_cast<unsigned>(value));
  }
#elif defined(__aarch64__)
  static constexpr uint64_t kFlush = uint64_t{1} << 24; // FPCR.FZ: inputs and results
  static uint64_t control() {
    uint64_t value = 0;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set_control(uint64_t value) {
    asm volatile("msr fpcr, %0" : : "r"(value));
  }
#else
  static constexpr uint64_t kFlush = 0;
  static uint64_t control() {
    return 0;
  }
  static void set_control(uint64_t) {}
#endif

  uint64_t saved_;
};

} // namespace pinhole
