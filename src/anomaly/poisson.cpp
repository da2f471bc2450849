// SPDX-License-Identifier: Apache-2.0
#include "anomaly/poisson.h"

#include <cmath>

namespace pinhole {

double poisson_at_most(int32_t count, double mean) {
  // 12 standard deviations off, and the Poisson law's longer upper tail: nothing is lost, and most calls end here.
  const double reach = 12 * std::sqrt(mean) + 30;
  if (count < 0 || mean - count > reach || std::isinf(mean)) // infinity less infinity is no number
    return 0;
  if (count - mean > reach)
    return 1;
  double term = std::exp(-mean), sum = 0;
  for (int32_t i = 0; i <= count; ++i) {
    sum += term;
    term *= mean / (i + 1);
  }
  return sum < 1 ? sum : 1;
}

double poisson_upper_bound(int32_t count, double confidence) {
  // Normal theory bounds the bracket generously; 60 halvings reach rounding.
  double low = 0, high = count + 10 + 10 * std::sqrt(count + 1.0);
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    (poisson_at_most(count, middle) > 1 - confidence ? low : high) = middle;
  }
  return high;
}

} // namespace pinhole
