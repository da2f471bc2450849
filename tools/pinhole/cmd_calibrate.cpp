// SPDX-License-Identifier: Apache-2.0
// pinhole calibrate: a scene's model and normal frames in, a threshold and what it promises out.
#include "calibration_file.h"
#include "command.h"
#include "image/file_bytes.h"
#include "image/listing.h"
#include "option_values.h"
#include "pinhole/alerts.h"
#include "progress.h"
#include "scene_model.h"
#include "train/fitted_image.h"
#include "weights/writer.h"

#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  std::string model, normal, range, out, rate, mask;
  double frames_per_second = 0;
  int32_t least_cells = 2;
  bool strict = false, allow_trained = false;
  ScoreWeights weights;
};

// "3/day", "0.5/hour", "1/week"; a number alone is per day.
Status parse_rate(const std::string& text, double* per_day) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const double days = unit.empty() || unit == "/day" ? 1 : unit == "/hour" ? 1.0 / 24 : unit == "/week" ? 7 : 0;
  if (end == text.c_str() || days == 0 || !(number >= 1e-6 && number <= 1e6))
    return error(Code::invalid_argument,
                 "a rate of '%.40s': write a number from 0.000001 to 1000000, then /day, /hour or /week", text.c_str());
  *per_day = number / days;
  return {};
}

struct NormalFrame {
  std::string path;
  int64_t position = 0;
  bool trained = false;
};

Status list_frames(const Options& options, std::vector<NormalFrame>* frames) {
  std::vector<std::string> files;
  PINHOLE_RETURN_IF_ERROR(list_images(options.normal, false, &files));
  std::vector<int64_t> positions;
  PINHOLE_RETURN_IF_ERROR(parse_range(options.range.empty() ? "0-" + std::to_string(files.size() - 1) : options.range,
                                      static_cast<int64_t>(files.size()), &positions));
  for (const int64_t position : positions)
    frames->push_back({files[static_cast<size_t>(position)], position, false});
  return {};
}

// Scores of contiguous frames, smoothed as the alerts will smooth them.
struct Scores {
  std::vector<float> values;
  std::vector<size_t> run_starts;
};

class Calibrator {
public:
  Calibrator(const Options& options, const Common& common) : options_(options), common_(common) {}

  Status run(pinhole_calibration* calibration) {
    double per_day = 0;
    PINHOLE_RETURN_IF_ERROR(parse_rate(options_.rate, &per_day));
    PINHOLE_RETURN_IF_ERROR(model_.open(options_.model, common_.thread_count()));
    if (options_.out == options_.model)
      return error(Code::invalid_argument, "--out %s would overwrite the model", options_.out.c_str());
    PINHOLE_RETURN_IF_ERROR(check_replaceable(options_.out));
    PINHOLE_RETURN_IF_ERROR(set_score_weights(options_.weights, &model_.scorer()));
    PINHOLE_RETURN_IF_ERROR(list_frames(options_, &frames_));
    PINHOLE_RETURN_IF_ERROR(learn_map());
    Scores scores;
    PINHOLE_RETURN_IF_ERROR(score_held_out(&scores));
    pinhole_calibration_options wanted = pinhole_default_calibration_options();
    wanted.origin = model_.origin(first_, smoothing(), options_.least_cells);
    wanted.frames_per_second = options_.frames_per_second;
    wanted.asked_per_day = per_day;
    const pinhole_status status = pinhole_calibrate(&wanted, scores.values.data(), scores.values.size(),
                                                    scores.run_starts.data(), scores.run_starts.size(), calibration);
    if (status.code != PINHOLE_OK)
      return error(static_cast<Code>(status.code), "%s", status.text);
    return write_calibration(options_.out, *calibration, options_.least_cells, model_.scorer());
  }

private:
  static int32_t smoothing() { return pinhole_default_alert_options(1).smoothing; }

  Status load(const NormalFrame& frame, Image* image) {
    PINHOLE_RETURN_IF_ERROR(load_image(frame.path, image));
    if (first_.width == 0)
      first_ = *image;
    if (!image->same_shape(first_))
      return error(Code::bad_shape, "%s is %dx%d, the frames before it %dx%d: one camera, one size",
                   short_path(frame.path).c_str(), image->width, image->height, first_.width, first_.height);
    return {};
  }

  // What each place is used to, from the frames that the network knows.
  Status learn_map() {
    ProgressLine line;
    int64_t done = 0, learned = 0;
    for (NormalFrame& frame : frames_) {
      line.show_count(done++, static_cast<int64_t>(frames_.size()), "frames learned");
      Image image;
      PINHOLE_RETURN_IF_ERROR(load(frame, &image));
      PINHOLE_RETURN_IF_ERROR(model_.was_trained_on(image, &frame.trained));
      if (!frame.trained)
        continue;
      PINHOLE_RETURN_IF_ERROR(learn_frame(frame_of(image), &model_.scorer()));
      ++learned;
    }
    if (learned < kLeastLearned)
      return error(Code::invalid_argument,
                   "%s: %lld of the %zu frames are those that the model was trained on, and at least %d tell what each "
                   "place is used to: give the training frames too",
                   short_path(options_.normal).c_str(), static_cast<long long>(learned), frames_.size(), kLeastLearned);
    if (options_.mask.empty())
      return {};
    Image mask;
    PINHOLE_RETURN_IF_ERROR(load_image(options_.mask, &mask));
    return ignore_cells(frame_of(mask), &model_.scorer().map);
  }

  Status score_held_out(Scores* scores) {
    ProgressLine line;
    pinhole_smoothing smooth;
    int64_t done = 0, before = -2, used = 0;
    for (const NormalFrame& frame : frames_) {
      line.show_count(done++, static_cast<int64_t>(frames_.size()), "frames scored");
      if (frame.trained && !options_.allow_trained)
        continue;
      const bool run_begins = frame.position != before + 1;
      before = frame.position;
      if (run_begins)
        pinhole_smoothing_start(&smooth, smoothing());
      Image image;
      PINHOLE_RETURN_IF_ERROR(load(frame, &image));
      SceneScore score;
      PINHOLE_RETURN_IF_ERROR(score_frame(frame_of(image), options_.least_cells, &model_.scorer(), &score));
      ++used;
      double smoothed = 0;
      if (run_begins || scores->run_starts.empty())
        scores->run_starts.push_back(scores->values.size());
      if (pinhole_smooth(&smooth, static_cast<double>(score.score), &smoothed))
        scores->values.push_back(static_cast<float>(smoothed));
    }
    line.clear();
    drop_empty_runs(scores);
    if (used == 0)
      return error(Code::invalid_argument,
                   "%s: the model was trained on every one of these frames: a threshold must rest on others "
                   "(--allow-trained takes them all the same)",
                   short_path(options_.normal).c_str());
    if (options_.allow_trained)
      std::fprintf(stderr,
                   "pinhole: warning: frames that the model was trained on count too: their scores are too low, "
                   "and the promise will not hold\n");
    return {};
  }

  // A run shorter than the smoothing gives no score.
  static void drop_empty_runs(Scores* scores) {
    std::vector<size_t> kept;
    for (size_t i = 0; i < scores->run_starts.size(); ++i) {
      const size_t end = i + 1 < scores->run_starts.size() ? scores->run_starts[i + 1] : scores->values.size();
      if (scores->run_starts[i] < end)
        kept.push_back(scores->run_starts[i]);
    }
    scores->run_starts = kept;
  }

  const Options& options_;
  const Common& common_;
  SceneModel model_;
  std::vector<NormalFrame> frames_;
  Image first_;
};

void print_for_people(const pinhole_calibration& c, const Options& options) {
  std::printf("threshold %.3f from %llu frames, about %.0f independent ones\n", static_cast<double>(c.threshold),
              static_cast<unsigned long long>(c.frames), c.independent_frames);
  std::printf("asked: %.3g false alarms a day; these frames support %.3g a day\n", c.asked_per_day,
              c.supported_per_day);
  if (c.provisional)
    std::printf("provisional: %.1f decades extrapolated; %s more of normal frames settle it, then calibrate again\n",
                c.decades, duration(pinhole_calibration_seconds_missing(&c)).c_str());
  else
    std::printf("supported: with %.0f %% confidence at most %.3g a day\n", 100 * c.confidence, c.bound_per_day);
  std::printf("written: %s\n", options.out.c_str());
}

Status calibrate(const Options& options, const Common& common) {
  pinhole_calibration calibration = {};
  PINHOLE_RETURN_IF_ERROR(Calibrator(options, common).run(&calibration));
  if (common.json)
    print_json(calibration_summary(calibration));
  else
    print_for_people(calibration, options);
  if (options.strict && calibration.provisional)
    return error(Code::invalid_argument,
                 "--strict: %.3g a day were asked, the frames support %.3g: %s more of normal frames are needed",
                 calibration.asked_per_day, calibration.supported_per_day,
                 duration(pinhole_calibration_seconds_missing(&calibration)).c_str());
  return {};
}

} // namespace

void add_calibrate(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app->add_subcommand("calibrate", "the threshold for a promised number of false alarms");
  command->add_option("model", options->model, "a scene's model, from train scene")->required();
  command->add_option("--normal", options->normal, "folder of normal frames, those of the training among them")
      ->required();
  command->add_option("--range", options->range, "positions in the folder, such as 0-53,243-312")->check(positions());
  command->add_option("--false-alarms", options->rate, "most false alarms: 1/day, 0.5/hour, 2/week")
      ->required()
      ->check([](const std::string& text) {
        double rate = 0;
        const Status status = parse_rate(text, &rate);
        return status.ok() ? std::string() : std::string(status.text);
      });
  command->add_option("--fps", options->frames_per_second, "frames per second of the camera")
      ->required()
      ->check(CLI::Range(1e-6, 1e4));
  command->add_option("--out", options->out, "calibration to write (JSON)")->required();
  command->add_option("--ignore-mask", options->mask, "picture: what is dark in it never counts")
      ->check(CLI::ExistingFile);
  command->add_option("--least-area", options->least_cells, "cells of 4x4 model pixels that an anomaly must have")
      ->check(CLI::Range(1, 64));
  const auto weight = CLI::Range(0.0f, kMostScoreWeight);
  command->add_option("--residual-weight", options->weights.residual, "of the difference in brightness, 1 by default")
      ->check(weight);
  command->add_option("--ssim-weight", options->weights.ssim, "of what the structure lacks in SSIM, 0 by default")
      ->check(weight);
  command->add_option("--code-weight", options->weights.code, "of the code's distance from normal ones, 0 by default")
      ->check(weight);
  command->add_flag("--strict", options->strict, "fail when the frames do not support the rate");
  command->add_flag("--allow-trained", options->allow_trained, "count frames of the training too, with a warning");
  command->footer("Example: pinhole calibrate car.pinhole --normal frames --range 0-53,243-312 --false-alarms 1/day "
                  "--fps 12.5 --out car.json");
  command->callback([=] { *action = [=] { return calibrate(*options, *common); }; });
}

} // namespace pinhole::tool
