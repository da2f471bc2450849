// SPDX-License-Identifier: Apache-2.0
#include "latency.h"

#include <cstddef>
#include <cstdlib>

namespace firmware {
namespace {

int compare(const void* a, const void* b) {
  const float x = *static_cast<const float*>(a), y = *static_cast<const float*>(b);
  return (x > y) - (x < y);
}

// Of sorted numbers, the least that `percent` of them do not exceed.
double percentile(const float* sorted, int64_t count, int64_t percent) {
  return static_cast<double>(sorted[(count * percent + 99) / 100 - 1]);
}

} // namespace

void LatencyLog::add(double seconds) {
  if (count_ < kMaxFrames)
    ms_[count_++] = static_cast<float>(1e3 * seconds);
}

Latency LatencyLog::summarize() {
  if (count_ == 0)
    return {};
  std::qsort(ms_, static_cast<size_t>(count_), sizeof ms_[0], compare);
  return {percentile(ms_, count_, 50), percentile(ms_, count_, 99), percentile(ms_, count_, 100)};
}

} // namespace firmware
