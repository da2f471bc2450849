// SPDX-License-Identifier: Apache-2.0
// Progress for people: a line that is redrawn on a terminal, nothing where output is piped.
#pragma once

#include <string>

namespace pinhole::tool {

class ProgressLine {
public:
  ProgressLine();

  // `share` of the work done, 0..1. Redrawn at most ten times a second.
  void show(const std::string& text, double share);
  // Leaves the last line standing.
  void finish();

private:
  bool terminal_;
  bool drawn_ = false;
  double last_seconds_ = -1;
};

// "1 h 05 min", "3 min 20 s", "12 s"
std::string duration(double seconds);

} // namespace pinhole::tool
