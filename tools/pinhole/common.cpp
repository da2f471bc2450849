// SPDX-License-Identifier: Apache-2.0
#include "common.h"

#include <algorithm>
#include <thread>

namespace pinhole::tool {

int32_t Common::thread_count() const {
  const auto cores = static_cast<int32_t>(std::thread::hardware_concurrency());
  return threads > 0 ? threads : std::max(1, std::min(cores, 64));
}

std::string with_commas(int64_t number) {
  std::string text = std::to_string(number);
  for (auto i = static_cast<int64_t>(text.size()) - 3; i > (number < 0); i -= 3)
    text.insert(static_cast<size_t>(i), ",");
  return text;
}

} // namespace pinhole::tool
