// SPDX-License-Identifier: Apache-2.0
// Slow change of the law that the normal scores follow.
#pragma once

#include "anomaly/alerts_event.h"

namespace pinhole {

struct AlertLimits {
  double opening, closing;
};

// Low, middle and high are given.
inline bool watches_drift(const pinhole_alert_options& options) {
  return options.low < options.middle && options.middle < options.high;
}

void start_law(const pinhole_alert_options& options, pinhole_score_law* law);

// Takes the smoothed score of a frame without alert; `time` goes into what is opened or closed.
void follow_law(const pinhole_alert_options& options, int64_t frame, double score, double time, pinhole_score_law* law,
                pinhole_events* events);

// The thresholds in force: those of the options, raised along with the scores while drift is open; and little by little
// before, from when their law begins to change, so that what is about to be raised as drift is no anomaly.
AlertLimits limits_in_force(const pinhole_alert_options& options, const pinhole_score_law& law);

} // namespace pinhole
