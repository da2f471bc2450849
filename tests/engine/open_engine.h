// SPDX-License-Identifier: Apache-2.0
// An engine with memory of its own, opened from a model made in code, as firmware would open a file.
#pragma once

#include "engine/engine.h"
#include "weights/aligned_bytes.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <optional>

namespace pinhole::testing {

class OpenEngine {
public:
  OpenEngine(const Model& model, const EngineOptions& options) : OpenEngine(bytes_of(model), options) {}

  OpenEngine(const std::vector<uint8_t>& bytes, const EngineOptions& options) {
    file_.emplace(bytes);
    size_t setup_bytes = 0;
    Status status = measure_setup(file_->data(), file_->size(), options, &setup_bytes);
    EXPECT_TRUE(status.ok()) << status.text;
    setup_.emplace(setup_bytes);
    status = plan_file(file_->data(), file_->size(), options, setup_->data(), setup_bytes, &engine_);
    EXPECT_TRUE(status.ok()) << status.text;
    if (!status.ok())
      return;
    const Plan& plan = engine_->plan;
    prepared_.emplace(std::vector<uint8_t>(plan.prepared_bytes, 0xA5));
    state_.emplace(std::vector<uint8_t>(plan.state_bytes, 0xA5));
    scratch_.emplace(std::vector<uint8_t>(plan.scratch_bytes, 0xFF)); // NaN where nobody wrote
    status = bind_engine(engine_, {{prepared_->data(), plan.prepared_bytes},
                                   {state_->data(), plan.state_bytes},
                                   {scratch_->data(), plan.scratch_bytes}});
    EXPECT_TRUE(status.ok()) << status.text;
  }
  ~OpenEngine() {
    if (engine_)
      unbind_engine(engine_);
  }
  OpenEngine(const OpenEngine&) = delete;
  OpenEngine& operator=(const OpenEngine&) = delete;

  Engine* operator->() { return engine_; }
  Engine& operator*() { return *engine_; }
  Engine* get() { return engine_; }

private:
  static std::vector<uint8_t> bytes_of(const Model& model) {
    std::vector<uint8_t> bytes;
    const Status status = write_model(model, &bytes);
    EXPECT_TRUE(status.ok()) << status.text;
    return bytes;
  }

  std::optional<AlignedBytes> file_, setup_, prepared_, state_, scratch_;
  Engine* engine_ = nullptr;
};

} // namespace pinhole::testing
