// SPDX-License-Identifier: Apache-2.0
// What every command is told beside its own options, and numbers as they all print them.
#pragma once

#include <cstdint>
#include <string>

namespace pinhole::tool {

// Options that stand before or after any command.
struct Common {
  bool json = false;
  int32_t threads = 0; // 0: all cores
  uint64_t seed = 0;
  std::string device = "auto";

  int32_t thread_count() const;
};

// "1,234,567"
std::string with_commas(int64_t number);

} // namespace pinhole::tool
