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

void SeenFrames::read(const std::string& text) {
  for (const uint32_t checksum : unpack_ascending(text))
    add(checksum);
}

} // namespace pinhole::tool
