// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include "base/half.h"
#include "engine/phases.h"

#include <cstdint>
#include <cstring>

namespace pinhole {
namespace {

Status check_region(const char* name, const Memory& memory, size_t planned) {
  if (memory.bytes < planned)
    return error(Code::too_little_memory, "region '%s' has %zu bytes, %zu fewer than the %zu planned", name,
                 memory.bytes, planned - memory.bytes, planned);
  if (planned > 0 && (!memory.data || reinterpret_cast<uintptr_t>(memory.data) % Arena::kAlignment != 0))
    return error(Code::invalid_argument, "region '%s' must be there and start at a multiple of %zu bytes", name,
                 Arena::kAlignment);
  return {};
}

bool overlap(const Memory& one, const Memory& other) {
  const auto a = reinterpret_cast<uintptr_t>(one.data), b = reinterpret_cast<uintptr_t>(other.data);
  return one.bytes > 0 && other.bytes > 0 && a < b + other.bytes && b < a + one.bytes;
}

Status check_overlap(const Regions& regions, const Surroundings& around) {
  const Memory* memories[] = {&regions.prepared, &regions.state, &regions.scratch, &around.file, &around.setup};
  constexpr int kCount = 5, kRegions = 3;
  for (int i = 0; i < kCount; ++i)
    for (int k = 0; k < min_of(i, kRegions); ++k)
      if (overlap(*memories[i], *memories[k]))
        return error(Code::invalid_argument, "%s overlap: prepared, state and scratch must lie apart%s",
                     i < kRegions    ? "two regions"
                     : i == kRegions ? "a region and the file"
                                     : "a region and the setup memory",
                     i < kRegions ? "" : ", and beside those");
  return {};
}

Bases bases_of(const Regions& regions) {
  Bases bases;
  bases.region[static_cast<unsigned>(Region::prepared)] = static_cast<unsigned char*>(regions.prepared.data);
  bases.region[static_cast<unsigned>(Region::state)] = static_cast<unsigned char*>(regions.state.data);
  bases.region[static_cast<unsigned>(Region::scratch)] = static_cast<unsigned char*>(regions.scratch.data);
  return bases;
}

// Copies a stored tensor into its own memory as f32.
Status copy_parameter(const Value& value, float* to) {
  const int64_t count = value.desc.elements();
  if (value.desc.dtype == DType::f32) {
    std::memcpy(to, value.data, static_cast<size_t>(count) * sizeof(float));
    return {};
  }
  if (value.desc.dtype != DType::f16)
    return error(Code::unsupported, "parameter '%s' is %s: this engine reads f32 and f16", value.name,
                 dtype_name(value.desc.dtype));
  const auto* from = static_cast<const uint16_t*>(value.data);
  for (int64_t i = 0; i < count; ++i)
    to[i] = float_from_half(from[i]);
  return {};
}

Status load_parameters(Engine* engine) {
  const Program& program = engine->plan.program;
  for (ValueId v = 0; v < engine->model.values.size; ++v) {
    const Value& value = program.values[v];
    const bool stored = value.kind == ValueKind::parameter || value.kind == ValueKind::buffer;
    if (stored && engine->plan.placements[v].block != kNoBlock)
      PINHOLE_RETURN_IF_ERROR(copy_parameter(value, engine->views[v].base<float>()));
  }
  return {};
}

void bind_steps(const Bases& bases, Engine* engine) {
  const Plan& plan = engine->plan;
  engine->step_count = plan.program.step_count;
  for (int32_t s = 0; s < engine->step_count; ++s) {
    BoundStep* bound = &engine->steps[s];
    bound->step = plan.program.steps[s];
    bound->kernel = plan.elided[s] ? nullptr : step_kernel(plan, bound->step);
    if (bound->step.pass == Pass::update)
      continue;
    bound->call = step_call(plan, bases, s, engine->call_views.data + int64_t{s} * kCallViews);
    bound->call.state = &engine->state;
  }
}

} // namespace

Status check_apart(const Surroundings& around) {
  if (overlap(around.file, around.setup))
    return error(Code::invalid_argument, "setup memory and file overlap: they must lie apart");
  return {};
}

Status check_regions(const Regions& regions, const Surroundings& around, size_t prepared_bytes, size_t state_bytes,
                     size_t scratch_bytes) {
  PINHOLE_RETURN_IF_ERROR(check_region("prepared", regions.prepared, prepared_bytes));
  PINHOLE_RETURN_IF_ERROR(check_region("state", regions.state, state_bytes));
  PINHOLE_RETURN_IF_ERROR(check_region("scratch", regions.scratch, scratch_bytes));
  return check_overlap(regions, around);
}

Status bind_engine(Engine* engine, const Regions& regions, ThreadPool* pool) {
  const Plan& plan = engine->plan;
  if (engine->bound)
    return error(Code::invalid_argument, "the engine is bound already: unbind it first");
  PINHOLE_RETURN_IF_ERROR(
      check_regions(regions, engine->around, plan.prepared_bytes, plan.state_bytes, plan.scratch_bytes));
  engine->regions = regions;
  const Bases bases = bases_of(regions);
  for (ValueId v = 0; v < plan.program.value_count; ++v)
    engine->views[v] = value_view(plan, bases, v);
  engine->pool = pool;
  engine->owns_pool = !pool;
  if (!pool) {
    Arena pool_arena(engine->pool_memory, thread_pool_bytes(engine->options.threads));
    PINHOLE_RETURN_IF_ERROR(start_threads(engine->options.threads, &pool_arena, &engine->pool));
  }
  bind_steps(bases, engine);
  engine->bound = true;
  const Status loaded = reload_engine(engine);
  if (!loaded.ok())
    unbind_engine(engine);
  return loaded;
}

Status reload_engine(Engine* engine) {
  if (engine->plan.state_bytes > 0)
    std::memset(engine->regions.state.data, 0, engine->plan.state_bytes);
  engine->state.step = 0;
  PINHOLE_RETURN_IF_ERROR(load_parameters(engine));
  return refresh_parameters(engine);
}

Status refresh_parameters(Engine* engine) {
  for (int32_t s = 0; s < engine->step_count; ++s) {
    const BoundStep& bound = engine->steps[s];
    if (bound.kernel && (bound.step.pass == Pass::forward || bound.step.pass == Pass::backward_data))
      run_phase(engine->pool, bound.kernel->prepare, bound.call);
  }
  return {};
}

void unbind_engine(Engine* engine) {
  if (!engine->bound)
    return;
  if (engine->owns_pool)
    stop_threads(engine->pool);
  engine->bound = false;
}

} // namespace pinhole
