// SPDX-License-Identifier: Apache-2.0
// Any calls of a scene, in any order, with any frames, numbers, times, masks and saved bytes: statuses, never a crash;
// reports and events are as the header says, and the calibration passes its own check.
#include "anomaly/calibration_state.h"
#include "base/crc32c.h"
#include "calls.h"
#include "pinhole/scene.h"
#include "weights/aligned_bytes.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace {

using pinhole::testing::AlignedBytes;
using pinhole::testing::Calls;

const std::vector<uint8_t>& scene_file() {
  static const std::vector<uint8_t> file = [] {
    std::ifstream stream(PINHOLE_SOURCE_DIR "/weights/scene.pinhole", std::ios::binary);
    return std::vector<uint8_t>{std::istreambuf_iterator<char>(stream), {}};
  }();
  return file;
}

constexpr int32_t kFrames = 300; // pushed in a life: more take too long under sanitizers

pinhole_scene_options short_life() {
  pinhole_scene_options options = pinhole_default_scene_options();
  options.width = 48;
  options.height = 36;
  options.pictures = options.collect_frames = 16;
  options.learn_steps = 2;
  options.batch = 2;
  options.calibrate_frames = PINHOLE_CALIBRATION_MIN_FRAMES + 3;
  return options;
}

// A textured view that can be shifted, darkened, covered and blurred, with an intruder; noise by number.
struct Sight {
  int32_t shift = 0, cover = 0, intruder = 0, level = 128, contrast = 60, noise = 2;
  bool smooth = false;
};

pinhole_frame gray_frame(int32_t width, int32_t height, uint8_t* pixels) {
  pinhole_frame frame = {};
  frame.format = PINHOLE_GRAY8;
  frame.width = width;
  frame.height = height;
  frame.plane[0] = pixels;
  frame.pitch[0] = static_cast<size_t>(width);
  return frame;
}

class Camera {
public:
  explicit Camera(const pinhole_scene_options& options) : options_(options) {
    const auto width = static_cast<size_t>(options.width), height = static_cast<size_t>(options.height);
    pitch_ = 8 * width;
    pixels_ = std::make_unique<AlignedBytes>(pitch_ * height * 2);
  }

  pinhole_frame draw(const Sight& sight, uint32_t seed) {
    uint32_t state = seed * 2654435761u + 1;
    const size_t count = pixels_->size();
    for (size_t i = 0; i < count; ++i) {
      const auto x = static_cast<int32_t>(i % pitch_) + sight.shift, y = static_cast<int32_t>(i / pitch_);
      state = state * 1664525 + 1013904223;
      const int32_t texture = sight.smooth ? x / 8 % 3 - 1 : (x * 7 + y * 13 + (x ^ y)) % 5 - 2;
      int32_t value = sight.level + sight.contrast * texture / 2;
      if (sight.noise > 0)
        value += static_cast<int32_t>(state >> 16) % (2 * sight.noise + 1) - sight.noise;
      if (x < sight.cover)
        value = 20;
      if (sight.intruder > 0 && x >= 10 && x < 10 + sight.intruder && y >= 10 && y < 10 + sight.intruder)
        value = 255 - value;
      pixels_->data()[i] = static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
    }
    pinhole_frame frame = {};
    frame.format = options_.format;
    frame.width = options_.width;
    frame.height = options_.height;
    frame.plane[0] = pixels_->data();
    frame.plane[1] = pixels_->data() + count / 2;
    frame.pitch[0] = frame.pitch[1] = pitch_;
    return frame;
  }

private:
  pinhole_scene_options options_;
  size_t pitch_ = 0;
  std::unique_ptr<AlignedBytes> pixels_;
};

class Life {
public:
  explicit Life(const pinhole_scene_options& options)
      : options_(options), file_(scene_file()), setup_(measured()), camera_(options) {
    const pinhole_status planned =
        pinhole_scene_plan(file_.data(), file_.size(), &options_, setup_.data(), setup_.size(), &scene_);
    PINHOLE_HOLDS((planned.code == PINHOLE_OK) == (scene_ != nullptr));
    if (!scene_)
      return;
    const pinhole_sizes sizes = pinhole_scene_planned(scene_);
    for (const size_t bytes : {sizes.prepared, sizes.state, sizes.scratch})
      memory_.push_back(std::make_unique<AlignedBytes>(bytes));
    bind();
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() { pinhole_scene_unbind(scene_); }

  bool lives() const { return scene_ != nullptr; }
  int32_t phase() const { return report_.phase; }

  void watch(int32_t count) {
    for (; count > 0; --count)
      push(sight_, next(), later());
  }
  void learn(int32_t count) {
    for (; count > 0; --count) {
      pinhole_scene_progress progress = {};
      const bool learning = report_.phase == PINHOLE_SCENE_LEARNING;
      const pinhole_status status = pinhole_scene_learn(scene_, &progress);
      PINHOLE_HOLDS(learning ? status.code == PINHOLE_OK || status.code == PINHOLE_NUMERIC
                             : status.code == PINHOLE_INVALID_ARGUMENT);
      if (status.code == PINHOLE_OK) {
        PINHOLE_HOLDS(progress.step >= 0 && progress.step <= progress.most && std::isfinite(progress.loss));
        report_.phase = progress.phase;
      }
    }
  }
  // One call, drawn.
  void call(Calls* calls);

  // Everything that changes, to come back to.
  struct Kept {
    std::vector<uint8_t> bytes[5];
    pinhole_scene_report report;
    int64_t number;
    double seconds;
  };
  Kept keep() {
    Kept kept = {{}, report_, number_, seconds_};
    for (size_t i = 0; i < 5; ++i)
      kept.bytes[i].assign(part(i).data(), part(i).data() + part(i).size());
    return kept;
  }
  void go_back(const Kept& kept) {
    for (size_t i = 0; i < 5; ++i)
      std::memcpy(part(i).data(), kept.bytes[i].data(), kept.bytes[i].size());
    report_ = kept.report;
    number_ = kept.number;
    seconds_ = kept.seconds;
    frames_ = kFrames;
    sight_ = {};
    open_.clear();
    anomalies_.clear();
    saved_.clear();
    closed_.reset();
  }

private:
  AlignedBytes& part(size_t i) { return i == 0 ? file_ : i == 1 ? setup_ : *memory_[i - 2]; }

  size_t measured() {
    size_t bytes = 0;
    const pinhole_status status = pinhole_scene_measure(file_.data(), file_.size(), &options_, &bytes);
    PINHOLE_HOLDS((status.code == PINHOLE_OK) == (bytes > 0));
    return bytes;
  }
  void bind() {
    const auto region = [this](size_t i) { return pinhole_memory{memory_[i]->data(), memory_[i]->size()}; };
    const pinhole_status status = pinhole_scene_bind(scene_, region(0), region(1), region(2));
    PINHOLE_HOLDS(status.code == PINHOLE_OK);
    report_ = {};
    open_.clear();
    anomalies_.clear();
    closed_.reset();
  }

  double later() const { return seconds_ + 1 / options_.frames_per_second; }
  int64_t next() const { return number_ == INT64_MAX ? 0 : number_ + 1; }
  void push(const Sight& sight, int64_t number, double seconds) {
    const pinhole_frame frame = camera_.draw(sight, static_cast<uint32_t>(seed_++));
    number_ = number;
    seconds_ = std::isfinite(seconds) ? seconds : seconds_;
    push(frame, number, seconds);
  }
  void push(const pinhole_frame& frame, int64_t number, double seconds) {
    if (--frames_ < 0)
      return;
    const int32_t before = report_.phase;
    const pinhole_status status = pinhole_scene_push(scene_, &frame, number, seconds, &report_);
    PINHOLE_HOLDS(report_.phase >= 0 && report_.phase <= PINHOLE_SCENE_WATCHING);
    PINHOLE_HOLDS(report_.phase == before || report_.phase == before + 1 || report_.phase == PINHOLE_SCENE_COLLECTING);
    PINHOLE_HOLDS(report_.progress >= 0 && report_.progress <= 1);
    PINHOLE_HOLDS(std::isfinite(report_.score) && std::isfinite(report_.smoothed) && std::isfinite(report_.gain));
    PINHOLE_HOLDS(std::isfinite(report_.threshold) && report_.threshold >= 0);
    PINHOLE_HOLDS(report_.camera >= PINHOLE_CAMERA_CLEAR && report_.camera <= PINHOLE_CAMERA_DISPLACED);
    const pinhole_box& box = report_.box;
    if (box.width > 0 && box.height > 0)
      PINHOLE_HOLDS(box.x >= 0 && box.y >= 0 && box.x + box.width <= options_.width &&
                    box.y + box.height <= options_.height);
    if (status.code != PINHOLE_OK)
      PINHOLE_HOLDS(status.text[0] != 0);
    follow(report_.events);
    check_calibration();
  }
  void check_calibration() const {
    const pinhole_calibration* calibration = pinhole_scene_calibration(scene_);
    PINHOLE_HOLDS((calibration != nullptr) == (report_.phase == PINHOLE_SCENE_WATCHING));
    if (calibration)
      PINHOLE_HOLDS(pinhole_calibration_check(calibration, nullptr).code == PINHOLE_OK);
  }
  // Events of a kind come in turn; of anomalies two may be open, told apart by their first frame.
  void follow(const pinhole_events& events) {
    PINHOLE_HOLDS(events.count >= 0 && events.count <= PINHOLE_MOST_EVENTS);
    for (int32_t i = 0; i < events.count; ++i) {
      const pinhole_event& event = events.event[i];
      PINHOLE_HOLDS(event.kind >= 0 && event.kind <= PINHOLE_EVENT_GONE);
      PINHOLE_HOLDS(std::isfinite(event.score));
      if (event.kind == PINHOLE_EVENT_ANOMALY) {
        if (event.open) {
          anomalies_.insert(event.first);
          PINHOLE_HOLDS(anomalies_.size() <= 2);
        } else {
          const auto found = anomalies_.find(event.first);
          PINHOLE_HOLDS(found != anomalies_.end());
          anomalies_.erase(found);
          closed_ = event;
        }
        continue;
      }
      if (event.open)
        PINHOLE_HOLDS(open_.insert(event.kind).second);
      else
        PINHOLE_HOLDS(open_.erase(event.kind) == 1);
    }
  }

  void push_some(Calls* calls);
  void operate(Calls* calls);
  void save_or_restore(Calls* calls);
  void ignore(Calls* calls);

  pinhole_scene_options options_;
  AlignedBytes file_, setup_;
  std::vector<std::unique_ptr<AlignedBytes>> memory_; // prepared, state, scratch
  pinhole_scene* scene_ = nullptr;
  pinhole_scene_report report_ = {};
  Camera camera_;
  int64_t number_ = 0, seed_ = 0;
  int32_t frames_ = kFrames; // that are left
  double seconds_ = 0;
  Sight sight_;
  std::set<int32_t> open_;
  std::multiset<int64_t> anomalies_;
  std::optional<pinhole_event> closed_;
  std::vector<uint8_t> saved_;
};

// What the camera sees changes in one way or more, and stays so.
void Life::push_some(Calls* calls) {
  if (calls->chance(4))
    sight_ = {};
  if (calls->chance(4))
    sight_.shift = calls->number(20);
  if (calls->chance(4))
    sight_.cover = calls->number(options_.width);
  if (calls->chance(3))
    sight_.intruder = calls->number(20);
  if (calls->chance(4))
    sight_.level = calls->byte();
  if (calls->chance(6))
    sight_.contrast = calls->byte();
  if (calls->chance(4))
    sight_.noise = calls->number(30);
  if (calls->chance(6))
    sight_.smooth = !sight_.smooth;
  push(sight_, calls->chance(8) ? calls->whole() : next(), calls->chance(8) ? calls->real(1e6) : later());
  watch(calls->number(60));
}

void Life::operate(Calls* calls) {
  pinhole_events events;
  switch (calls->number(5)) {
  case 0:
    pinhole_scene_wait(scene_, calls->chance(2) ? calls->real(1e6) : seconds_ + 10, &events);
    return follow(events);
  case 1:
    pinhole_scene_finish(scene_, &events);
    follow(events);
    PINHOLE_HOLDS(anomalies_.empty() && open_.empty());
    return check_calibration();
  case 2:
    pinhole_scene_confirm(scene_, static_cast<int32_t>(calls->whole()));
    return check_calibration();
  case 3:
    pinhole_scene_ask(scene_, calls->real(1e3));
    return check_calibration();
  case 4: {
    if (!closed_)
      return;
    pinhole_event event = *closed_;
    if (calls->chance(4))
      event.score = calls->real(1e3);
    pinhole_scene_dismiss(scene_, &event);
    return check_calibration();
  }
  default: {
    const int32_t width = 1 + calls->number(99), height = 1 + calls->number(99);
    std::vector<uint8_t> pixels(static_cast<size_t>(width) * static_cast<size_t>(height));
    pinhole_frame heat = gray_frame(width, height, pixels.data());
    heat.format = calls->chance(8) ? calls->number(9) : heat.format;
    pinhole_scene_heat(scene_, &heat);
  }
  }
}

void Life::save_or_restore(Calls* calls) {
  if (saved_.empty() || calls->chance(4)) {
    std::vector<uint8_t> saved(pinhole_scene_saved_bytes(scene_));
    const pinhole_status status = pinhole_scene_save(scene_, saved.data(), saved.size());
    PINHOLE_HOLDS((status.code == PINHOLE_OK) == (report_.phase == PINHOLE_SCENE_WATCHING));
    if (status.code == PINHOLE_OK)
      saved_ = saved;
    return;
  }
  pinhole_scene_unbind(scene_);
  bind();
  std::vector<uint8_t> saved = saved_;
  constexpr size_t kHeader = 40, kCrcAt = 36, kCalibration = sizeof(pinhole_calibration);
  const bool whole = calls->chance(2);
  if (!whole) {
    for (int32_t count = calls->number(4); count > 0; --count) {
      const size_t at = calls->chance(2) ? calls->number(static_cast<int32_t>(kHeader) - 1)
                                         : calls->number(static_cast<int32_t>(saved.size()) - 1);
      saved[at] = calls->byte();
    }
    pinhole_calibration calibration;
    std::memcpy(&calibration, &saved[kHeader], kCalibration);
    calibration.crc32c = pinhole::checksum_of(calibration);
    std::memcpy(&saved[kHeader], &calibration, kCalibration);
    std::memset(&saved[kCrcAt], 0, 4);
    const uint32_t crc = pinhole::crc32c(saved.data(), saved.size());
    std::memcpy(&saved[kCrcAt], &crc, 4);
  }
  const pinhole_status status = pinhole_scene_restore(scene_, saved.data(), saved.size());
  if (status.code == PINHOLE_OK)
    report_.phase = PINHOLE_SCENE_WATCHING;
  check_calibration();
}

void Life::ignore(Calls* calls) {
  const int32_t width = 1 + calls->number(15), height = 1 + calls->number(15);
  std::vector<uint8_t> pixels(static_cast<size_t>(width) * static_cast<size_t>(height), 255);
  for (int32_t dark = calls->number(static_cast<int32_t>(pixels.size())); dark > 0; --dark)
    pixels[static_cast<size_t>(calls->number(static_cast<int32_t>(pixels.size()) - 1))] = 0;
  const pinhole_frame mask = gray_frame(width, height, pixels.data());
  pinhole_scene_ignore(scene_, &mask);
}

void Life::call(Calls* calls) {
  switch (calls->number(9)) {
  case 0:
  case 1:
    return watch(calls->number(60));
  case 2:
    return learn(calls->number(30));
  case 3:
  case 4:
  case 5:
    return push_some(calls);
  case 6:
    return ignore(calls);
  case 7:
    return save_or_restore(calls);
  default:
    return operate(calls);
  }
}

pinhole_scene_options some_options(Calls* calls) {
  pinhole_scene_options options = short_life();
  options.width = 1 + calls->number(69);
  options.height = 1 + calls->number(69);
  options.format = calls->chance(2) ? calls->number(9) : PINHOLE_GRAY8;
  options.threads = calls->chance(4) ? 2 : 1;
  options.least_cells = 1 + calls->number(8);
  options.batch = 1 + calls->number(3);
  if (calls->chance(4))
    options.frames_per_second = calls->real(100);
  if (calls->chance(4))
    options.false_alarms_per_day = calls->real(100);
  if (calls->chance(4))
    options.least_threshold = calls->real(100);
  if (calls->chance(4))
    options.longest_alert_seconds = calls->real(100);
  if (calls->chance(4))
    options.most_alerts = calls->number(PINHOLE_MOST_ALERTS);
  if (calls->chance(4))
    options.learning_rate = static_cast<float>(calls->real(1));
  if (calls->chance(4))
    options.collect_frames = options.pictures + calls->number(40);
  return options;
}

// A scene that watches: to learn it anew for every input would take too long.
Life& watching() {
  static Life life(short_life());
  static const Life::Kept kept = [] {
    for (int32_t i = 0; i < 400; ++i) {
      life.watch(1);
      life.learn(i == 30 ? 30 : 0);
    }
    PINHOLE_HOLDS(life.phase() == PINHOLE_SCENE_WATCHING);
    return life.keep();
  }();
  life.go_back(kept);
  return life;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Calls calls(data, size);
  if (!calls.chance(4)) {
    Life& life = watching();
    for (int32_t count = 0; calls.more() && count < 60; ++count)
      life.call(&calls);
    return 0;
  }
  size_t bytes = 0;
  const pinhole_scene_options options = some_options(&calls);
  if (pinhole_scene_measure(scene_file().data(), scene_file().size(), &options, &bytes).code != PINHOLE_OK)
    return 0;
  Life life(options);
  for (int32_t count = 0; life.lives() && calls.more() && count < 60; ++count)
    life.call(&calls);
  return 0;
}
