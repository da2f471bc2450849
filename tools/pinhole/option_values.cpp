// SPDX-License-Identifier: Apache-2.0
#include "option_values.h"

#include "image/digits.h"
#include "image/file_bytes.h"
#include "image/listing.h"
#include "train/corruption.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
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

// A check that says what `parse` says.
template <class Parse> CLI::Validator parsed_by(Parse parse) {
  return CLI::Validator([parse](std::string& text) { return std::string(parse(text).text); }, "");
}

} // namespace

CLI::Validator whole_number(uint64_t low, uint64_t high) {
  const std::string allowed = std::to_string(low) + (high == UINT64_MAX ? " or more" : " to " + std::to_string(high));
  return CLI::Validator(
      [=](std::string& text) {
        uint64_t number = 0;
        if (!parse_digits(text, &number) || number < low || number > high)
          return "'" + text + "': give a whole number, " + allowed;
        text = std::to_string(number);
        return std::string();
      },
      "");
}

CLI::Validator decimal_number(double low, double high) {
  char allowed[80];
  std::snprintf(allowed, sizeof allowed, "': give a number from %.10g to %.10g", low, high);
  return CLI::Validator(
      [=](std::string& text) {
        double number = 0;
        return parse_decimal(text, &number) && number >= low && number <= high ? std::string() : "'" + text + allowed;
      },
      "");
}

CLI::Validator noise_level() {
  return parsed_by([](const std::string& text) {
    float level = 0;
    return parse_level(text, &level);
  });
}

CLI::Validator frame_size() {
  return parsed_by([](const std::string& text) {
    int32_t width = 0, height = 0;
    return text.empty() ? error(Code::invalid_argument, "the size is empty") : parse_size(text, &width, &height);
  });
}

CLI::Validator noise_kind() {
  return parsed_by([](const std::string& text) {
    Corruption corruption;
    return parse_corruption(text.c_str(), &corruption);
  });
}

CLI::Validator frame_range() {
  return parsed_by(check_range);
}

CLI::Validator picture_name() {
  return CLI::Validator(
      [](std::string& text) {
        std::string ending = text.substr(text.find_last_of("./") == std::string::npos ? 0 : text.find_last_of("./"));
        std::transform(ending.begin(), ending.end(), ending.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const bool known = ending == ".png" || ending == ".jpg" || ending == ".jpeg";
        return known ? std::string() : "'" + text + "': give a name that ends in .png or .jpg";
      },
      "");
}

CLI::Validator not_empty() {
  return CLI::Validator([](std::string& text) { return std::string(text.empty() ? "the value is empty" : ""); }, "");
}

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

CLI::Option* add_level_option(CLI::App* command, std::string* level) {
  return command
      ->add_option("--level", *level,
                   "noise deviation that the network is told, 0-255, or auto: estimated from each picture")
      ->capture_default_str()
      ->check(noise_level());
}

CLI::Option* add_noise_option(CLI::App* command, std::string* noise, const std::string& what_it_does) {
  return command
      ->add_option(
          "--noise", *noise,
          what_it_does +
              "gaussian:SIGMA (0-255), sensor:A,B, camera:SIGMA,BLUR, isp:PHOTONS,WIDTH,DEMOSAIC, mask:P, occlude, "
              "jpeg:QUALITY, intruder:AREA, none; a number may be a range LOW..HIGH")
      ->check(noise_kind());
}

} // namespace pinhole::tool
