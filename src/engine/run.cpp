// SPDX-License-Identifier: Apache-2.0
// The run loop.
#include "device/cpu/denormals.h"
#include "engine/engine.h"
#include "engine/phases.h"
#include "engine/update.h"

#include <cinttypes>
#include <cmath>

namespace pinhole {
namespace {

struct PhaseWork {
  const Phase* phase;
  const Call* call;
};

void run_units(void* context, int64_t begin, int64_t end) {
  const auto* work = static_cast<const PhaseWork*>(context);
  work->phase->run(*work->call, begin, end);
}

struct TransferWork {
  void (*transfer)(void* context, ValueId value, const View& view, RowRange rows);
  void* context;
  const View* view;
  ValueId value;
  int32_t first_row;
};

void transfer_rows(void* context, int64_t begin, int64_t end) {
  const auto* work = static_cast<const TransferWork*>(context);
  work->transfer(work->context, work->value, *work->view,
                 {work->first_row + static_cast<int32_t>(begin), work->first_row + static_cast<int32_t>(end)});
}

// Moves the rows of this round between the caller and the values of an entry's list.
void transfer(Engine* engine, const Array<ValueId>& values, const InputOutput& io,
              void (*move)(void*, ValueId, const View&, RowRange)) {
  if (!move)
    return;
  for (ValueId value : values) {
    const int32_t first = engine->progress.produced[value], last = engine->progress.needed[value];
    TransferWork work = {move, io.context, &engine->views[value], value, first};
    if (last > first)
      parallel_for(engine->pool, last - first, transfer_rows, &work);
  }
}

void run_round(Engine* engine, int32_t round, const InputOutput& io) {
  const EntryPoint& entry = *engine->plan.program.entry;
  demand_rows(engine->plan, round, &engine->progress);
  transfer(engine, entry.inputs, io, io.load);
  for (int32_t s = 0; s < engine->step_count; ++s) {
    BoundStep* bound = &engine->steps[s];
    const ValueId out = engine->plan.program.nodes[bound->step.node].out[0];
    bound->call.rows = {engine->progress.produced[out], engine->progress.needed[out]};
    if (bound->kernel && bound->call.rows.count() > 0)
      run_kernel(engine->pool, *bound->kernel, bound->call);
  }
  transfer(engine, entry.outputs, io, io.store);
  finish_round(engine->plan, &engine->progress);
}

struct UpdateWork {
  Engine* engine;
  double* sums; // one per chunk of the gradient
  float clip;
};

void sum_squares(void* context, int64_t begin, int64_t end) {
  const auto* work = static_cast<const UpdateWork*>(context);
  const Array<float> gradient = parameter_section(*work->engine, 1);
  for (int64_t chunk = begin; chunk < end; ++chunk)
    work->sums[chunk] =
        square_sum(gradient.data, chunk * kClipChunk, min_of<int64_t>(gradient.size, (chunk + 1) * kClipChunk));
}

void update_chunks(void* context, int64_t begin, int64_t end) {
  const auto* work = static_cast<const UpdateWork*>(context);
  const Engine& engine = *work->engine;
  const Array<float> w = parameter_section(engine, 0);
  update_range(engine.options.plan.optimizer, engine.update, engine.state, w.data, parameter_section(engine, 1).data,
               parameter_section(engine, 2).data, parameter_section(engine, 3).data, begin * kClipChunk,
               min_of<int64_t>(w.size, end * kClipChunk), work->clip);
}

// False where the loss or a gradient is no finite number: nothing is updated then, moments neither.
bool run_update(Engine* engine, const StepMemory& memory) {
  const int64_t chunks = ceil_div(engine->plan.parameters.length, kClipChunk);
  auto* scratch = static_cast<unsigned char*>(engine->regions.scratch.data) + memory.scratch_offset;
  UpdateWork work = {engine, reinterpret_cast<double*>(scratch), 1};
  parallel_for(engine->pool, chunks, sum_squares, &work);
  bool finite = std::isfinite(engine_loss(*engine));
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    finite = finite && std::isfinite(work.sums[chunk]);
  if (!finite)
    return false;
  work.clip = clip_factor(engine->update.max_gradient_norm, engine->state, work.sums, chunks);
  parallel_for(engine->pool, chunks, update_chunks, &work);
  return true;
}

Status run_training_step(Engine* engine, const InputOutput& io) {
  const Program& program = engine->plan.program;
  bool updated = true;
  demand_rows(engine->plan, 0, &engine->progress);
  transfer(engine, program.entry->inputs, io, io.load);
  *engine->views[program.gradient[program.entry->outputs[0]]].row<float>(0, 0) = engine->state.loss_scale;
  for (int32_t s = 0; s < engine->step_count; ++s) {
    const BoundStep& bound = engine->steps[s];
    switch (bound.step.pass) {
    case Pass::update:
      updated = run_update(engine, engine->plan.step_memory[s]);
      break;
    case Pass::prepare_forward:
    case Pass::prepare_backward:
      run_phase(engine->pool, bound.kernel->prepare, bound.call);
      break;
    default:
      if (bound.kernel)
        run_kernel(engine->pool, *bound.kernel, bound.call);
    }
  }
  transfer(engine, program.entry->outputs, io, io.store);
  if (!updated)
    return error(Code::numeric,
                 "step %" PRIu64
                 ": the loss or a gradient is not finite, and no parameter was updated: look at what was "
                 "given, or lower the learning rate",
                 engine->state.step);
  ++engine->state.step;
  return {};
}

} // namespace

void run_phase(ThreadPool* pool, const Phase& phase, const Call& call) {
  if (!phase.run)
    return;
  PhaseWork work = {&phase, &call};
  if (const int64_t units = phase.units(call); units > 0)
    parallel_for(pool, units, run_units, &work);
}

void run_kernel(ThreadPool* pool, const Kernel& kernel, const Call& call) {
  for (const Phase& phase : kernel.phase)
    run_phase(pool, phase, call);
}

Status run_engine(Engine* engine, const InputOutput& io) {
  if (!engine->bound)
    return error(Code::invalid_argument, "the engine is not bound: bind it first");
  const FlushDenormals flush;
  start_rows(engine->plan, &engine->progress);
  if (engine->plan.program.mode == Mode::training)
    return run_training_step(engine, io);
  const int32_t rounds = round_count(engine->plan);
  for (int32_t round = 0; round < rounds; ++round)
    run_round(engine, round, io);
  return {};
}

} // namespace pinhole
