// SPDX-License-Identifier: Apache-2.0
// The C API (pinhole.h has the contract of every call) with ownership: what was bound is unbound, a result cannot be
// overlooked. Header only; allocates nothing, throws nothing; memory stays the caller's.
//
//   pinhole::api::Options options = pinhole::api::default_options();
//   pinhole::api::Engine engine;
//   if (auto status = engine.plan(file, options, setup); !status)
//     return report(status.text());
//   if (auto status = engine.bind(prepared, state, scratch); !status)
//     return report(status.text());
//   while (camera.next(&in))
//     engine.denoise(in, PINHOLE_LEVEL_AUTO, &out);
#pragma once

#include "pinhole/pinhole.h"

namespace pinhole::api {

using Frame = pinhole_frame;
using Memory = pinhole_memory;
using Options = pinhole_options;
using Sizes = pinhole_sizes;
using Tensor = pinhole_tensor;
using Update = pinhole_update;

inline Options default_options() {
  return pinhole_default_options();
}

inline Update default_update() {
  return pinhole_default_update();
}

// How a call went; true when it went well.
class [[nodiscard]] Status {
public:
  Status(const pinhole_status& status) : status_(status) {} // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return status_.code == PINHOLE_OK; }
  pinhole_code code() const { return static_cast<pinhole_code>(status_.code); }
  const char* code_name() const { return pinhole_code_name(status_.code); }
  const char* text() const { return status_.text; } // "what, where, what to do"; empty when ok

private:
  pinhole_status status_;
};

// The bytes of a .pinhole file, 64-byte aligned; they outlive the engine.
struct File {
  const void* data;
  size_t bytes;
};

// The trained parameters, inside the state region.
struct Parameters {
  float* data;
  size_t count;
};

// Bytes of setup memory that Engine::plan needs for this file and these options.
inline Status measure(File file, const Options& options, size_t* setup_bytes) {
  return pinhole_measure(file.data, file.bytes, &options, setup_bytes);
}

// The luma's noise as PINHOLE_LEVEL_AUTO finds it: standard deviation, 0..255.
inline Status estimate_level(const Frame& in, float* level) {
  return pinhole_estimate_level(&in, level);
}

// One planned entry of one file. Movable, for one thread at a time. Before plan() every call but unbind() and planned()
// is invalid_argument. setup, file and regions must outlive it.
class Engine {
public:
  Engine() = default;
  Engine(Engine&& other) noexcept : engine_(other.release()) {}
  Engine& operator=(Engine&& other) noexcept {
    if (this != &other) {
      unbind();
      engine_ = other.release();
    }
    return *this;
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() { unbind(); }

  // Reads, checks and plans inside `setup` (64-byte aligned), which another bound engine must not be using.
  Status plan(File file, const Options& options, Memory setup) {
    unbind();
    return pinhole_plan(file.data, file.bytes, &options, setup.data, setup.bytes, &engine_);
  }
  // The exact bill; all 0 before plan().
  Sizes planned() const { return engine_ ? pinhole_planned(engine_) : Sizes{0, 0, 0}; }

  Status bind(Memory prepared, Memory state, Memory scratch) { return pinhole_bind(engine_, prepared, state, scratch); }
  // Joins the threads; plan and sizes stay, so that it can be bound again.
  void unbind() { pinhole_unbind(engine_); }

  Status denoise(const Frame& in, float level, Frame* out) { return pinhole_denoise(engine_, &in, level, out); }

  Status tensor(const char* name, Tensor* tensor) const { return pinhole_get_tensor(engine_, name, tensor); }
  Status run() { return pinhole_run(engine_); }
  Status train_step(const Update& update, float* loss) { return pinhole_train_step(engine_, &update, loss); }
  Status parameters(Parameters* parameters) {
    return pinhole_get_parameters(engine_, &parameters->data, &parameters->count);
  }
  Status set_parameters(const float* data, size_t count) { return pinhole_set_parameters(engine_, data, count); }
  Status store_parameters(void* file, size_t bytes) const { return pinhole_store_parameters(engine_, file, bytes); }

  // For calls of the C API; stays this object's.
  pinhole_engine* get() const { return engine_; }

private:
  pinhole_engine* release() {
    pinhole_engine* engine = engine_;
    engine_ = nullptr;
    return engine;
  }

  pinhole_engine* engine_ = nullptr; // inside the caller's setup memory
};

} // namespace pinhole::api
