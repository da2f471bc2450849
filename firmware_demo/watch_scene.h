// SPDX-License-Identifier: Apache-2.0
// Watching: the firmware looks at normal frames, learns what they have in common, calibrates itself on later ones, then
// alerts on what is not so; and denoises what it watches. All in planned, static memory.
#pragma once

#include "latency.h"
#include "scene_memory.h"

namespace firmware {

struct WatchOptions {
  int32_t channels = 3, threads = 1;
  bool denoise = true;        // the watched frames, beside watching
  bool watch_cleaned = false; // the scene sees the denoised frames, in every phase; needs `denoise`
  float level = PINHOLE_LEVEL_AUTO;
  int32_t collect_frames = 1024, pictures = 256, learn_steps = 1500, calibrate_frames = 2048;
  int32_t steps_per_frame = 4; // of learning, so that the camera is looked at meanwhile
  int64_t first_frame = 0;     // of the camera
  int64_t frames = 2000;       // to watch
  double frames_per_second = 25;
  double false_alarms_per_day = 1; // asked
  uint64_t seed = 0;
};

struct WatchReport {
  int64_t normal_frames, watched;    // before the watching; while watching
  double learning_seconds;           // of computing alone
  Latency denoising, watching, both; // of the watched frames
  Bill denoiser, scene;
  pinhole_calibration first, latest; // at the beginning of the watching, and at its end
};

// Every function may be called with the firmware's time stopped.
struct WatchObserver {
  void* context;
  void (*learning)(void* context, int32_t phase, double share_done);
  // `index` counts the watched frames; `cleaned` is the noisy frame when nothing is denoised.
  void (*watched)(void* context, int64_t index, const pinhole_frame& noisy, const pinhole_frame& cleaned,
                  const pinhole_scene_report& report);
  // After the last frame.
  void (*finished)(void* context, const pinhole_events& events);
};

// `denoiser` as run_loop's; `scene`: a file of recipe scene, into which is written what is learned. Ends after
// options.frames watched frames.
pinhole_status watch_scene(const Weights& denoiser, const Weights& scene, const WatchOptions& options,
                           const Camera& camera, const WatchObserver& observer, WatchReport* report);

} // namespace firmware
