// SPDX-License-Identifier: Apache-2.0
// Which frames a calibration rests on already, so that none of them counts twice.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

namespace pinhole::tool {

// Frames by their checksums, as a model's file remembers those of its training.
class SeenFrames {
public:
  static constexpr size_t kMost = 300000; // later ones are not remembered

  // False when it is remembered already.
  bool add(uint32_t checksum);
  bool has(uint32_t checksum) const { return checksums_.count(checksum) > 0; }
  size_t count() const { return checksums_.size(); }
  bool full() const { return count() >= kMost; }

  // As a short text, and back.
  std::string text() const;
  // False, with nothing changed, when `text` is no such text to its last letter.
  [[nodiscard]] bool read(const std::string& text);

private:
  std::unordered_set<uint32_t> checksums_;
};

} // namespace pinhole::tool
