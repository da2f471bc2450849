// SPDX-License-Identifier: Apache-2.0
// What the demo prints about watching.
#pragma once

#include "report.h"
#include "verdict.h"
#include "watch_scene.h"

namespace demo {

// A bar for each phase before the watching; a line each where nobody looks at a terminal.
class PhaseBar {
public:
  PhaseBar();
  void show(int32_t phase, double share_done);

private:
  bool terminal_;
  int32_t phase_ = -1;
  double began_ = 0, shown_ = 0; // seconds
};

void print_calibration(const firmware::WatchReport& report);
void print_happenings(const Verdict& verdict);
void print_watching(const firmware::WatchReport& report, const Verdict& verdict, double frames_per_second);

// Appends what tests/unseen_scenes.sh adds up: a line for every happening, and one for the scene, with tabs between.
pinhole::Status append_record(const std::string& path, uint64_t seed, const firmware::WatchReport& report,
                              const Verdict& verdict, double frames_per_second);

} // namespace demo
