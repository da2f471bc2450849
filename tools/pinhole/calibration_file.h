// SPDX-License-Identifier: Apache-2.0
// A calibration as a JSON file: its numbers for people, its bytes for the program, and the scene's map.
#pragma once

#include "anomaly/scene_map.h"
#include "command.h"
#include "pinhole/calibration.h"

namespace pinhole::tool {

// The numbers that people want to read.
Json calibration_summary(const pinhole_calibration& calibration);

Status write_calibration(const std::string& path, const pinhole_calibration& calibration, int32_t least_cells,
                         const SceneMap& map);

// Fills *calibration and what `map`, made for the same model, has learned. bad_file names what is wrong. The caller
// checks the calibration against its origin.
Status read_calibration(const std::string& path, pinhole_calibration* calibration, int32_t* least_cells, SceneMap* map);

} // namespace pinhole::tool
