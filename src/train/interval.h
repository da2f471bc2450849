// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole {

// A closed interval from which a number is drawn uniformly; low = high for a fixed one.
struct Interval {
  float low = 0, high = 0;
};

} // namespace pinhole
