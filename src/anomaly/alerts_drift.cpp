// SPDX-License-Identifier: Apache-2.0
// Shares and quantiles are followed one frame at a time. A share is an exponentially weighted mean of yes and no; a
// quantile takes steps of fixed size up or down (Robbins and Monro). So no single score weighs more than another, and
// nothing that is quicker than drift_frames is taken for drift.
#include "anomaly/alerts_drift.h"

namespace pinhole {
namespace {

constexpr double kTail = 0.1;                          // beyond either calibrated quantile, as long as nothing changes
constexpr double kOpenShare = 0.5, kCloseShare = 0.25; // of the scores beyond one of them
// Distances from middle to high per drift_frames, times the share by which a step is weighted.
constexpr double kPace = 4;
constexpr double kMostWidening = 4;      // of the distance from middle to threshold
constexpr double kLongestPassing = 3600; // seconds: what lasts longer does not pass, and says nothing of what does

void step_quantile(double share, double pace, double score, double* quantile) {
  *quantile += pace * (score > *quantile ? share : share - 1);
}

// The scores are as they were calibrated again.
void end_change(DriftClock clock, pinhole_score_law* law, pinhole_events* events) {
  if (law->event.open)
    give_event(law->event, false, clock.time, events);
  const double lasted = clock.elapsed - law->changed_at;
  if (law->changed && lasted <= kLongestPassing)
    law->longest_passing = max_of(law->longest_passing, lasted);
  law->changing = law->changed = law->event.open = 0;
}

} // namespace

void start_law(const pinhole_alert_options& options, pinhole_score_law* law) {
  *law = {};
  law->above = law->below = kTail;
  law->middle = options.middle;
  law->high = options.high;
}

void follow_law(const pinhole_alert_options& options, int64_t frame, double score, DriftClock clock,
                pinhole_score_law* law, pinhole_events* events) {
  const double weight = 1.0 / options.drift_frames;
  law->above += weight * ((score > options.high ? 1 : 0) - law->above);
  law->below += weight * ((score < options.low ? 1 : 0) - law->below);
  const double pace = kPace * weight * (options.high - options.middle);
  step_quantile(0.5, pace, score, &law->middle);
  step_quantile(1 - kTail, pace, score, &law->high);

  const double share = max_of(law->above, law->below);
  if (share < kCloseShare) {
    end_change(clock, law, events);
    return;
  }
  if (!law->changing)
    law->event = begin_event(PINHOLE_EVENT_DRIFT, frame, share, kOpenShare, {});
  law->changing = 1;
  extend_event(&law->event, frame, share, kOpenShare, share > law->event.score);
  if (share >= kOpenShare && !law->changed) {
    law->changed = 1;
    law->changed_at = clock.elapsed;
  }
  if (law->changed && !law->event.open && clock.elapsed - law->changed_at >= law->longest_passing) {
    give_event(law->event, true, clock.time, events);
    law->event.open = 1;
  }
}

AlertLimits limits_in_force(const pinhole_alert_options& options, const pinhole_score_law& law) {
  if (!law.changing || law.middle <= options.middle)
    return {options.threshold, options.closing_threshold};
  const double spread = (law.high - law.middle) / (options.high - options.middle);
  const double widening = min_of(max_of(spread, 1.0), kMostWidening);
  // All of it once drift is raised, part of it on the way there.
  const double share = law.changed ? 1 : (law.above - kCloseShare) / (kOpenShare - kCloseShare);
  const double part = min_of(max_of(share, 0.0), 1.0);
  const auto raised = [&](double limit) {
    return limit + part * (law.middle + widening * (limit - options.middle) - limit);
  };
  return {raised(options.threshold), raised(options.closing_threshold)};
}

} // namespace pinhole
