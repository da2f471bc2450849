// SPDX-License-Identifier: Apache-2.0
#include "option_checks.h"

#include "image/digits.h"
#include "image/listing.h"
#include "option_values.h"
#include "train/corruption.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>

namespace pinhole::tool {
namespace {

// A check that says what `parse` says.
template <class Parse> Check parsed_by(Parse parse) {
  return [parse](std::string& text) { return std::string(parse(text).text); };
}

} // namespace

Check whole_number(uint64_t low, uint64_t high) {
  const std::string allowed = std::to_string(low) + (high == UINT64_MAX ? " or more" : " to " + std::to_string(high));
  return [=](std::string& text) {
    uint64_t number = 0;
    if (!parse_digits(text, &number) || number < low || number > high)
      return "'" + text + "': give a whole number, " + allowed;
    text = std::to_string(number);
    return std::string();
  };
}

Check decimal_number(double low, double high) {
  char allowed[80];
  std::snprintf(allowed, sizeof allowed, "': give a number from %.10g to %.10g", low, high);
  return [=](std::string& text) {
    double number = 0;
    return parse_decimal(text, &number) && number >= low && number <= high ? std::string() : "'" + text + allowed;
  };
}

Check noise_level() {
  return parsed_by([](const std::string& text) {
    float level = 0;
    return parse_level(text, &level);
  });
}

Check frame_size() {
  return parsed_by([](const std::string& text) {
    int32_t width = 0, height = 0;
    return text.empty() ? error(Code::invalid_argument, "the size is empty") : parse_size(text, &width, &height);
  });
}

Check noise_kind() {
  return parsed_by([](const std::string& text) {
    Corruption corruption;
    return parse_corruption(text.c_str(), &corruption);
  });
}

Check frame_range() {
  return parsed_by(check_range);
}

Check picture_name() {
  return [](std::string& text) {
    std::string ending = text.substr(text.find_last_of("./") == std::string::npos ? 0 : text.find_last_of("./"));
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool known = ending == ".png" || ending == ".jpg" || ending == ".jpeg";
    return known ? std::string() : "'" + text + "': give a name that ends in .png or .jpg";
  };
}

Check not_empty() {
  return [](std::string& text) { return std::string(text.empty() ? "the value is empty" : ""); };
}

} // namespace pinhole::tool
