// SPDX-License-Identifier: Apache-2.0
// What all events have in common: boxes, peaks, and the list that a call fills.
#pragma once

#include "base/checked.h"
#include "pinhole/alerts.h"

namespace pinhole {

// After an alert has closed, for a while.
inline bool is_cooling(const pinhole_alerts& alerts) {
  return alerts.elapsed < alerts.cool_until;
}

inline bool is_empty(const pinhole_box& box) {
  return box.width <= 0 || box.height <= 0;
}

inline pinhole_box box_union(const pinhole_box& a, const pinhole_box& b) {
  if (is_empty(a))
    return b;
  if (is_empty(b))
    return a;
  const int64_t x = min_of(a.x, b.x), y = min_of(a.y, b.y); // boxes are the caller's, and may be any
  const int64_t right = max_of(int64_t{a.x} + a.width, int64_t{b.x} + b.width);
  const int64_t bottom = max_of(int64_t{a.y} + a.height, int64_t{b.y} + b.height);
  const auto side = [](int64_t length) { return static_cast<int32_t>(min_of<int64_t>(length, INT32_MAX)); };
  return {static_cast<int32_t>(x), static_cast<int32_t>(y), side(right - x), side(bottom - y)};
}

// Appends a copy of `event` as opened or closed at `time`. No call of the library gives more than fit.
inline void give_event(const pinhole_event& event, bool open, double time, pinhole_events* events) {
  if (events->count >= PINHOLE_MOST_EVENTS)
    return;
  pinhole_event& given = events->event[events->count++];
  given = event;
  given.open = open ? 1 : 0;
  given.time = time;
}

inline void append_events(const pinhole_events& more, pinhole_events* events) {
  for (int32_t i = 0; i < more.count && events->count < PINHOLE_MOST_EVENTS; ++i)
    events->event[events->count++] = more.event[i];
}

// Begins an event with its first frame.
inline pinhole_event begin_event(int32_t kind, int64_t frame, double score, double threshold, const pinhole_box& box) {
  pinhole_event event = {};
  event.kind = kind;
  event.first = event.peak = event.last = frame;
  event.score = score;
  event.threshold = threshold;
  event.box = box;
  return event;
}

// `worse`: how this frame compares with the peak, whichever way the kind's score runs.
inline void extend_event(pinhole_event* event, int64_t frame, double score, double threshold, bool worse) {
  event->last = frame;
  if (!worse)
    return;
  event->peak = frame;
  event->score = score;
  event->threshold = threshold;
}

} // namespace pinhole
