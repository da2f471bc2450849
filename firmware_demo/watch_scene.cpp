// SPDX-License-Identifier: Apache-2.0
#include "watch_scene.h"

namespace firmware {
namespace {

constexpr size_t kFrameBytes = size_t{3} * kSceneWidth * kSceneHeight;
alignas(64) unsigned char noisy_pixels[kFrameBytes], cleaned_pixels[kFrameBytes];
LatencyLog denoising, watching, both;

// What runs while the scene is open.
struct Watch {
  const WatchOptions& options;
  const Camera& camera;
  const WatchObserver& observer;
  pinhole_scene* scene;
  pinhole_engine* denoiser; // null: none
  pinhole_frame noisy, cleaned;
  int64_t grabbed = 0;
  pinhole_scene_report seen = {};
};

pinhole_status grab(Watch* watch) {
  if (!watch->camera.grab(watch->camera.context, watch->options.first_frame + watch->grabbed, &watch->noisy))
    return failure(PINHOLE_IO_ERROR, "the camera gave no frame %lld", static_cast<long long>(watch->grabbed));
  return {};
}

pinhole_status clean(Watch* watch) {
  return pinhole_denoise(watch->denoiser, &watch->noisy, watch->options.level, &watch->cleaned);
}

pinhole_status push(Watch* watch) {
  const int64_t number = watch->grabbed++;
  const double seconds = static_cast<double>(number) / watch->options.frames_per_second;
  const pinhole_frame* frame = watch->options.watch_cleaned ? &watch->cleaned : &watch->noisy;
  return pinhole_scene_push(watch->scene, frame, number, seconds, &watch->seen);
}

// A few steps, so that the next frame need not wait for long.
pinhole_status learn(Watch* watch, WatchReport* report) {
  const double begin = now_seconds();
  pinhole_scene_progress progress = {};
  progress.phase = PINHOLE_SCENE_LEARNING;
  pinhole_status status = {};
  for (int32_t i = 0; ok(status) && i < watch->options.steps_per_frame && progress.phase == PINHOLE_SCENE_LEARNING; ++i)
    status = pinhole_scene_learn(watch->scene, &progress);
  report->learning_seconds += now_seconds() - begin;
  return status;
}

pinhole_status become_acquainted(Watch* watch, WatchReport* report) {
  pinhole_status status = {};
  while (ok(status) && watch->seen.phase != PINHOLE_SCENE_WATCHING) {
    status = grab(watch);
    if (ok(status) && watch->options.watch_cleaned)
      status = clean(watch);
    if (ok(status))
      status = push(watch);
    if (ok(status) && watch->seen.phase == PINHOLE_SCENE_LEARNING)
      status = learn(watch, report);
    watch->observer.learning(watch->observer.context, watch->seen.phase, static_cast<double>(watch->seen.progress));
  }
  report->normal_frames = watch->grabbed;
  return status;
}

pinhole_status watch_one(Watch* watch) {
  pinhole_status status = grab(watch);
  if (!ok(status))
    return status;
  const double begin = now_seconds();
  if (watch->denoiser)
    status = clean(watch);
  const double denoised = now_seconds();
  if (ok(status))
    status = push(watch);
  const double pushed = now_seconds();
  denoising.add(denoised - begin);
  watching.add(pushed - denoised);
  both.add(pushed - begin);
  return status;
}

pinhole_status keep_watch(Watch* watch, WatchReport* report) {
  denoising.clear();
  watching.clear();
  both.clear();
  report->first = *pinhole_scene_calibration(watch->scene);
  pinhole_status status = {};
  for (; ok(status) && report->watched < watch->options.frames; ++report->watched) {
    status = watch_one(watch);
    if (ok(status))
      watch->observer.watched(watch->observer.context, report->watched, watch->noisy,
                              watch->denoiser ? watch->cleaned : watch->noisy, watch->seen);
  }
  if (!ok(status))
    return status;
  pinhole_events events = {};
  pinhole_scene_finish(watch->scene, &events);
  watch->observer.finished(watch->observer.context, events);
  report->latest = *pinhole_scene_calibration(watch->scene);
  report->denoising = denoising.summarize();
  report->watching = watching.summarize();
  report->both = both.summarize();
  return status;
}

pinhole_scene_options scene_options(const WatchOptions& options) {
  pinhole_scene_options scene = pinhole_default_scene_options();
  scene.width = kSceneWidth;
  scene.height = kSceneHeight;
  scene.format = options.channels == 1 ? PINHOLE_GRAY8 : PINHOLE_RGB24;
  scene.threads = options.threads;
  scene.pictures = options.pictures;
  scene.collect_frames = options.collect_frames;
  scene.learn_steps = options.learn_steps;
  scene.calibrate_frames = options.calibrate_frames;
  scene.frames_per_second = options.frames_per_second;
  scene.false_alarms_per_day = options.false_alarms_per_day;
  scene.seed = options.seed;
  return scene;
}

pinhole_status open_denoiser(const Weights& weights, const WatchOptions& options, Bill* bill, pinhole_engine** engine) {
  pinhole_options wanted = pinhole_default_options();
  wanted.width = kSceneWidth;
  wanted.height = kSceneHeight;
  wanted.threads = options.threads;
  return open_engine(weights, wanted, bill, engine);
}

} // namespace

pinhole_status watch_scene(const Weights& denoiser, const Weights& scene, const WatchOptions& options,
                           const Camera& camera, const WatchObserver& observer, WatchReport* report) {
  *report = {};
  if (options.watch_cleaned && !options.denoise)
    return failure(PINHOLE_INVALID_ARGUMENT, "watching denoised frames needs denoising");
  Watch watch = {options,
                 camera,
                 observer,
                 nullptr,
                 nullptr,
                 make_frame(noisy_pixels, kSceneWidth, kSceneHeight, options.channels),
                 make_frame(cleaned_pixels, kSceneWidth, kSceneHeight, options.channels)};
  pinhole_status status = open_scene(scene, scene_options(options), &report->scene, &watch.scene);
  if (!ok(status))
    return status;
  if (options.denoise)
    status = open_denoiser(denoiser, options, &report->denoiser, &watch.denoiser);
  if (ok(status))
    status = become_acquainted(&watch, report);
  if (ok(status))
    status = keep_watch(&watch, report);
  if (watch.denoiser)
    pinhole_unbind(watch.denoiser);
  pinhole_scene_unbind(watch.scene);
  return status;
}

} // namespace firmware
