// SPDX-License-Identifier: Apache-2.0
// Confidence bounds from counts of rare events: N is Poisson distributed.
#pragma once

#include <cstdint>

namespace pinhole {

// P(N <= count) for a mean of at least 0, to 1e-15; 0 for count below 0. For counts up to 300: beyond, exp(-mean)
// underflows while the probability is not yet negligible.
double poisson_at_most(int32_t count, double mean);

// The mean at which as few as `count` events are seen with probability 1 - confidence: an upper bound of the mean, in
// the manner of Clopper and Pearson. poisson_upper_bound(0, 0.95) is 3.0.
double poisson_upper_bound(int32_t count, double confidence);

// The largest count up to `most` that rejects `mean` as too high: poisson_at_most(count, mean) <= 1 - confidence.
// -1 when even no event at all does not reject it.
int32_t poisson_allowed(double mean, double confidence, int32_t most);

} // namespace pinhole
