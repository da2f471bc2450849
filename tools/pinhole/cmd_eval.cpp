// SPDX-License-Identifier: Apache-2.0
// pinhole eval: how good a model is on pictures with a known clean version.
#include "command.h"
#include "evaluation.h"

#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

void report(const EvalOptions& options, const Common& common, const EvalTotals& totals, const Json& rows) {
  const double n = static_cast<double>(totals.images);
  Json json = {{"model", options.model},        {"data", options.data},           {"noise", options.noise},
               {"level", options.level},        {"mean_level", totals.level / n}, {"seed", common.seed},
               {"images", totals.images},       {"psnr_in", totals.psnr_in / n},  {"psnr", totals.psnr / n},
               {"ssim_in", totals.ssim_in / n}, {"ssim", totals.ssim / n},        {"per_image", rows}};
  if (common.json)
    return print_json(json);
  std::printf("%-28s %8s %8s %8s\n", "image", "PSNR in", "PSNR", "SSIM");
  for (const Json& row : rows)
    std::printf("%-28s %8.2f %8.2f %8.4f\n", row["image"].get<std::string>().c_str(), row["psnr_in"].get<double>(),
                row["psnr"].get<double>(), row["ssim"].get<double>());
  std::printf("%-28s %8.2f %8.2f %8.4f   (mean of %lld, level %.1f)\n", "mean", totals.psnr_in / n, totals.psnr / n,
              totals.ssim / n, static_cast<long long>(totals.images), totals.level / n);
}

Status run_eval(const EvalOptions& options, const Common& common) {
  EvalTotals totals;
  Json rows;
  PINHOLE_RETURN_IF_ERROR(evaluate(options, common, &totals, &rows));
  report(options, common, totals, rows);
  return {};
}

} // namespace

void add_eval(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app->add_subcommand("eval", "PSNR and SSIM of a denoiser on pictures with a clean version");
  command->add_option("model", options->model, "weights file")->required();
  add_eval_options(command, options.get(), true);
  command->footer("Equal pictures have an infinite PSNR: null in JSON.\n"
                  "Example: pinhole eval m.pinhole --data pictures --noise gaussian:25 --level 25 --json");
  command->callback([=] { *action = [=] { return run_eval(*options, *common); }; });
}

} // namespace pinhole::tool
