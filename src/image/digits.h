// SPDX-License-Identifier: Apache-2.0
// Decimal numbers in the names of files, in options and in headers of pictures. Locales have no say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pinhole {

constexpr bool is_digit(int c) {
  return c >= '0' && c <= '9';
}

// How many digits stand in `text` from `at` on.
size_t digits_at(const std::string& text, size_t at);

// Whether `text` is digits alone, one at least, whose number fits; *number is it then.
bool parse_digits(const std::string& text, uint64_t* number);

} // namespace pinhole
