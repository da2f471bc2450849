// SPDX-License-Identifier: Apache-2.0
// pinhole watch: frames in, alerts, scores and heat maps out.
#include "command.h"
#include "option_values.h"
#include "pinhole/alerts.h"
#include "watch_run.h"

#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

Status watch(const WatchOptions& options, const Common& common) {
  WatchResult result;
  PINHOLE_RETURN_IF_ERROR(run_watch(options, common, &result));
  if (common.json) {
    print_json({{"frames", result.frames},
                {"skipped", result.skipped},
                {"anomalies", result.anomalies},
                {"suppressed", result.suppressed},
                {"camera_events", result.camera_events},
                {"threshold", result.threshold},
                {"asked_per_day", result.asked_per_day},
                {"provisional", result.provisional}});
  } else {
    std::printf("%lld frames watched, %lld skipped: %lld anomalies, %lld suppressed, %lld events of the camera\n",
                static_cast<long long>(result.frames), static_cast<long long>(result.skipped),
                static_cast<long long>(result.anomalies), static_cast<long long>(result.suppressed),
                static_cast<long long>(result.camera_events));
    if (result.provisional)
      std::printf("the threshold %.3f is provisional: fewer normal frames were seen than %.3g alerts a day need\n",
                  result.threshold, result.asked_per_day);
  }
  return {};
}

} // namespace

void add_watch(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* command = app->add_subcommand("watch", "alerts on what a calibrated scene does not look like");
  command->add_option("model", options->model, "a scene's model, from train scene")->required();
  command->add_option("--input", options->input, "folder of frames, in natural order")->required();
  command->add_option("--range", options->range, "positions in the folder, such as 0-53,60")->check(positions());
  command->add_option("--calibration", options->calibration, "from calibrate (JSON)")->required();
  command->add_option("--alerts", options->alerts, "JSON lines to append: one when an event opens, one when it closes");
  command->add_option("--scores", options->scores, "CSV to write: a row for every frame");
  command->add_option("--heatmaps", options->heatmaps, "folder for the frames of alerts with their heat map");
  command->add_option("--most-alerts", options->most_alerts, "anomalies a day; more are logged as suppressed")
      ->check(CLI::Range(1, PINHOLE_MOST_ALERTS));
  command->footer("Example: pinhole watch car.pinhole --input frames --calibration car.json --alerts a.jsonl "
                  "--scores s.csv --heatmaps maps");
  command->callback([=] { *action = [=] { return watch(*options, *common); }; });
}

} // namespace pinhole::tool
