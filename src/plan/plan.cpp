// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include "plan/lifetime.h"
#include "plan/rows.h"
#include "plan/views.h"

namespace pinhole {

bool lay_out_plan(int32_t model_values, int32_t model_nodes, Arena* setup, Plan* plan) {
  if (!lay_out_program(model_values, model_nodes, setup, &plan->program))
    return false;
  const int32_t values = plan->program.values.size, nodes = plan->program.nodes.size, steps = plan->program.steps.size;
  // Every value may have a block of its own.
  const int32_t requests = values + steps;
  return setup->take(values, &plan->aliases) && setup->take(values, &plan->lifetimes) &&
         setup->take(values, &plan->placements) && setup->take(nodes, &plan->node_rows) &&
         setup->take(values, &plan->flat_offset) && setup->take(values, &plan->blocks) &&
         setup->take(steps, &plan->step_memory) && setup->take(steps, &plan->elided) &&
         setup->take(values, &plan->produced) && setup->take(values, &plan->needed) &&
         setup->take(values, &plan->extent) && setup->take(requests, &plan->requests) &&
         setup->take(arena_workspace_size(requests), &plan->workspace);
}

namespace {

int32_t add_block(Region region, size_t offset, size_t bytes, int32_t first, int32_t last, Plan* plan) {
  plan->blocks[plan->block_count] = {region, offset, bytes, first, last, 0};
  return plan->block_count++;
}

// Takes `bytes` at the end of a region that only grows: prepared or state.
size_t append(size_t bytes, size_t* region_bytes) {
  const size_t offset = *region_bytes;
  *region_bytes = align_up(offset + bytes, Arena::kAlignment);
  return offset;
}

void place_dense(ValueId value, int32_t block, Plan* plan) {
  const View view = dense_view(plan->program.values[value].desc, nullptr);
  plan->placements[value] = {block, 0, view.image_stride, view.row_stride, view.pixel_stride};
}

// One double per chunk of the gradient's sum of squares (clipping).
size_t update_scratch_bytes(int64_t length) {
  return static_cast<size_t>(ceil_div(length, kClipChunk)) * sizeof(double);
}

// In the planner's workspace, per value: 1 where a node has it as a parameter, else 0.
const int32_t* mark_parameters(Plan* plan) {
  const Program& program = plan->program;
  int32_t* const used = plan->workspace.data;
  for (ValueId v = 0; v < program.value_count; ++v)
    used[v] = 0;
  for (int32_t n = 0; n < program.node_count; ++n)
    for (int32_t i = 0; i < program.nodes[n].n_parameters; ++i)
      used[program.nodes[n].parameter[i]] = 1;
  return used;
}

// Inference: parameters stay in the file; f16 ones are widened into the prepared region.
void place_stored_parameters(Plan* plan) {
  const Program& program = plan->program;
  const int32_t last = program.step_count - 1;
  const int32_t* const used = mark_parameters(plan);
  for (ValueId v = 0; v < program.model->values.size; ++v) {
    const Value& value = program.values[v];
    if (value.desc.dtype != DType::f16 || !used[v])
      continue;
    const size_t bytes = static_cast<size_t>(value.desc.elements()) * sizeof(float);
    place_dense(v, add_block(Region::prepared, append(bytes, &plan->prepared_bytes), bytes, 0, last, plan), plan);
  }
}

// Training: parameters and their gradients in the flat block, buffers behind it, all in the state region.
void place_trained_parameters(Plan* plan) {
  const Program& program = plan->program;
  const int32_t last = program.step_count - 1;
  const int32_t* const used = mark_parameters(plan);
  ParameterBlock* flat = &plan->parameters;
  for (ValueId v = 0; v < program.model->values.size; ++v) {
    if (program.values[v].kind != ValueKind::parameter || program.gradient[v] < 0)
      continue;
    plan->flat_offset[v] = flat->length;
    flat->length += static_cast<int64_t>(align_up(static_cast<size_t>(program.values[v].desc.elements()), 16));
  }
  flat->sections = plan->options.optimizer == Optimizer::sgd ? 3 : 4;
  const size_t section = static_cast<size_t>(flat->length) * sizeof(float);
  flat->offset = append(section * static_cast<size_t>(flat->sections), &plan->state_bytes);
  for (ValueId v = 0; v < program.model->values.size; ++v) {
    const Value& value = program.values[v];
    const size_t bytes = static_cast<size_t>(value.desc.elements()) * sizeof(float);
    if (plan->flat_offset[v] >= 0) {
      const size_t offset = flat->offset + static_cast<size_t>(plan->flat_offset[v]) * sizeof(float);
      place_dense(v, add_block(Region::state, offset, bytes, 0, last, plan), plan);
      place_dense(program.gradient[v], add_block(Region::state, offset + section, bytes, 0, last, plan), plan);
    } else if (used[v]) {
      place_dense(v, add_block(Region::state, append(bytes, &plan->state_bytes), bytes, 0, last, plan), plan);
    }
  }
}

size_t asked(size_t (*bytes)(const Call&), const Call& call) {
  return bytes ? bytes(call) : 0;
}

// Asks every kernel for its packed parameters and its workspace. Steps that share a kernel share the packed bytes.
void measure_steps(Plan* plan) {
  const Program& program = plan->program;
  View storage[kCallViews];
  int32_t* const step_of = plan->workspace.data; // per node: its forward step, its backward_data step
  for (int32_t s = 0; s < program.step_count; ++s) {
    StepMemory* memory = &plan->step_memory[s];
    *memory = {0, 0, 0, 0};
    const Step& step = program.steps[s];
    if (step.pass == Pass::update)
      memory->scratch_bytes = update_scratch_bytes(plan->parameters.length);
    if (step.pass == Pass::forward || step.pass == Pass::backward_data)
      step_of[2 * step.node + (step.pass == Pass::backward_data)] = s;
    const Kernel* kernel = step_kernel(*plan, step);
    if (!kernel || plan->elided[s])
      continue;
    if (step.pass == Pass::prepare_forward || step.pass == Pass::prepare_backward) {
      *memory = plan->step_memory[step_of[2 * step.node + (step.pass == Pass::prepare_backward)]];
      memory->scratch_bytes = 0;
      continue;
    }
    const Call call = step_call(*plan, Bases(), s, storage);
    memory->scratch_bytes = asked(kernel->scratch_bytes, call);
    memory->prepared_bytes = asked(kernel->prepared_bytes, call);
    memory->prepared_offset = append(memory->prepared_bytes, &plan->prepared_bytes);
  }
}

size_t root_bytes(const Plan& plan, ValueId root, int32_t* ring_rows) {
  const Desc& desc = plan.program.values[root].desc;
  const int32_t rows = plan.schedule == Schedule::rows ? min_of(desc.h, plan.extent[root]) : desc.h;
  *ring_rows = rows < desc.h ? rows : 0;
  return static_cast<size_t>(desc.n) * static_cast<size_t>(rows) * static_cast<size_t>(desc.w) *
         static_cast<size_t>(desc.c) * dtype_size(desc.dtype);
}

// In the planner's workspace, per root: the steps during which any value of its group is alive; last is -1 when none
// ever is.
const Lifetime* find_group_lifetimes(Plan* plan) {
  static_assert(sizeof(Lifetime) == 2 * sizeof(int32_t), "two numbers of the workspace make a lifetime");
  auto* const lives = reinterpret_cast<Lifetime*>(plan->workspace.data);
  const Lifetime all_steps = {0, plan->program.step_count - 1};
  for (ValueId v = 0; v < plan->program.value_count; ++v)
    lives[v] = {INT32_MAX, -1};
  int32_t offset = 0;
  for (ValueId v = 0; v < plan->program.value_count; ++v) {
    if (plan->lifetimes[v].last < 0)
      continue;
    const Lifetime& own = plan->schedule == Schedule::rows ? all_steps : plan->lifetimes[v]; // a round runs every step
    Lifetime* life = &lives[root_of(*plan, v, &offset)];
    *life = {min_of(life->first, own.first), max_of(life->last, own.last)};
  }
  return lives;
}

// One block in scratch per root.
void add_scratch_blocks(Plan* plan) {
  const Lifetime* const lives = find_group_lifetimes(plan);
  for (ValueId root = 0; root < plan->program.value_count; ++root) {
    if (plan->placements[root].block != kNoBlock || plan->aliases[root].root != root)
      continue;
    const Lifetime life = lives[root];
    if (life.last < 0)
      continue;
    int32_t ring_rows = 0;
    const size_t bytes = root_bytes(*plan, root, &ring_rows);
    plan->placements[root].block = add_block(Region::scratch, 0, bytes, life.first, life.last, plan);
    plan->blocks[plan->placements[root].block].ring_rows = ring_rows;
  }
}

// Strides of every value of a group from its root's shape.
void place_groups(Plan* plan) {
  const Program& program = plan->program;
  for (ValueId v = 0; v < program.value_count; ++v) {
    if (plan->lifetimes[v].last < 0)
      continue;
    int32_t channel = 0;
    const ValueId root = root_of(*plan, v, &channel);
    const Desc& own = program.values[v].desc;
    const Desc& whole = program.values[root].desc;
    const bool reshaped = own.n != whole.n || own.h != whole.h || own.w != whole.w;
    const Desc& strides = reshaped ? own : whole;
    const int32_t block = plan->placements[root].block;
    const int32_t ring_rows = plan->blocks[block].ring_rows;
    const int64_t row_stride = int64_t{strides.w} * strides.c;
    plan->placements[v] = {block, channel, row_stride * (ring_rows > 0 ? ring_rows : strides.h), row_stride, strides.c};
  }
}

// Offsets for the blocks in scratch and for every step's workspace, in one arena.
void place_scratch(Plan* plan) {
  Array<Request> requests = {plan->requests.data, 0};
  for (int32_t b = 0; b < plan->block_count; ++b)
    if (const Block& block = plan->blocks[b]; block.region == Region::scratch)
      plan->requests[requests.size++] = {block.bytes, block.first, block.last, 0};
  for (int32_t s = 0; s < plan->program.step_count; ++s)
    if (const size_t bytes = plan->step_memory[s].scratch_bytes; bytes > 0)
      plan->requests[requests.size++] = {bytes, s, s, 0};
  plan->scratch_bytes = plan_arena(&requests, plan->workspace, &plan->scratch_bound);
  int32_t r = 0;
  for (int32_t b = 0; b < plan->block_count; ++b)
    if (plan->blocks[b].region == Region::scratch)
      plan->blocks[b].offset = requests[r++].offset;
  for (int32_t s = 0; s < plan->program.step_count; ++s)
    if (plan->step_memory[s].scratch_bytes > 0)
      plan->step_memory[s].scratch_offset = requests[r++].offset;
}

// A frame is worth rows; a training step and anything that is not an image run whole.
Schedule resolve_schedule(const PlanOptions& options, const Program& program) {
  if (program.mode == Mode::training)
    return Schedule::whole;
  if (options.schedule != Schedule::automatic)
    return options.schedule;
  const Desc& out = program.values[program.entry->outputs[0]].desc;
  return out.n == 1 && out.h >= 64 ? Schedule::rows : Schedule::whole;
}

Status check_budget(const Plan& plan) {
  const size_t total = plan.prepared_bytes + plan.state_bytes + plan.scratch_bytes;
  if (plan.options.budget == 0 || total <= plan.options.budget)
    return {};
  return error(
      Code::too_little_memory,
      "the plan needs %zu bytes (prepared %zu, state %zu, scratch %zu), %zu more than the budget of %zu: raise "
      "the budget, or make the size or the batch smaller",
      total, plan.prepared_bytes, plan.state_bytes, plan.scratch_bytes, total - plan.options.budget,
      plan.options.budget);
}

// No tensor may need more bytes than a signed 64-bit offset can reach with room for a hundred others.
Status check_sizes(const Program& program) {
  size_t sum = 0;
  for (ValueId v = 0; v < program.value_count; ++v) {
    const Desc& d = program.values[v].desc;
    size_t bytes = dtype_size(d.dtype);
    const int32_t extents[] = {d.n, d.h, d.w, d.c};
    for (const int32_t extent : extents)
      if (extent < 1 || !checked_mul(bytes, static_cast<size_t>(extent), &bytes) || bytes > SIZE_MAX / 256)
        return error(Code::bad_shape, "tensor '%s' of %dx%dx%dx%d is beyond all memory: ask for a smaller size",
                     program.values[v].name, d.n, d.h, d.w, d.c);
    if (!checked_add(sum, bytes, &sum) || sum > SIZE_MAX / 256)
      return error(Code::bad_shape, "the tensors together are beyond all memory: ask for a smaller size");
  }
  return {};
}

// Output rows of one round: enough to keep a few threads busy in every layer, few enough to stay in a cache.
constexpr int32_t kRowsPerStep = 16;

} // namespace

Status make_plan(const Model& model, const PlanOptions& options, Plan* plan) {
  PINHOLE_RETURN_IF_ERROR(build_program(model, options.program, &plan->program));
  PINHOLE_RETURN_IF_ERROR(check_sizes(plan->program));
  plan->options = options;
  plan->schedule = resolve_schedule(options, plan->program);
  const int32_t rows = plan->program.values[plan->program.entry->outputs[0]].desc.h;
  plan->rows_per_step = min_of(rows, options.rows_per_step > 0 ? options.rows_per_step : kRowsPerStep);
  plan->block_count = 0;
  plan->prepared_bytes = plan->state_bytes = plan->scratch_bytes = 0;
  plan->parameters = {0, 0, 0};
  for (ValueId v = 0; v < plan->placements.size; ++v) {
    plan->placements[v] = {kNoBlock, 0, 0, 0, 0};
    plan->flat_offset[v] = -1;
  }
  for (uint8_t& elided : plan->elided)
    elided = 0;
  find_lifetimes(plan);
  find_aliases(plan);
  simulate_rows(plan);
  if (plan->program.mode == Mode::training)
    place_trained_parameters(plan);
  else
    place_stored_parameters(plan);
  if (plan->parameters.length > INT32_MAX)
    return error(Code::bad_shape, "%lld parameters to train: at most %d are possible",
                 static_cast<long long>(plan->parameters.length), INT32_MAX);
  add_scratch_blocks(plan);
  place_groups(plan);
  measure_steps(plan); // after the strides are known, before the offsets are
  place_scratch(plan);
  plan->activation_sum = 0;
  for (ValueId v = 0; v < plan->program.value_count; ++v)
    if (plan->lifetimes[v].last >= 0)
      plan->activation_sum += plan->program.values[v].desc.bytes();
  const Status status = check_budget(*plan);
  const bool may_shrink = plan->schedule == Schedule::rows && options.rows_per_step == 0 && plan->rows_per_step > 1;
  if (status.ok() || !may_shrink)
    return status;
  // Fewer rows in a round need smaller rings. The sizes that are left to try halve each time.
  PlanOptions smaller = options;
  for (smaller.rows_per_step = plan->rows_per_step / 2; smaller.rows_per_step > 0; smaller.rows_per_step /= 2)
    if (Status fits = make_plan(model, smaller, plan); fits.ok() || smaller.rows_per_step == 1)
      return fits;
  return status;
}

} // namespace pinhole
