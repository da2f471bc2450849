// SPDX-License-Identifier: Apache-2.0
// The two things that the demo can do: the simulated scene, or somebody's own frames.
#pragma once

#include "base/status.h"
#include "firmware.h"

#include <string>

namespace demo {

struct Options {
  std::string model; // "": the one that the project ships
  std::string input, out = "out";
  std::string record; // "": none
  int64_t frames = 600, watch_frames = 2000;
  int32_t collect_frames = 1024, learn_steps = 1500, calibrate_frames = 2048;
  bool only_watch = false, all_events = false, watch_denoised = false;
  double false_alarms_per_day = 1;
  double train_seconds = 30, frames_per_second = 0;
  float level = PINHOLE_LEVEL_AUTO;
  int jpeg_quality = 0;
  uint64_t seed = 1;
  int32_t threads = 1;
};

// Denoises the scene, prints the table, writes strip.png, trains, denoises again, writes scene.pinhole; then watches.
pinhole_status show_scene(const Options& options);

// Denoises the pictures of a folder into PNG files of the same names.
pinhole_status show_folder(const Options& options);

// Reads the model and makes the output folder.
pinhole_status prepare(const Options& options, firmware::Weights* weights, int32_t* channels);
firmware::LoopOptions loop_options(const Options& options, int32_t channels);
// The status of a component in C++ as one of the C API.
pinhole_status to_c(const pinhole::Status& status);

} // namespace demo
