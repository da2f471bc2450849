// SPDX-License-Identifier: Apache-2.0
// Frames that are called normal and score like intruders: a range that was forgotten, or a truck in the recording.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pinhole::tool {

// `scores`: number and score of each frame, ascending by number. A warning that names the frames whose score is above
// a thousand times the lower quartile, and above 1000, in runs; "" where there are none. Score is the square of a rise
// in units of its usual size, so that such a frame is more than thirty times as unusual as a quarter of the others.
std::string unusual_scores(const std::vector<std::pair<int64_t, double>>& scores);

} // namespace pinhole::tool
