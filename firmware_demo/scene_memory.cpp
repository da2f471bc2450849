// SPDX-License-Identifier: Apache-2.0
#include "scene_memory.h"

namespace firmware {
namespace {

// For the recipe `scene`, 256 pictures to learn from in batches of 16, and a day's calibration.
constexpr size_t kSetupBytes = size_t{1} << 20, kPreparedBytes = size_t{4} << 20;
constexpr size_t kStateBytes = size_t{12} << 20, kScratchBytes = size_t{16} << 20;

alignas(64) unsigned char setup[kSetupBytes];
alignas(64) unsigned char prepared[kPreparedBytes];
alignas(64) unsigned char state[kStateBytes];
alignas(64) unsigned char scratch[kScratchBytes];

} // namespace

pinhole_status open_scene(const Weights& weights, const pinhole_scene_options& options, Bill* bill,
                          pinhole_scene** scene) {
  *bill = {};
  bill->file = weights.bytes;
  pinhole_status status = pinhole_scene_measure(weights.data, weights.bytes, &options, &bill->setup);
  if (ok(status))
    status = pinhole_scene_plan(weights.data, weights.bytes, &options, setup, sizeof setup, scene);
  if (!ok(status))
    return status;
  const pinhole_sizes sizes = pinhole_scene_planned(*scene);
  bill->prepared = sizes.prepared;
  bill->state = sizes.state;
  bill->scratch = sizes.scratch;
  return pinhole_scene_bind(*scene, {prepared, sizeof prepared}, {state, sizeof state}, {scratch, sizeof scratch});
}

Bill scene_memory() {
  return {kSetupBytes, kPreparedBytes, kStateBytes, kScratchBytes, 0};
}

} // namespace firmware
