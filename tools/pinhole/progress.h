// SPDX-License-Identifier: Apache-2.0
// Progress for people: a line that is redrawn on a terminal; in a log nothing, or a line now and then.
#pragma once

#include <cstdint>
#include <string>

namespace pinhole::tool {

class ProgressLine {
public:
  // `log_seconds`: where there is no terminal, a line of its own is written so often; 0: none.
  explicit ProgressLine(double log_seconds = 0);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `share` of the work done, 0..1; below 0: nobody knows. Redrawn at most ten times a second.
  void show(const std::string& text, double share);
  // The same for things that are counted: "12/100 frames  8.3/s  10 s left". The rate is that since the first call.
  // `total` 0: not known.
  void show_count(int64_t done, int64_t total, const char* things);
  // Removes the line: something is about to be printed. The next call draws it again.
  void clear();
  // Leaves the last line standing.
  void finish();

private:
  bool terminal_;
  bool drawn_ = false;
  double log_seconds_, logged_seconds_; // how often, and when last
  double last_seconds_ = -1, first_seconds_ = -1;
  int64_t first_done_ = 0; // of show_count
};

// "pinhole: warning: TEXT" on standard error; nothing when `text` is empty.
void print_warning(const std::string& text);

// "3 days 2 h", "1 h 05 min", "3 min 20 s", "12 s"
std::string duration(double seconds);

} // namespace pinhole::tool
