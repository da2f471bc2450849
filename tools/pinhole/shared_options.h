// SPDX-License-Identifier: Apache-2.0
// Options that several commands have.
#pragma once

#include "arguments.h"
#include "deploy_file.h"
#include "evaluation.h"

#include <cstdint>
#include <string>

namespace pinhole::tool {

// --level and --noise.
Option add_level_option(const Command& command, std::string* level);
Option add_noise_option(const Command& command, std::string* noise, const std::string& what_it_does);

// Throws wrong usage of --schedule and --rows; 0: not given.
void check_rows(const std::string& schedule, int32_t rows);

// --data, --noise, --level and --range.
void add_eval_options(const Command& command, EvalOptions* options);

// MODEL, --out, and eval's options; check_deploy_usage throws wrong usage of them.
void add_deploy_options(const Command& command, DeployOptions* options);
void check_deploy_usage(const DeployOptions& options);

} // namespace pinhole::tool
