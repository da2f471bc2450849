// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/recipe.h"

namespace pinhole {

// The learning rate of `step` (from 0) of `total` steps. Warm-up: base * (step + 1) / (warmup_steps + 1). After it,
// with t steps gone since: step: base * gamma^floor(t / step_size); cosine: from base down to final_rate at the last
// step.
float learning_rate_at(const ScheduleSpec& schedule, float base, int64_t step, int64_t total);

} // namespace pinhole
