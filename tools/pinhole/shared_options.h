// SPDX-License-Identifier: Apache-2.0
// Options that several commands have.
#pragma once

#include "deploy_file.h"
#include "evaluation.h"

#include <CLI/CLI.hpp>

#include <string>

namespace pinhole::tool {

// --level and --noise.
CLI::Option* add_level_option(CLI::App* command, std::string* level);
CLI::Option* add_noise_option(CLI::App* command, std::string* noise, const std::string& what_it_does);

// --data, --noise, --level and --range.
void add_eval_options(CLI::App* command, EvalOptions* options);

// MODEL, --out, and eval's options.
void add_deploy_options(CLI::App* command, DeployOptions* options);

} // namespace pinhole::tool
