// SPDX-License-Identifier: Apache-2.0
#include "train/schedule.h"

#include <algorithm>
#include <cmath>

namespace pinhole {

float learning_rate_at(const ScheduleSpec& schedule, float base, int64_t step, int64_t total) {
  const double rate = static_cast<double>(base);
  const auto warmup = static_cast<double>(schedule.warmup_steps);
  if (step < schedule.warmup_steps)
    return static_cast<float>(rate * static_cast<double>(step + 1) / (warmup + 1));
  const int64_t gone = step - schedule.warmup_steps;
  switch (schedule.kind) {
  case ScheduleKind::constant:
    break;
  case ScheduleKind::step:
    return static_cast<float>(
        rate * std::pow(static_cast<double>(schedule.gamma), static_cast<double>(gone / schedule.step_size)));
  case ScheduleKind::cosine: {
    const int64_t last = std::max<int64_t>(1, total - 1 - schedule.warmup_steps);
    const double share = std::min(1.0, static_cast<double>(gone) / static_cast<double>(last));
    const double low = static_cast<double>(schedule.final_rate), pi = 3.14159265358979323846;
    return static_cast<float>(low + (rate - low) * 0.5 * (1 + std::cos(pi * share)));
  }
  }
  return base;
}

} // namespace pinhole
