// SPDX-License-Identifier: Apache-2.0
// The trainer: a recipe and images in, a training file out.
#pragma once

#include "train/recipe.h"
#include "train/validation.h"

#include <csignal>
#include <functional>

namespace pinhole {

struct TrainProgress {
  int64_t step = 0, total_steps = 0; // done, to do in all
  double epoch = 0;
  double loss = 0;             // smoothed over about 100 steps
  bool validated = false;      // a validation has just been made
  ValidationResult validation; // the latest, NaN before the first one
  double learning_rate = 0;
  double steps_per_second = 0, seconds_left = 0;
};

struct TrainOptions {
  std::string data;       // see load_dataset
  std::string range;      // "0-53,243-312"; empty: all
  std::string out;        // M.pinhole; M.history.csv and M.loss.png are written beside it
  std::string checkpoint; // "" for none
  bool resume = false;    // go on from `checkpoint` when it exists
  std::string initial;    // a weights file to start from in place of random numbers; "" for none
  uint64_t seed = 0;
  int32_t threads = 1;
  int32_t batch = 0;             // 0: the recipe's
  int64_t steps = 0, epochs = 0; // at most one of them; 0: the recipe's
  size_t budget = 0;             // bytes that the engine may use; 0: any
  double checkpoint_seconds = 300;
  int64_t checkpoint_steps = 0;                     // in addition: after every so many steps; 0: never
  std::string licence;                              // of the data; "" for the recipe's
  std::string tool = "pinhole";                     // name and version of the program, for the provenance
  const volatile std::sig_atomic_t* stop = nullptr; // when it becomes non-zero, training ends with a checkpoint
  std::function<void(const TrainProgress&)> progress;
  std::function<void(const Dataset&)> loaded;       // once, before the first step
  std::function<void(const std::string&)> left_out; // which picture is damaged and not trained on, and how
};

struct TrainResult {
  int64_t steps = 0;           // done in all, earlier runs included
  bool stopped = false;        // by *stop: no training file was written, the checkpoint has everything
  bool early_stopped = false;  // no progress for the recipe's patience
  bool diverged = false;       // has_diverged (train/history.h): the files are written all the same
  double loss = 0;             // mean over the steps of the last row of the history; NaN when it has none
  ValidationResult validation; // the latest of this run; NaN when there was none
};

// Trains and writes options.out. The SIMD level in force is used (see choose_simd), the weights are the same for any
// number of threads. A loss that is not a finite number ends it (Code::numeric) and leaves the last checkpoint alone.
Status train(const Recipe& recipe, const TrainOptions& options, TrainResult* result);

// Writes options.out as it is before the first step, the parameters drawn from the seed: for a device that learns.
// Needs no data; out, seed and tool count. invalid_argument when the recipe leaves the pictures' size open.
Status write_untrained(const Recipe& recipe, const TrainOptions& options);

// "dir/M.pinhole" -> "dir/M.history.csv" and so on.
std::string beside(const std::string& out, const std::string& ending);

} // namespace pinhole
