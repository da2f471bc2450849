// SPDX-License-Identifier: Apache-2.0
// pinhole: the command line. Exit codes: 0 done, 1 the work failed, 2 wrong usage.
#include "command.h"
#include "common_options.h"
#include "option_checks.h"

#include "device/cpu/simd.h"
#include "pinhole/pinhole.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <iostream>

namespace pinhole::tool {

namespace {

// An empty value (of an unset variable in a script) is never meant.
void refuse_empty_values(CLI::App* app) {
  for (CLI::Option* option : app->get_options())
    if (!option->get_positional() && option->get_items_expected_max() > 0)
      option->check(CLI::Validator(not_empty(), "")); // after the checks of its own, which say more
  for (CLI::App* command : app->get_subcommands({}))
    refuse_empty_values(command);
}

// "pinhole bench" when that command's arguments were being read.
std::string misused_program(const CLI::App& app) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  return app.get_name() + (commands.empty() ? "" : " " + commands[0]->get_name());
}

int fail(const Status& status) {
  std::fflush(stdout);
  std::fprintf(stderr, "pinhole: %s\n", status.text);
  return 1;
}

// The exit status of what was printed: a full disk may lie behind a redirection.
int check_output() {
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout)
    return fail(error(Code::io_error, "standard output could not be written: what was printed is not whole"));
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Compact autoencoders beside the camera: train, denoise, measure, in memory that was counted beforehand.",
      "pinhole");
  app.set_version_flag("--version", pinhole_version());
  app.require_subcommand(0, 1);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return "pinhole: " + std::string(error.what()) + "; see " + misused_program(*failed) + " --help\n";
  });
  app.footer("Start with: pinhole train --list; pinhole COMMAND --help says the rest.\n"
             "Exit status: 0 done, 1 the work failed, 2 wrong usage.");
  Common common;
  Action action;
  add_common_options(&app, &common);
  add_train(&app, &common, &action);
  add_denoise(&app, &common, &action);
  add_calibrate(&app, &common, &action);
  add_watch(&app, &common, &action);
  add_eval(&app, &common, &action);
  add_inspect(&app, &common, &action);
  add_plan(&app, &common, &action);
  add_quantize(&app, &common, &action);
  add_pack(&app, &common, &action);
  add_bench(&app, &common, &action);
  add_doctor(&app, &common, &action);
  refuse_empty_values(&app);
  try {
    app.parse(argc, argv);
    refuse_untaken_options(app);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? check_output() : 2; // help and version come this way
  }
  if (!action) {
    std::fprintf(stderr, "%s", app.help().c_str());
    return 2;
  }
  if (Status status = choose_simd(nullptr); !status.ok())
    return fail(status);
  if (common.device == "cuda")
    return fail(error(Code::unsupported, "--device cuda: this program was built without CUDA; use --device cpu"));
  const Status status = action();
  if (!status.ok())
    return fail(status);
  return check_output();
}

} // namespace
} // namespace pinhole::tool

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN); // a file at its limit is an error of write, which is reported, as a full disk is
  try {
    return pinhole::tool::run(argc, argv);
  } catch (const std::exception& exception) { // the standard library's: no memory, above all
    std::fprintf(stderr, "pinhole: %s\n", exception.what());
    return 1;
  }
}
