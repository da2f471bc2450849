// SPDX-License-Identifier: Apache-2.0
// The learning rate of most recipes; no heap, no standard library: firmware that trains uses it too.
#pragma once

#include "base/checked.h"

#include <cmath>

namespace pinhole {

// From `base` at step 0 down to `final_rate` at the last of `steps` steps, along half a cosine; stays there.
inline float cosine_rate(float base, float final_rate, int64_t step, int64_t steps) {
  const int64_t last = max_of<int64_t>(1, steps - 1);
  const double share = min_of(1.0, static_cast<double>(step) / static_cast<double>(last));
  const double high = static_cast<double>(base), low = static_cast<double>(final_rate), pi = 3.14159265358979323846;
  return static_cast<float>(low + (high - low) * 0.5 * (1 + std::cos(pi * share)));
}

// During warm-up, step < steps: rises linearly, and would be `base` at `steps`.
inline float warmup_rate(float base, int64_t step, int64_t steps) {
  return static_cast<float>(static_cast<double>(base) * static_cast<double>(step + 1) /
                            (static_cast<double>(steps) + 1));
}

} // namespace pinhole
