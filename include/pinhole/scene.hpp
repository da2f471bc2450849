// SPDX-License-Identifier: Apache-2.0
// A scene (scene.h has the contract of every call) with ownership: what was bound is unbound, a result cannot be
// overlooked. Header only; allocates nothing, throws nothing; memory stays the caller's.
#pragma once

#include "pinhole/pinhole.hpp"
#include "pinhole/scene.h"

namespace pinhole::api {

using SceneOptions = pinhole_scene_options;
using SceneReport = pinhole_scene_report;
using SceneProgress = pinhole_scene_progress;
using Events = pinhole_events;

inline SceneOptions default_scene_options() {
  return pinhole_default_scene_options();
}

// The bytes of a file that the scene learns into, 64-byte aligned; they outlive it.
struct WritableFile {
  void* data;
  size_t bytes;
};

// Bytes of setup memory that Scene::plan needs for this file and these options.
inline Status measure(File file, const SceneOptions& options, size_t* setup_bytes) {
  return pinhole_scene_measure(file.data, file.bytes, &options, setup_bytes);
}

// Movable. Before plan() every call but unbind() and planned() is invalid_argument. setup, file and regions must
// outlive it.
class Scene {
public:
  Scene() = default;
  Scene(Scene&& other) noexcept : scene_(other.release()) {}
  Scene& operator=(Scene&& other) noexcept {
    if (this != &other) {
      unbind();
      scene_ = other.release();
    }
    return *this;
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() { unbind(); }

  Status plan(WritableFile file, const SceneOptions& options, Memory setup) {
    unbind();
    return pinhole_scene_plan(file.data, file.bytes, &options, setup.data, setup.bytes, &scene_);
  }
  Sizes planned() const { return pinhole_scene_planned(scene_); } // all 0 before plan()

  Status bind(Memory prepared, Memory state, Memory scratch) {
    return pinhole_scene_bind(scene_, prepared, state, scratch);
  }
  void unbind() { pinhole_scene_unbind(scene_); }

  Status push(const Frame& frame, int64_t number, double seconds, SceneReport* report) {
    return pinhole_scene_push(scene_, &frame, number, seconds, report);
  }
  Status learn(SceneProgress* progress) { return pinhole_scene_learn(scene_, progress); }
  void wait(double seconds, Events* events) { pinhole_scene_wait(scene_, seconds, events); }
  void finish(Events* events) { pinhole_scene_finish(scene_, events); }

  Status ignore(const Frame& mask) { return pinhole_scene_ignore(scene_, &mask); }
  Status heat(Frame* heat) const { return pinhole_scene_heat(scene_, heat); }
  const pinhole_calibration* calibration() const { return pinhole_scene_calibration(scene_); }
  Status ask(double false_alarms_per_day) { return pinhole_scene_ask(scene_, false_alarms_per_day); }
  Status confirm(int32_t alerts) { return pinhole_scene_confirm(scene_, alerts); }
  Status dismiss(const pinhole_event& event) { return pinhole_scene_dismiss(scene_, &event); }

  size_t saved_bytes() const { return pinhole_scene_saved_bytes(scene_); }
  Status save(Memory saved) const { return pinhole_scene_save(scene_, saved.data, saved.bytes); }
  Status restore(const void* saved, size_t bytes) { return pinhole_scene_restore(scene_, saved, bytes); }

  // For calls of the C API; stays this object's.
  pinhole_scene* get() const { return scene_; }

private:
  pinhole_scene* release() {
    pinhole_scene* scene = scene_;
    scene_ = nullptr;
    return scene;
  }

  pinhole_scene* scene_ = nullptr; // inside the caller's setup memory
};

} // namespace pinhole::api
