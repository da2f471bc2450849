// SPDX-License-Identifier: Apache-2.0
#include "image/digits.h"

namespace pinhole {

size_t digits_at(const std::string& text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_digit(text[end]))
    ++end;
  return end - at;
}

bool parse_digits(const std::string& text, uint64_t* number) {
  if (text.empty() || digits_at(text, 0) != text.size())
    return false;
  uint64_t sum = 0;
  for (const char digit : text) {
    const auto value = static_cast<uint64_t>(digit - '0');
    if (sum > (UINT64_MAX - value) / 10)
      return false;
    sum = sum * 10 + value;
  }
  *number = sum;
  return true;
}

} // namespace pinhole
