// SPDX-License-Identifier: Apache-2.0
// How long the frames took.
#pragma once

#include <cstdint>

namespace firmware {

constexpr int64_t kMaxFrames = 100000; // whose latency is kept

struct Latency {
  double p50_ms, p99_ms, max_ms; // 0 without frames
};

// Large: one of these lies in static memory.
class LatencyLog {
public:
  void clear() { count_ = 0; }
  void add(double seconds); // more than kMaxFrames are left out
  // Sorts what was added.
  Latency summarize();

private:
  int64_t count_ = 0;
  float ms_[kMaxFrames] = {};
};

} // namespace firmware
