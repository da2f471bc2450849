// SPDX-License-Identifier: Apache-2.0
#include "verdict.h"

namespace demo {
namespace {

// Smoothing and the frames that close an alert make it last a little longer than what it is about.
constexpr int64_t kGraceFrames = 12;

bool overlap(const Raised& event, const Episode& episode) {
  return event.first <= episode.last() + kGraceFrames && event.last >= episode.first;
}

std::string describe(const Raised& event) {
  return std::string(pinhole_event_name(event.kind)) + " at frames " + std::to_string(event.first) + "-" +
         std::to_string(event.last);
}

// The first happening that may raise it.
Outcome* find_cause(const Raised& event, Verdict* verdict) {
  for (Outcome& outcome : verdict->outcomes)
    if (expected_event(outcome.episode.happening) == event.kind && overlap(event, outcome.episode))
      return &outcome;
  return nullptr;
}

void note_caught(const Raised& event, Outcome* outcome) {
  if (!outcome->caught)
    outcome->delay = event.reported - outcome->episode.first;
  outcome->caught = true;
}

// A false one is held against what happened meanwhile.
void note_false(const Raised& event, Verdict* verdict) {
  const bool anomaly = event.kind == PINHOLE_EVENT_ANOMALY;
  ++(anomaly ? verdict->false_alarms : verdict->false_events);
  std::string during;
  for (Outcome& outcome : verdict->outcomes)
    if (overlap(event, outcome.episode)) {
      during = std::string(" during: ") + name_of(outcome.episode.happening);
      ++(anomaly ? outcome.anomalies : outcome.other_events);
    }
  verdict->complaints.push_back("false: " + describe(event) + during);
}

} // namespace

void EventLog::take(const pinhole_events& events, int64_t start, int64_t now) {
  for (int32_t i = 0; i < events.count; ++i) {
    const pinhole_event& event = events.event[i];
    if (event.suppressed)
      continue;
    if (event.open) {
      raised_.push_back({event.kind, event.first - start, now - start, now - start, true, event.box});
      continue;
    }
    for (Raised& known : raised_)
      if (known.open && known.kind == event.kind && known.first == event.first - start) {
        known.open = false;
        known.last = event.last - start;
        known.box = event.box;
      }
  }
}

Verdict judge(const std::vector<Episode>& programme, const std::vector<Raised>& raised) {
  Verdict verdict;
  for (const Episode& episode : programme) {
    verdict.outcomes.push_back({episode});
    verdict.events += expected_event(episode.happening) >= 0;
  }
  for (const Raised& event : raised) {
    verdict.alerts += event.kind == PINHOLE_EVENT_ANOMALY;
    if (Outcome* cause = find_cause(event, &verdict))
      note_caught(event, cause);
    else
      note_false(event, &verdict);
  }
  for (const Outcome& outcome : verdict.outcomes) {
    const bool must = expected_event(outcome.episode.happening) >= 0;
    verdict.caught += must && outcome.caught;
    if (must && !outcome.caught)
      verdict.complaints.push_back("missed: " + std::string(name_of(outcome.episode.happening)) + " at frames " +
                                   std::to_string(outcome.episode.first) + "-" +
                                   std::to_string(outcome.episode.last()));
  }
  return verdict;
}

} // namespace demo
