// SPDX-License-Identifier: Apache-2.0
// A calibration as a JSON file: its numbers for people, its bytes for the program, and what the scorer has
// learned.
#pragma once

#include "anomaly/scene_scorer.h"
#include "command.h"
#include "pinhole/calibration.h"

namespace pinhole::tool {

// The numbers that people want to read.
Json calibration_summary(const pinhole_calibration& calibration);
// The same as a few sentences on standard output: threshold, asked and supported rate, what is still missing.
void print_promise(const pinhole_calibration& calibration);

Status write_calibration(const std::string& path, const pinhole_calibration& calibration, int32_t least_cells,
                         const SceneScorer& scorer);

// Fills *calibration and what `scorer`, made for the same model, has learned. bad_file names what is wrong. The caller
// checks the calibration against its origin.
Status read_calibration(const std::string& path, pinhole_calibration* calibration, int32_t* least_cells,
                        SceneScorer* scorer);

} // namespace pinhole::tool
