// SPDX-License-Identifier: Apache-2.0
// The demo around the firmware: options, pictures, figures.
#include "programme.h"
#include "show.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <thread>

namespace {

void add_options(CLI::App* app, demo::Options* options) {
  app->add_option("--model", options->model, "weights file (default: the colour model of weights/, else the gray one)");
  app->add_option("--input", options->input, "folder of your own frames (JPEG, PNG, PPM) in place of the scene");
  app->add_option("--out", options->out, "folder for pictures and the trained file")->capture_default_str();
  app->add_option("--frames", options->frames, "frames to denoise (--input: at most)")
      ->check(CLI::Range(int64_t{1}, firmware::kMaxFrames))
      ->capture_default_str();
  app->add_option("--fps", options->frames_per_second,
                  "a live camera of this rate: late frames are dropped; 0: it waits")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  app->add_option("--level", options->level, "noise deviation, 0-255; default: estimated from each frame")
      ->check(CLI::Range(0.0f, 255.0f));
  app->add_option("--jpeg", options->jpeg_quality, "the scene's frames arrive as JPEGs of this quality; 0: raw")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app->add_option("--train-seconds", options->train_seconds, "time to train on the scene; 0: not at all")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str();
  app->add_option("--watch-frames", options->watch_frames, "frames to watch; 0: not at all")
      ->check(CLI::Range(int64_t{0}, firmware::kMaxFrames))
      ->capture_default_str();
  app->add_option("--learn-steps", options->learn_steps, "training steps on the scene to watch")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app->add_option("--calibrate-frames", options->calibrate_frames, "normal frames that the promise rests on")
      ->check(CLI::Range(100, 10000000))
      ->capture_default_str();
  app->add_option("--false-alarms", options->false_alarms_per_day, "asked: at most so many a day")
      ->check(CLI::Range(1e-3, 1e5))
      ->capture_default_str();
  app->add_flag("--watch-denoised", options->watch_denoised, "watch the denoised frames, not the camera's");
  app->add_flag("--only-watch", options->only_watch, "leave the first two parts out");
  app->add_flag("--all-events", options->all_events, "blur, a push and ageing of the camera too");
  app->add_option("--record", options->record, "file to append what happened and what was raised to, with tabs");
  app->add_option("--seed", options->seed, "of the scene, what happens in it and noise")->capture_default_str();
  app->add_option("--threads", options->threads, "1 to 64")->check(CLI::Range(1, 64))->capture_default_str();
  app->add_flag_callback(
      "--short",
      [app, options] {
        // Whatever stands before or after it in the command keeps its own value.
        if (app->count("--frames") == 0)
          options->frames = 60;
        if (app->count("--train-seconds") == 0)
          options->train_seconds = 3;
        if (app->count("--watch-frames") == 0)
          options->watch_frames = 600;
        if (app->count("--learn-steps") == 0)
          options->learn_steps = 300;
        if (app->count("--calibrate-frames") == 0)
          options->calibrate_frames = 1024;
      },
      "60 frames, 3 seconds of training, 600 watched frames: for tests");
}

} // namespace

int main(int argc, char** argv) {
  demo::Options options;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  options.threads = cores < 1 ? 1 : cores > 64 ? 64 : cores;
  CLI::App app("A camera's firmware that denoises what it sees, in static memory, and trains on it.");
  add_options(&app, &options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  }
  if (options.all_events && app.count("--watch-frames") == 0)
    options.watch_frames = demo::programme_frames(true);
  const pinhole_status status = options.input.empty() ? demo::show_scene(options) : demo::show_folder(options);
  if (!firmware::ok(status))
    std::fprintf(stderr, "firmware_demo: %s\n", status.text);
  return firmware::ok(status) ? 0 : 1;
}
