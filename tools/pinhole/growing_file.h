// SPDX-License-Identifier: Apache-2.0
// A text file that grows line by line beside its place, as NAME.partial, and takes that place when it is whole.
#pragma once

#include "base/status.h"

#include <chrono>
#include <string>

namespace pinhole::tool {

class GrowingFile {
public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;
  ~GrowingFile();

  // Makes NAME.partial. One with something in it, which a killed run or a full disk left, is kept as NAME.partial.1, or
  // .2 ... Errors: invalid_argument (`path` is no file), io_error (also when another program writes it).
  Status open(const std::string& path);
  // What was kept of an earlier run, by its name now; "" when there was nothing.
  const std::string& kept_aside() const { return kept_aside_; }

  // Takes one line, with its end. Lines reach the file once a second or when there are 64 KiB of them, whole. io_error
  // when they cannot be written, the first time; up to kMostKept bytes are kept then and tried again later.
  Status add(const std::string& line);
  // To be called when no line came for a while.
  Status refresh();

  // The last lines, and the name. io_error when the file is not whole: it stays as NAME.partial, and what stood under
  // the name before is untouched.
  Status finish();

private:
  static constexpr size_t kMostKept = size_t{1} << 20;

  Status open_partial();
  Status keep_aside();
  Status write_kept();
  void abandon();

  std::string target_, partial_, kept_aside_, kept_;
  uint32_t mode_ = 0;
  int descriptor_ = -1;
  int64_t lost_ = 0; // lines
  bool reported_ = false;
  std::chrono::steady_clock::time_point flushed_;
};

} // namespace pinhole::tool
