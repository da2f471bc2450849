// SPDX-License-Identifier: Apache-2.0
// What a detector has to beat: the difference to the median frame.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole::tool {

// For the frames of a folder with the given numbers, which ascend, the mean absolute difference to the pixelwise median
// of those marked in `training`, as gray, after the frame was scaled to the median's mean brightness; NaN for those
// that the folder does not have.
Status median_difference(const std::string& folder, const std::vector<int64_t>& numbers,
                         const std::vector<bool>& training, std::vector<double>* difference);

} // namespace pinhole::tool
