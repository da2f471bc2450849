// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_scorer.h"

#include "anomaly/exposure.h"
#include "base/checked.h"
#include "engine/fit_frame.h"
#include "engine/frame.h"

namespace pinhole {
namespace {

Status check_engine(const Engine& engine) {
  const Program& program = engine.plan.program;
  if (program.mode != Mode::inference || engine.plan.schedule != Schedule::whole)
    return error(Code::invalid_argument, "scene: the engine must be planned for inference with the whole schedule");
  const EntryPoint& entry = *program.entry;
  if (entry.inputs.size != 1 || entry.outputs.size < 1)
    return error(Code::invalid_argument, "scene: entry '%s' must take one image, it has %d inputs", entry.name,
                 entry.inputs.size);
  const Desc& in = program.values[entry.inputs[0]].desc;
  const Desc& out = program.values[entry.outputs[0]].desc;
  if (in != out || in.n != 1 || in.dtype != DType::f32 || (in.c != 1 && in.c != 3))
    return error(Code::invalid_argument,
                 "scene: entry '%s' must turn one image of 1 or 3 channels into one of its shape", entry.name);
  return {};
}

// Runs the model on a frame; picture and reconstruction then belong together.
Status reconstruct(const pinhole_frame& frame, SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(check_frame(frame, "frame"));
  const Preprocessing& pixels = scorer->engine->model.preprocessing;
  const View& picture = scorer->picture;
  fit_frame(frame, picture, pixels.scale, pixels.offset);
  normalise_exposure(measure_exposure(picture), picture);
  const View& input = scorer->engine->views[scorer->engine->plan.program.entry->inputs[0]];
  for (int32_t y = 0; y < picture.desc.h; ++y)
    for (int32_t x = 0; x < picture.desc.w; ++x)
      for (int32_t c = 0; c < picture.desc.c; ++c)
        input.row<float>(0, y)[x * input.pixel_stride + c] = picture.row<float>(0, y)[x * picture.pixel_stride + c];
  return run_engine(scorer->engine, InputOutput());
}

int32_t scaled(int32_t at, int32_t from, int32_t to) {
  return static_cast<int32_t>(int64_t{at} * to / from);
}

} // namespace

Status make_scene_scorer(Engine* engine, Arena* arena, SceneScorer* scorer) {
  *scorer = {};
  PINHOLE_RETURN_IF_ERROR(check_engine(*engine));
  const Program& program = engine->plan.program;
  const Desc& desc = program.values[program.entry->inputs[0]].desc;
  scorer->engine = engine;
  PINHOLE_RETURN_IF_ERROR(make_scene_map(arena, desc.h, desc.w, &scorer->map));
  Array<float> pixels;
  if (!arena->take(desc.elements(), &pixels))
    return error(Code::too_little_memory, "scene: %zu bytes do not hold a picture of %dx%d", arena->size(), desc.w,
                 desc.h);
  scorer->picture = dense_view(desc, pixels.data);
  scorer->reconstruction = engine->views[program.entry->outputs[0]];
  return {};
}

Status learn_frame(const pinhole_frame& frame, SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(reconstruct(frame, scorer));
  return learn_scene(scorer->picture, scorer->reconstruction, &scorer->map);
}

Status score_frame(const pinhole_frame& frame, int32_t least_cells, SceneScorer* scorer, SceneScore* score) {
  PINHOLE_RETURN_IF_ERROR(reconstruct(frame, scorer));
  PINHOLE_RETURN_IF_ERROR(score_scene(scorer->picture, scorer->reconstruction, least_cells, &scorer->map, score));
  const SceneMap& map = scorer->map;
  const pinhole_box cells = score->box;
  const int32_t left = scaled(cells.x, map.width, frame.width), top = scaled(cells.y, map.height, frame.height);
  score->box = {left, top, scaled(cells.x + cells.width, map.width, frame.width) - left,
                scaled(cells.y + cells.height, map.height, frame.height) - top};
  return {};
}

Status ignore_cells(const pinhole_frame& mask, SceneMap* map) {
  PINHOLE_RETURN_IF_ERROR(check_frame(mask, "ignore mask"));
  // The residual of the latest frame is not needed between frames, so its memory serves.
  const View cells = dense_view({1, map->rows, map->columns, 1, DType::f32}, map->residual.data);
  fit_frame(mask, cells, 1.0f / 255, 0);
  for (int32_t i = 0; i < map->rows * map->columns; ++i)
    map->ignored[i] = map->residual[i] < 0.5f;
  return {};
}

} // namespace pinhole
