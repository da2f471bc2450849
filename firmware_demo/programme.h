// SPDX-License-Identifier: Apache-2.0
// What happens in front of a watching camera, and to it: which event at which frame, drawn from a seed; and so the
// truth that alerts are held against.
#pragma once

#include "moment.h"
#include "pinhole/alerts.h"

#include <vector>

namespace demo {

enum class Happening : uint8_t {
  small_intruder, // 1 % of the frame
  dim_intruder,   // a third of its contrast
  slow_intruder,  // a quarter of a pixel per frame
  cover,
  freeze,
  blur,
  move,
  ageing, // scores change for good: the sensor gets warm, its noise grows in one corner
  lamp,   // from here on nothing that is worth an alert
  light_drift,
  shadow,
  flicker
};

const char* name_of(Happening happening);
// The kind of event that it must raise (pinhole_event_kind); -1: none.
int32_t expected_event(Happening happening);

struct Episode {
  Happening happening;
  int64_t first, frames; // counted from the beginning of the watching
  uint64_t seed;         // of its looks
  int64_t last() const { return first + frames - 1; }
};

// The happenings in an order drawn from `seed`, with quiet times between them. Those that do not fit into `frames` are
// left out, the last of the list first. `all`: blur, move and, at the end, ageing too.
std::vector<Episode> make_programme(uint64_t seed, int64_t frames, bool all);

// Frames that the whole programme needs.
int64_t programme_frames(bool all);

// The moment `index` of the watching; before 0 and between episodes nothing happens but wind and normal light.
// `start`: moment at which the watching begins.
Moment moment_of(const std::vector<Episode>& programme, int64_t start, int64_t index);

// People walk through every 450 frames: the life of the scene where nobody watches.
Moment everyday_moment(uint64_t seed, int64_t index);

} // namespace demo
