// SPDX-License-Identifier: Apache-2.0
#include "option_values.h"

#include "image/digits.h"
#include "image/file_bytes.h"

#include <cmath>
#include <cstdlib>

namespace pinhole::tool {
namespace {

bool parse_side(const std::string& text, int32_t* side) {
  uint64_t number = 0;
  if (!parse_digits(text, &number) || number < 1 || number > kLargestSide)
    return false;
  *side = static_cast<int32_t>(number);
  return true;
}

} // namespace

bool parse_decimal(const std::string& text, double* number) {
  // strtod alone takes "nan", "inf", "0x10" and spaces in front, too.
  if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos)
    return false;
  char* end = nullptr;
  *number = std::strtod(text.c_str(), &end);
  return *end == '\0' && std::isfinite(*number);
}

Status parse_level(const std::string& text, float* level) {
  double number = 0;
  const bool known = text == "auto" || (parse_decimal(text, &number) && number >= 0 && number <= 255);
  if (!known)
    return error(Code::invalid_argument, "'%s': give a standard deviation from 0 to 255, or auto",
                 short_text(text).c_str());
  *level = text == "auto" ? kLevelAuto : static_cast<float>(number);
  return {};
}

Status parse_size(const std::string& text, int32_t* width, int32_t* height) {
  const size_t cross = text.find('x');
  if (!text.empty() && (cross == std::string::npos || !parse_side(text.substr(0, cross), width) ||
                        !parse_side(text.substr(cross + 1), height)))
    return error(Code::invalid_argument, "'%s': give WIDTHxHEIGHT, each 1 to %d", short_text(text).c_str(),
                 kLargestSide);
  return {};
}

} // namespace pinhole::tool
