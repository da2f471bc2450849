// SPDX-License-Identifier: Apache-2.0
// What a camera that has learned its scene makes of the days and nights that follow, a frame a second, with one false
// alarm a day asked for. Prints a Markdown row for every day and every night; what is opened and closed goes to stderr.
//   long_watch SCENE_FILE SEED [DAYS] [FRAMES TO COLLECT]     3 days, 1024 frames: begins at nine in the morning
#include "image/file_bytes.h"
#include "pinhole/scene.hpp"
#include "simulated_days.h"
#include "weights/aligned_bytes.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

using pinhole::bench::SimulatedDays;
using pinhole::bench::Visit;
using pinhole::testing::AlignedBytes;

constexpr double kStart = 9;
constexpr int64_t kMostFile = 1 << 24;
constexpr int64_t kCalibration = 2048; // frames after the collected ones in which nobody comes
constexpr int64_t kSlack = 3; // an alert that opens so many seconds after a visit is of it: scores are smoothed

void need_ok(const pinhole::api::Status& status) {
  if (status)
    return;
  std::fprintf(stderr, "long_watch: %s\n", status.text());
  std::exit(2);
}

// What was seen in a day or a night.
struct Part {
  int visits = 0, caught = 0, false_alerts = 0, camera_events = 0, drifts = 0;
  std::vector<float> scores; // while nobody is there
};

float quantile(std::vector<float>* scores, double share) {
  const auto at = scores->begin() + static_cast<int64_t>(share * static_cast<double>(scores->size() - 1));
  std::nth_element(scores->begin(), at, scores->end());
  return *at;
}

class Watch {
public:
  Watch(const std::vector<uint8_t>& file, uint64_t seed, int64_t seconds, int32_t collect)
      : seed_(seed), days_(seed, kStart, collect + kCalibration, seconds), caught_(days_.visits().size()), file_(file) {
    pinhole::api::SceneOptions options = pinhole::api::default_scene_options();
    options.width = SimulatedDays::kWidth;
    options.height = SimulatedDays::kHeight;
    options.frames_per_second = 1;
    options.collect_frames = collect;
    options.seed = seed;
    size_t setup = 0;
    need_ok(pinhole::api::measure({file_.data(), file_.size()}, options, &setup));
    need_ok(scene_.plan({file_.data(), file_.size()}, options, memory(setup)));
    const pinhole::api::Sizes sizes = scene_.planned();
    need_ok(scene_.bind(memory(sizes.prepared), memory(sizes.state), memory(sizes.scratch)));
  }

  // One second.
  void push() {
    const bool night = days_.is_night();
    const pinhole_frame frame = days_.next();
    if (night != night_)
      print_part();
    night_ = night;
    need_ok(scene_.push(frame, second_, static_cast<double>(second_), &report_));
    learn();
    for (int i = 0; i < report_.events.count; ++i)
      take(report_.events.event[i]);
    follow_visit();
    ++second_;
  }

  void print_part() {
    if (!part_.scores.empty()) {
      const pinhole_calibration& calibration = *scene_.calibration();
      std::printf("| %" PRIu64 " | %s %d | %d | %d | %d | %d | %d | %.1f | %.1f | %.0f | %.1f |\n", seed_,
                  night_ ? "night" : "day", (night_ ? nights_ : sunny_) + 1, part_.visits, part_.caught,
                  part_.false_alerts, part_.camera_events, part_.drifts,
                  static_cast<double>(quantile(&part_.scores, 0.5)),
                  static_cast<double>(quantile(&part_.scores, 0.999)), static_cast<double>(calibration.threshold),
                  calibration.supported_per_day);
      std::fflush(stdout);
      ++(night_ ? nights_ : sunny_);
    }
    part_ = Part();
  }

private:
  pinhole_memory memory(size_t bytes) {
    blocks_.push_back(std::make_unique<AlignedBytes>(bytes));
    return {blocks_.back()->data(), bytes};
  }

  void learn() {
    pinhole::api::SceneProgress progress;
    while (report_.phase == PINHOLE_SCENE_LEARNING) {
      need_ok(scene_.learn(&progress));
      report_.phase = progress.phase;
    }
  }

  // The visit in a second, or that was a moment before; null where there is none.
  const Visit* visit_at(int64_t second) const {
    for (const Visit& visit : days_.visits())
      if (second >= visit.first && second <= visit.last + kSlack)
        return &visit;
    return nullptr;
  }

  void follow_visit() {
    if (report_.phase != PINHOLE_SCENE_WATCHING)
      return;
    const Visit* now = visit_at(second_);
    if (!now)
      return part_.scores.push_back(report_.score);
    part_.visits += now->first == second_;
  }

  void take(const pinhole_event& event) {
    std::fprintf(stderr, "second %" PRId64 ", %.2f h: %s %s, frames %" PRId64 " to %" PRId64 ", score %.1f of %.1f\n",
                 second_, days_.hour(), pinhole_event_name(event.kind), event.open ? "opened" : "closed", event.first,
                 event.last, event.score, event.threshold);
    if (event.kind == PINHOLE_EVENT_ANOMALY)
      return review(event);
    if (event.open)
      ++(event.kind == PINHOLE_EVENT_DRIFT ? part_.drifts : part_.camera_events);
  }

  // An operator looks at every alert that has closed.
  void review(const pinhole_event& event) {
    const Visit* of = visit_at(event.first);
    if (!event.open)
      return need_ok(of || event.reason == PINHOLE_CLOSED_CAMERA ? scene_.confirm(1) : scene_.dismiss(event));
    if (!of) {
      ++part_.false_alerts;
    } else if (const auto which = static_cast<size_t>(of - days_.visits().data()); !caught_[which]) {
      caught_[which] = true;
      ++part_.caught;
    }
  }

  uint64_t seed_;
  SimulatedDays days_;
  std::vector<bool> caught_;
  AlignedBytes file_;
  std::vector<std::unique_ptr<AlignedBytes>> blocks_;
  pinhole::api::Scene scene_;
  pinhole::api::SceneReport report_ = {};
  Part part_;
  int64_t second_ = 0;
  int nights_ = 0, sunny_ = 0;
  bool night_ = false;
};

} // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: long_watch SCENE_FILE SEED [DAYS] [FRAMES TO COLLECT]\n");
    return 2;
  }
  std::vector<uint8_t> file;
  if (const pinhole::Status status = pinhole::read_file(arguments[1], kMostFile, &file); !status.ok()) {
    std::fprintf(stderr, "long_watch: %s\n", status.text);
    return 2;
  }
  const auto seconds = static_cast<int64_t>(86400 * (count > 3 ? std::atof(arguments[3]) : 3));
  const int32_t collect = count > 4 ? std::atoi(arguments[4]) : 1024;
  Watch watch(file, std::strtoull(arguments[2], nullptr, 10), seconds, collect);
  for (int64_t i = 0; i < seconds; ++i)
    watch.push();
  watch.print_part();
  return 0;
}
