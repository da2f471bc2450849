// SPDX-License-Identifier: Apache-2.0
// pinhole eval: how good a model is on pictures with a known clean version or known defects, or scores on labelled
// frames.
#include "arguments.h"
#include "command.h"
#include "defect_evaluation.h"
#include "defect_folder.h"
#include "evaluation.h"
#include "heat_mapper.h"
#include "image/file_bytes.h"
#include "image/listing.h"
#include "image_pairs.h"
#include "json.h"
#include "json_output.h"
#include "output_paths.h"
#include "scored_sequence.h"
#include "shared_options.h"

#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

void report(const EvalOptions& options, const Common& common, const EvalTotals& totals, const Json& rows) {
  const auto n = static_cast<double>(totals.images), similar = static_cast<double>(totals.similar);
  Json json = {{"model", options.model},
               {"data", options.data},
               {"noise", options.noise},
               {"level", options.level},
               {"mean_level", totals.level / n},
               {"seed", common.seed},
               {"images", totals.images},
               {"psnr_in", totals.psnr_in / n},
               {"psnr", totals.psnr / n},
               {"ssim_in", totals.ssim_in / similar},
               {"ssim", totals.ssim / similar},
               {"failed", totals.failed},
               {"per_image", rows}};
  if (common.json)
    return print_json(json);
  std::printf("%-28s %8s %8s %8s\n", "image", "PSNR in", "PSNR", "SSIM");
  for (const Json& row : rows)
    std::printf("%-28s %8.2f %8.2f %8s\n", row["image"].get<std::string>().c_str(), row["psnr_in"].get<double>(),
                row["psnr"].get<double>(), similarity_text(row["ssim"].get<double>()).c_str());
  std::printf("%-28s %8.2f %8.2f %8s   (mean of %lld, level %.1f)\n", "mean", totals.psnr_in / n, totals.psnr / n,
              similarity_text(totals.ssim / similar).c_str(), static_cast<long long>(totals.images), totals.level / n);
}

Status run_eval(const EvalOptions& options, const Common& common) {
  EvalTotals totals;
  Json rows;
  PINHOLE_RETURN_IF_ERROR(evaluate(options, common, &totals, &rows));
  report(options, common, totals, rows);
  return check_all_used(totals);
}

// Prints what a folder with known defects shows.
template <class Evaluate, class Print>
Status run_defects(const DefectOptions& options, const Common& common, Evaluate evaluate_folder, Print print) {
  Json json;
  PINHOLE_RETURN_IF_ERROR(evaluate_folder(options, common, &json));
  common.json ? print_json(json) : print(json);
  return {};
}

// What is wrong with the file is said when it is used.
bool finds_defects(const std::string& model, const Common& common) {
  HeatMapper mapper;
  return mapper.open(model, common.thread_count()).ok() && mapper.says_where();
}

// The layout of the folder says what is to be measured; noise asks for a denoiser's figures everywhere.
Status run_model(const EvalOptions& options, const Common& common, const std::string& heatmaps,
                 const std::string& good) {
  const DefectOptions defects = {options.model, options.data, heatmaps, options.range};
  const bool boxed = options.noise.empty() && is_boxed_folder(options.data);
  const bool masked = options.noise.empty() && !boxed && is_masked_folder(options.data);
  const bool unlabelled = options.noise.empty() && !boxed && !masked && finds_defects(options.model, common);
  if ((boxed || masked || unlabelled) && options.level != "auto")
    return error(Code::invalid_argument, "--level %s: where defects are looked for, no level is told: leave it out",
                 options.level.c_str());
  if (boxed)
    return run_defects(defects, common, evaluate_boxed, print_boxed);
  if (masked)
    return run_defects(defects, common, evaluate_masked, print_masked);
  if (unlabelled)
    return run_defects(
        defects, common,
        [&](const DefectOptions& asked, const Common& all, Json* json) {
          return evaluate_unlabelled(asked, good, all, json);
        },
        print_unlabelled);
  if (!good.empty())
    return error(Code::invalid_argument,
                 "--good: only for a model that says where pictures are defective, and pictures "
                 "of which nothing is known");
  if (heatmaps.empty())
    return run_eval(options, common);
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(options.data, true, &files));
  return error(Code::invalid_argument,
               "--heatmaps: %s has neither test/KIND with ground_truth/KIND nor test with boxes: give a folder with "
               "known defects, laid out like one of these, or leave --heatmaps out",
               short_path(options.data).c_str());
}

void print_ranking(const char* name, const Json& json) {
  std::printf("%-28s  AUROC %.4f  average precision %.4f\n", name, json["auroc"].get<double>(),
              json["average_precision"].get<double>());
}

std::string frames_of(const Json& run) {
  return run["first"].dump() + "-" + run["last"].dump();
}

Status run_sequence(const SequenceOptions& options, const Common& common) {
  Json json;
  PINHOLE_RETURN_IF_ERROR(evaluate_sequence(options, &json));
  if (common.json) {
    print_json(json);
    return {};
  }
  print_ranking("scores", json);
  if (json.contains("median_difference"))
    print_ranking("difference to the median", json["median_difference"]);
  const Json& alerts = json["alerts"];
  for (const Json& event : alerts["per_event"]) {
    const Json& delay = event["delay_frames"];
    const std::string told = event.contains("open_before") ? "an alert was open before it, which did not tell of it"
                             : delay.is_null()             ? "missed"
                                                           : "alert after " + delay.dump() + " frames";
    std::printf("event %s: %s\n", frames_of(event).c_str(), told.c_str());
  }
  for (const Json& alert : alerts["per_false_alert"])
    std::printf("false alert %s\n", frames_of(alert).c_str());
  std::printf("%lld of %lld events caught, %lld alerts, %lld of them false\n", alerts["caught"].get<long long>(),
              alerts["events"].get<long long>(), alerts["alerts"].get<long long>(),
              alerts["false_alerts"].get<long long>());
  if (alerts["events_without_scores"] > 0)
    std::printf("%lld more events have no score: they were not watched, and are left out\n",
                alerts["events_without_scores"].get<long long>());
  std::printf("%lld of %lld normal frames under an alert\n", alerts["normal_frames_under_alert"].get<long long>(),
              alerts["normal_frames"].get<long long>());
  return {};
}

} // namespace

void add_eval(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<EvalOptions>();
  auto sequence = std::make_shared<SequenceOptions>();
  const Command command(
      app, "eval", "PSNR and SSIM of a denoiser; AUROC and AUPRO of a detector; AUROC and alerts of a scored sequence");
  const Option model = command.option("model", &options->model, "weights file");
  add_eval_options(command, options.get());
  auto heatmaps = std::make_shared<std::string>();
  command
      .option("--heatmaps", heatmaps.get(),
              "folder outside of --data to write each picture under its heat into, and a contact sheet")
      .needs("--data");
  auto good = std::make_shared<std::string>();
  command
      .option("--good", good.get(),
              "folder of good pictures that the model was not trained on: how many of them score as high")
      .needs("--data");
  const Option scores = command.option("--scores", &sequence->scores, "CSV that watch --scores wrote; no model then")
                            .excludes(model)
                            .excludes("--data");
  const Option labels = command.option("--labels", &sequence->labels, "CSV: frame,label[,...,suggested_split]");
  scores.needs(labels);
  labels.needs(scores);
  command.option("--frames", &sequence->frames, "folder of the frames: also ranks the difference to their median")
      .needs(scores);
  command.footer(
      "Equal pictures have an infinite PSNR: null in JSON, as is the SSIM of pictures of less than 11 pixels a side.\n"
      "Example: pinhole eval m.pinhole --data pictures --noise gaussian:25 --level 25 --json\n"
      "A folder with test/KIND/NAME.jpg, ground_truth/KIND/NAME_mask.png and test/good is ranked: AUROC, AUPRO.\n"
      "A folder with test/NAME_test.jpg and boxes/NAME.txt (x1 y1 x2 y2 type) gives the share of boxes hit.\n"
      "Example: pinhole eval tile.pinhole --data magnetic_tile --heatmaps maps\n"
      "Of any other pictures, such a model gives the scores, and with --good how unusual they are.\n"
      "Example: pinhole eval tile.pinhole --data today --good good --heatmaps maps\n"
      "Scores are ranked over the frames whose suggested_split is test, where the labels have that column; alerts and\n"
      "events are told of all frames with a score.\n"
      "Example: pinhole eval --scores s.csv --labels labels.csv --frames frames");
  command.then([=] {
    if (sequence->scores.empty() && (options->model.empty() || options->data.empty()))
      refuse_missing("MODEL and --data PATH, or --scores FILE and --labels FILE");
    keep_out_of(options->data, {{"--heatmaps", *heatmaps, true}});
    keep_out_of(*good, {{"--heatmaps", *heatmaps, true}});
    *action = [=] {
      return sequence->scores.empty() ? run_model(*options, *common, *heatmaps, *good)
                                      : run_sequence(*sequence, *common);
    };
  });
}

} // namespace pinhole::tool
