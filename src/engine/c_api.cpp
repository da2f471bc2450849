// SPDX-License-Identifier: Apache-2.0
// The C API: a thin layer over Engine. pinhole_engine is Engine under its public name.
#include "engine/c_status.h"
#include "engine/engine.h"
#include "engine/frame.h"
#include "pinhole/pinhole.h"

#include <cmath>
#include <cstring>

using namespace pinhole;

struct pinhole_engine {
  Engine engine;
};

namespace {

pinhole_status refuse(const char* what) {
  return to_c(error(Code::invalid_argument, "%s", what));
}

bool in_range(int32_t value, int32_t last) {
  return value >= 0 && value <= last;
}

Status to_engine_options(const pinhole_options* options, EngineOptions* result) {
  if (!options)
    return error(Code::invalid_argument, "options are null: start from pinhole_default_options()");
  if (!in_range(options->mode, PINHOLE_TRAINING) || !in_range(options->schedule, PINHOLE_SCHEDULE_ROWS) ||
      !in_range(options->optimizer, PINHOLE_ADAMW) || options->rows_per_step < 0)
    return error(Code::invalid_argument,
                 "options: mode %d, schedule %d, optimizer %d or rows_per_step %d is no known value", options->mode,
                 options->schedule, options->optimizer, options->rows_per_step);
  ProgramOptions& program = result->plan.program;
  program.entry = options->entry;
  program.mode = static_cast<Mode>(options->mode);
  program.batch = options->batch;
  program.width = options->width;
  program.height = options->height;
  result->plan.schedule = static_cast<Schedule>(options->schedule);
  result->plan.rows_per_step = options->rows_per_step;
  result->plan.optimizer = static_cast<Optimizer>(options->optimizer);
  result->plan.budget = options->budget;
  result->threads = options->threads;
  return {};
}

// What the row callbacks of one frame need.
struct FrameWork {
  const pinhole_frame *in, *out;
  float level;
  float scale, offset;
  const Engine* engine;
};

// An image by the shape in the file, so that a frame of one pixel is one too.
bool is_image(const Engine& engine, ValueId value) {
  return engine.model.values[value].desc.pixels() > 1;
}

void load_input(void* context, ValueId value, const View& view, RowRange rows) {
  const auto* work = static_cast<const FrameWork*>(context);
  if (is_image(*work->engine, value))
    load_rows(*work->in, view, rows, work->scale, work->offset);
  else
    *view.row<float>(0, 0) = work->level * (1.0f / 255);
}

void store_output(void* context, ValueId, const View& view, RowRange rows) {
  const auto* work = static_cast<const FrameWork*>(context);
  store_rows(*work->out, view, rows, work->scale, work->offset);
}

// One image in (and at most one number: the noise level), one image out.
Status check_image_entry(const Engine& engine) {
  const Program& program = engine.plan.program;
  int32_t images = 0;
  if (engine.options.plan.program.batch != 1)
    return error(Code::invalid_argument, "the engine was planned for %d images at a time: frames need a batch of 1",
                 engine.options.plan.program.batch);
  for (ValueId input : program.entry->inputs) {
    const Desc& desc = program.values[input].desc;
    const bool image = is_image(engine, input);
    images += image;
    if (desc.n != 1 || (image ? desc.c != static_cast<int32_t>(engine.model.preprocessing.channels) : desc.c != 1))
      return error(Code::invalid_argument, "input '%s' of entry '%s' is neither one frame nor a noise level",
                   program.values[input].name, program.entry->name);
  }
  const Desc& out = program.values[program.entry->outputs[0]].desc;
  if (images != 1 || program.entry->outputs.size != 1 || program.mode != Mode::inference ||
      (out.c != 1 && out.c != 3) || !is_image(engine, program.entry->outputs[0]))
    return error(Code::invalid_argument, "entry '%s' does not turn one frame into one frame", program.entry->name);
  return {};
}

bool sound(const pinhole_update& update, Optimizer optimizer) {
  const double fields[] = {static_cast<double>(update.learning_rate),
                           update.beta1,
                           update.beta2,
                           static_cast<double>(update.epsilon),
                           static_cast<double>(update.momentum),
                           static_cast<double>(update.weight_decay),
                           static_cast<double>(update.max_gradient_norm)};
  for (const double field : fields)
    if (!(field >= 0 && field < 1e30))
      return false;
  const bool divides = optimizer == Optimizer::sgd || update.epsilon > 0; // a gradient of 0 gives 0 / epsilon
  return update.beta1 < 1 && update.beta2 < 1 && divides && (update.nesterov == 0 || update.nesterov == 1);
}

// The frame has the size that was asked for (the network may run on a little more), or else the file's.
Status check_frame_size(const Engine& engine, const pinhole_frame& frame, const char* which) {
  const Program& program = engine.plan.program;
  int32_t width = engine.options.plan.program.width, height = engine.options.plan.program.height;
  for (ValueId input : program.entry->inputs) {
    const Desc& desc = program.values[input].desc;
    if (is_image(engine, input)) {
      width = width > 0 ? width : desc.w;
      height = height > 0 ? height : desc.h;
    }
  }
  if (frame.width != width || frame.height != height)
    return error(Code::bad_shape, "%s: %dx%d, but the engine was planned for %dx%d", which, frame.width, frame.height,
                 width, height);
  const Desc& out = program.values[program.entry->outputs[0]].desc;
  if (out.h < height || out.w < width)
    return error(Code::bad_shape, "entry '%s' makes %dx%d out of %s of %dx%d: not a frame of the same size",
                 program.entry->name, out.w, out.h, which, width, height);
  return {};
}

// What is written there would be lost, or written over the engine itself.
Status check_outside(const Engine& engine, const pinhole_frame& out) {
  if (!engine.bound)
    return {};
  const Plan& plan = engine.plan;
  const struct {
    const char* name;
    const void* data;
    size_t bytes;
  } own[] = {{"prepared region", engine.regions.prepared.data, plan.prepared_bytes},
             {"state region", engine.regions.state.data, plan.state_bytes},
             {"scratch region", engine.regions.scratch.data, plan.scratch_bytes},
             {"setup memory", engine.around.setup.data, engine.around.setup.bytes},
             {"file", engine.around.file.data, engine.around.file.bytes}};
  for (const auto& memory : own)
    if (memory.bytes > 0 && frame_lies_in(out, memory.data, memory.bytes))
      return error(Code::invalid_argument, "output frame: it lies in the engine's %s: give it memory of its own",
                   memory.name);
  return {};
}

Status check_frames(const Engine& engine, const pinhole_frame& in, const pinhole_frame& out) {
  PINHOLE_RETURN_IF_ERROR(check_frame(in, "input frame"));
  PINHOLE_RETURN_IF_ERROR(check_frame(out, "output frame"));
  PINHOLE_RETURN_IF_ERROR(check_frame_size(engine, in, "input frame"));
  PINHOLE_RETURN_IF_ERROR(check_frame_size(engine, out, "output frame"));
  if (frames_overlap(in, out))
    return error(Code::invalid_argument, "input and output frame overlap: give the output memory of its own");
  return check_outside(engine, out);
}

} // namespace

extern "C" {

const char* pinhole_code_name(int32_t code) {
  return code_name(static_cast<Code>(code));
}

const char* pinhole_version(void) {
  return PINHOLE_VERSION;
}

pinhole_options pinhole_default_options(void) {
  pinhole_options options = {};
  options.batch = 1;
  options.threads = 1;
  options.optimizer = PINHOLE_ADAM;
  return options;
}

pinhole_status pinhole_measure(const void* file, size_t file_bytes, const pinhole_options* options,
                               size_t* setup_bytes) {
  EngineOptions engine_options;
  if (Status status = to_engine_options(options, &engine_options); !status.ok())
    return to_c(status);
  if (!file || !setup_bytes)
    return refuse("pinhole_measure: file or setup_bytes is null");
  return to_c(measure_setup(file, file_bytes, engine_options, setup_bytes));
}

pinhole_status pinhole_plan(const void* file, size_t file_bytes, const pinhole_options* options, void* setup,
                            size_t setup_bytes, pinhole_engine** engine) {
  if (engine)
    *engine = nullptr;
  EngineOptions engine_options;
  if (Status status = to_engine_options(options, &engine_options); !status.ok())
    return to_c(status);
  if (!file || !engine)
    return refuse("pinhole_plan: file or engine is null");
  Engine* made = nullptr;
  const Status status = plan_file(file, file_bytes, engine_options, setup, setup_bytes, &made);
  *engine = reinterpret_cast<pinhole_engine*>(made);
  return to_c(status);
}

pinhole_sizes pinhole_planned(const pinhole_engine* engine) {
  if (!engine)
    return {0, 0, 0};
  const Plan& plan = engine->engine.plan;
  return {plan.prepared_bytes, plan.state_bytes, plan.scratch_bytes};
}

pinhole_status pinhole_bind(pinhole_engine* engine, pinhole_memory prepared, pinhole_memory state,
                            pinhole_memory scratch) {
  if (!engine)
    return refuse("pinhole_bind: engine is null");
  return to_c(bind_engine(&engine->engine,
                          {{prepared.data, prepared.bytes}, {state.data, state.bytes}, {scratch.data, scratch.bytes}}));
}

void pinhole_unbind(pinhole_engine* engine) {
  if (engine)
    unbind_engine(&engine->engine);
}

pinhole_status pinhole_denoise(pinhole_engine* engine, const pinhole_frame* in, float level, pinhole_frame* out) {
  if (!engine || !in || !out)
    return refuse("pinhole_denoise: engine, in or out is null");
  Engine* self = &engine->engine;
  if (Status status = check_image_entry(*self); !status.ok())
    return to_c(status);
  if (Status status = check_frames(*self, *in, *out); !status.ok())
    return to_c(status);
  if (level != PINHOLE_LEVEL_AUTO && !(level >= 0 && level <= 255))
    return refuse("pinhole_denoise: level is 0..255 or PINHOLE_LEVEL_AUTO");
  const Preprocessing& pixels = self->model.preprocessing;
  FrameWork work = {in,           out,           level == PINHOLE_LEVEL_AUTO ? estimate_noise_level(*in) : level,
                    pixels.scale, pixels.offset, self};
  out->timestamp_usec = in->timestamp_usec;
  return to_c(run_engine(self, {&work, load_input, store_output}));
}

pinhole_status pinhole_estimate_level(const pinhole_frame* in, float* level) {
  if (!in || !level)
    return refuse("pinhole_estimate_level: in or level is null");
  const Status status = check_frame(*in, "frame");
  if (status.ok())
    *level = estimate_noise_level(*in);
  return to_c(status);
}

pinhole_status pinhole_get_tensor(const pinhole_engine* engine, const char* name, pinhole_tensor* tensor) {
  if (!engine || !name || !tensor)
    return refuse("pinhole_get_tensor: engine, name or tensor is null");
  const Engine& self = engine->engine;
  const View view = engine_view(self, name);
  if (!self.bound || !view.data || view.ring_rows > 0)
    return to_c(error(Code::invalid_argument,
                      "no tensor '%s' lies whole in memory: is the engine bound, with the whole schedule?", name));
  *tensor = {view.base<float>(), view.desc.n,       view.desc.h,     view.desc.w,
             view.desc.c,        view.image_stride, view.row_stride, view.pixel_stride};
  return to_c(Status());
}

pinhole_status pinhole_run(pinhole_engine* engine) {
  if (!engine)
    return refuse("pinhole_run: engine is null");
  if (engine->engine.plan.program.mode != Mode::inference)
    return refuse("pinhole_run: the engine was planned for training; call pinhole_train_step");
  if (engine->engine.plan.schedule != Schedule::whole)
    return refuse("pinhole_run: tensors need the whole schedule; plan with PINHOLE_SCHEDULE_WHOLE");
  return to_c(run_engine(&engine->engine, InputOutput()));
}

pinhole_update pinhole_default_update(void) {
  const UpdateOptions defaults;
  pinhole_update update = {};
  update.learning_rate = 1e-3f;
  update.beta1 = defaults.beta1;
  update.beta2 = defaults.beta2;
  update.epsilon = defaults.epsilon;
  return update;
}

pinhole_status pinhole_train_step(pinhole_engine* engine, const pinhole_update* update, float* loss) {
  if (!engine || !update || !loss)
    return refuse("pinhole_train_step: engine, update or loss is null");
  Engine* self = &engine->engine;
  if (self->plan.program.mode != Mode::training)
    return refuse("pinhole_train_step: the engine was planned for inference");
  if (!sound(*update, self->options.plan.optimizer))
    return refuse("pinhole_train_step: a field of the update is negative or not finite, a beta not below 1, nesterov "
                  "neither 0 nor 1, or epsilon not above 0 for adam");
  self->update = {update->beta1,         update->beta2,        update->epsilon,          update->momentum,
                  update->nesterov != 0, update->weight_decay, update->max_gradient_norm};
  self->state.learning_rate = update->learning_rate;
  const Status status = run_engine(self, InputOutput());
  if (self->bound)
    *loss = engine_loss(*self);
  return to_c(status);
}

pinhole_status pinhole_get_parameters(pinhole_engine* engine, float** parameters, size_t* count) {
  if (!engine || !parameters || !count)
    return refuse("pinhole_get_parameters: engine, parameters or count is null");
  const Array<float> weights = parameter_section(engine->engine, 0);
  if (!weights.data)
    return refuse("pinhole_get_parameters: the engine is not bound for training");
  *parameters = weights.data;
  *count = static_cast<size_t>(weights.size);
  return to_c(Status());
}

pinhole_status pinhole_set_parameters(pinhole_engine* engine, const float* parameters, size_t count) {
  if (!engine || !parameters)
    return refuse("pinhole_set_parameters: engine or parameters is null");
  const Array<float> weights = parameter_section(engine->engine, 0);
  if (!weights.data || count != static_cast<size_t>(weights.size))
    return refuse("pinhole_set_parameters: not bound for training, or the count is not that of pinhole_get_parameters");
  std::memmove(weights.data, parameters, count * sizeof(float));
  return to_c(refresh_parameters(&engine->engine));
}

pinhole_status pinhole_store_parameters(const pinhole_engine* engine, void* file, size_t file_bytes) {
  if (!engine || !file)
    return refuse("pinhole_store_parameters: engine or file is null");
  return to_c(store_in_file(engine->engine, file, file_bytes));
}

} // extern "C"
