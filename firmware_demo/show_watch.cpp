// SPDX-License-Identifier: Apache-2.0
#include "show_watch.h"

#include "watch_picture.h"
#include "watch_report.h"

#include <cstdio>
#include <filesystem>

namespace demo {
namespace {

constexpr int64_t kWatchFrom = 100000; // moments that no other part sees

// What is between the firmware and people: the camera's programme begins when the firmware begins to watch; its events
// are noted.
class Stage {
public:
  Stage(const Options& options, SceneCamera* camera)
      : programme_(make_programme(options.seed, options.watch_frames, options.all_events)), picture_(programme_) {
    camera->live([this](int64_t index) {
      const int64_t start = start_ < 0 ? INT64_MAX / 2 : start_;
      return moment_of(programme_, start, index - start);
    });
  }

  firmware::WatchObserver observer() { return {this, learning, watched, finished}; }
  Verdict verdict() const { return judge(programme_, log_.raised()); }
  const WatchPicture& picture() const { return picture_; }

private:
  static void learning(void* context, int32_t phase, double share_done) {
    auto* self = static_cast<Stage*>(context);
    ++self->normal_;
    if (phase == PINHOLE_SCENE_WATCHING)
      self->start_ = kWatchFrom + self->normal_;
    self->bar_.show(phase, share_done);
  }
  static void watched(void* context, int64_t index, const pinhole_frame& noisy, const pinhole_frame&,
                      const pinhole_scene_report& report) {
    auto* self = static_cast<Stage*>(context);
    self->newest_ = index;
    self->log_.take(report.events, self->normal_, self->normal_ + index);
    self->picture_.add(index, noisy, report);
  }
  static void finished(void* context, const pinhole_events& events) {
    auto* self = static_cast<Stage*>(context);
    self->log_.take(events, self->normal_, self->normal_ + self->newest_);
  }

  std::vector<Episode> programme_;
  PhaseBar bar_;
  EventLog log_;
  WatchPicture picture_;
  int64_t normal_ = 0, start_ = -1, newest_ = 0;
};

firmware::WatchOptions watch_options(const Options& options, int32_t channels) {
  firmware::WatchOptions watch;
  watch.channels = channels;
  watch.threads = options.threads;
  watch.denoise = !options.only_watch || options.watch_denoised;
  watch.watch_cleaned = options.watch_denoised;
  watch.level = options.level;
  watch.collect_frames = options.collect_frames;
  watch.learn_steps = options.learn_steps;
  watch.calibrate_frames = options.calibrate_frames;
  watch.first_frame = kWatchFrom;
  watch.frames = options.watch_frames;
  watch.false_alarms_per_day = options.false_alarms_per_day;
  watch.seed = options.seed;
  return watch;
}

pinhole_status save_sheet(const Options& options, const pinhole::Image& sheet) {
  const std::string path = options.out + "/watch.png";
  const pinhole::Status saved = save_image(path, sheet);
  if (saved.ok())
    std::printf("  picture    %s: what happened, and every frame's score\n", path.c_str());
  return to_c(saved);
}

} // namespace

pinhole_status show_watch(const Options& options, const firmware::Weights& denoiser, int32_t channels,
                          SceneCamera* camera) {
  const std::string model = (std::filesystem::path(PINHOLE_DEMO_WEIGHTS) / "scene.pinhole").string();
  firmware::Weights scene = {};
  pinhole_status status = firmware::read_weights(model.c_str(), firmware::Bank::scene, &scene);
  if (!firmware::ok(status))
    return status;
  std::printf("\nwatching: learns what is normal here, calibrates itself, then watches %lld frames%s\n",
              static_cast<long long>(options.watch_frames),
              options.only_watch && !options.watch_denoised ? "" : " and denoises them");
  const firmware::WatchOptions watch = watch_options(options, channels);
  Stage stage(options, camera);
  firmware::WatchReport report = {};
  status = firmware::watch_scene(denoiser, scene, watch, camera->camera(), stage.observer(), &report);
  if (firmware::ok(status) && !camera->status().ok())
    status = to_c(camera->status());
  if (!firmware::ok(status))
    return status;
  const Verdict verdict = stage.verdict();
  print_calibration(report);
  print_happenings(verdict);
  print_watching(report, verdict, watch.frames_per_second);
  status = save_sheet(options, stage.picture().draw(verdict));
  if (firmware::ok(status) && !options.record.empty())
    status = to_c(append_record(options.record, options.seed, report, verdict, watch.frames_per_second));
  return status;
}

} // namespace demo
