// SPDX-License-Identifier: Apache-2.0
// The camera firmware: grab a frame, clean it, show it, for ever. It uses include/ alone and allocates nothing.
#pragma once

#include "engine_memory.h"
#include "latency.h"

namespace firmware {

struct LoopOptions {
  int32_t width = kSceneWidth, height = kSceneHeight;
  int32_t channels = 3; // of the model, see count_channels
  int32_t threads = 1;
  float level = PINHOLE_LEVEL_AUTO; // noise deviation, 0..255
  int64_t first_frame = 0, frames = 600;
  double frames_per_second = 0; // of a camera that does not wait; 0: it waits for the firmware
};

struct LoopReport {
  int64_t frames, dropped; // denoised; passed over because a newer one was there
  Latency latency;
  Bill bill;
};

// Ends after options.frames frames of the camera, or when it has no more. The latest frame wins: with
// frames_per_second set, a frame that is overtaken while another one is worked on is dropped and counted. The camera's
// clock counts the firmware's own time alone, so that a simulator may take as long as it likes.
pinhole_status run_loop(const Weights& weights, const LoopOptions& options, const Camera& camera,
                        const Display& display, LoopReport* report);

} // namespace firmware
