// SPDX-License-Identifier: Apache-2.0
// What a detector has to beat: the difference to the median frame.
#pragma once

#include "base/status.h"

#include <string>
#include <vector>

namespace pinhole::tool {

// For every frame of a folder the mean absolute difference to the pixelwise median of those marked in `training`, as
// gray, after the frame was scaled to the median's mean brightness.
Status median_difference(const std::string& folder, const std::vector<bool>& training, std::vector<double>* difference);

} // namespace pinhole::tool
