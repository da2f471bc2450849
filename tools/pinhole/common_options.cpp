// SPDX-License-Identifier: Apache-2.0
#include "common_options.h"

#include "arguments.h"
#include "option_checks.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pinhole::tool {
namespace {

// Which commands an option says something to.
struct Reach {
  const char* option;
  std::string_view commands; // " name " each; empty: all
};
constexpr std::string_view kRunning =
    " train denoise calibrate watch eval plan quantize pack bench "; // what they do is the work of a network
constexpr Reach kReaches[] = {
    {"--json", {}},
    {"--threads", kRunning},
    {"--seed", " train denoise eval inspect quantize pack bench "},
    {"--device", kRunning},
};

bool takes(const CLI::App& command, const Reach& reach) {
  return reach.commands.empty() || reach.commands.find(" " + command.get_name() + " ") != std::string_view::npos;
}

class CommandHelp : public CLI::Formatter {
public:
  std::string make_footer(const CLI::App* app) const override {
    std::string own = CLI::Formatter::make_footer(app);
    const CLI::App* program = app->get_parent();
    if (!program)
      return own;
    std::vector<const CLI::Option*> common;
    for (const Reach& reach : kReaches)
      if (takes(*app, reach))
        common.push_back(program->get_option(reach.option));
    const std::string group = make_group("Options that also stand before the command", false, common);
    return group.substr(1) + "\n" + own; // one empty line is there already
  }
};

} // namespace

void add_common_options(CLI::App* app, Common* common) {
  app->formatter(std::make_shared<CommandHelp>());
  app->add_flag("--json", common->json, "print one JSON object on standard output");
  Option(app->add_option("--threads", common->threads, "threads to use (default: all cores)"))
      .check(whole_number(1, 64));
  Option(app->add_option("--seed", common->seed, "seed of every random number (default 0)")).check(whole_number(0));
  Option(app->add_option("--device", common->device, "auto, cpu or cuda")).one_of({"auto", "cpu", "cuda"});
  app->fallthrough(); // they may also stand after the command
}

void refuse_untaken_options(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands())
    for (const Reach& reach : kReaches)
      if (app.count(reach.option) > 0 && !takes(*command, reach))
        throw CLI::ValidationError(reach.option, "pinhole " + command->get_name() + " has no use for it: leave it out");
}

} // namespace pinhole::tool
