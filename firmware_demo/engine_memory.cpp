// SPDX-License-Identifier: Apache-2.0
#include "engine_memory.h"

namespace firmware {
namespace {

// For frames up to 1920x1080 and training on 8 patches of 64x64, for models of up to about 150,000 parameters. A camera
// with one size and one model takes the exact numbers from `pinhole plan MODEL --size WxH --header FILE`.
constexpr size_t kSetupBytes = size_t{512} << 10, kPreparedBytes = size_t{2} << 20;
constexpr size_t kStateBytes = size_t{3} << 20, kScratchBytes = size_t{16} << 20;

alignas(64) unsigned char setup[kSetupBytes];
alignas(64) unsigned char prepared[kPreparedBytes];
alignas(64) unsigned char state[kStateBytes];
alignas(64) unsigned char scratch[kScratchBytes];

} // namespace

pinhole_status open_engine(const Weights& weights, const pinhole_options& options, Bill* bill,
                           pinhole_engine** engine) {
  *bill = {};
  bill->file = weights.bytes;
  pinhole_status status = pinhole_measure(weights.data, weights.bytes, &options, &bill->setup);
  if (!ok(status))
    return status;
  status = pinhole_plan(weights.data, weights.bytes, &options, setup, sizeof setup, engine);
  if (!ok(status))
    return status;
  const pinhole_sizes sizes = pinhole_planned(*engine);
  bill->prepared = sizes.prepared;
  bill->state = sizes.state;
  bill->scratch = sizes.scratch;
  return pinhole_bind(*engine, {prepared, sizeof prepared}, {state, sizeof state}, {scratch, sizeof scratch});
}

Bill static_memory() {
  return {kSetupBytes, kPreparedBytes, kStateBytes, kScratchBytes, 0};
}

pinhole_status count_channels(const Weights& weights, int32_t* channels) {
  // The whole schedule keeps tensors where they can be looked at; a small frame makes it cheap.
  pinhole_options options = pinhole_default_options();
  options.width = options.height = 64;
  options.schedule = PINHOLE_SCHEDULE_WHOLE;
  Bill bill;
  pinhole_engine* engine = nullptr;
  pinhole_status status = open_engine(weights, options, &bill, &engine);
  if (!ok(status))
    return status;
  pinhole_tensor image = {};
  status = pinhole_get_tensor(engine, "image", &image);
  pinhole_unbind(engine);
  *channels = image.c;
  if (ok(status) && image.c != 1 && image.c != 3)
    return failure(PINHOLE_UNSUPPORTED, "the model's frames have %d channels: this camera delivers 1 or 3", image.c);
  return status;
}

} // namespace firmware
