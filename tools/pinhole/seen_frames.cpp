// SPDX-License-Identifier: Apache-2.0
#include "seen_frames.h"

#include "train/packed_numbers.h"

#include <algorithm>
#include <vector>

namespace pinhole::tool {

bool SeenFrames::add(uint32_t checksum) {
  return full() ? !has(checksum) : checksums_.insert(checksum).second;
}

std::string SeenFrames::text() const {
  std::vector<uint32_t> ascending(checksums_.begin(), checksums_.end());
  std::sort(ascending.begin(), ascending.end());
  return pack_ascending(ascending);
}

bool SeenFrames::read(const std::string& text) {
  std::vector<uint32_t> ascending;
  if (!unpack_ascending(text, &ascending) || ascending.size() > kMost)
    return false;
  checksums_.clear();
  checksums_.insert(ascending.begin(), ascending.end());
  return true;
}

} // namespace pinhole::tool
