// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"
#include "pinhole/calibration.h"

#include <string>

namespace pinhole::tool {

// False alarms a day over the threshold (logarithmic): as they were counted; the most that is promised, with
// confidence, where the frames support it and extrapolated beyond; the rate that was asked, the rate that the frames
// support, and the threshold. As save_image.
Status save_promise_plot(const std::string& path, const pinhole_calibration& calibration);

} // namespace pinhole::tool
