// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_scorer.h"

#include "anomaly/exposure.h"
#include "anomaly/mask_cells.h"
#include "anomaly/scene_place.h"
#include "anomaly/shifted_picture.h"
#include "base/checked.h"
#include "engine/fit_frame.h"
#include "engine/frame.h"

#include <cstring>

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
  if (entry.outputs.size > 2 && program.values[entry.outputs[2]].desc != program.values[entry.outputs[1]].desc)
    return error(Code::invalid_argument,
                 "scene: entry '%s': its third output must be the code's log variance, of the code's shape",
                 entry.name);
  return {};
}

const View& input_of(const SceneScorer& scorer) {
  return scorer.engine->views[scorer.engine->plan.program.entry->inputs[0]];
}

// Runs the model on the picture; picture and reconstruction then belong together.
Status reconstruct(SceneScorer* scorer) {
  copy_picture(scorer->picture, input_of(*scorer));
  return run_engine(scorer->engine, InputOutput());
}

Status reconstruct_frame(const pinhole_frame& frame, SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(check_frame(frame, "frame"));
  const Preprocessing& pixels = scorer->engine->model.preprocessing;
  const View& picture = scorer->picture;
  const Warp& place = scorer->map.place;
  const View& input = input_of(*scorer);
  fit_frame(frame, place.none() ? picture : input, pixels.scale, pixels.offset);
  if (!place.none())
    lay_back(input, place, picture);
  scorer->map.levels = normalise_exposure(measure_exposure(picture), picture);
  return reconstruct(scorer);
}

Status learn_reconstruction(SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(learn_scene(scorer->picture, scorer->reconstruction, &scorer->map));
  if (scorer->law.mean.size > 0)
    learn_code(scorer->code, &scorer->law);
  if (scorer->log_variance.data)
    learn_kl(kl_divergence(scorer->code, scorer->log_variance), &scorer->kl);
  return {};
}

// What the code adds to the score.
float code_score(const SceneScorer& scorer) {
  const ScoreWeights& weights = scorer.map.weights;
  const float distance = weights.code > 0 ? code_distance(scorer.code, scorer.law) : 0;
  const float rise = weights.kl > 0 ? kl_rise(kl_divergence(scorer.code, scorer.log_variance), scorer.kl) : 0;
  return weights.code * distance * distance + weights.kl * rise * rise;
}

int32_t scaled(int32_t at, int32_t from, int32_t to) {
  return static_cast<int32_t>(int64_t{at} * to / from);
}

pinhole_box scaled(const pinhole_box& box, int32_t from_width, int32_t from_height, int32_t width, int32_t height) {
  const int32_t left = scaled(box.x, from_width, width), top = scaled(box.y, from_height, height);
  const int32_t right = scaled(box.x + box.width, from_width, width);
  const int32_t bottom = scaled(box.y + box.height, from_height, height);
  if (box.width <= 0 || box.height <= 0)
    return {left, top, 0, 0};
  return {left, top, max_of(right - left, 1), max_of(bottom - top, 1)}; // where a side has fewer pixels than cells
}

pinhole_box box_in_frame(const pinhole_box& box, const SceneMap& map, const pinhole_frame& frame) {
  return scaled(shown_box(box, map), map.width, map.height, frame.width, frame.height);
}

// The edges that box_in_frame has rounded down are found again: a box that lies on cells touches no others.
pinhole_box box_in_map(const pinhole_box& box, const pinhole_frame& frame, const SceneMap& map) {
  const auto across = [&](int64_t x) { return static_cast<int32_t>(ceil_div<int64_t>(x * map.width, frame.width)); };
  const auto along = [&](int64_t y) { return static_cast<int32_t>(ceil_div<int64_t>(y * map.height, frame.height)); };
  const int32_t left = across(box.x), top = along(box.y);
  return learned_box({left, top, across(box.x + box.width) - left, along(box.y + box.height) - top}, map);
}

} // namespace

Status make_scene_scorer(Engine* engine, Arena* arena, SceneScorer* scorer) {
  *scorer = {};
  PINHOLE_RETURN_IF_ERROR(check_engine(*engine));
  const Program& program = engine->plan.program;
  const Desc& desc = program.values[program.entry->inputs[0]].desc;
  scorer->engine = engine;
  PINHOLE_RETURN_IF_ERROR(make_scene_map(arena, desc.h, desc.w, desc.c, &scorer->map));
  Array<float> pixels;
  if (!arena->take(desc.elements(), &pixels))
    return error(Code::too_little_memory, "scene: %zu bytes do not hold a picture of %dx%d", arena->size(), desc.w,
                 desc.h);
  scorer->picture = dense_view(desc, pixels.data);
  scorer->reconstruction = engine->views[program.entry->outputs[0]];
  if (program.entry->outputs.size < 2)
    return {};
  scorer->code = engine->views[program.entry->outputs[1]];
  if (program.entry->outputs.size > 2)
    scorer->log_variance = engine->views[program.entry->outputs[2]];
  return make_code_law(arena, static_cast<int32_t>(program.values[program.entry->outputs[1]].desc.elements()),
                       &scorer->law);
}

Status set_score_weights(const ScoreWeights& weights, SceneScorer* scorer) {
  const float all[] = {weights.residual, weights.ssim, weights.code, weights.kl};
  for (const float weight : all)
    if (!(weight >= 0 && weight <= kMostScoreWeight))
      return error(Code::invalid_argument, "scene: a weight of %g: must be 0..%g", static_cast<double>(weight),
                   static_cast<double>(kMostScoreWeight));
  if (!(weights.residual + weights.ssim > 0))
    return error(
        Code::invalid_argument,
        "scene: the weights of residual and ssim are both 0, and nothing else says where: give one of them a weight "
        "above 0");
  const EntryPoint& entry = *scorer->engine->plan.program.entry;
  if ((weights.code > 0 && entry.outputs.size < 2) || (weights.kl > 0 && entry.outputs.size < 3))
    return error(Code::invalid_argument,
                 "scene: the code's %s is to count, but entry '%s' does not give it: leave its weight (%s) at 0, or "
                 "train by recipe %s",
                 weights.kl > 0 ? "log variance" : "distance", entry.name, weights.kl > 0 ? "kl" : "code",
                 weights.kl > 0 ? "scene-vae" : "scene");
  scorer->map.weights = weights;
  return {};
}

Status learn_frame(const pinhole_frame& frame, SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(reconstruct_frame(frame, scorer));
  return learn_reconstruction(scorer);
}

Status learn_picture(SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(reconstruct(scorer));
  return learn_reconstruction(scorer);
}

Status score_frame(const pinhole_frame& frame, int32_t least_cells, SceneScorer* scorer, SceneScore* score) {
  PINHOLE_RETURN_IF_ERROR(reconstruct_frame(frame, scorer));
  PINHOLE_RETURN_IF_ERROR(score_scene(scorer->picture, scorer->reconstruction, least_cells, &scorer->map, score));
  score->score += code_score(*scorer);
  score->box = box_in_frame(score->box, scorer->map, frame);
  return {};
}

void score_beside(const pinhole_frame& frame, const pinhole_box& place, float enough, int32_t least_cells,
                  SceneScorer* scorer, SceneScore* score) {
  constexpr int32_t kMargin = 2 * kCellSide; // a patch grows and shrinks at its edges
  const pinhole_box box = box_in_map(place, frame, scorer->map);
  const int32_t x = max_of(box.x - kMargin, 0), y = max_of(box.y - kMargin, 0);
  const pinhole_box without = {x, y, box.x + box.width + kMargin - x, box.y + box.height + kMargin - y};
  score_outside(without, enough, least_cells, &scorer->map, score);
  score->box = box_in_frame(score->box, scorer->map, frame);
}

float score_within(const pinhole_frame& frame, const pinhole_box& place, const SceneScorer& scorer) {
  return highest_within(box_in_map(place, frame, scorer.map), scorer.map);
}

Status ignore_cells(const pinhole_frame& mask, int32_t least_cells, SceneScorer* scorer) {
  PINHOLE_RETURN_IF_ERROR(check_frame(mask, "ignore mask"));
  SceneMap* map = &scorer->map;
  auto* ignored = reinterpret_cast<uint8_t*>(map->queue.data); // which holds nothing between frames
  find_ignored_cells(mask, {map->height, map->width, kCellSide}, ignored);
  int32_t counting = 0;
  for (int32_t i = 0; i < map->ignored.size; ++i)
    counting += !ignored[i];
  if (counting < least_cells)
    return error(
        Code::invalid_argument,
        "ignore mask: %d of %d cells have nothing dark in them, but an anomaly must have %d: leave more of it bright",
        counting, map->ignored.size, least_cells);
  std::memcpy(map->ignored.data, ignored, static_cast<size_t>(map->ignored.size));
  return {};
}

} // namespace pinhole
