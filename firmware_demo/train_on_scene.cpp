// SPDX-License-Identifier: Apache-2.0
#include "train_on_scene.h"

#include "frame_ring.h"

namespace firmware {
namespace {

constexpr int32_t kBatch = 8;
constexpr int32_t kStepsPerFrame = 4;
constexpr int32_t kTriesPerPatch = 16; // to find a place where nothing moves
constexpr double kWarmUpShare = 0.05;  // of the time

struct TrainTensors {
  pinhole_tensor image, target, level; // level.data null: the model takes none
};

// Vigna's splitmix64: the corner of a patch needs no better numbers.
uint32_t random_below(uint64_t* state, uint32_t count) {
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return static_cast<uint32_t>((z >> 32) * count >> 32);
}

// Up at once, then evenly down to nothing.
float rate_at(double share_done, float peak) {
  const double factor = share_done < kWarmUpShare ? share_done / kWarmUpShare : (1 - share_done) / (1 - kWarmUpShare);
  return static_cast<float>(factor > 0 ? factor : 0) * peak;
}

pinhole_status find_tensors(const pinhole_engine* engine, int32_t channels, TrainTensors* tensors) {
  pinhole_status status = pinhole_get_tensor(engine, "image", &tensors->image);
  if (ok(status))
    status = pinhole_get_tensor(engine, "target", &tensors->target);
  if (!ok(status))
    return status;
  if (tensors->image.c != channels || tensors->target.c != channels || tensors->target.h != tensors->image.h)
    return failure(PINHOLE_UNSUPPORTED, "the training entry does not turn a picture into one of the same shape");
  if (!ok(pinhole_get_tensor(engine, "level", &tensors->level)))
    tensors->level = {};
  return {};
}

// False when no still patch was found for every place of the batch.
bool fill_batch(const FrameRing& ring, float level, uint64_t* random, const TrainTensors& tensors, int64_t* moving) {
  for (int32_t item = 0; item < kBatch; ++item) {
    bool found = false;
    for (int32_t attempt = 0; attempt < kTriesPerPatch && !found; ++attempt) {
      const auto x = static_cast<int32_t>(random_below(random, kSceneWidth - kPatch + 1));
      const auto y = static_cast<int32_t>(random_below(random, kSceneHeight - kPatch + 1));
      found = ring.cut_patch(x, y, item, tensors.image, tensors.target);
      *moving += !found;
    }
    if (!found)
      return false;
    if (tensors.level.data)
      tensors.level.data[item * tensors.level.image_stride] = level / 255;
  }
  return true;
}

// Sums of the losses until the report is made.
struct LossCourse {
  double sum[kLossBins] = {};
  int64_t count[kLossBins] = {};

  void add(double share_done, float loss) {
    const auto bin = static_cast<int32_t>(share_done * kLossBins);
    sum[bin] += static_cast<double>(loss);
    ++count[bin];
  }
  void write(float* mean) const {
    for (int32_t i = 0; i < kLossBins; ++i)
      mean[i] = count[i] > 0 ? static_cast<float>(sum[i] / static_cast<double>(count[i])) : 0;
  }
};

pinhole_status train(pinhole_engine* engine, const TrainOptions& options, const Camera& camera,
                     const TrainObserver& observer, TrainReport* report) {
  TrainTensors tensors = {};
  pinhole_status status = find_tensors(engine, options.channels, &tensors);
  FrameRing ring(options.channels);
  LossCourse course;
  uint64_t random = options.seed;
  pinhole_update update = pinhole_default_update();
  update.max_gradient_norm = 0.5f;
  double begin = now_seconds(), share = 0;
  while (ok(status) && share < 1) {
    pinhole_frame frame = ring.next();
    if (!camera.grab(camera.context, options.first_frame + report->frames++, &frame))
      break;
    ring.push();
    if (!ring.full()) { // the time for training starts with the first batch
      begin = now_seconds();
      continue;
    }
    float level = 0, loss = 0;
    const pinhole_frame middle = ring.middle();
    status = pinhole_estimate_level(&middle, &level);
    for (int32_t i = 0; ok(status) && share < 1 && i < kStepsPerFrame; ++i) {
      if (!fill_batch(ring, level, &random, tensors, &report->moving))
        break;
      update.learning_rate = rate_at(share, options.learning_rate);
      status = pinhole_train_step(engine, &update, &loss);
      course.add(share, loss);
      ++report->steps;
      share = (now_seconds() - begin) / options.seconds;
      observer.progress(observer.context, *report, share < 1 ? share : 1, loss);
    }
    share = (now_seconds() - begin) / options.seconds;
  }
  course.write(report->loss);
  return status;
}

} // namespace

pinhole_status train_on_scene(Weights weights, const TrainOptions& options, const Camera& camera,
                              const TrainObserver& observer, TrainReport* report) {
  *report = {};
  report->ring_bytes = FrameRing::static_bytes();
  pinhole_options engine_options = pinhole_default_options();
  engine_options.mode = PINHOLE_TRAINING;
  engine_options.width = engine_options.height = kPatch;
  engine_options.batch = kBatch;
  engine_options.threads = options.threads;
  pinhole_engine* engine = nullptr;
  pinhole_status status = open_engine(weights, engine_options, &report->bill, &engine);
  if (!ok(status))
    return status;
  status = train(engine, options, camera, observer, report);
  if (ok(status))
    status = pinhole_store_parameters(engine, weights.data, weights.bytes);
  pinhole_unbind(engine);
  return status;
}

} // namespace firmware
