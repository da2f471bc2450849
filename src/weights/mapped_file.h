// SPDX-License-Identifier: Apache-2.0
// A file's bytes in memory, read-only. Host side; the core only sees the pointer and the length.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <string>

namespace pinhole {

// The file must not be shortened while it is mapped (the system kills the reader); replace_file never does that.
class MappedFile {
public:
  MappedFile() = default;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&& other) noexcept { swap(&other); }
  MappedFile& operator=(MappedFile&& other) noexcept {
    swap(&other);
    return *this;
  }
  ~MappedFile() { close(); }

  // Maps `path`, giving up an earlier mapping. A missing or unreadable file is io_error; an empty one is bad_file;
  // anything but a regular file is invalid_argument.
  Status open(const std::string& path);
  void close();

  const void* data() const { return data_; } // page-aligned; null when nothing is open
  size_t size() const { return size_; }

private:
  void swap(MappedFile* other);

  void* data_ = nullptr;
  size_t size_ = 0;
};

} // namespace pinhole
