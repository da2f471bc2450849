// SPDX-License-Identifier: Apache-2.0
#include "train/schedule.h"

#include "train/cosine_rate.h"

namespace pinhole {

float learning_rate_at(const ScheduleSpec& schedule, float base, int64_t step, int64_t total) {
  if (step < schedule.warmup_steps)
    return warmup_rate(base, step, schedule.warmup_steps);
  const int64_t gone = step - schedule.warmup_steps;
  switch (schedule.kind) {
  case ScheduleKind::constant:
    break;
  case ScheduleKind::step:
    return static_cast<float>(static_cast<double>(base) * std::pow(static_cast<double>(schedule.gamma),
                                                                   static_cast<double>(gone / schedule.step_size)));
  case ScheduleKind::cosine:
    return cosine_rate(base, schedule.final_rate, gone, total - schedule.warmup_steps);
  }
  return base;
}

} // namespace pinhole
