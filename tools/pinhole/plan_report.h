// SPDX-License-Identifier: Apache-2.0
// A plan as text, JSON, C header and picture.
#pragma once

#include "base/status.h"
#include "engine/engine.h"
#include "json_output.h"

namespace pinhole::tool {

// Fields: sizes per region, bound, blocks with lifetimes and offsets, steps. tools/plan_bound.py reads it.
Json plan_json(const Engine& engine, size_t setup_bytes, size_t file_bytes);

void print_plan(const Engine& engine, const Json& json);

// #define PINHOLE_PLAN_SETUP_BYTES ... for firmware with static arrays. `command` made it; the sizes hold for so many
// threads.
Status write_plan_header(const std::string& path, const std::string& command, int32_t threads, const Json& json);

// Steps from left to right, bytes of scratch from bottom to top, one rectangle per block.
Status draw_plan(const std::string& path, const Plan& plan);

} // namespace pinhole::tool
