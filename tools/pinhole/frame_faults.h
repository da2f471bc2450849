// SPDX-License-Identifier: Apache-2.0
// Frames that are left out, reported without flooding standard error.
#pragma once

#include "progress.h"

#include <cstdint>
#include <cstdio>
#include <string>

namespace pinhole::tool {

class FrameFaults {
public:
  // Prints the first ones, then one whenever their number has doubled.
  void report(const std::string& fault, ProgressLine* line) {
    ++count_;
    if (count_ > kAll && (count_ & (count_ - 1)) != 0)
      return;
    line->clear();
    std::fprintf(stderr, "pinhole: %s; frame left out\n", fault.c_str());
    if (count_ >= kAll)
      std::fprintf(stderr, "pinhole: %lld frames left out so far; only some of the others will be named\n",
                   static_cast<long long>(count_));
  }
  int64_t count() const { return count_; }

private:
  static constexpr int64_t kAll = 16;
  int64_t count_ = 0;
};

} // namespace pinhole::tool
