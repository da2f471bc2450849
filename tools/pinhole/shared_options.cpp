// SPDX-License-Identifier: Apache-2.0
#include "shared_options.h"

#include "option_checks.h"
#include "option_values.h"
#include "output_paths.h"

namespace pinhole::tool {

Option add_level_option(const Command& command, std::string* level) {
  return command
      .option("--level", level, "noise deviation that the network is told, 0-255, or auto: estimated from each picture")
      .show_default()
      .check(noise_level());
}

Option add_noise_option(const Command& command, std::string* noise, const std::string& what_it_does) {
  return command
      .option("--noise", noise,
              what_it_does +
                  "gaussian:SIGMA (0-255), sensor:A,B, camera:SIGMA,BLUR, isp:PHOTONS,WIDTH,DEMOSAIC, mask:P, occlude, "
                  "jpeg:QUALITY, intruder:AREA, defect:SIZE,CONTRAST, misprint:SIZE, crack:LENGTH,CONTRAST, none; a "
                  "number may be a range "
                  "LOW..HIGH")
      .check(noise_kind());
}

void check_rows(const std::string& schedule, int32_t rows) {
  if (schedule == "whole" && rows > 0)
    refuse_value("--rows", "whole frames have no rounds of rows: leave it out, or give --schedule rows");
}

void add_eval_options(const Command& command, EvalOptions* options) {
  const Option data = command.option("--data", &options->data,
                                     "folder of clean pictures (with --noise), of pairs *_real, *_mean, or with test/");
  add_noise_option(command, &options->noise, "").needs(data);
  add_level_option(command, &options->level).needs(data);
  command.option("--range", &options->range, kRangeHelp).check(frame_range()).needs(data);
}

void add_deploy_options(const Command& command, DeployOptions* options) {
  command.option("model", &options->model, "weights file").required();
  command.option("--out", &options->out, "deploy file to write, another one than the model").required();
  add_eval_options(command, &options->eval);
}

void check_deploy_usage(const DeployOptions& options) {
  keep_out_of(options.eval.data, {{"--out", options.out}});
}

} // namespace pinhole::tool
