// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"
#include "weights/replace_tensors.h"

namespace pinhole {
namespace {

// Parameters and running statistics that the engine keeps in memory of its own; null for all else.
const float* learned_numbers(const void* context, ValueId value) {
  const auto* engine = static_cast<const Engine*>(context);
  const ValueKind kind = engine->model.values[value].kind;
  const bool stored = kind == ValueKind::parameter || kind == ValueKind::buffer;
  return stored && engine->plan.placements[value].block != kNoBlock ? engine->views[value].base<float>() : nullptr;
}

} // namespace

Status store_in_file(const Engine& engine, void* file, size_t file_bytes) {
  if (!engine.bound || engine.plan.program.mode != Mode::training)
    return error(Code::invalid_argument, "pinhole_store_parameters: the engine is not bound for training");
  return replace_tensors(engine.model, {&engine, learned_numbers}, file, file_bytes);
}

} // namespace pinhole
