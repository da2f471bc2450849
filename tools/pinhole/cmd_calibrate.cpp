// SPDX-License-Identifier: Apache-2.0
// pinhole calibrate: a scene's model and normal frames in, a threshold and what it promises out.
#include "anomaly/calibration_state.h"
#include "anomaly/camera_judge.h"
#include "anomaly/scene_watch.h"
#include "arguments.h"
#include "calibration_file.h"
#include "calibration_store.h"
#include "command.h"
#include "engine/c_status.h"
#include "frame_faults.h"
#include "frame_source.h"
#include "image/file_bytes.h"
#include "json.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"
#include "output_paths.h"
#include "progress.h"
#include "promise_plot.h"
#include "scene_model.h"
#include "train/fitted_image.h"
#include "unusual_scores.h"
#include "weights/writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  std::string model, normal, range, out, rate, mask, plot;
  std::string dismissed; // scores of alerts that were false, with commas between them
  double frames_per_second = 0, least_threshold = kLeastSceneThreshold;
  int32_t least_cells = 2;
  uint64_t confirmed = 0; // alerts that were real
  bool strict = false, allow_trained = false;
  ScoreWeights weights;
};

bool reviews(const Options& options) {
  return options.confirmed > 0 || !options.dismissed.empty();
}

// "3/day", "0.5/hour", "1/week"; a number alone is per day.
Status parse_rate(const std::string& text, double* per_day) {
  const size_t slash = std::min(text.find('/'), text.size());
  const std::string unit = text.substr(slash);
  const double days = unit.empty() || unit == "/day" ? 1 : unit == "/hour" ? 1.0 / 24 : unit == "/week" ? 7 : 0;
  double number = 0;
  if (days == 0 || !parse_decimal(text.substr(0, slash), &number) || !(number >= 1e-6 && number <= 1e6))
    return error(Code::invalid_argument,
                 "a rate of '%s': write a number from 0.000001 to 1000000, then /day, /hour or /week",
                 short_text(text).c_str());
  *per_day = number / days;
  return {};
}

// "84.2,310". Their range is the calibration's to judge.
Status parse_scores(const std::string& text, std::vector<double>* scores) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    double score = 0;
    if (!parse_decimal(text.substr(begin, end - begin), &score))
      return error(Code::invalid_argument, "'%s': write the scores of alerts, such as 84.2,310",
                   short_text(text).c_str());
    scores->push_back(score);
    begin = end + 1;
  }
  return {};
}

class Calibrator {
public:
  Calibrator(const Options& options, const Common& common) : options_(options), common_(common) {}

  Status run(pinhole_calibration* calibration) {
    pinhole_calibration_options wanted = pinhole_default_calibration_options();
    wanted.frames_per_second = options_.frames_per_second;
    wanted.least_threshold = options_.least_threshold;
    PINHOLE_RETURN_IF_ERROR(parse_rate(options_.rate, &wanted.asked_per_day));
    PINHOLE_RETURN_IF_ERROR(check_paths());
    PINHOLE_RETURN_IF_ERROR(model_.open(options_.model, common_.thread_count()));
    if (const Status status = set_score_weights(options_.weights, &model_.scorer()); !status.ok())
      return with_path(options_.model, status);
    PINHOLE_RETURN_IF_ERROR(ignore_masked());
    PINHOLE_RETURN_IF_ERROR(learn_map());
    PINHOLE_RETURN_IF_ERROR(score_held_out());
    WatchRule rule;
    rule.least_cells = options_.least_cells;
    wanted.origin = score_origin(model_.scorer(), model_.hash(), rule, frame_of(first_), smoothing());
    const ScoreRuns scores = record_.all();
    PINHOLE_RETURN_IF_ERROR(
        from_c(pinhole_calibrate(&wanted, scores.scores, scores.count, scores.starts, scores.runs, calibration)));
    if (options_.strict && calibration->provisional)
      return error(Code::invalid_argument,
                   "--strict: %.3g a day were asked, the frames support %.3g: %s more of normal frames are needed; "
                   "nothing was written",
                   calibration->asked_per_day, calibration->supported_per_day,
                   duration(pinhole_calibration_seconds_missing(calibration)).c_str());
    PINHOLE_RETURN_IF_ERROR(write_new_calibration(
        options_.out, calibration_text(*calibration, options_.least_cells, model_.scorer(), seen_)));
    return options_.plot.empty() ? Status() : save_promise_plot(options_.plot, *calibration);
  }

  int64_t left_out() const { return faults_.count(); }
  int64_t repeated() const { return repeated_; }

private:
  static int32_t smoothing() { return pinhole_default_alert_options(1).smoothing; }

  Status check_paths() const {
    PINHOLE_RETURN_IF_ERROR(
        check_distinct({options_.out, options_.plot}, {options_.model, options_.mask, options_.normal}));
    PINHOLE_RETURN_IF_ERROR(check_replaceable(options_.out));
    return options_.plot.empty() ? Status() : check_replaceable(options_.plot);
  }

  // Calls use(frame) for every frame; one that cannot be used is left out, and named where `report` says so.
  template <class Use> Status for_each_frame(const char* things, bool report, Use use) {
    FrameSource source;
    PINHOLE_RETURN_IF_ERROR(source.open({options_.normal, options_.range, options_.frames_per_second}));
    if (source.is_live() || options_.normal == "-") // what stands behind a redirection is read from where it is
      return error(Code::invalid_argument,
                   "--normal %s: its frames are read twice: record them in a .mjpeg file or a folder first",
                   short_path(options_.normal).c_str());
    if (report)
      print_warning(source.notice());
    ProgressLine line;
    SourceFrame frame;
    for (int64_t done = 0;; ++done) {
      line.show_count(done, source.total(), things);
      PINHOLE_RETURN_IF_ERROR(source.next(&frame));
      if (frame.arrival == Arrival::end)
        return {};
      std::string fault = frame.fault;
      if (frame.arrival == Arrival::frame)
        fault = use_sized(frame, use).text;
      if (!fault.empty() && report)
        faults_.report(frame.arrival == Arrival::frame ? frame.name + ": " : "", fault, &line);
    }
  }

  template <class Use> Status use_sized(const SourceFrame& frame, Use use) {
    const Image& image = frame.image;
    if (first_.width == 0)
      first_ = image;
    if (!image.same_shape(first_))
      return error(Code::bad_shape, "%dx%d with %d channels, the first one %dx%d with %d: one camera, one size",
                   image.width, image.height, image.channels, first_.width, first_.height, first_.channels);
    return use(frame);
  }

  // What each place is used to, from the frames that the network knows.
  Status learn_map() {
    SeenFrames different;
    uint32_t latest = 0;
    int32_t copies = 0; // of the latest frame
    const auto learn = [&](const SourceFrame& frame) {
      uint32_t checksum = 0;
      PINHOLE_RETURN_IF_ERROR(model_.checksum_of(frame.image, &checksum));
      const bool trained = model_.was_trained_on(checksum), is_new = different.add(checksum);
      copies = !frames_.empty() && checksum == latest ? copies + 1 : 0;
      latest = checksum;
      const bool delivered_again = copies > 0 && copies < kMostCopies;
      const bool counts = delivered_again ? frames_.back().counts : is_new && (options_.allow_trained || !trained);
      if (counts)
        seen_.add(checksum);
      frames_.push_back({frame.number, counts});
      repeated_ += !is_new && !delivered_again;
      trained_ += trained && is_new;
      return trained && is_new ? learn_frame(frame_of(frame.image), &model_.scorer()) : Status();
    };
    PINHOLE_RETURN_IF_ERROR(for_each_frame("frames learned", true, learn));
    if (repeated_ > 0)
      print_warning(short_path(options_.normal) + ": " + std::to_string(repeated_) + " of " +
                    std::to_string(frames_.size()) +
                    " frames are the same as an earlier one, which a camera's noise does not allow, and do not count: "
                    "was the camera frozen?");
    const auto usable = static_cast<int64_t>(frames_.size());
    const int64_t given = usable + faults_.count();
    if (usable < faults_.count())
      return error(Code::bad_file, "%s: %lld of %lld frames cannot be used: see what is wrong with them",
                   short_path(options_.normal).c_str(), static_cast<long long>(faults_.count()),
                   static_cast<long long>(given));
    if (!model_.was_trained())
      return error(Code::invalid_argument,
                   "%s: the model has learned nothing yet: train it first (pinhole train scene)",
                   short_path(options_.model).c_str());
    if (trained_ < kLeastLearned)
      return error(Code::invalid_argument,
                   "%s: %lld of the %lld frames are those that the model was trained on, and at least %d tell what "
                   "each place is used to: give the training frames too, in their size and colours",
                   short_path(options_.normal).c_str(), static_cast<long long>(trained_),
                   static_cast<long long>(usable), kLeastLearned);
    return {};
  }

  // Before what is usual is learned: it is told without what is ignored.
  Status ignore_masked() {
    if (options_.mask.empty())
      return {};
    Image mask;
    PINHOLE_RETURN_IF_ERROR(load_image(options_.mask, &mask));
    const Status ignored = ignore_cells(frame_of(mask), options_.least_cells, &model_.scorer());
    return ignored.ok() ? ignored : with_path(options_.mask, ignored);
  }

  bool counts(int64_t number) const {
    const auto found = std::lower_bound(frames_.begin(), frames_.end(), number,
                                        [](const NormalFrame& frame, int64_t n) { return frame.number < n; });
    return found != frames_.end() && found->number == number && found->counts;
  }

  // Whether a threshold can rest on so many frames.
  Status check_held_out(int64_t held_out) const {
    if (held_out == 0)
      return error(Code::invalid_argument,
                   "%s: the model was trained on every one of these frames: a threshold must rest on others "
                   "(--allow-trained takes them all the same)",
                   short_path(options_.normal).c_str());
    if (held_out < PINHOLE_CALIBRATION_MIN_FRAMES)
      return error(Code::invalid_argument,
                   "%s: %lld of the %zu frames count, at least %d must: the model was trained on the others or beside "
                   "them: give more normal frames",
                   short_path(options_.normal).c_str(), static_cast<long long>(held_out), frames_.size(),
                   PINHOLE_CALIBRATION_MIN_FRAMES);
    if (options_.allow_trained)
      std::fprintf(stderr,
                   "pinhole: warning: frames that the model was trained on count too: their scores are too low, "
                   "and the promise will not hold\n");
    if (held_out > INT32_MAX)
      return error(Code::invalid_argument, "%s: too many frames", short_path(options_.normal).c_str());
    return {};
  }

  Status score_held_out() {
    const int64_t held_out =
        std::count_if(frames_.begin(), frames_.end(), [](const NormalFrame& f) { return f.counts; });
    PINHOLE_RETURN_IF_ERROR(check_held_out(held_out));
    PINHOLE_RETURN_IF_ERROR(make_host_record(static_cast<int32_t>(held_out), &record_memory_, &record_));
    clear_record(smoothing(), &record_);
    int64_t hidden = 0;
    std::vector<std::pair<int64_t, double>> scores;
    const auto score_one = [&](const SourceFrame& frame) {
      if (!counts(frame.number))
        return Status();
      SceneScore score;
      PINHOLE_RETURN_IF_ERROR(score_frame(frame_of(frame.image), options_.least_cells, &model_.scorer(), &score));
      if (hides_part_of_scene(score.sight)) {
        ++hidden;
      } else {
        record_score(frame.number, static_cast<double>(score.score), &record_);
        scores.push_back({frame.number, static_cast<double>(score.score)});
      }
      return Status();
    };
    PINHOLE_RETURN_IF_ERROR(for_each_frame("frames scored", false, score_one));
    if (const std::string unusual = unusual_scores(scores); !unusual.empty())
      print_warning(short_path(options_.normal) + ": " + unusual);
    if (hidden > 0)
      print_warning(
          short_path(options_.normal) + ": " + std::to_string(hidden) + " of " + std::to_string(held_out) +
          " frames that were to count are left out: a third or more of the learned scene is hidden in them: was "
          "the camera covered or moved?");
    return {};
  }

  struct NormalFrame {
    int64_t number;
    bool counts; // for the threshold
  };

  const Options& options_;
  const Common& common_;
  SceneModel model_;
  std::vector<NormalFrame> frames_; // usable ones, ascending
  int64_t trained_ = 0, repeated_ = 0;
  SeenFrames seen_; // those that count
  Image first_;
  FrameFaults faults_;
  AlignedBytes record_memory_;
  ScoreRecord record_ = {};
};

void print_for_people(const pinhole_calibration& calibration, int64_t left_out, const Options& options) {
  if (left_out > 0)
    std::printf("%lld frames could not be used\n", static_cast<long long>(left_out));
  print_promise(calibration);
  if (calibration.provisional)
    std::printf("watch gathers them from frames without alerts; --update-calibration keeps what it has gathered\n");
  std::printf("written: %s\n", options.out.c_str());
}

// A calibration that watch has updated, by what a person says of the alerts that it left out: they were real, or false.
Status review(const Options& options, const Common& common) {
  std::vector<double> dismissed;
  if (!options.dismissed.empty())
    PINHOLE_RETURN_IF_ERROR(parse_scores(options.dismissed, &dismissed));
  SceneModel model;
  PINHOLE_RETURN_IF_ERROR(model.open(options.model, common.thread_count()));
  pinhole_calibration calibration = {};
  int32_t least_cells = 1;
  SeenFrames seen;
  CalibrationStore store;
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(store.read(options.out, &bytes));
  PINHOLE_RETURN_IF_ERROR(
      parse_calibration(options.out, bytes, model.hash(), &calibration, &least_cells, &model.scorer(), &seen));
  if (calibration.alerts_left_out == 0)
    return error(Code::invalid_argument,
                 "%s: it has left out no alerts: watch --update-calibration does, of those it raises; confirm or "
                 "dismiss them then",
                 short_path(options.out).c_str());
  const pinhole_calibration before = calibration;
  Status status = from_c(pinhole_calibration_confirm(&calibration, options.confirmed));
  if (status.ok() && !dismissed.empty())
    status = from_c(pinhole_calibration_dismiss(&calibration, dismissed.data(), dismissed.size()));
  if (!status.ok())
    return with_path(options.out, status);
  PINHOLE_RETURN_IF_ERROR(store.write(calibration_text(calibration, least_cells, model.scorer(), seen)));
  PINHOLE_RETURN_IF_ERROR(store.conflict());
  if (common.json) {
    print_json(calibration_summary(calibration));
    return {};
  }
  const uint64_t reviewed = dismissed.empty() ? options.confirmed : dismissed.size();
  std::printf("%llu alert%s %s; before: threshold %.3f, %.3g false alarms a day supported\n",
              static_cast<unsigned long long>(reviewed), reviewed == 1 ? "" : "s",
              dismissed.empty() ? "confirmed" : "dismissed", static_cast<double>(before.threshold),
              before.supported_per_day);
  print_for_people(calibration, 0, options);
  return {};
}

Status calibrate(const Options& options, const Common& common) {
  pinhole_calibration calibration = {};
  Calibrator calibrator(options, common);
  PINHOLE_RETURN_IF_ERROR(calibrator.run(&calibration));
  if (common.json) {
    Json json = calibration_summary(calibration);
    json["left_out"] = calibrator.left_out();
    json["repeated"] = calibrator.repeated();
    print_json(json);
  } else {
    print_for_people(calibration, calibrator.left_out(), options);
  }
  return {};
}

// What is calibrated, on what, and the promise.
void add_promise_options(const Command& command, Options* options) {
  command.option("model", &options->model, "a scene's model, from train scene").required();
  command.option("--normal", &options->normal,
                 "folder or .mjpeg file of normal frames, those of the training among them");
  command.option("--range", &options->range, kRangeHelp).check(frame_range());
  command.option("--false-alarms", &options->rate, "most false alarms: 1/day, 0.5/hour, 2/week")
      .check([](const std::string& text) {
        double rate = 0;
        const Status status = parse_rate(text, &rate);
        return status.ok() ? std::string() : std::string(status.text);
      });
  command.option("--fps", &options->frames_per_second, "frames per second of the camera")
      .check(decimal_number(1e-6, 1e4));
  command
      .option("--least-threshold", &options->least_threshold,
              "no threshold is lower, 25 by default: what the light does that the normal frames do not show stays "
              "below it; lower finds dimmer things where frames hardly differ")
      .check(decimal_number(0, kMostThreshold));
}

void add_output_options(const Command& command, Options* options) {
  command.option("--out", &options->out, "calibration to write (JSON)").required();
  command
      .option("--plot", &options->plot,
              "picture (.png, .jpg), not among the frames or below: false alarms a day over the threshold, "
              "counted, promised and "
              "extrapolated")
      .check(picture_name());
}

// What a score is made of.
void add_score_options(const Command& command, Options* options) {
  command
      .option("--ignore-mask", &options->mask,
              "picture, stretched over the frame: what anything dark in it touches never counts")
      .existing_file();
  command
      .option("--least-area", &options->least_cells,
              "cells that an anomaly must have, 2 by default; with recipe scene each is a 40th of the width by a "
              "24th of the height")
      .check(whole_number(1, 64));
  const Check weight = decimal_number(0, kMostScoreWeight);
  command.option("--residual-weight", &options->weights.residual, "of the difference in brightness, 1 by default")
      .check(weight);
  command.option("--ssim-weight", &options->weights.ssim, "of what the structure lacks in SSIM, 0 by default")
      .check(weight);
  command.option("--code-weight", &options->weights.code, "of the code's distance from normal ones, 0 by default")
      .check(weight);
  command
      .option("--kl-weight", &options->weights.kl,
              "of the rise of a variational code's divergence, the other part of the negative ELBO, 0 by default")
      .check(weight);
}

// What a person says of alerts. Nothing is calibrated then, and options of that would be ignored.
void add_review_options(const Command& command, Options* options) {
  const Option confirm = command
                             .option("--confirm-alerts", &options->confirmed,
                                     "so many of the alerts that --out has left out were real: they no longer count as "
                                     "possible false ones; nothing else is done")
                             .check(whole_number(1));
  const Option dismiss =
      command
          .option("--dismiss-alerts", &options->dismissed,
                  "alerts that --out has left out were false: their scores, as the lines of those that have closed "
                  "say, with commas between them (not of those that the camera closed); the threshold rises to them "
                  "at least, unless the rate allows for them, and a copy of --out is all that takes it back; nothing "
                  "else is done")
          .check([](const std::string& text) {
            std::vector<double> scores;
            const Status status = parse_scores(text, &scores);
            return status.ok() ? std::string() : std::string(status.text);
          })
          .excludes(confirm);
  for (const char* other :
       {"--normal", "--range", "--false-alarms", "--fps", "--least-threshold", "--plot", "--strict", "--allow-trained",
        "--ignore-mask", "--least-area", "--residual-weight", "--ssim-weight", "--code-weight", "--kl-weight"}) {
    confirm.excludes(other);
    dismiss.excludes(other);
  }
}

// Throws wrong usage.
void check_usage(const Options& options) {
  if (!reviews(options) && (options.normal.empty() || options.rate.empty() || options.frames_per_second == 0))
    refuse_missing(
        "--normal PATH, --false-alarms RATE and --fps F (or --confirm-alerts N, or --dismiss-alerts SCORES)");
  keep_out_of(options.normal, {{"--out", options.out}, {"--plot", options.plot}});
}

} // namespace

void add_calibrate(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "calibrate", "the threshold for a promised number of false alarms");
  add_promise_options(command, options.get());
  add_output_options(command, options.get());
  add_score_options(command, options.get());
  command.flag("--strict", &options->strict, "fail when the frames do not support the rate");
  command.flag("--allow-trained", &options->allow_trained, "count frames of the training too, with a warning");
  add_review_options(command, options.get());
  command.footer("Example: pinhole calibrate car.pinhole --normal frames --range 0-53,243-312 --false-alarms 1/day "
                 "--fps 12.5 --out car.json\n"
                 "Example: pinhole calibrate car.pinhole --confirm-alerts 3 --out car.json\n"
                 "Example: pinhole calibrate car.pinhole --dismiss-alerts 84.2,310 --out car.json");
  command.then([=] {
    check_usage(*options);
    *action = [=] { return reviews(*options) ? review(*options, *common) : calibrate(*options, *common); };
  });
}

} // namespace pinhole::tool
