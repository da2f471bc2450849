// SPDX-License-Identifier: Apache-2.0
// What an engine has learned, out of it and back.
#pragma once

#include "engine/engine.h"
#include "train/owned_model.h"

namespace pinhole {

// Section 0 (weights), 2 or 3 (moments) of the flat parameter block; empty when there is none.
std::vector<float> read_section(const Engine& engine, int32_t section);
// The running statistics, one buffer after the other.
std::vector<float> read_buffers(const Engine& engine);

// The reverse. bad_file when the counts are not this engine's. After weights: refresh_parameters.
Status write_section(const std::vector<float>& numbers, int32_t section, Engine* engine);
Status write_buffers(const std::vector<float>& numbers, Engine* engine);

// Puts flat weights and buffers, laid out as this engine's, into the model from whose file the engine was opened.
void store_parameters(const Engine& engine, const std::vector<float>& weights, const std::vector<float>& buffers,
                      OwnedModel* model);

// Gives every parameter and buffer of `model` the numbers of its namesake in a weights file. invalid_argument names the
// first one that is missing there or has another shape. One that starts at 0 ("init": "zero") may be missing: so a
// trained network grows by layers that change nothing at first.
Status start_from(const std::string& path, OwnedModel* model);

} // namespace pinhole
