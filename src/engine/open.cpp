// SPDX-License-Identifier: Apache-2.0
// File -> Model -> Plan, all inside the setup memory.
#include "engine/engine.h"

#include "device/cpu/simd.h"
#include "weights/reader.h"

#include <cstdint>
#include <cstring>

namespace pinhole {
namespace {

// Takes everything that lives in setup after the Model. With a measuring arena it counts what a real one would take.
bool lay_out_engine(const ModelCounts& counts, int32_t threads, Arena* setup, Engine* engine) {
  Plan* plan = &engine->plan;
  if (!lay_out_plan(counts.values, counts.nodes, setup, plan))
    return false;
  const int32_t values = plan->program.values.size, steps = plan->program.steps.size;
  return setup->take(values, &engine->views) && setup->take(int64_t{steps} * kCallViews, &engine->call_views) &&
         setup->take(steps, &engine->steps) && setup->take(values, &engine->progress.produced) &&
         setup->take(values, &engine->progress.needed) &&
         setup->take_bytes(thread_pool_bytes(threads), &engine->pool_memory);
}

Status check_options(const EngineOptions& options) {
  PINHOLE_RETURN_IF_ERROR(settle_simd()); // kernels state their bytes for the level in force
  if (options.threads < 1 || options.threads > 64)
    return error(Code::invalid_argument, "%d threads: ask for 1 to 64", options.threads);
  return {};
}

const Desc& output_desc(const Plan& plan) {
  return plan.program.values[plan.program.entry->outputs[0]].desc;
}

bool puts_out_image(const Plan& plan) {
  return output_desc(plan).pixels() > output_desc(plan).n;
}

bool covers(const Plan& plan, int32_t height, int32_t width) {
  return output_desc(plan).h >= height && output_desc(plan).w >= width;
}

// Of the image that the entry takes, as asked for or as in the file.
Desc image_desc(const Program& program) {
  for (const ValueId input : program.entry->inputs)
    if (const Desc& desc = program.values[input].desc; desc.h > 1 || desc.w > 1)
      return desc;
  return {};
}

// Powers of two to 256, which nearly all networks have, then the numbers between to 32; 0: no more.
int32_t next_stride(int32_t stride) {
  constexpr int32_t kLargestPower = 256, kLargest = 32;
  const auto is_power = [](int32_t number) { return (number & (number - 1)) == 0; };
  if (is_power(stride))
    return stride < kLargestPower ? 2 * stride : 3;
  const int32_t next = is_power(stride + 1) ? stride + 2 : stride + 1;
  return next <= kLargest ? next : 0;
}

// Frames of any size: the network runs on the first size, not smaller than the frame, that all of its strides divide.
// The frame loader fills the rest by mirroring.
Status plan_padded(const Model& model, const PlanOptions& options, Plan* plan) {
  Status first = make_plan(model, options, plan);
  if (options.program.mode == Mode::training || (options.program.height == 0 && options.program.width == 0) ||
      !plan->program.entry)
    return first;
  const Desc asked = image_desc(plan->program);
  const int32_t height = asked.h, width = asked.w;
  if (first.code == Code::too_little_memory || first.code == Code::invalid_argument ||
      (first.ok() && (!puts_out_image(*plan) || covers(*plan, height, width))))
    return first;
  for (int32_t stride = 2; stride > 0; stride = next_stride(stride)) {
    PlanOptions padded = options;
    padded.program.height = ceil_div(height, stride) * stride;
    padded.program.width = ceil_div(width, stride) * stride;
    if (Status status = make_plan(model, padded, plan);
        status.code == Code::too_little_memory ||
        (status.ok() && covers(*plan, padded.program.height, padded.program.width)))
      return status; // what needs more memory is not helped by more pixels
  }
  return make_plan(model, options, plan); // nothing helps: an output that is smaller by design, or the first error
}

} // namespace

Status measure_setup(const void* file, size_t file_bytes, const EngineOptions& options, size_t* setup_bytes) {
  PINHOLE_RETURN_IF_ERROR(check_options(options));
  size_t model_bytes = 0;
  ModelCounts counts = {};
  PINHOLE_RETURN_IF_ERROR(measure_model(file, file_bytes, &model_bytes));
  PINHOLE_RETURN_IF_ERROR(count_model(file, file_bytes, &counts));
  Arena arena(nullptr, 0);
  Engine engine = {};
  Array<Engine> self;
  void* model = nullptr;
  if (!arena.take(1, &self) || !arena.take_bytes(model_bytes, &model) ||
      !lay_out_engine(counts, options.threads, &arena, &engine))
    return error(Code::bad_file, "the model is too large to plan");
  *setup_bytes = arena.used();
  return {};
}

Status plan_file(const void* file, size_t file_bytes, const EngineOptions& options, void* setup, size_t setup_bytes,
                 Engine** engine) {
  size_t needed = 0;
  PINHOLE_RETURN_IF_ERROR(measure_setup(file, file_bytes, options, &needed));
  if (!setup || reinterpret_cast<uintptr_t>(setup) % Arena::kAlignment != 0)
    return error(Code::invalid_argument, "setup memory must be there and start at a multiple of %zu bytes",
                 Arena::kAlignment);
  if (setup_bytes < needed)
    return error(Code::too_little_memory, "setup memory of %zu bytes is %zu short: pinhole_measure says %zu",
                 setup_bytes, needed - setup_bytes, needed);
  const Surroundings around = {{const_cast<void*>(file), file_bytes}, {setup, setup_bytes}};
  PINHOLE_RETURN_IF_ERROR(check_apart(around));
  Arena arena(setup, setup_bytes);
  Array<Engine> self;
  ModelCounts counts = {};
  PINHOLE_RETURN_IF_ERROR(count_model(file, file_bytes, &counts));
  if (!arena.take(1, &self))
    return error(Code::too_little_memory, "setup memory is too small");
  Engine* made = self.data;
  *made = Engine(); // the arena zeroes; defaults that are not zero count
  made->around = around;
  PINHOLE_RETURN_IF_ERROR(read_model(file, file_bytes, &arena, &made->model));
  made->options = options;
  if (!lay_out_engine(counts, options.threads, &arena, made))
    return error(Code::too_little_memory, "setup memory is too small");
  PINHOLE_RETURN_IF_ERROR(plan_padded(made->model, options.plan, &made->plan));
  *engine = made;
  return {};
}

View engine_view(const Engine& engine, const char* name) {
  const EntryPoint& entry = *engine.plan.program.entry;
  const Array<ValueId>* lists[] = {&entry.inputs, &entry.outputs};
  for (const Array<ValueId>* list : lists)
    for (ValueId value : *list)
      if (std::strcmp(engine.plan.program.values[value].name, name) == 0)
        return engine.views[value];
  return View();
}

float engine_loss(const Engine& engine) {
  const View& loss = engine.views[engine.plan.program.entry->outputs[0]];
  return *loss.row<float>(0, 0);
}

Array<float> parameter_section(const Engine& engine, int32_t section) {
  const ParameterBlock& block = engine.plan.parameters;
  if (!engine.bound || section < 0 || section >= block.sections)
    return {};
  auto* state = static_cast<unsigned char*>(engine.regions.state.data) + block.offset;
  return {reinterpret_cast<float*>(state) + section * block.length, static_cast<int32_t>(block.length)};
}

} // namespace pinhole
