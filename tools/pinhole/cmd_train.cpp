// SPDX-License-Identifier: Apache-2.0
// pinhole train: a recipe and pictures in, a training file out.
#include "arguments.h"
#include "command.h"
#include "frame_faults.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"
#include "output_paths.h"
#include "progress.h"
#include "train_checks.h"

#include "image/file_bytes.h"
#include "image/frame_list.h"

#include "json.h"
#include "pinhole/pinhole.h"
#include "train/dataset.h"
#include "train/recipe.h"
#include "train/trainer.h"

#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace pinhole::tool {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) {
  stop_asked = 1;
}

// A terminal that is closed stops a training as SIGTERM does, unless nohup has said that it shall not.
void catch_stop_signals() {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  if (std::signal(SIGHUP, ask_to_stop) == SIG_IGN)
    std::signal(SIGHUP, SIG_IGN);
}

// As in recipes.
constexpr uint64_t kMostSteps = uint64_t{1} << 40, kMostEpochs = 1000000;

struct Options {
  std::string recipe;
  TrainOptions train;
  bool list = false, untrained = false;
};

Status list_recipes(const Common& common) {
  Json json = Json::array();
  int32_t count = 0;
  const NamedRecipe* named = named_recipes(&count);
  for (int32_t i = 0; i < count; ++i) {
    Recipe recipe;
    PINHOLE_RETURN_IF_ERROR(parse_recipe(named[i].name, named[i].text, &recipe));
    json.push_back({{"name", named[i].name}, {"about", recipe.about}});
    if (!common.json)
      std::printf("%-16s %s\n", named[i].name, recipe.about.c_str());
  }
  if (common.json)
    print_json(json);
  return {};
}

// What is wrong with the folder is the training's to say.
void warn_about_frames(const TrainOptions& options) {
  std::error_code ignored;
  FrameList list;
  if (std::filesystem::is_directory(options.data, ignored) &&
      list_frames(options.data, true, options.range, &list).ok())
    print_warning(notice_of(list, options.data));
}

std::string progress_text(const TrainProgress& p) {
  char text[160];
  int n = std::snprintf(text, sizeof text, "step %lld/%lld  loss %.3e  rate %.2e  %.1f steps/s  %s left",
                        static_cast<long long>(p.step), static_cast<long long>(p.total_steps), p.loss, p.learning_rate,
                        p.steps_per_second, duration(p.seconds_left).c_str());
  if (p.validation.psnr > 0 && n > 0 && n < 120)
    std::snprintf(text + n, sizeof text - static_cast<size_t>(n), "  val %.2f dB", p.validation.psnr);
  return text;
}

void print_data(const std::string& path, const Dataset& dataset) {
  std::string in = short_path(path);
  if (dataset.folders > 0)
    in += " and " + std::to_string(dataset.folders) + (dataset.folders == 1 ? " folder in it" : " folders in it");
  std::printf("%zu pictures from %s: %zu to train on, %zu held out\n", dataset.images.size(), in.c_str(),
              dataset.training.size(), dataset.validation.size());
  std::fflush(stdout); // a log shows it before the hours of the training
}

void report(const Options& options, const Common& common, const TrainResult& result) {
  if (result.diverged)
    print_warning(
        "the loss of the last steps is far above what it was: lower the learning rate, add warm-up or clip_norm");
  if (!common.json && !result.stopped) {
    char loss[32] = ""; // unknown where nothing was left to train and the history is gone
    if (std::isfinite(result.loss))
      std::snprintf(loss, sizeof loss, ", loss %.4e", result.loss);
    std::printf("%s: %lld steps%s; history and plot beside it\n", options.train.out.c_str(),
                static_cast<long long>(result.steps), loss);
  }
  if (!common.json)
    return;
  print_json({{"recipe", options.recipe},
              {"steps", result.steps},
              {"stopped", result.stopped},
              {"early_stopped", result.early_stopped},
              {"diverged", result.diverged},
              {"loss", result.loss}, // null, as the others, where it was not measured
              {"validation_psnr", result.validation.psnr},
              {"validation_loss", result.validation.loss},
              {result.stopped ? "checkpoint" : "out", result.stopped ? options.train.checkpoint : options.train.out}});
}

Status run_training(const Options& options, const Common& common) {
  if (options.list)
    return list_recipes(common);
  Recipe recipe;
  PINHOLE_RETURN_IF_ERROR(load_recipe(options.recipe, &recipe));
  TrainOptions train_options = options.train;
  train_options.seed = common.seed;
  train_options.threads = common.thread_count();
  train_options.tool = std::string("pinhole ") + pinhole_version();
  if (options.untrained) {
    PINHOLE_RETURN_IF_ERROR(check_training_files(options.recipe, train_options, true));
    return write_untrained(recipe, train_options);
  }
  PINHOLE_RETURN_IF_ERROR(check_training(options.recipe, train_options));
  if (recipe.data.fit || !train_options.range.empty()) // frames, one after the other, or named by their numbers
    warn_about_frames(train_options);
  train_options.stop = &stop_asked;
  constexpr double kLogSeconds = 60;
  ProgressLine line(kLogSeconds);
  train_options.progress = [&line](const TrainProgress& p) {
    line.show(progress_text(p),
              p.total_steps > 0 ? static_cast<double>(p.step) / static_cast<double>(p.total_steps) : 0);
  };
  if (!common.json)
    train_options.loaded = [&](const Dataset& dataset) { print_data(train_options.data, dataset); };
  FrameFaults faults;
  train_options.left_out = [&](const std::string& why) { faults.report("", why, &line); };
  catch_stop_signals();
  TrainResult result;
  const Status status = train(recipe, train_options, &result);
  line.finish();
  PINHOLE_RETURN_IF_ERROR(status);
  if (result.stopped && options.train.checkpoint.empty())
    return error(Code::io_error, "stopped after %lld steps, and without --checkpoint nothing was kept",
                 static_cast<long long>(result.steps));
  report(options, common, result);
  return result.stopped ? error(Code::io_error, "stopped after %lld steps; go on with --resume --checkpoint %s",
                                static_cast<long long>(result.steps), short_path(options.train.checkpoint).c_str())
                        : Status();
}

// "--data PATH and --out M.pinhole"; "" when all is there.
std::string missing_arguments(const Options& options) {
  std::string missing;
  const auto need = [&](bool given, const char* what) {
    if (!given)
      missing += (missing.empty() ? "" : " and ") + std::string(what);
  };
  if (options.list)
    return missing;
  need(!options.recipe.empty(), "RECIPE (see --list)");
  need(options.untrained || !options.train.data.empty(), "--data PATH");
  need(!options.train.out.empty(), "--out M.pinhole");
  return missing;
}

} // namespace

void add_train(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  TrainOptions* train_options = &options->train;
  const Command command(app, "train", "train a network by a recipe");
  command.option("recipe", &options->recipe, "a recipe's name (see --list) or a JSON file");
  const Option list = command.flag("--list", &options->list, "list the recipes that come with the program");
  command.option("--data", &train_options->data,
                 "folder of pictures, with those in the folders below it, .mjpeg file, or IDX files (MNIST)");
  command.option("--out", &train_options->out,
                 "training file to write, not among the pictures; history and loss plot go beside it");
  command.option("--range", &train_options->range, kRangeHelp).check(frame_range());
  const Option epochs = command.option("--epochs", &train_options->epochs, "in place of the recipe's")
                            .check(whole_number(1, kMostEpochs));
  command.option("--steps", &train_options->steps, "in place of the recipe's")
      .check(whole_number(1, kMostSteps))
      .excludes(epochs);
  command.option("--batch", &train_options->batch, "in place of the recipe's").check(whole_number(1, 4096));
  command.option("--budget", &train_options->budget, "most bytes that the training may use").check(whole_number(1));
  const Option checkpoint =
      command.option("--checkpoint", &train_options->checkpoint, "file to save progress in, and to resume from");
  command.flag("--resume", &train_options->resume, "go on from the checkpoint if it is there").needs(checkpoint);
  command
      .option("--checkpoint-steps", &train_options->checkpoint_steps,
              "save also after every so many steps, not only every five minutes")
      .check(whole_number(1, kMostSteps))
      .needs(checkpoint);
  const Option untrained =
      command.flag("--untrained", &options->untrained, "write the network as it is before training; takes no data");
  command.option("--initial", &train_options->initial, "weights file to start from");
  command.option("--licence", &train_options->licence, "licence of the data, for the file's provenance");
  for (const char* other : {"--data", "--range", "--epochs", "--steps", "--batch", "--budget", "--checkpoint",
                            "--resume", "--checkpoint-steps", "--initial", "--licence"}) {
    list.excludes(other);
    untrained.excludes(other);
  }
  list.excludes("recipe").excludes("--out").excludes(untrained);
  command.footer(
      "Example: pinhole train denoise-fast --data pictures --out m.pinhole --checkpoint m.checkpoint --resume");
  command.then([=] {
    if (const std::string missing = missing_arguments(*options); !missing.empty())
      refuse_missing(missing);
    if (idx_file(train_options->data).empty())
      keep_out_of(train_options->data, {{"--out", train_options->out},
                                        {"--out", beside(train_options->out, ".loss.png")},
                                        {"--checkpoint", train_options->checkpoint}});
    *action = [=] { return run_training(*options, *common); };
  });
}

} // namespace pinhole::tool
