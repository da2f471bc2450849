// SPDX-License-Identifier: Apache-2.0
// Bytes as the arguments of calls: small numbers and hostile ones. At their end all are zero.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace pinhole::testing {

// Aborts, as a sanitizer does, with what was promised.
#define PINHOLE_HOLDS(condition)                                                                                       \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                              \
      std::abort();                                                                                                    \
    }                                                                                                                  \
  } while (false)

class Calls {
public:
  Calls(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool more() const { return at_ < end_; }
  uint8_t byte() { return more() ? *at_++ : 0; }
  // 0..most
  int32_t number(int32_t most) {
    const int32_t drawn = most < 256 ? byte() : byte() << 8 | byte();
    return drawn % (most + 1);
  }
  bool chance(int32_t one_in) { return number(one_in - 1) == one_in - 1; }

  // Mostly within 0..scale; one in eight is at the edge of what a double holds, or beyond.
  double real(double scale) {
    static constexpr double kEdges[] = {0,
                                        -0.0,
                                        -1,
                                        1e-300,
                                        1e-12,
                                        1e9,
                                        3e38,
                                        1e300,
                                        -1e300,
                                        9.3e18,
                                        std::numeric_limits<double>::denorm_min(),
                                        std::numeric_limits<double>::infinity(),
                                        -std::numeric_limits<double>::infinity(),
                                        std::numeric_limits<double>::quiet_NaN()};
    const uint8_t kind = byte();
    if (kind % 8 == 7)
      return kEdges[(kind / 8) % (sizeof kEdges / sizeof *kEdges)];
    return scale * (kind * 256 + byte()) / 65535;
  }
  // A whole number that may be any.
  int64_t whole() {
    static constexpr int64_t kEdges[] = {INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, -1, INT64_MAX - 1, 1ll << 53};
    const uint8_t kind = byte();
    return kind % 8 == 7 ? kEdges[(kind / 8) % (sizeof kEdges / sizeof *kEdges)] : kind;
  }

private:
  const uint8_t *at_, *end_;
};

} // namespace pinhole::testing
