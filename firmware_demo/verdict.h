// SPDX-License-Identifier: Apache-2.0
// The truth held against what the firmware raised.
#pragma once

#include "programme.h"

#include <string>

namespace demo {

// One event of the library from its opening to its closing; suppressed ones are not kept.
struct Raised {
  int32_t kind;                  // pinhole_event_kind
  int64_t first, last, reported; // frames of the watching; reported: when it was opened
  bool open;
  pinhole_box box;
};

class EventLog {
public:
  // `start`: number of the first watched frame; `now`: of the frame that brought the events.
  void take(const pinhole_events& events, int64_t start, int64_t now);
  const std::vector<Raised>& raised() const { return raised_; }

private:
  std::vector<Raised> raised_;
};

struct Outcome {
  Episode episode;
  bool caught = false;      // by an event of the expected kind that overlaps it
  int64_t delay = 0;        // frames from its beginning to the report
  int32_t anomalies = 0;    // that overlap a happening which must raise another kind, or none
  int32_t other_events = 0; // of the camera, of a kind that it must not raise
};

struct Verdict {
  std::vector<Outcome> outcomes;
  int32_t events = 0, caught = 0;      // happenings that must raise something
  int32_t alerts = 0;                  // anomaly alerts, all
  int32_t false_alarms = 0;            // anomaly alerts that overlap no intruder
  int32_t false_events = 0;            // drift and the camera's, that overlap no happening of their kind
  std::vector<std::string> complaints; // what was missed or false, a line each
};

Verdict judge(const std::vector<Episode>& programme, const std::vector<Raised>& raised);

} // namespace demo
