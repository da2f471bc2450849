// SPDX-License-Identifier: Apache-2.0
// pinhole watch: frames in, alerts, scores and heat maps out.
#include "anomaly/running_calibration.h"
#include "arguments.h"
#include "calibration_file.h"
#include "command.h"
#include "image/file_bytes.h"
#include "json.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"
#include "output_paths.h"
#include "pinhole/alerts.h"
#include "watch_run.h"

#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

// What the watch added to the calibration, and what it left out for which reason.
void print_tally(const FrameTally& tally) {
  const std::pair<int64_t, const char*> reasons[] = {
      {tally.alert, "under an alert"},
      {tally.near, "near one"},
      {tally.camera, "under an event of the camera, in doubt or with a part of the scene hidden"},
      {tally.drift, "in drift"},
      {tally.repeated, "the same again and again"},
      {tally.beginning, "too few yet for a mean"},
  };
  std::string left_out;
  for (const auto& [frames, reason] : reasons)
    if (frames > 0)
      left_out += (left_out.empty() ? "; left out: " : ", ") + with_commas(frames) + " " + reason;
  std::printf("%s frames calibrated%s\n", with_commas(tally.added).c_str(), left_out.c_str());
}

Json json_of(const FrameTally& tally) {
  return {{"added", tally.added},           {"under_alert", tally.alert}, {"near_alert", tally.near},
          {"camera", tally.camera},         {"drift", tally.drift},       {"repeated", tally.repeated},
          {"without_mean", tally.beginning}};
}

void print_for_people(const WatchOptions& options, const WatchResult& result) {
  const pinhole_calibration& c = result.calibration;
  std::printf("%lld frames watched, %lld skipped: %lld anomalies, %lld suppressed, %lld events of the camera%s\n",
              static_cast<long long>(result.frames), static_cast<long long>(result.skipped),
              static_cast<long long>(result.anomalies), static_cast<long long>(result.suppressed),
              static_cast<long long>(result.camera_events), result.stopped ? " until it was stopped" : "");
  if (result.suppressed > 0)
    std::printf("suppressed: come and gone less than %.3g seconds after an anomaly%s\n",
                alert_rule(c, 0, 0).cooldown_seconds,
                options.most_alerts > 0 ? ", or more than --most-alerts in a day" : "");
  if (result.displaced > 0)
    std::printf("%s frames were watched by a camera that was moved, where it shows the scene now: put it back, or "
                "train again\n",
                with_commas(result.displaced).c_str());
  if (result.lines_lost > 0)
    std::printf("%s has %lld lines of these; %lld could not be written\n", short_path(options.alerts).c_str(),
                static_cast<long long>(result.lines), static_cast<long long>(result.lines_lost));
  if (result.bytes_skipped > 0)
    std::printf("%lld bytes of the stream belonged to no whole frame\n", static_cast<long long>(result.bytes_skipped));
  print_promise(c);
  if (options.no_update)
    return;
  if (result.first_threshold != static_cast<double>(c.threshold))
    std::printf("the threshold was %.3f at first; frames without alerts have moved it, the last of them for what comes "
                "next\n",
                result.first_threshold);
  print_tally(result.tally);
  if (result.known > 0)
    std::printf("%lld frames did not count: the model was trained on them, or the calibration knows them\n",
                static_cast<long long>(result.known));
  std::printf(!result.written.empty()      ? "written: %s\n"
              : options.update_calibration ? "%s is as it was: nothing was added to it\n"
                                           : "%s is as it was: --update-calibration keeps what a watch adds to it\n",
              short_path(result.written.empty() ? options.calibration : result.written).c_str());
}

Status watch(const WatchOptions& options, const Common& common) {
  WatchResult result;
  const Status status = run_watch(options, common, &result);
  if (!status.ok() && result.frames == 0)
    return status;
  if (!common.json) { // an output that failed takes nothing from what was seen
    print_for_people(options, result);
    return status;
  }
  const pinhole_calibration& c = result.calibration;
  print_json({{"frames", result.frames},
              {"skipped", result.skipped},
              {"bytes_skipped", result.bytes_skipped},
              {"displaced", result.displaced},
              {"stopped", result.stopped},
              {"known_frames", result.known},
              {"calibrating", options.no_update ? Json() : json_of(result.tally)},
              {"anomalies", result.anomalies},
              {"suppressed", result.suppressed},
              {"camera_events", result.camera_events},
              {"alert_lines", options.alerts.empty() ? Json() : Json(result.lines)},
              {"alert_lines_lost", options.alerts.empty() ? Json() : Json(result.lines_lost)},
              {"first_threshold", result.first_threshold},
              {"threshold", c.threshold},
              {"asked_per_day", c.asked_per_day},
              {"provisional", c.provisional != 0},
              {"written", result.written.empty() ? Json() : Json(result.written)},
              {"calibration", calibration_summary(c)}});
  return status;
}

// What is watched, and by what.
void add_source_options(const Command& command, WatchOptions* options, std::string* clock) {
  command.option("model", &options->model, "a scene's model, from train scene").required();
  command
      .option("--input", &options->input,
              "folder of frames, in natural order; motion JPEG: a .mjpeg file, a FIFO, or - for standard input")
      .required();
  command.option("--range", &options->range, kRangeHelp).check(frame_range());
  command
      .option("--clock", clock,
              "time of a frame: its number by the calibration's rate (frames), or when it came (arrival, "
              "which also notices a camera that is gone); auto: arrival for what comes through a pipe")
      .show_default()
      .one_of({"auto", "frames", "arrival"});
  command.option("--calibration", &options->calibration, "from calibrate (JSON)").required();
}

void add_output_options(const Command& command, WatchOptions* options) {
  command.option("--alerts", &options->alerts, "JSON lines to append: one when an event opens, one when it closes");
  command.option("--scores", &options->scores, "CSV to write: a row for every frame");
  const Option heatmaps =
      command.option("--heatmaps", &options->heatmaps,
                     "folder, not the input's nor in it, for the frames of alerts with their heat map, named by "
                     "number, of a live source by time and number");
  command.flag("--overwrite", &options->overwrite, "write into a folder that has the heat maps of an earlier watch")
      .needs(heatmaps);
  command
      .option("--plot", &options->plot,
              "picture (.png, .jpg), not among the frames or below: the scores, the threshold and the events")
      .check(picture_name());
  command
      .option("--contact-sheet", &options->sheet,
              "picture (.png, .jpg), not among the frames or below: each alert's highest frame, heat and box")
      .check(picture_name());
}

// When alerts open and close, and whether the calibration goes on.
void add_rule_options(const Command& command, WatchOptions* options) {
  command
      .option("--most-alerts", &options->most_alerts,
              "anomalies a day, no limit by default; more are logged as suppressed")
      .check(whole_number(1, PINHOLE_MOST_ALERTS));
  command
      .option("--longest-alert", &options->longest_alert,
              "seconds after which an open alert is closed, to open again where it is still there; 0: never")
      .show_default()
      .check(decimal_number(0, 1e9));
  const Option update =
      command.flag("--update-calibration", &options->update_calibration,
                   "write what the quiet frames add to the calibration back to its file, as it comes and at the end");
  command
      .flag("--no-update", &options->no_update,
            "keep the threshold as it was calibrated; else quiet frames go on calibrating it while this runs")
      .excludes(update);
}

FrameClock clock_named(const std::string& name) {
  return name == "frames" ? FrameClock::frames : name == "arrival" ? FrameClock::arrival : FrameClock::automatic;
}

// Throws wrong usage.
void check_usage(const WatchOptions& options) {
  for (const auto& [option, path] : {std::pair{"--alerts", &options.alerts}, std::pair{"--scores", &options.scores}})
    if (*path == "-")
      refuse_value(option, "- is the name of no file: /dev/stdout is standard output");
  keep_out_of(options.input, {{"--alerts", options.alerts},
                              {"--scores", options.scores},
                              {"--heatmaps", options.heatmaps, true},
                              {"--plot", options.plot},
                              {"--contact-sheet", options.sheet}});
}

} // namespace

void add_watch(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<WatchOptions>();
  const Command command(app, "watch", "alerts on what a calibrated scene does not look like");
  auto clock = std::make_shared<std::string>("auto");
  add_source_options(command, options.get(), clock.get());
  add_output_options(command, options.get());
  add_rule_options(command, options.get());
  command.footer(
      "SIGINT, SIGTERM and SIGHUP end a watch as the end of its input does: with everything written and exit status "
      "0.\n"
      "Example: pinhole watch car.pinhole --input frames --calibration car.json --alerts a.jsonl --scores s.csv "
      "--heatmaps maps --plot s.png --contact-sheet alerts.jpg\n"
      "Example: ffmpeg -f v4l2 -input_format mjpeg -i /dev/video0 -c:v copy -f mjpeg - | pinhole watch car.pinhole "
      "--input - --calibration car.json --alerts a.jsonl");
  command.then([=] {
    check_usage(*options);
    options->clock = clock_named(*clock);
    *action = [=] { return watch(*options, *common); };
  });
}

} // namespace pinhole::tool
