// SPDX-License-Identifier: Apache-2.0
// What the value of an option must look like. Checked while the command line is read, so that a wrong one is wrong
// usage (exit 2) before any work starts; each message says what is allowed.
#pragma once

#include "base/status.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace pinhole::tool {

constexpr int32_t kLargestSide = 16384; // of a frame, in pixels

// What --range says in every command.
constexpr char kRangeHelp[] =
    "frame numbers, such as 0-53,243-312: those that the files' names end in (000053.jpg) where all do, else counted "
    "from 0";

// A decimal number from `low` to `high`. For Option::transform: zeros in front, by which CLI11 knows octal, are cut.
CLI::Validator whole_number(uint64_t low, uint64_t high = UINT64_MAX);
// Decimal digits, with a point and an exponent where wanted; no nan, inf or hexadecimal number.
CLI::Validator decimal_number(double low, double high);
// Texts that parse_level, parse_size, parse_corruption and check_range take, for Option::check.
CLI::Validator noise_level();
CLI::Validator frame_size();
CLI::Validator noise_kind();
CLI::Validator frame_range();
// A name that ends as a picture does that can be written: .png, .jpg, .jpeg, in any case.
CLI::Validator picture_name();
// Anything but "".
CLI::Validator not_empty();

// What decimal_number takes, within no limits; false for everything else.
bool parse_decimal(const std::string& text, double* number);

constexpr float kLevelAuto = -1;
// "auto" (kLevelAuto) or a number 0..255.
Status parse_level(const std::string& text, float* level);

// "640x480", each side 1 to kLargestSide; leaves the numbers alone when `text` is empty.
Status parse_size(const std::string& text, int32_t* width, int32_t* height);

// The options --level and --noise of every command that has them.
CLI::Option* add_level_option(CLI::App* command, std::string* level);
CLI::Option* add_noise_option(CLI::App* command, std::string* noise, const std::string& what_it_does);

} // namespace pinhole::tool
