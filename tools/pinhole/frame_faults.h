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
  // `where`: the frame and ": ", or "" where `why` names it; `why` may be the same for many. Prints the first ones, of
  // those in a row for one reason the first alone, then one whenever their number has doubled.
  void report(const std::string& where, const std::string& why, ProgressLine* line) {
    ++count_;
    const bool again = count_ > 1 && why == latest_, doubled = (count_ & (count_ - 1)) == 0;
    latest_ = why;
    if (!(doubled && count_ >= kAll) && (again || count_ > kAll))
      return;
    line->clear();
    std::fprintf(stderr, "pinhole: %s%s; frame left out\n", where.c_str(), why.c_str());
    if (count_ >= kAll)
      std::fprintf(stderr, "pinhole: %lld frames left out so far; only some of the others will be named\n",
                   static_cast<long long>(count_));
  }
  int64_t count() const { return count_; }

private:
  static constexpr int64_t kAll = 16;
  int64_t count_ = 0;
  std::string latest_;
};

} // namespace pinhole::tool
