// SPDX-License-Identifier: Apache-2.0
// What `eval` and `denoise` work on: pictures, with a clean reference where there is one.
#pragma once

#include "image/image.h"

#include <string>
#include <vector>

namespace pinhole::tool {

struct ImagePair {
  std::string input, reference; // paths; reference is empty where there is none
};

// The pictures of a folder, or one picture. Names ending in _real / _mean (a noisy shot and the mean of many) make
// pairs. `range` as in --range; empty: all.
Status find_pairs(const std::string& path, const std::string& range, std::vector<ImagePair>* pairs);

// Loads a picture with `channels` channels: gray becomes RGB by repetition, RGB becomes gray by BT.601 luma.
Status load_as(const std::string& path, int32_t channels, Image* image);

// The last part of a path.
std::string base_name(const std::string& path);

} // namespace pinhole::tool
