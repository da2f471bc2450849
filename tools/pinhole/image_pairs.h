// SPDX-License-Identifier: Apache-2.0
// What `eval` and `denoise` work on: pictures, with a clean reference where there is one.
#pragma once

#include "base/status.h"
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

// Loads a picture with `channels` channels: gray becomes RGB by repetition, RGB becomes gray by BT.601 luma. `note`: as
// load_image's.
Status load_as(const std::string& path, int32_t channels, Image* image, std::string* note = nullptr);

// NaN where a side is too small for SSIM. The pictures have one shape.
double ssim_or_nan(const Image& image, const Image& reference);

std::string similarity_text(double similarity); // "0.9876", "-" for NaN

// `status` with "path: " in front, unless its text begins so already, as what is said of reading a picture does.
Status with_path_once(const std::string& path, const Status& status);

// The last part of a path.
std::string base_name(const std::string& path);

} // namespace pinhole::tool
