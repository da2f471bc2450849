// SPDX-License-Identifier: Apache-2.0
// The alerts that may be given in any budget_seconds.
#pragma once

#include "base/checked.h"
#include "pinhole/alerts.h"

namespace pinhole {

// The budget's window holds as many alerts as it may.
inline bool is_spent(const pinhole_alerts& alerts) {
  const int32_t most = alerts.options.most_alerts;
  return most > 0 && alerts.openings == most &&
         alerts.elapsed - alerts.opening[alerts.next_opening] < alerts.options.budget_seconds;
}

inline void note_opening(pinhole_alerts* alerts) {
  const int32_t most = alerts->options.most_alerts;
  if (most == 0)
    return;
  alerts->opening[alerts->next_opening] = alerts->elapsed;
  alerts->next_opening = (alerts->next_opening + 1) % most;
  alerts->openings = min_of(alerts->openings + 1, most);
}

} // namespace pinhole
