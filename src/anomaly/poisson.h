// SPDX-License-Identifier: Apache-2.0
// Confidence bounds from counts of rare events: N is Poisson distributed.
#pragma once

#include <cstdint>

namespace pinhole {

// P(N <= count) for a mean of at least 0, infinity too, to 1e-15; 0 for count below 0. For counts up to 300: beyond,
// exp(-mean) underflows while the probability is not yet negligible.
double poisson_at_most(int32_t count, double mean);

// The mean at which as few as `count` events are seen with probability 1 - confidence: an upper bound of the mean, in
// the manner of Clopper and Pearson. poisson_upper_bound(0, 0.95) is 3.0.
double poisson_upper_bound(int32_t count, double confidence);

} // namespace pinhole
