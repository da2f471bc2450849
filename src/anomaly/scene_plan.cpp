// SPDX-License-Identifier: Apache-2.0
// A scene's options, its two engines, and its memory to the byte.
#include "anomaly/calibration_state.h"
#include "anomaly/recipe_flag.h"
#include "anomaly/scene_life.h"
#include "anomaly/scene_recipe.h"
#include "engine/c_status.h"
#include "engine/frame.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kMostPictures = 65536, kMostBatch = 256, kMostThreads = 64;
constexpr int32_t kRecordSlack = 32; // scores that may wait to be settled when enough are there
constexpr int32_t kMostCalibrateFrames = 1 << 24;

Status out_of_range(const char* option, double value, double least, double most) {
  return error(Code::invalid_argument, "scene options: %s is %g: must be %g to %g", option, value, least, most);
}

struct Range {
  const char* option;
  double value, least, most;
};

Status check_options(const pinhole_scene_options* options) {
  if (!options)
    return error(Code::invalid_argument, "scene options are null: start from pinhole_default_scene_options()");
  const pinhole_scene_options& o = *options;
  const auto smoothing = pinhole_default_alert_options(1).smoothing;
  const Range ranges[] = {
      {"threads", static_cast<double>(o.threads), 1, kMostThreads},
      {"pictures", static_cast<double>(o.pictures), 16, kMostPictures},
      {"collect_frames", static_cast<double>(o.collect_frames), static_cast<double>(o.pictures), INT32_MAX},
      {"learn_steps", static_cast<double>(o.learn_steps), 1, INT32_MAX / 2},
      {"batch", static_cast<double>(o.batch), 1, kMostBatch},
      {"learning_rate", static_cast<double>(o.learning_rate), 1e-9, 1},
      {"calibrate_frames", static_cast<double>(o.calibrate_frames),
       static_cast<double>(PINHOLE_CALIBRATION_MIN_FRAMES + smoothing), kMostCalibrateFrames},
      {"least_cells", static_cast<double>(o.least_cells), 1, kMostLeastCells},
      {"frames_per_second", o.frames_per_second, 1e-6, 1e4},
      {"false_alarms_per_day", o.false_alarms_per_day, 1e-9, 1e9},
      {"least_threshold", o.least_threshold, 0, kMostThreshold},
      {"most_alerts", static_cast<double>(o.most_alerts), 0, PINHOLE_MOST_ALERTS},
      {"longest_alert_seconds", o.longest_alert_seconds, 0, 1e9}};
  for (const Range& range : ranges)
    if (!(range.value >= range.least && range.value <= range.most))
      return out_of_range(range.option, range.value, range.least, range.most);
  uint16_t pixel = 0; // a gray16 frame begins at an even address
  const size_t pitch = size_t{8} * kMaxFrameSide;
  const Status frame = check_frame({o.format, o.width, o.height, {&pixel, &pixel}, {pitch, pitch}, 0}, "scene options");
  return frame.ok() ? frame : error(Code::invalid_argument, "%s", frame.text);
}

EngineOptions engine_options(const pinhole_scene_options& options, Mode mode) {
  EngineOptions result;
  const bool training = mode == Mode::training;
  result.threads = options.threads;
  result.plan.program.entry = training ? "train" : "reconstruct";
  result.plan.program.mode = mode;
  result.plan.program.batch = training ? options.batch : 1;
  result.plan.schedule = Schedule::whole;
  result.plan.optimizer = Optimizer::adam;
  return result;
}

Status no_scene(const char* why) {
  return error(Code::unsupported, "no model of a scene: %s: take a training file of recipe scene", why);
}

// An entry that is missing or of another kind says that the file is not for scenes.
Status as_plan_error(const Status& status) {
  const bool unfit = status.code == Code::invalid_argument || status.code == Code::bad_shape;
  return unfit ? no_scene(status.text) : status;
}

// Whether the recipe takes the exposure out of the pictures, as a scene does before its network sees them.
bool takes_exposure_out(const char* recipe) {
  return recipe_flag(recipe, "data", "normalise_exposure");
}

// The training entry takes pictures like those that are watched, and their clean originals.
Status check_training(const Engine& trainer, const Engine& watcher) {
  const EntryPoint& entry = *trainer.plan.program.entry;
  Desc wanted = watcher.plan.program.values[watcher.plan.program.entry->inputs[0]].desc;
  wanted.n = trainer.options.plan.program.batch;
  bool fits = entry.inputs.size == 2;
  for (int32_t i = 0; fits && i < 2; ++i)
    fits = trainer.plan.program.values[entry.inputs[i]].desc == wanted;
  if (!fits)
    return no_scene("entry 'train' does not take pictures and targets of the watched size");
  if (!takes_exposure_out(trainer.model.provenance.recipe))
    return no_scene("its recipe does not train on whole frames with their exposure taken out (\"fit\", "
                    "\"normalise_exposure\")");
  const Preprocessing& pixels = trainer.model.preprocessing;
  if (pixels.scale != 1.0f / 255 || pixels.offset != 0)
    return no_scene("its pixels are not 0..1");
  return {};
}

struct Parts {
  Array<pinhole_scene> self;
  void *trainer, *watcher;
  size_t trainer_bytes, watcher_bytes;
};

// The blocks of the setup memory; with a measuring arena, their bytes.
Status lay_out_setup(const void* file, size_t file_bytes, const pinhole_scene_options& options, Arena* setup,
                     Parts* parts) {
  PINHOLE_RETURN_IF_ERROR(
      measure_setup(file, file_bytes, engine_options(options, Mode::training), &parts->trainer_bytes));
  PINHOLE_RETURN_IF_ERROR(
      measure_setup(file, file_bytes, engine_options(options, Mode::inference), &parts->watcher_bytes));
  if (!setup->take(1, &parts->self) || !setup->take_bytes(parts->trainer_bytes, &parts->trainer) ||
      !setup->take_bytes(parts->watcher_bytes, &parts->watcher))
    return error(Code::too_little_memory, "setup memory of %zu bytes is too small: pinhole_scene_measure says how much",
                 setup->size());
  return {};
}

Status plan_engines(const Parts& parts, Scene* scene) {
  const auto plan = [&](Mode mode, void* setup, size_t bytes, Engine** engine) {
    return as_plan_error(
        plan_file(scene->file, scene->file_bytes, engine_options(scene->options, mode), setup, bytes, engine));
  };
  PINHOLE_RETURN_IF_ERROR(plan(Mode::training, parts.trainer, parts.trainer_bytes, &scene->trainer));
  PINHOLE_RETURN_IF_ERROR(plan(Mode::inference, parts.watcher, parts.watcher_bytes, &scene->watcher));
  Arena counting(nullptr, 0);
  PINHOLE_RETURN_IF_ERROR(as_plan_error(lay_out_state(&counting, scene)));
  PINHOLE_RETURN_IF_ERROR(check_training(*scene->trainer, *scene->watcher));
  const Plan &trainer = scene->trainer->plan, &watcher = scene->watcher->plan;
  scene->sizes = {max_of(trainer.prepared_bytes, watcher.prepared_bytes), counting.used(),
                  max_of(trainer.scratch_bytes, watcher.scratch_bytes)};
  return {};
}

Status plan_scene(Parts parts, void* file, size_t file_bytes, const Memory& setup,
                  const pinhole_scene_options& options) {
  Scene* scene = &parts.self[0].scene;
  scene->options = options;
  scene->file = file;
  scene->file_bytes = file_bytes;
  scene->setup = setup;
  return plan_engines(parts, scene);
}

Memory part_of(const Memory& memory, size_t offset, size_t bytes) {
  return {bytes == 0 ? nullptr : static_cast<unsigned char*>(memory.data) + offset, bytes};
}

// The watcher comes first: its views go into what is laid out, and the trainer's numbers into what is then clear.
Status bind_engines(const Regions& regions, Scene* scene) {
  const size_t trained = scene->trainer->plan.state_bytes;
  PINHOLE_RETURN_IF_ERROR(check_regions(regions, {{scene->file, scene->file_bytes}, scene->setup},
                                        scene->sizes.prepared, scene->sizes.state, scene->sizes.scratch));
  const Memory watched = part_of(regions.state, trained, scene->watcher->plan.state_bytes);
  PINHOLE_RETURN_IF_ERROR(bind_engine(scene->watcher, {regions.prepared, watched, regions.scratch}));
  Arena state(regions.state.data, scene->sizes.state);
  PINHOLE_RETURN_IF_ERROR(lay_out_state(&state, scene));
  return bind_engine(scene->trainer, {regions.prepared, part_of(regions.state, 0, trained), regions.scratch},
                     scene->watcher->pool);
}

} // namespace

Status lay_out_state(Arena* state, Scene* scene) {
  const pinhole_scene_options& options = scene->options;
  const Program& program = scene->watcher->plan.program;
  void* engines = nullptr;
  Array<SceneWatch> watch;
  const Status no_memory = error(Code::too_little_memory, "scene: the state of %d pictures and %d scores does not fit",
                                 options.pictures, options.calibrate_frames);
  if (!state->take_bytes(scene->trainer->plan.state_bytes + scene->watcher->plan.state_bytes, &engines) ||
      !state->take(1, &watch))
    return no_memory;
  PINHOLE_RETURN_IF_ERROR(make_scene_scorer(scene->watcher, state, &scene->scorer));
  KeptPictures* kept = &scene->kept;
  const int32_t scores = max_of(options.calibrate_frames + kRecordSlack, kRunningScores);
  ScoreRecord counted = {};
  ScoreRecord* record = state->measuring() ? &counted : &watch[0].running.record;
  kept->picture_bytes = static_cast<size_t>(program.values[program.entry->inputs[0]].desc.elements());
  size_t bytes = 0;
  void* pictures = nullptr;
  if (!checked_mul(kept->picture_bytes, static_cast<size_t>(options.pictures), &bytes) ||
      !state->take_bytes(bytes, &pictures) || !state->take(options.pictures, &kept->order) ||
      !make_score_record(state, scores, record))
    return no_memory;
  kept->bytes = static_cast<uint8_t*>(pictures);
  scene->watch = watch.data;
  return {};
}

} // namespace pinhole

using namespace pinhole;

pinhole_scene_options pinhole_default_scene_options(void) {
  pinhole_scene_options options = {};
  options.format = PINHOLE_GRAY8;
  options.threads = 1;
  options.pictures = 256;
  options.collect_frames = 1024;
  options.learn_steps = 3000;
  options.batch = kSceneBatch;
  options.learning_rate = kSceneRate;
  options.calibrate_frames = 1024;
  options.least_cells = 2;
  options.frames_per_second = 25;
  options.false_alarms_per_day = 1;
  options.least_threshold = kLeastSceneThreshold;
  options.longest_alert_seconds = pinhole_default_alert_options(1).longest_seconds;
  return options;
}

pinhole_status pinhole_scene_measure(const void* file, size_t file_bytes, const pinhole_scene_options* options,
                                     size_t* setup_bytes) {
  if (const Status status = check_options(options); !status.ok())
    return to_c(status);
  if (!file || !setup_bytes)
    return to_c(
        error(Code::invalid_argument, "scene: the file is null, or there is nowhere to put the bytes of setup memory"));
  Arena counting(nullptr, 0);
  Parts parts = {};
  const Status status = lay_out_setup(file, file_bytes, *options, &counting, &parts);
  if (status.ok())
    *setup_bytes = counting.used();
  return to_c(status);
}

pinhole_status pinhole_scene_plan(void* file, size_t file_bytes, const pinhole_scene_options* options, void* setup,
                                  size_t setup_bytes, pinhole_scene** scene) {
  if (!scene)
    return to_c(error(Code::invalid_argument, "pinhole_scene_plan: scene is null"));
  *scene = nullptr;
  size_t needed = 0;
  if (const pinhole_status status = pinhole_scene_measure(file, file_bytes, options, &needed);
      status.code != PINHOLE_OK)
    return status;
  if (!setup || reinterpret_cast<uintptr_t>(setup) % Arena::kAlignment != 0)
    return to_c(error(Code::invalid_argument, "setup memory must be there and start at a multiple of %zu bytes",
                      Arena::kAlignment));
  if (setup_bytes < needed)
    return to_c(error(Code::too_little_memory, "setup memory of %zu bytes is %zu short: pinhole_scene_measure says %zu",
                      setup_bytes, needed - setup_bytes, needed));
  Status status = check_apart({{file, file_bytes}, {setup, setup_bytes}});
  Arena arena(setup, setup_bytes);
  Parts parts = {};
  if (status.ok())
    status = lay_out_setup(file, file_bytes, *options, &arena, &parts);
  if (status.ok())
    status = plan_scene(parts, file, file_bytes, {setup, setup_bytes}, *options);
  if (status.ok())
    *scene = parts.self.data;
  return to_c(status);
}

pinhole_sizes pinhole_scene_planned(const pinhole_scene* scene) {
  return scene ? scene->scene.sizes : pinhole_sizes{0, 0, 0};
}

pinhole_status pinhole_scene_bind(pinhole_scene* scene, pinhole_memory prepared, pinhole_memory state,
                                  pinhole_memory scratch) {
  if (!scene)
    return to_c(error(Code::invalid_argument, "pinhole_scene_bind: scene is null"));
  Scene* self = &scene->scene;
  if (self->watcher->bound)
    return to_c(error(Code::invalid_argument, "the scene is bound already: unbind it first"));
  const Regions regions = {{prepared.data, prepared.bytes}, {state.data, state.bytes}, {scratch.data, scratch.bytes}};
  Status status = bind_engines(regions, self);
  if (status.ok())
    status = start_collecting(self);
  if (!status.ok())
    pinhole_scene_unbind(scene);
  return to_c(status);
}

void pinhole_scene_unbind(pinhole_scene* scene) {
  if (!scene)
    return;
  unbind_engine(scene->scene.trainer);
  unbind_engine(scene->scene.watcher);
}
