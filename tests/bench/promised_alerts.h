// SPDX-License-Identifier: Apache-2.0
// Whether the promise is kept by the alerts that the rule gives, not only by the clusters that a calibration counts.
#pragma once

namespace pinhole::testing {

// Prints a table. Returns how many of its rows kept the promise in less than 90 %.
int print_alerts_given();

} // namespace pinhole::testing
