// SPDX-License-Identifier: Apache-2.0
// How long watching takes beside denoising: frames of 640x480 RGB through denoise-rgb by rows, every second one also
// through a scene that watches. Prints Markdown.
//   watch_latency WEIGHTS_FOLDER [FRAMES] [THREADS]     400 of each kind, 1 thread
#include "pinhole/scene.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

constexpr int32_t kWidth = 640, kHeight = 480, kPictures = 48;
constexpr int kParts = 10;         // of the measurement, for the spread
constexpr int kWatchFrames = 5000; // long enough for updates of the calibration

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void need_ok(const pinhole_status& status) {
  if (status.code == PINHOLE_OK)
    return;
  std::fprintf(stderr, "watch_latency: %s\n", status.text);
  std::exit(2);
}

struct Block {
  explicit Block(size_t size) : memory{nullptr, size} {
    if (posix_memalign(&memory.data, 64, std::max<size_t>(size, 64)) != 0)
      std::exit(2);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { std::free(memory.data); }
  pinhole_memory memory;
};

struct File : Block {
  explicit File(const std::string& path) : File(bytes_of(path)) {}

private:
  explicit File(const std::vector<char>& bytes) : Block(bytes.size()) {
    std::memcpy(memory.data, bytes.data(), bytes.size());
  }
  static std::vector<char> bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

// A view with edges in light that waves, with noise.
std::vector<std::vector<uint8_t>> draw_pictures() {
  std::vector<std::vector<uint8_t>> pictures(kPictures, std::vector<uint8_t>(size_t{3} * kWidth * kHeight));
  uint32_t random = 1;
  for (int32_t p = 0; p < kPictures; ++p)
    for (int32_t y = 0; y < kHeight; ++y)
      for (int32_t x = 0; x < kWidth; ++x)
        for (int32_t c = 0; c < 3; ++c) {
          random = random * 1664525u + 1013904223u;
          const float light = 1 + 0.05f * std::sin(0.13f * static_cast<float>(p));
          const float view = 60 + 0.1f * static_cast<float>(x) + 40.0f * static_cast<float>((x / 37 + y / 29) % 3);
          const float noise = static_cast<float>(random >> 24) * 0.06f;
          pictures[static_cast<size_t>(p)][static_cast<size_t>((y * kWidth + x) * 3 + c)] =
              static_cast<uint8_t>(std::min(255.0f, light * view + noise));
        }
  return pictures;
}

class Bench {
public:
  Bench(const std::string& weights, int32_t threads)
      : threads_(threads), denoiser_file_(weights + "/denoise-rgb.pinhole"), scene_file_(weights + "/scene.pinhole"),
        pictures_(draw_pictures()), cleaned_(pictures_[0].size()) {
    open_denoiser();
    open_scene();
  }
  ~Bench() {
    pinhole_unbind(engine_);
    pinhole_scene_unbind(scene_);
    for (Block* block : blocks_)
      delete block;
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  pinhole_scene_report report = {};
  double longest_step = 0; // of the learning, milliseconds

  void reach_watching() {
    pinhole_scene_progress progress;
    while (report.phase != PINHOLE_SCENE_WATCHING) {
      push();
      while (report.phase == PINHOLE_SCENE_LEARNING) {
        const Clock::time_point start = Clock::now();
        need_ok(pinhole_scene_learn(scene_, &progress));
        longest_step = std::max(longest_step, since(start));
        report.phase = progress.phase;
      }
    }
  }
  void push() {
    const pinhole_frame in = frame(&pictures_[static_cast<size_t>(number_ % kPictures)]);
    need_ok(pinhole_scene_push(scene_, &in, number_, static_cast<double>(number_) / 25, &report));
    ++number_;
  }
  void denoise() {
    const pinhole_frame in = frame(&pictures_[static_cast<size_t>(number_ % kPictures)]);
    pinhole_frame out = frame(&cleaned_);
    need_ok(pinhole_denoise(engine_, &in, PINHOLE_LEVEL_AUTO, &out));
  }
  const pinhole_calibration& calibration() const { return *pinhole_scene_calibration(scene_); }
  pinhole_sizes planned() const { return pinhole_scene_planned(scene_); }

private:
  Block* block(size_t bytes) { return blocks_.emplace_back(new Block(bytes)); }
  static pinhole_frame frame(std::vector<uint8_t>* pixels) {
    return {PINHOLE_RGB24, kWidth, kHeight, {pixels->data(), nullptr}, {size_t{3} * kWidth, 0}, 0};
  }

  void open_denoiser() {
    pinhole_options options = pinhole_default_options();
    options.width = kWidth, options.height = kHeight, options.threads = threads_;
    options.schedule = PINHOLE_SCHEDULE_ROWS;
    const pinhole_memory file = denoiser_file_.memory;
    size_t bytes = 0;
    need_ok(pinhole_measure(file.data, file.bytes, &options, &bytes));
    need_ok(pinhole_plan(file.data, file.bytes, &options, block(bytes)->memory.data, bytes, &engine_));
    const pinhole_sizes sizes = pinhole_planned(engine_);
    need_ok(
        pinhole_bind(engine_, block(sizes.prepared)->memory, block(sizes.state)->memory, block(sizes.scratch)->memory));
  }
  void open_scene() {
    pinhole_scene_options options = pinhole_default_scene_options();
    options.width = kWidth, options.height = kHeight, options.format = PINHOLE_RGB24, options.threads = threads_;
    options.pictures = 64, options.collect_frames = 128, options.learn_steps = 300;
    const pinhole_memory file = scene_file_.memory;
    size_t bytes = 0;
    need_ok(pinhole_scene_measure(file.data, file.bytes, &options, &bytes));
    need_ok(pinhole_scene_plan(file.data, file.bytes, &options, block(bytes)->memory.data, bytes, &scene_));
    const pinhole_sizes sizes = pinhole_scene_planned(scene_);
    need_ok(pinhole_scene_bind(scene_, block(sizes.prepared)->memory, block(sizes.state)->memory,
                               block(sizes.scratch)->memory));
  }

  int32_t threads_;
  File denoiser_file_, scene_file_;
  std::vector<Block*> blocks_;
  pinhole_engine* engine_ = nullptr;
  pinhole_scene* scene_ = nullptr;
  std::vector<std::vector<uint8_t>> pictures_;
  std::vector<uint8_t> cleaned_;
  int64_t number_ = 0;
};

double percentile(std::vector<double> times, double share) {
  std::sort(times.begin(), times.end());
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(times.size())));
  return times[std::max<size_t>(rank, 1) - 1];
}

// The percentile of all, and the lowest and highest of the parts.
void print_row(const char* what, const std::vector<double>& times) {
  std::printf("| %s |", what);
  for (const double share : {0.5, 0.99}) {
    double lowest = 1e30, highest = 0;
    for (int part = 0; part < kParts; ++part) {
      const auto at = [&](int end) { return times.begin() + static_cast<std::ptrdiff_t>(times.size()) * end / kParts; };
      const double value = percentile({at(part), at(part + 1)}, share);
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    std::printf(" %.2f (%.2f..%.2f) |", percentile(times, share), lowest, highest);
  }
  std::printf("\n");
}

void compare(Bench* bench, int frames) {
  std::vector<double> alone, with, difference;
  for (int i = 0; i < frames; ++i) {
    const bool watched_first = i % 2; // neither kind always follows the other
    double time[2];
    for (const bool watched : {watched_first, !watched_first}) {
      const Clock::time_point start = Clock::now();
      bench->denoise();
      if (watched)
        bench->push();
      time[watched] = since(start);
    }
    alone.push_back(time[0]);
    with.push_back(time[1]);
    difference.push_back(time[1] - time[0]);
  }
  std::printf("| frame of 640x480 | median ms (of %d parts) | p99 ms |\n|---|---|---|\n", kParts);
  print_row("denoised", alone);
  print_row("denoised and watched", with);
  print_row("difference of neighbours", difference);
}

void watch_alone(Bench* bench) {
  std::vector<double> times;
  double longest_update = 0;
  int updates = 0;
  uint64_t frames = bench->calibration().frames;
  for (int i = 0; i < kWatchFrames; ++i) {
    const Clock::time_point start = Clock::now();
    bench->push();
    times.push_back(since(start));
    if (bench->calibration().frames == frames)
      continue;
    frames = bench->calibration().frames;
    ++updates;
    longest_update = std::max(longest_update, times.back());
  }
  print_row("watched alone", times);
  std::printf("\n%d frames watched alone, %d of them updated the calibration: at most %.2f ms. Longest of 364 steps of "
              "learning: %.2f ms.\n",
              kWatchFrames, updates, longest_update, bench->longest_step);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return 2;
  const int frames = argc > 2 ? std::max(kParts, std::atoi(argv[2])) : 400;
  const int32_t threads = argc > 3 ? std::atoi(argv[3]) : 1;
  Bench bench(argv[1], threads);
  bench.reach_watching();
  const pinhole_sizes sizes = bench.planned();
  std::printf("%d frames of each kind, %d thread%s; the scene's prepared %zu, state %zu, scratch %zu bytes.\n\n",
              frames, threads, threads == 1 ? "" : "s", sizes.prepared, sizes.state, sizes.scratch);
  compare(&bench, frames);
  watch_alone(&bench);
  return 0;
}
