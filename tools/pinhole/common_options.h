// SPDX-License-Identifier: Apache-2.0
// The options that stand before or after any command, and the help of each command on those that it takes.
#pragma once

#include "common.h"

namespace CLI {
class App;
}

namespace pinhole::tool {

// To be called before any command is added: commands take the help's form from `app`.
void add_common_options(CLI::App* app, Common* common);

// Throws wrong usage where one was given that says nothing to the command that was chosen.
void refuse_untaken_options(const CLI::App& app);

} // namespace pinhole::tool
