// SPDX-License-Identifier: Apache-2.0
// What the value of an option must look like. Checked while the command line is read, so that a wrong one is wrong
// usage (exit 2) before any work starts; each message says what is allowed.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

namespace pinhole::tool {

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

} // namespace pinhole::tool
