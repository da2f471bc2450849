// SPDX-License-Identifier: Apache-2.0
// pinhole quantize: a deploy file with weights of fewer bits.
#include "arguments.h"
#include "command.h"
#include "deploy_file.h"
#include "shared_options.h"

#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  DeployOptions deploy;
  std::string to, calibrate;
};

Status quantize(const Options& options, const Common& common) {
  if (options.to == "int8" || !options.calibrate.empty())
    return error(Code::unsupported,
                 "quantize %s: int8 is not in this version; --to f16, which needs no calibration, is",
                 options.calibrate.empty() ? "--to int8" : "--calibrate");
  DeployOptions deploy = options.deploy;
  deploy.storage = DType::f16;
  return write_deploy(deploy, common);
}

} // namespace

void add_quantize(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "quantize", "a deploy file with smaller weights; what it saves and costs");
  add_deploy_options(command, &options->deploy);
  command.option("--to", &options->to, "storage of the weights: f16 (int8: not in this version)")
      .required()
      .one_of({"f16", "int8"});
  command.option("--calibrate", &options->calibrate, "folder of pictures for int8 (not in this version)");
  command.footer("Drops what only training needs and folds batch norm into the convolutions before it.\n"
                 "With --data, also the PSNR of both files.\n"
                 "It is another file than the one that a scene was calibrated with: calibrate the new one.\n"
                 "Example: pinhole quantize m.pinhole --to f16 --out q.pinhole --data pictures --noise gaussian:25");
  command.then([=] {
    check_deploy_usage(options->deploy);
    *action = [=] { return quantize(*options, *common); };
  });
}

} // namespace pinhole::tool
