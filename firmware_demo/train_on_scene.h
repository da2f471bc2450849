// SPDX-License-Identifier: Apache-2.0
// Training on the camera: the model learns the scene that it looks at, inside planned, static memory.
#pragma once

#include "engine_memory.h"

namespace firmware {

constexpr int32_t kLossBins = 10; // of the course of the loss, equal shares of the time

struct TrainOptions {
  int32_t channels = 3;
  int32_t threads = 1;
  double seconds = 30;
  float learning_rate = 1e-4f; // of Adam, at its peak
  int64_t first_frame = 0;
  uint64_t seed = 0;
};

struct TrainReport {
  int64_t steps, frames, moving; // moving: patches passed over
  float loss[kLossBins];         // mean squared error against the temporal mean, 0..1 scale; 0 where no step was made
  Bill bill;
  size_t ring_bytes; // of the frames that the patches come from
};

struct TrainObserver {
  void* context;
  void (*progress)(void* context, const TrainReport& report, double share_done, float latest_loss);
};

// Trains entry `train` of `weights` and stores what was learned in `weights` itself: hand in a copy. The file must have
// a training entry whose inputs are image, target and perhaps level (unsupported otherwise).
pinhole_status train_on_scene(Weights weights, const TrainOptions& options, const Camera& camera,
                              const TrainObserver& observer, TrainReport* report);

} // namespace firmware
