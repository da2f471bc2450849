// SPDX-License-Identifier: Apache-2.0
// A calibration as a JSON file: its numbers for people, its bytes for the program, and what the scorer has
// learned.
#pragma once

#include "anomaly/scene_scorer.h"
#include "base/status.h"
#include "json_output.h"
#include "pinhole/calibration.h"
#include "seen_frames.h"

#include <string>
#include <vector>

namespace pinhole::tool {

// The numbers that people want to read.
Json calibration_summary(const pinhole_calibration& calibration);
// The same as a few sentences on standard output: threshold, asked and supported rate, what is still missing.
void print_promise(const pinhole_calibration& calibration);

// The file. `seen`: the frames of recordings that it rests on.
std::string calibration_text(const pinhole_calibration& calibration, int32_t least_cells, const SceneScorer& scorer,
                             const SeenFrames& seen);

// The way back: fills *calibration, *seen and what `scorer`, made for the same model, has learned, and checks that they
// belong to that model and to each other; not that frames have the calibration's size and format. bad_file or
// invalid_argument name what is wrong, and `path`.
Status parse_calibration(const std::string& path, const std::vector<uint8_t>& bytes, uint64_t model_hash,
                         pinhole_calibration* calibration, int32_t* least_cells, SceneScorer* scorer, SeenFrames* seen);

} // namespace pinhole::tool
