// SPDX-License-Identifier: Apache-2.0
// Learning on the device: what the trainer does with recipe scene, on the pictures that were kept, and then the map
// from the same pictures.
#include "anomaly/exposure.h"
#include "anomaly/scene_life.h"
#include "anomaly/scene_recipe.h"
#include "engine/c_status.h"
#include "engine/fit_frame.h"
#include "train/cosine_rate.h"
#include "train/intruder.h"
#include "train/sampling.h"

#include <cmath>

namespace pinhole {
namespace {

uint8_t* kept_picture(const Scene& scene, int32_t picture) {
  return scene.kept.bytes + static_cast<size_t>(picture) * scene.kept.picture_bytes;
}

template <class Body> void for_each_value(const View& view, Body body) {
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        body(&view.row<float>(0, y)[x * view.pixel_stride + c]);
}

// A kept picture as the network sees it.
Levels show_picture(const Scene& scene, int32_t picture, const View& view) {
  const uint8_t* from = kept_picture(scene, picture);
  for_each_value(view, [&](float* to) { *to = static_cast<float>(*from++) * (1.0f / 255); });
  return normalise_exposure(measure_exposure(view), view);
}

View item_of(const View& batch, int32_t n) {
  View one = batch;
  one.desc.n = 1;
  one.data = batch.row<float>(n, 0);
  return one;
}

// The picture that item `item` of the present step learns from.
int32_t pick_picture(int32_t item, Scene* scene) {
  KeptPictures* kept = &scene->kept;
  const int32_t batch = scene->options.batch;
  const int64_t steps_per_epoch = max_of(1, kept->count / batch);
  const int64_t epoch = scene->step / steps_per_epoch;
  if (epoch != kept->epoch) {
    for (int32_t i = 0; i < kept->count; ++i)
      kept->order[i] = i;
    shuffle(scene->options.seed + scene->attempt, epoch, kept->order.data, kept->count);
    kept->epoch = epoch;
  }
  return kept->order[(scene->step % steps_per_epoch * batch + item) % kept->count];
}

void damage_picture(const SceneCorruption& damage, const NoiseKey& key, const View& picture) {
  const float drawn = draw(damage.drawn, key, 0);
  if (damage.damage == SceneDamage::intruder)
    put_intruder(drawn, key, picture);
  else
    add_noise(0, drawn / 255.0f * (drawn / 255.0f), key, picture);
}

void fill_batch(Scene* scene) {
  const Engine& trainer = *scene->trainer;
  const EntryPoint& entry = *trainer.plan.program.entry;
  const View &images = trainer.views[entry.inputs[0]], &targets = trainer.views[entry.inputs[1]];
  const uint64_t seed = scene->options.seed + scene->attempt;
  for (int32_t n = 0; n < images.desc.n; ++n) {
    const int32_t picture = pick_picture(n, scene);
    show_picture(*scene, picture, item_of(targets, n));
    show_picture(*scene, picture, item_of(images, n));
    const SceneCorruption& damage = choose_entry(kSceneCorruption, kSceneCorruptions, seed, scene->step, n);
    damage_picture(damage, {seed, static_cast<uint64_t>(scene->step), static_cast<uint32_t>(n), false},
                   item_of(images, n));
  }
}

float rate_of(const Scene& scene) {
  const pinhole_scene_options& options = scene.options;
  return scene.step < kSceneWarmupSteps
             ? warmup_rate(options.learning_rate, scene.step, kSceneWarmupSteps)
             : cosine_rate(options.learning_rate, kSceneFinalRate, scene.step - kSceneWarmupSteps,
                           options.learn_steps - kSceneWarmupSteps);
}

void forget_map(SceneMap* map) {
  map->frames = 0;
  map->brightness = 0;
  map->place = {};
  for (int32_t i = 0; i < map->mean.size; ++i)
    map->mean[i] = map->square[i] = map->detail[i] = 0;
}

// Other random numbers, the parameters of the file.
Status begin_anew(const Status& why, Scene* scene) {
  ++scene->attempt;
  scene->step = scene->mapped = 0;
  scene->kept.epoch = -1;
  PINHOLE_RETURN_IF_ERROR(forget_learning(scene));
  return error(Code::numeric, "%s: the scene begins to learn anew", why.text);
}

Status run_step(float rate, Scene* scene, float* loss) {
  Engine* trainer = scene->trainer;
  fill_batch(scene);
  trainer->update.weight_decay = kSceneWeightDecay;
  trainer->state.seed = scene->options.seed + scene->attempt;
  trainer->state.step = static_cast<uint64_t>(scene->step);
  trainer->state.learning_rate = rate;
  const Status status = run_engine(trainer, InputOutput());
  *loss = engine_loss(*trainer);
  return status.code == Code::numeric ? begin_anew(status, scene) : status;
}

// After the last step another one that changes nothing: what is stored has a finite loss.
Status train_step(Scene* scene, float* loss) {
  Engine* trainer = scene->trainer;
  PINHOLE_RETURN_IF_ERROR(run_step(rate_of(*scene), scene, loss));
  if (++scene->step < scene->options.learn_steps)
    return {};
  float stored_loss;
  PINHOLE_RETURN_IF_ERROR(run_step(0, scene, &stored_loss));
  const Status stored = store_in_file(*trainer, scene->file, scene->file_bytes);
  if (!stored.ok())
    return begin_anew(stored, scene);
  return reload_engine(scene->watcher);
}

} // namespace

Status forget_learning(Scene* scene) {
  SceneScorer* scorer = &scene->scorer;
  forget_map(&scorer->map);
  scorer->kl = {};
  scorer->law.frames = 0;
  for (int32_t i = 0; i < scorer->law.mean.size; ++i)
    scorer->law.mean[i] = scorer->law.square[i] = 0;
  return reload_engine(scene->trainer);
}

void keep_picture(const pinhole_frame& frame, Scene* scene) {
  const View& picture = scene->scorer.picture; // free until the scene is scored
  fit_frame(frame, picture, 1, 0);
  uint8_t* to = kept_picture(*scene, scene->kept.count++);
  for_each_value(picture, [&](const float* from) {
    *to++ = static_cast<uint8_t>(std::rint(min_of(max_of(*from, 0.0f), 255.0f))); // as image files are written
  });
}

Status learn_piece(Scene* scene, float* loss) {
  if (scene->step < scene->options.learn_steps)
    return train_step(scene, loss);
  scene->scorer.map.levels = show_picture(*scene, scene->mapped, scene->scorer.picture);
  const Status learned = learn_picture(&scene->scorer);
  if (!learned.ok())
    return begin_anew(learned, scene);
  return ++scene->mapped < scene->kept.count ? Status() : start_calibrating(scene);
}

} // namespace pinhole

using namespace pinhole;

pinhole_status pinhole_scene_learn(pinhole_scene* scene, pinhole_scene_progress* progress) {
  if (!scene || !progress)
    return to_c(error(Code::invalid_argument, "pinhole_scene_learn: scene or progress is null"));
  Scene* self = &scene->scene;
  if (!self->trainer->bound || self->phase != PINHOLE_SCENE_LEARNING)
    return to_c(error(Code::invalid_argument, "pinhole_scene_learn: the phase is %s, not learning",
                      pinhole_scene_phase_name(self->phase)));
  *progress = {};
  const Status status = learn_piece(self, &progress->loss);
  progress->phase = self->phase;
  progress->step = self->step + self->mapped;
  progress->most = self->options.learn_steps + self->kept.count;
  return to_c(status);
}
