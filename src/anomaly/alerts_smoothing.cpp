// SPDX-License-Identifier: Apache-2.0
#include "base/checked.h"
#include "pinhole/alerts.h"

#include <cmath>

void pinhole_smoothing_start(pinhole_smoothing* smoothing, int32_t frames) {
  if (!smoothing)
    return;
  *smoothing = {};
  smoothing->frames = pinhole::min_of(pinhole::max_of(frames, 1), PINHOLE_MOST_SMOOTHING);
}

int32_t pinhole_smooth(pinhole_smoothing* smoothing, double score, double* smoothed) {
  if (!smoothing || smoothing->frames < 1 || !smoothed || !std::isfinite(score))
    return 0;
  const int32_t frames = smoothing->frames;
  smoothing->recent[smoothing->next] = score;
  smoothing->next = (smoothing->next + 1) % frames;
  smoothing->count = pinhole::min_of(smoothing->count + 1, frames);
  // Oldest first: the bits depend on the scores in the window alone, not on where it began.
  double sum = 0;
  for (int32_t i = 0; i < smoothing->count; ++i)
    sum += smoothing->recent[(smoothing->next + frames - smoothing->count + i) % frames];
  *smoothed = sum / smoothing->count;
  return smoothing->count == frames ? 1 : 0;
}
