// SPDX-License-Identifier: Apache-2.0
// The values that options have as texts; each message says what is allowed.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>

namespace pinhole::tool {

constexpr int32_t kLargestSide = 16384; // of a frame, in pixels

// What --range says in every command.
constexpr char kRangeHelp[] =
    "frame numbers, such as 0-53,243-312: those that the files' names end in (000053.jpg) where all do, else counted "
    "from 0";

// Decimal digits, with a point and an exponent where wanted; no nan, inf or hexadecimal number: false for those.
bool parse_decimal(const std::string& text, double* number);

constexpr float kLevelAuto = -1;
// "auto" (kLevelAuto) or a number 0..255.
Status parse_level(const std::string& text, float* level);

// "640x480", each side 1 to kLargestSide; leaves the numbers alone when `text` is empty.
Status parse_size(const std::string& text, int32_t* width, int32_t* height);

} // namespace pinhole::tool
