// SPDX-License-Identifier: Apache-2.0
// The highest clusters of scores, kept so that the number of alerts is known at every threshold at once.
//
// A frame opens an alert at threshold t when its score is above t and the highest of the `gap` frames before it is not:
// at every t in [low, score), with low that highest one. A frame that is higher still continues the interval, so one
// rise is one cluster [low, peak), and the alerts at t are the clusters that cover t.
#pragma once

#include "anomaly/declustering.h"

namespace pinhole {

// Clusters by descending peak in memory of the caller's. When full, the lowest peak gives way, so alerts are counted
// exactly at every threshold from the lowest peak on.
struct PeakList {
  float* peak;
  float* low; // low[i] < peak[i]
  int32_t* count;
  int32_t capacity;

  bool full() const { return *count == capacity; }
};

void add_peak(const PeakList& list, float low, float peak);

// Adds the clusters of every run, `gap` frames at least 1. A run that starts high counts a cluster there.
void add_runs(const PeakList& list, const ScoreRuns& scores, int32_t gap);

// How many alerts the frames would have given at `threshold`.
int32_t alerts_at(const PeakList& list, float threshold);

// How many peaks are above `level`.
int32_t peaks_above(const PeakList& list, float level);

// The least threshold, among the peaks, from which on there are never more than `alerts` (at least 0) of them. A full
// list cannot tell about thresholds below its last peak and ends there. The list holds a peak.
float threshold_for(const PeakList& list, int32_t alerts);

} // namespace pinhole
