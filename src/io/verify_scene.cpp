// SPDX-License-Identifier: Apache-2.0
#include "engine/c_status.h"
#include "io/verify_plan.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace pinhole {
namespace {

constexpr int kSetup = static_cast<int>(Region::setup), kPrepared = static_cast<int>(Region::prepared),
              kState = static_cast<int>(Region::state), kScratch = static_cast<int>(Region::scratch);
constexpr int32_t kScored = 20; // frames, those between learning and calibrating among them

struct SceneLife {
  const void* data;
  size_t bytes;
  pinhole_scene_options options;
};

// Frames of changing noise, in every plane that a format may have.
class Frames {
public:
  explicit Frames(const pinhole_scene_options& options)
      : pitch_(size_t{3} * static_cast<size_t>(options.width) + 2),
        pixels_(pitch_ * static_cast<size_t>(options.height)) {
    frame_.format = options.format;
    frame_.width = options.width;
    frame_.height = options.height;
    frame_.plane[0] = frame_.plane[1] = pixels_.data();
    frame_.pitch[0] = frame_.pitch[1] = pitch_ & ~size_t{1};
  }
  pinhole_frame next() {
    for (uint8_t& pixel : pixels_) {
      random_ = random_ * 1664525u + 1013904223u;
      pixel = static_cast<uint8_t>(100 + (random_ >> 27));
    }
    return frame_;
  }

private:
  size_t pitch_;
  std::vector<uint8_t> pixels_;
  pinhole_frame frame_ = {};
  uint32_t random_ = 1;
};

Status push_frames(int32_t count, Frames* frames, int64_t* number, pinhole_scene* scene) {
  pinhole_scene_report report;
  for (; count > 0; --count, ++*number) {
    const pinhole_frame frame = frames->next();
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_scene_push(scene, &frame, *number, 0, &report)));
  }
  return {};
}

Status collect_and_learn(const pinhole_scene_options& options, pinhole_scene* scene) {
  Frames frames(options);
  int64_t number = 0;
  pinhole_scene_progress progress = {};
  PINHOLE_RETURN_IF_ERROR(push_frames(options.collect_frames, &frames, &number, scene));
  while (progress.phase != PINHOLE_SCENE_CALIBRATING)
    PINHOLE_RETURN_IF_ERROR(from_c(pinhole_scene_learn(scene, &progress)));
  return push_frames(kScored, &frames, &number, scene);
}

Status live(const void* context, const size_t (&shortfall)[kRegions], unsigned char pattern,
            FencedMemory (&memory)[kRegions], size_t (&planned)[kRegions]) {
  const auto& life = *static_cast<const SceneLife*>(context);
  FencedMemory file; // the scene writes into it
  PINHOLE_RETURN_IF_ERROR(file.allocate(align_up(life.bytes, Arena::kAlignment)));
  std::memcpy(file.data(), life.data, life.bytes);
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_scene_measure(file.data(), life.bytes, &life.options, &planned[kSetup])));
  PINHOLE_RETURN_IF_ERROR(memory[kSetup].allocate(planned[kSetup]));
  memory[kSetup].paint(pattern);
  pinhole_scene* scene = nullptr;
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_scene_plan(file.data(), life.bytes, &life.options, memory[kSetup].data(),
                                                    planned[kSetup] - shortfall[kSetup], &scene)));
  const pinhole_sizes sizes = pinhole_scene_planned(scene);
  planned[kPrepared] = sizes.prepared;
  planned[kState] = sizes.state;
  planned[kScratch] = sizes.scratch;
  for (const int region : {kPrepared, kState, kScratch}) {
    PINHOLE_RETURN_IF_ERROR(memory[region].allocate(planned[region]));
    memory[region].paint(pattern);
  }
  const auto given = [&](int region) {
    return pinhole_memory{memory[region].data(), planned[region] - shortfall[region]};
  };
  PINHOLE_RETURN_IF_ERROR(from_c(pinhole_scene_bind(scene, given(kPrepared), given(kState), given(kScratch))));
  const Status status = collect_and_learn(life.options, scene);
  pinhole_scene_unbind(scene);
  return status;
}

} // namespace

Status verify_scene(const void* file, size_t file_bytes, const pinhole_scene_options& options, PlanProof* proof) {
  SceneLife life = {file, file_bytes, options};
  life.options.collect_frames = options.pictures; // neither changes a byte of the plan
  life.options.learn_steps = 2;
  return prove_plan({&life, live}, proof);
}

} // namespace pinhole
