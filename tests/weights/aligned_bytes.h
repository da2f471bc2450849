// SPDX-License-Identifier: Apache-2.0
// Blocks at a multiple of 64 that are exactly as long as asked, so that a sanitizer sees the first byte beyond.
#pragma once

#include "weights/reader.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace pinhole::testing {

class AlignedBytes {
public:
  explicit AlignedBytes(size_t size) : size_(size) {
    if (posix_memalign(&data_, Arena::kAlignment, size > 0 ? size : 1) != 0)
      std::abort();
  }
  AlignedBytes(const void* from, size_t size) : AlignedBytes(size) {
    if (size > 0)
      std::memcpy(data_, from, size);
  }
  explicit AlignedBytes(const std::vector<uint8_t>& from) : AlignedBytes(from.data(), from.size()) {}
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;
  ~AlignedBytes() { std::free(data_); } // NOLINT(clang-analyzer-unix.Malloc): no copies; optionals confuse it

  uint8_t* data() { return static_cast<uint8_t*>(data_); }
  size_t size() const { return size_; }

private:
  void* data_ = nullptr;
  size_t size_;
};

// A file read into memory of exactly the measured size.
struct ReadFile {
  explicit ReadFile(const std::vector<uint8_t>& bytes) : ReadFile(bytes.data(), bytes.size()) {}
  ReadFile(const void* bytes, size_t size) : file(bytes, size), setup(measure()), arena(setup.data(), setup.size()) {
    if (status.ok())
      status = read_model(file.data(), file.size(), &arena, &model);
  }

  AlignedBytes file;
  Status status;
  size_t measured = 0;
  AlignedBytes setup;
  Arena arena;
  Model model{};

private:
  size_t measure() {
    status = measure_model(file.data(), file.size(), &measured);
    return measured;
  }
};

} // namespace pinhole::testing
