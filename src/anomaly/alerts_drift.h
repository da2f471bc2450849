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

struct DriftClock {
  double elapsed; // seconds, never goes backwards
  double time;    // as it was given, for what is opened or closed
};

void start_law(const pinhole_alert_options& options, pinhole_score_law* law);

// Takes the smoothed score of a frame without alert.
void follow_law(const pinhole_alert_options& options, int64_t frame, double score, DriftClock clock,
                pinhole_score_law* law, pinhole_events* events);

// The thresholds in force: those of the options, raised along with the scores while their law has changed; and little
// by little before, from when their law begins to change, so that what is about to be raised as drift is no anomaly.
AlertLimits limits_in_force(const pinhole_alert_options& options, const pinhole_score_law& law);

} // namespace pinhole
