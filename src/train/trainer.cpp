// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.h"

#include "device/cpu/simd.h"
#include "image/file_bytes.h"
#include "train/brightness.h"
#include "train/checkpoint.h"
#include "train/fitted_image.h"
#include "train/history.h"
#include "train/host_engine.h"
#include "train/model_state.h"
#include "train/schedule.h"
#include "weights/mapped_file.h"
#include "weights/writer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>

namespace pinhole {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The recipe with the caller's changes.
Recipe adjusted(const Recipe& recipe, const TrainOptions& options) {
  Recipe changed = recipe;
  if (options.batch > 0)
    changed.training.batch = options.batch;
  if (options.steps > 0 || options.epochs > 0) {
    changed.training.steps = options.steps;
    changed.training.epochs = options.epochs;
  }
  if (!options.licence.empty())
    changed.data.licence = options.licence;
  return changed;
}

class Trainer {
public:
  Trainer(const Recipe& recipe, const TrainOptions& options) : recipe_(adjusted(recipe, options)), options_(options) {}

  Status run(TrainResult* result) {
    PINHOLE_RETURN_IF_ERROR(prepare());
    PINHOLE_RETURN_IF_ERROR(resume());
    start_ = saved_at_ = Clock::now();
    first_step_ = state_.steps_done;
    while (state_.steps_done < state_.total_steps && !early_stop() && !stop_asked())
      PINHOLE_RETURN_IF_ERROR(step());
    result->stopped = stop_asked() && state_.steps_done < state_.total_steps && !early_stop();
    result->early_stopped = early_stop();
    result->diverged = has_diverged(history_.rows());
    result->steps = state_.steps_done;
    result->loss = history_.rows().empty() ? std::nan("") : history_.rows().back().loss;
    result->validation = validation_;
    PINHOLE_RETURN_IF_ERROR(save());
    if (result->stopped && options_.checkpoint.empty())
      history_.discard();
    return result->stopped ? Status() : write_files();
  }

private:
  bool stop_asked() const { return options_.stop && *options_.stop; }
  bool early_stop() const {
    return recipe_.validation.patience > 0 && state_.validations_since_best >= recipe_.validation.patience;
  }
  bool has_validation() const { return !dataset_.validation.empty(); }

  bool has_checkpoint() const {
    std::error_code ignored;
    return options_.resume && !options_.checkpoint.empty() && std::filesystem::exists(options_.checkpoint, ignored);
  }

  // What would otherwise come out after hours.
  Status check_files() const {
    for (const std::string& path :
         {options_.out, beside(options_.out, ".history.csv"), beside(options_.out, ".loss.png"), options_.checkpoint})
      if (!path.empty())
        PINHOLE_RETURN_IF_ERROR(check_replaceable(path));
    if (!recipe_.training.starts_from.empty() && options_.initial.empty() && !has_checkpoint())
      return error_in_recipe("goes on from trained weights: give a file of recipe " + recipe_.training.starts_from +
                             " with --initial");
    return options_.initial.empty() ? Status() : MappedFile().open(options_.initial);
  }

  Status prepare() {
    PINHOLE_RETURN_IF_ERROR(check_files());
    PINHOLE_RETURN_IF_ERROR(load_dataset(options_.data, options_.range, recipe_, &dataset_));
    if (options_.loaded)
      options_.loaded(dataset_);
    if (options_.left_out)
      for (const std::string& why : dataset_.left_out)
        options_.left_out(why);
    if (recipe_.data.brightness > 0)
      for (Image& image : dataset_.images)
        set_brightness(recipe_.data.brightness, &image);
    batches_.emplace(recipe_, dataset_, options_.seed);
    if (!has_validation() && (recipe_.validation.keep_best || recipe_.validation.patience > 0))
      return error_in_recipe(
          "keep_best and patience need held-out images: \"files\" or \"fraction\" in \"validation\"");
    const TrainingSpec& training = recipe_.training;
    state_.total_steps = training.steps > 0 ? training.steps : training.epochs * batches_->steps_per_epoch();
    state_.seed = options_.seed;
    state_.batch = training.batch;
    state_.recipe = recipe_.text;
    state_.data = dataset_.label + " " + std::to_string(dataset_.images.size()) + " " + options_.range;
    validate_every_ = recipe_.validation.every > 0 ? recipe_.validation.every
                      : training.epochs > 0        ? batches_->steps_per_epoch()
                                                   : std::max<int64_t>(1, state_.total_steps / 20);
    log_every_ = std::max<int64_t>(1, state_.total_steps / 500);
    return open_engine();
  }

  Status error_in_recipe(const std::string& message) const {
    return error(Code::invalid_argument, "%s: %s", short_path(recipe_.file).c_str(), message.c_str());
  }

  Status open_engine() {
    const int32_t patch = recipe_.data.patch;
    const Image& first = dataset_.images[0];
    PINHOLE_RETURN_IF_ERROR(build_model(recipe_, options_.seed, patch > 0 ? patch : first.height,
                                        patch > 0 ? patch : first.width, &model_));
    if (!options_.initial.empty())
      PINHOLE_RETURN_IF_ERROR(start_from(options_.initial, &model_));
    std::vector<uint8_t> file;
    PINHOLE_RETURN_IF_ERROR(write_model(model_.model, &file));
    EngineOptions engine_options;
    engine_options.threads = options_.threads;
    engine_options.plan.program.entry = kTrainEntry;
    engine_options.plan.program.mode = Mode::training;
    engine_options.plan.program.batch = recipe_.training.batch;
    engine_options.plan.optimizer = recipe_.optimizer.kind;
    engine_options.plan.budget = options_.budget;
    PINHOLE_RETURN_IF_ERROR(engine_.open(file, engine_options));
    state_.simd = simd_name(simd_level()); // settled now
    engine_->update = recipe_.optimizer.update;
    views_.image = engine_view(*engine_, recipe_.model.inputs[0].name.c_str());
    views_.level = level_view(*engine_, recipe_.model);
    views_.target = engine_view(*engine_, kTarget);
    const Program& program = engine_->plan.program;
    for (int32_t i = 1; i < program.entry->outputs.size; ++i)
      part_names_.emplace_back(program.values[program.entry->outputs[i]].name);
    if (views_.image.desc != views_.target.desc)
      return error_in_recipe("the trained output must have the image's shape");
    return Status();
  }

  Status resume() {
    if (!has_checkpoint()) {
      if (recipe_.training.ema_decay > 0)
        state_.mean_weights = read_section(*engine_, 0);
      state_.part_sums.assign(part_names_.size(), 0);
      return history_.open(beside(options_.out, ".history.csv"), 0, part_names_);
    }
    Checkpoint loaded;
    PINHOLE_RETURN_IF_ERROR(load_checkpoint(options_.checkpoint, &loaded));
    PINHOLE_RETURN_IF_ERROR(check_same_run(loaded));
    PINHOLE_RETURN_IF_ERROR(check_lengths(loaded));
    PINHOLE_RETURN_IF_ERROR(write_section(loaded.weights, 0, engine_.get()));
    PINHOLE_RETURN_IF_ERROR(write_section(loaded.moment1, 2, engine_.get()));
    PINHOLE_RETURN_IF_ERROR(write_section(loaded.moment2, 3, engine_.get()));
    PINHOLE_RETURN_IF_ERROR(write_buffers(loaded.buffers, engine_.get()));
    PINHOLE_RETURN_IF_ERROR(refresh_parameters(engine_.get()));
    state_ = std::move(loaded);
    return history_.open(beside(options_.out, ".history.csv"), state_.steps_done, part_names_);
  }

  Status check_same_run(const Checkpoint& loaded) const {
    std::string differs;
    const auto compare = [&](const char* what, auto theirs, auto ours) {
      if (differs.empty() && theirs != ours)
        differs = what + std::string(" ") + std::to_string(theirs) + ", this one has " + std::to_string(ours);
    };
    if (loaded.recipe != state_.recipe)
      differs = "another recipe";
    else if (loaded.data != state_.data)
      differs = "other data";
    compare("seed", loaded.seed, state_.seed);
    compare("batch", loaded.batch, state_.batch);
    compare("steps", loaded.total_steps, state_.total_steps);
    compare("parts of the loss", loaded.part_sums.size(), part_names_.size());
    if (differs.empty() && (recipe_.training.ema_decay > 0) != !loaded.mean_weights.empty())
      differs = "another averaging of the weights";
    if (!differs.empty())
      return error(Code::invalid_argument,
                   "%s belongs to a run with %s: give the same, remove it or choose another name",
                   short_path(options_.checkpoint).c_str(), differs.c_str());
    if (loaded.simd != state_.simd)
      return error(Code::invalid_argument, "%s was made at SIMD level %.16s, this run has %s: set PINHOLE_SIMD=%.16s",
                   short_path(options_.checkpoint).c_str(), loaded.simd.c_str(), state_.simd.c_str(),
                   loaded.simd.c_str());
    return Status();
  }

  // Of what goes into the model later; the rest is checked as it goes into the engine.
  Status check_lengths(const Checkpoint& loaded) const {
    const size_t weights = read_section(*engine_, 0).size(), buffers = read_buffers(*engine_).size();
    const bool best = !loaded.best_weights.empty();
    if ((!loaded.mean_weights.empty() && loaded.mean_weights.size() != weights) ||
        (best && loaded.best_weights.size() != weights) || loaded.best_buffers.size() != (best ? buffers : 0))
      return error(Code::bad_file, "%s: its averaged or best weights are not this model's: remove it and begin anew",
                   short_path(options_.checkpoint).c_str());
    return Status();
  }

  Status step() {
    const int64_t step = state_.steps_done;
    PINHOLE_RETURN_IF_ERROR(batches_->fill(step, views_));
    RunState& run = engine_->state;
    run.seed = options_.seed;
    run.step = static_cast<uint64_t>(step);
    run.learning_rate = learning_rate_at(recipe_.schedule, recipe_.optimizer.learning_rate, step, state_.total_steps);
    if (const Status ran = run_engine(engine_.get(), InputOutput()); !ran.ok())
      return ran.code == Code::numeric ? diverged(step) : ran;
    const double loss = static_cast<double>(engine_loss(*engine_));
    ++state_.steps_done;
    state_.loss_sum += loss;
    state_.loss_count += 1;
    for (size_t i = 0; i < part_names_.size(); ++i)
      state_.part_sums[i] += static_cast<double>(*engine_view(*engine_, part_names_[i].c_str()).row<float>(0, 0));
    smoothed_ = smoothed_ < 0 ? loss : smoothed_ + 0.02 * (loss - smoothed_);
    average_weights();
    PINHOLE_RETURN_IF_ERROR(record());
    report();
    const bool due = options_.checkpoint_steps > 0 && state_.steps_done % options_.checkpoint_steps == 0;
    return due || seconds_since(saved_at_) >= options_.checkpoint_seconds ? save() : Status();
  }

  Status diverged(int64_t step) const {
    return error(Code::numeric,
                 "the loss or a gradient is no finite number after %lld steps: lower the learning rate, add warm-up or "
                 "clip_norm; %s",
                 static_cast<long long>(step),
                 options_.checkpoint.empty() ? "no checkpoint was kept" : "the last checkpoint is kept");
  }

  // The decay grows with the steps, so that the random start is soon forgotten.
  void average_weights() {
    if (state_.mean_weights.empty())
      return;
    const double steps = static_cast<double>(state_.steps_done);
    const auto decay =
        static_cast<float>(std::min(static_cast<double>(recipe_.training.ema_decay), (1 + steps) / (10 + steps)));
    const Array<float> weights = parameter_section(*engine_, 0);
    for (int32_t i = 0; i < weights.size; ++i) {
      float& mean = state_.mean_weights[static_cast<size_t>(i)];
      mean += (1 - decay) * (weights[i] - mean);
    }
  }

  // The weights that validation and files use.
  std::vector<float> shown_weights() const {
    return state_.mean_weights.empty() ? read_section(*engine_, 0) : state_.mean_weights;
  }

  // A row of the history, when one is due, with a validation, when that is due.
  Status record() {
    const bool last = state_.steps_done == state_.total_steps;
    validated_ = has_validation() && (last || state_.steps_done % validate_every_ == 0);
    if (!validated_ && !last && state_.steps_done % log_every_ != 0)
      return Status();
    HistoryRow row;
    row.step = state_.steps_done;
    row.epoch = epoch();
    row.loss = state_.loss_sum / state_.loss_count;
    row.validation_loss = row.psnr = std::nan("");
    row.learning_rate = static_cast<double>(engine_->state.learning_rate);
    for (double& sum : state_.part_sums) {
      row.parts.push_back(sum / state_.loss_count);
      sum = 0;
    }
    state_.loss_sum = state_.loss_count = 0;
    if (validated_) {
      PINHOLE_RETURN_IF_ERROR(judge());
      row.validation_loss = validation_.loss;
      row.psnr = validation_.psnr;
    }
    return history_.add(row);
  }

  Status judge() {
    const std::vector<float> weights = shown_weights(), buffers = read_buffers(*engine_);
    std::vector<uint8_t> file;
    PINHOLE_RETURN_IF_ERROR(write_weights(weights, buffers, &file));
    PINHOLE_RETURN_IF_ERROR(validate(file, recipe_, dataset_, options_.seed, options_.threads, &validation_));
    const bool better =
        state_.best_step < 0 || validation_.loss < state_.best_loss - static_cast<double>(recipe_.validation.min_delta);
    state_.validations_since_best = better ? 0 : state_.validations_since_best + 1;
    if (!better)
      return Status();
    state_.best_loss = validation_.loss;
    state_.best_step = state_.steps_done;
    if (recipe_.validation.keep_best) {
      state_.best_weights = weights;
      state_.best_buffers = buffers;
    }
    return Status();
  }

  double epoch() const {
    return static_cast<double>(state_.steps_done) / static_cast<double>(batches_->steps_per_epoch());
  }

  void report() const {
    if (!options_.progress)
      return;
    TrainProgress progress;
    progress.step = state_.steps_done;
    progress.total_steps = state_.total_steps;
    progress.epoch = epoch();
    progress.loss = smoothed_;
    progress.validated = validated_;
    progress.validation = validation_;
    progress.learning_rate = static_cast<double>(engine_->state.learning_rate);
    progress.steps_per_second = static_cast<double>(state_.steps_done - first_step_) / seconds_since(start_);
    progress.seconds_left = static_cast<double>(state_.total_steps - state_.steps_done) / progress.steps_per_second;
    options_.progress(progress);
  }

  Status save() {
    saved_at_ = Clock::now();
    if (options_.checkpoint.empty())
      return Status();
    state_.weights = read_section(*engine_, 0);
    state_.moment1 = read_section(*engine_, 2);
    state_.moment2 = read_section(*engine_, 3);
    state_.buffers = read_buffers(*engine_);
    for (const float weight : state_.weights)
      if (!std::isfinite(weight))
        return error(Code::numeric, "a weight is no finite number after %lld steps; the last checkpoint is kept",
                     static_cast<long long>(state_.steps_done));
    return save_checkpoint(options_.checkpoint, state_);
  }

  Status write_weights(const std::vector<float>& weights, const std::vector<float>& buffers,
                       std::vector<uint8_t>* file) {
    store_parameters(*engine_, weights, buffers, &model_);
    return write_model(model_.model, file);
  }

  Status write_files() {
    const bool best = !state_.best_weights.empty();
    const std::string note = held_out_note() + trained_frames_note();
    Provenance& provenance = model_.model.provenance;
    provenance.recipe = recipe_.text.c_str();
    provenance.data = dataset_.label.c_str();
    provenance.data_licence = recipe_.data.licence.c_str();
    provenance.tool = options_.tool.c_str();
    provenance.note = note.c_str();
    provenance.steps = static_cast<uint64_t>(best ? state_.best_step : state_.steps_done);
    std::vector<uint8_t> file;
    PINHOLE_RETURN_IF_ERROR(write_weights(best ? state_.best_weights : shown_weights(),
                                          best ? state_.best_buffers : read_buffers(*engine_), &file));
    PINHOLE_RETURN_IF_ERROR(replace_file(options_.out, file.data(), file.size()));
    PINHOLE_RETURN_IF_ERROR(history_.finish());
    return plot_history(history_.rows(), recipe_.name, beside(options_.out, ".loss.png"));
  }

  std::string held_out_note() const {
    constexpr size_t kMostNames = 100;
    if (!has_validation())
      return "";
    std::string note = "held out for validation: " + std::to_string(dataset_.validation.size()) + " of " +
                       std::to_string(dataset_.images.size()) + " images";
    if (dataset_.validation.size() <= kMostNames)
      for (const int32_t position : dataset_.validation)
        note += (position == dataset_.validation[0] ? ": " : ", ") + dataset_.names[static_cast<size_t>(position)];
    return note;
  }

  // Frames of a scene that no threshold may rest on: those trained on, and those beside them.
  std::string trained_frames_note() const {
    if (!recipe_.data.fit)
      return "";
    std::vector<uint32_t> checksums;
    for (size_t i = 0; i < dataset_.images.size(); ++i)
      if (!std::binary_search(dataset_.validation.begin(), dataset_.validation.end(), static_cast<int32_t>(i)))
        checksums.push_back(frame_checksum(dataset_.images[i]));
    return "; " + trained_frames_text(checksums);
  }

  const Recipe recipe_;
  const TrainOptions& options_;
  Dataset dataset_;
  std::optional<Batches> batches_;
  OwnedModel model_;
  HostEngine engine_;
  BatchViews views_;
  std::vector<std::string> part_names_; // of a loss that is a sum
  History history_;
  Checkpoint state_; // arrays of the engine are filled when it is saved
  ValidationResult validation_ = {std::nan(""), std::nan("")};
  int64_t validate_every_ = 1, log_every_ = 1, first_step_ = 0;
  bool validated_ = false;
  double smoothed_ = -1;
  Clock::time_point start_, saved_at_;
};

} // namespace

std::string beside(const std::string& out, const std::string& ending) {
  std::filesystem::path path(out);
  return path.replace_extension().string() + ending;
}

Status train(const Recipe& recipe, const TrainOptions& options, TrainResult* result) {
  return Trainer(recipe, options).run(result);
}

} // namespace pinhole
