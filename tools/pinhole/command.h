// SPDX-License-Identifier: Apache-2.0
// The commands of the program.
#pragma once

#include "base/status.h"
#include "common.h"

#include <functional>

namespace CLI {
class App;
}

namespace pinhole::tool {

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

} // namespace pinhole::tool
