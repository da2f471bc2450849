// SPDX-License-Identifier: Apache-2.0
// A calibration's file on the disk, where other programs may write it, too: a watch for weeks, a person who confirms
// alerts meanwhile. Nobody overwrites what another has added.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole::tool {

// Writes a new one, whatever stands there. Errors: those of replace_file; io_error when another program keeps the
// folder locked for seconds.
Status write_new_calibration(const std::string& path, const std::string& text);

// One that was read, and is written again with what was added.
class CalibrationStore {
public:
  // The file's bytes.
  Status read(const std::string& path, std::vector<uint8_t>* bytes);

  // Writes `text` where the file is as this store read or wrote it last, or is gone. Else another program has written
  // it: that file stays, `text` goes to NAME.new (or NAME.new.1, ...), whatever is written later goes there, too, and
  // conflict() says so.
  Status write(const std::string& text);

  // Where the latest `write` went.
  const std::string& path() const { return path_; }
  // invalid_argument with both names and what to do, once another program has written the file; else ok.
  const Status& conflict() const { return conflict_; }

private:
  bool is_as_it_was() const;
  Status evade();

  std::string path_, text_; // the file, and what it held when it was read or written last
  Status conflict_;
};

} // namespace pinhole::tool
