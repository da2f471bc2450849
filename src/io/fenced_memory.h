// SPDX-License-Identifier: Apache-2.0
// Memory that shows who touched it: painted with a pattern, and fenced by pages that nobody may touch.
#pragma once

#include "base/status.h"

#include <cstddef>

namespace pinhole {

class FencedMemory {
public:
  FencedMemory() = default;
  ~FencedMemory() { release(); }
  FencedMemory(const FencedMemory&) = delete;
  FencedMemory& operator=(const FencedMemory&) = delete;

  // `bytes` bytes (a multiple of 64, or 0) that end at a protected page: one byte beyond is a fault. The page before
  // the first is protected too, up to the distance that alignment to a page leaves.
  Status allocate(size_t bytes);
  void paint(unsigned char pattern);

  // Bytes from the start to the last one that no longer shows the pattern.
  size_t touched(unsigned char pattern) const;

  unsigned char* data() const { return data_; }
  size_t size() const { return size_; }

private:
  void release();

  unsigned char* data_ = nullptr;
  size_t size_ = 0;
  void* mapping_ = nullptr;
  size_t mapping_bytes_ = 0;
};

} // namespace pinhole
