// SPDX-License-Identifier: Apache-2.0
// A calibration's file on the disk, where other programs may write it, too: a watch for weeks, a person who confirms
// alerts meanwhile. Nobody overwrites what another has added.
#pragma once

#include "base/status.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pinhole::tool {

constexpr std::chrono::seconds kPatience{10}; // with another program that holds the folder's lock

// Writes a new one, whatever stands there. Errors: those of replace_file.
Status write_new_calibration(const std::string& path, const std::string& text);

// One that was read, and is written again with what was added.
class CalibrationStore {
public:
  explicit CalibrationStore(std::chrono::milliseconds patience = kPatience) : patience_(patience) {}

  // The file's bytes.
  Status read(const std::string& path, std::vector<uint8_t>* bytes);

  // Writes `text` where the file is as this store read or wrote it last, or is gone. Else (another program has written
  // it, it cannot be read, its folder stays locked for seconds, it is a link to nowhere) what is there stays, `text`
  // goes to NAME.new (or NAME.new.1, ...), whatever is written later goes there, too, and conflict() says so.
  Status write(const std::string& text);

  // Where the latest `write` went.
  const std::string& path() const { return path_; }
  // invalid_argument with where this store writes now, what to do, and why the file that was read stays; else ok.
  const Status& conflict() const { return conflict_; }

private:
  Status check_unchanged() const;
  Status claim_neighbour(std::string* path) const;
  Status write_beside(const std::string& text, const Status& obstacle);

  std::chrono::milliseconds patience_;
  std::string original_, path_, text_; // what was read; where it is written, and what that held last
  Status conflict_, reason_;
};

} // namespace pinhole::tool
