// SPDX-License-Identifier: Apache-2.0
// Events as JSON lines in a file. A line is there whole or not at all, and none is lost: what cannot be written is kept
// and written later.
#pragma once

#include "base/status.h"
#include "pinhole/alerts.h"

#include <cstdint>
#include <deque>
#include <string>

namespace pinhole {

// {"event":"anomaly","state":"open","first":F,"peak":F,"last":F,"score":S,"threshold":T,"box":[X,Y,W,H],"time":SECONDS}
// and, where it holds, "suppressed":true; without the line's end. Numbers that are not finite are null.
std::string event_line(const pinhole_event& event);

class AlertLog {
public:
  AlertLog() = default;
  AlertLog(const AlertLog&) = delete;
  AlertLog& operator=(const AlertLog&) = delete;
  ~AlertLog();

  // Appends to `path`, which is made when it is missing; what a crash left of a half-written line is cut off. One
  // writer for each file. From here on, the process ignores SIGXFSZ. Errors: io_error; invalid_argument when the file
  // begins or ends with something that is no alert.
  Status open(const std::string& path);

  // Writes one line with a single write and syncs it. io_error when that fails, the first time; the line is then kept,
  // behind those that are kept already.
  Status write(const pinhole_event& event);

  // Tries again what is kept; to be called now and then. Says nothing new about a failure that was reported.
  Status retry();

  // Lines that this log has put into the file, whole.
  int64_t written() const { return written_; }
  // Lines that are not yet in the file.
  const std::deque<std::string>& kept() const { return kept_; }

  // A last try. io_error when lines are still kept; kept() has them afterwards too.
  Status close();

private:
  Status lock_and_mend();
  Status flush();
  bool write_first();

  std::string path_;
  int descriptor_ = -1;
  bool regular_ = false, reported_ = false;
  size_t begun_ = 0; // bytes of the first kept line that are written and could not be taken back
  int64_t written_ = 0;
  std::deque<std::string> kept_;
};

} // namespace pinhole
