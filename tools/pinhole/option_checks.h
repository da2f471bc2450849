// SPDX-License-Identifier: Apache-2.0
// What the value of an option must look like. Checked while the command line is read, so that a wrong one is wrong
// usage (exit 2) before any work starts; each message says what is allowed.
#pragma once

#include "arguments.h"

#include <cstdint>

namespace pinhole::tool {

// A decimal number from `low` to `high`; zeros in front, by which CLI11 knows octal, are cut.
Check whole_number(uint64_t low, uint64_t high = UINT64_MAX);
// Decimal digits, with a point and an exponent where wanted; no nan, inf or hexadecimal number.
Check decimal_number(double low, double high);
// Texts that parse_level, parse_size, parse_corruption and check_range take.
Check noise_level();
Check frame_size();
Check noise_kind();
Check frame_range();
// A name that ends as a picture does that can be written: .png, .jpg, .jpeg, in any case.
Check picture_name();
// Anything but "".
Check not_empty();

} // namespace pinhole::tool
