// SPDX-License-Identifier: Apache-2.0
#include "anomaly/calibration_memory.h"

#include "anomaly/calibration_state.h"
#include "base/checked.h"

#include <cstring>

namespace pinhole {
namespace {

void leave_out(uint64_t alerts, float threshold, uint64_t* left_out, float* highest) {
  if (alerts == 0)
    return;
  *highest = *left_out == 0 ? threshold : max_of(*highest, threshold);
  *left_out += min_of(alerts, kMostCounted - *left_out);
}

void take_back(uint64_t alerts, uint64_t* left_out, float* highest) {
  *left_out -= min_of(alerts, *left_out);
  if (*left_out == 0)
    *highest = 0;
}

void add_frames(const ScoreRuns& scores, int32_t gap, const PeakList& list, uint64_t* frames) {
  if (scores.count == 0)
    return;
  add_runs(list, scores, gap);
  *frames += min_of<uint64_t>(scores.count, kMostCounted - *frames);
}

} // namespace

void add_to_memory(const ScoreRuns& scores, uint64_t left_out, bool apart, pinhole_calibration* c) {
  leave_out(left_out, c->threshold, &c->alerts_left_out, &c->left_out_threshold);
  add_frames(scores, c->run_length, peaks_of(c), &c->frames);
  if (!apart)
    return;
  leave_out(left_out, c->threshold, &c->recent_alerts_left_out, &c->recent_left_out_threshold);
  add_frames(scores, c->run_length, recent_peaks_of(c), &c->recent_frames);
}

void take_back_left_out(uint64_t alerts, pinhole_calibration* c) {
  take_back(alerts, &c->alerts_left_out, &c->left_out_threshold);
  take_back(alerts, &c->recent_alerts_left_out, &c->recent_left_out_threshold);
}

void forget_all_but_recent(pinhole_calibration* c) {
  c->frames = c->recent_frames;
  c->alerts_left_out = c->recent_alerts_left_out;
  c->left_out_threshold = c->recent_left_out_threshold;
  c->peak_count = c->recent_peak_count;
  std::memcpy(c->peak, c->recent_peak, sizeof c->peak);
  std::memcpy(c->low, c->recent_low, sizeof c->low);
  c->recent_frames = c->recent_alerts_left_out = 0;
  c->recent_left_out_threshold = 0;
  c->recent_peak_count = 0;
}

} // namespace pinhole
