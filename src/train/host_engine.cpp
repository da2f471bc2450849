// SPDX-License-Identifier: Apache-2.0
#include "train/host_engine.h"

#include <cstring>

namespace pinhole {

bool AlignedBytes::resize(size_t bytes) {
  const size_t rounded = align_up(bytes > 0 ? bytes : 1, Arena::kAlignment);
  data_.reset(static_cast<unsigned char*>(std::aligned_alloc(Arena::kAlignment, rounded)));
  size_ = data_ ? bytes : 0;
  if (data_)
    std::memset(data_.get(), 0, rounded);
  return data_ != nullptr;
}

Status HostEngine::open(const std::vector<uint8_t>& file, const EngineOptions& options) {
  close();
  const Status no_memory = error(Code::too_little_memory, "the machine has not enough memory for this model");
  if (!file_.resize(file.size()))
    return no_memory;
  std::memcpy(file_.data(), file.data(), file.size());
  size_t setup_bytes = 0;
  PINHOLE_RETURN_IF_ERROR(measure_setup(file_.data(), file_.size(), options, &setup_bytes));
  if (!setup_.resize(setup_bytes))
    return no_memory;
  Engine* engine = nullptr;
  PINHOLE_RETURN_IF_ERROR(plan_file(file_.data(), file_.size(), options, setup_.data(), setup_.size(), &engine));
  const Plan& plan = engine->plan;
  if (!prepared_.resize(plan.prepared_bytes) || !state_.resize(plan.state_bytes) ||
      !scratch_.resize(plan.scratch_bytes))
    return no_memory;
  Regions regions;
  regions.prepared = {prepared_.data(), prepared_.size()};
  regions.state = {state_.data(), state_.size()};
  regions.scratch = {scratch_.data(), scratch_.size()};
  PINHOLE_RETURN_IF_ERROR(bind_engine(engine, regions));
  engine_ = engine;
  return Status();
}

void HostEngine::close() {
  if (engine_)
    unbind_engine(engine_);
  engine_ = nullptr;
}

} // namespace pinhole
