// SPDX-License-Identifier: Apache-2.0
// An engine together with the memory it runs in, taken from the heap: for trainers, tools and tests.
#pragma once

#include "engine/engine.h"

#include <cstdlib>
#include <memory>
#include <vector>

namespace pinhole {

// Zeroed bytes at a multiple of 64.
class AlignedBytes {
public:
  // False when the machine has not enough memory; earlier content is gone in any case.
  bool resize(size_t bytes);
  unsigned char* data() const { return data_.get(); }
  size_t size() const { return size_; }

private:
  struct Free {
    void operator()(unsigned char* data) const { std::free(data); }
  };
  std::unique_ptr<unsigned char, Free> data_;
  size_t size_ = 0;
};

class HostEngine {
public:
  HostEngine() = default;
  ~HostEngine() { close(); }
  HostEngine(const HostEngine&) = delete;
  HostEngine& operator=(const HostEngine&) = delete;

  // Copies the bytes of a weights file, plans and binds. A second call closes the first engine.
  Status open(const std::vector<uint8_t>& file, const EngineOptions& options);
  void close();

  Engine* get() const { return engine_; }
  Engine* operator->() const { return engine_; }
  Engine& operator*() const { return *engine_; }

private:
  AlignedBytes file_, setup_, prepared_, state_, scratch_;
  Engine* engine_ = nullptr; // lives in setup_
};

} // namespace pinhole
