// SPDX-License-Identifier: Apache-2.0
// pinhole pack: a deploy file for a target, numbers as they are.
#include "arguments.h"
#include "command.h"
#include "deploy_file.h"
#include "shared_options.h"

#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  DeployOptions deploy;
  std::string target = "cpu";
};

Status pack(const Options& options, const Common& common) {
  if (options.target != "cpu")
    return error(Code::unsupported, "pack --target %s: not in this version; cpu is", options.target.c_str());
  return write_deploy(options.deploy, common);
}

} // namespace

void add_pack(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "pack", "a deploy file: without what only training needs, weights as they are");
  add_deploy_options(command, &options->deploy);
  command.option("--target", &options->target, "what it is for: cpu (cuda: not in this version)")
      .show_default()
      .one_of({"cpu", "cuda"});
  command.footer("Folds batch norm into the convolutions before it. With --data, also the PSNR of both files.\n"
                 "It is another file than the one that a scene was calibrated with: calibrate the new one.\n"
                 "Example: pinhole pack m.pinhole --out d.pinhole");
  command.then([=] {
    check_deploy_usage(options->deploy);
    *action = [=] { return pack(*options, *common); };
  });
}

} // namespace pinhole::tool
