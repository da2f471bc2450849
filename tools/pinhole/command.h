// SPDX-License-Identifier: Apache-2.0
// What every command of the program shares.
#pragma once

#include "base/status.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace pinhole::tool {

using Json = nlohmann::ordered_json;

// Options that stand before or after any command.
struct Common {
  bool json = false;
  int32_t threads = 0; // 0: all cores
  uint64_t seed = 0;
  std::string device = "auto";

  int32_t thread_count() const;
};

// The command that the user chose; null until one is parsed.
using Action = std::function<Status()>;

// Adds one command to the program. Its action runs after parsing.
void add_inspect(CLI::App* app, const Common* common, Action* action);
void add_plan(CLI::App* app, const Common* common, Action* action);
void add_denoise(CLI::App* app, const Common* common, Action* action);
void add_train(CLI::App* app, const Common* common, Action* action);
void add_eval(CLI::App* app, const Common* common, Action* action);
void add_calibrate(CLI::App* app, const Common* common, Action* action);
void add_watch(CLI::App* app, const Common* common, Action* action);
void add_quantize(CLI::App* app, const Common* common, Action* action);
void add_pack(CLI::App* app, const Common* common, Action* action);
void add_bench(CLI::App* app, const Common* common, Action* action);
void add_doctor(CLI::App* app, const Common* common, Action* action);

// Prints `json` as one object on standard output.
void print_json(const Json& json);

// "1,234,567"
std::string with_commas(int64_t number);

} // namespace pinhole::tool
