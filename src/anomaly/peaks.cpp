// SPDX-License-Identifier: Apache-2.0
#include "anomaly/peaks.h"

#include "base/checked.h"

#include <cfloat>

namespace pinhole {

namespace {

// The cluster that may still rise; `peak_frame` is where it was highest.
struct OpenCluster {
  float low, peak;
  size_t peak_frame;
};

// The highest of the frames from `first` to before `frame`, -FLT_MAX when there is none; no further than to what is at
// least `enough`.
float highest_before(const ScoreRuns& scores, size_t first, size_t frame, float enough) {
  float highest = -FLT_MAX;
  for (size_t i = frame; i > first && highest < enough; --i)
    highest = max_of(highest, scores.scores[i - 1]);
  return highest;
}

void add_run(const PeakList& list, const ScoreRuns& scores, size_t start, size_t end, size_t gap) {
  OpenCluster open = {0, 0, SIZE_MAX};
  for (size_t frame = start; frame < end; ++frame) {
    const float score = scores.scores[frame];
    const size_t first = frame - start > gap ? frame - gap : start;
    const float before = highest_before(scores, first, frame, score);
    if (score <= before)
      continue;
    // Whatever is highest in the window and opened an alert itself is the latest frame that did.
    const bool continues = open.peak_frame != SIZE_MAX && open.peak_frame >= first && open.peak == before;
    if (!continues) {
      if (open.peak_frame != SIZE_MAX)
        add_peak(list, open.low, open.peak);
      open.low = before;
    }
    open.peak = score;
    open.peak_frame = frame;
  }
  if (open.peak_frame != SIZE_MAX)
    add_peak(list, open.low, open.peak);
}

} // namespace

void add_peak(const PeakList& list, float low, float peak) {
  if (list.full() && peak <= list.peak[*list.count - 1])
    return;
  int32_t place = list.full() ? *list.count - 1 : (*list.count)++;
  for (; place > 0 && list.peak[place - 1] < peak; --place) {
    list.peak[place] = list.peak[place - 1];
    list.low[place] = list.low[place - 1];
  }
  list.peak[place] = peak;
  list.low[place] = low;
}

void add_runs(const PeakList& list, const ScoreRuns& scores, int32_t gap) {
  for (size_t run = 0; run < scores.run_count(); ++run)
    add_run(list, scores, scores.start(run), scores.end(run), static_cast<size_t>(gap));
}

int32_t alerts_at(const PeakList& list, float threshold) {
  int32_t alerts = 0;
  for (int32_t i = 0; i < *list.count && list.peak[i] > threshold; ++i)
    alerts += list.low[i] <= threshold;
  return alerts;
}

int32_t peaks_above(const PeakList& list, float level) {
  int32_t above = 0;
  while (above < *list.count && list.peak[above] > level)
    ++above;
  return above;
}

float threshold_for(const PeakList& list, int32_t alerts) {
  float threshold = list.peak[0];
  for (int32_t i = 0; i < *list.count; ++i) {
    threshold = list.peak[i];
    // Just below peak i the clusters up to i that have begun by then are alerts; further down some may not yet be.
    int32_t below = 0;
    for (int32_t j = 0; j <= i; ++j)
      below += list.low[j] < threshold;
    if (below > alerts)
      break;
  }
  return threshold;
}

} // namespace pinhole
