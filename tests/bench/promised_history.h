// SPDX-License-Identifier: Apache-2.0
// Whether the promised rate is kept by calibrations that go on for long, and forget.
#pragma once

namespace pinhole::testing {

// Prints a Markdown table. Returns how many of its supported promises were kept in less than 90 %.
int print_history(int calibrations);

} // namespace pinhole::testing
