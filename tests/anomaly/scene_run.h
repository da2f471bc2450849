// SPDX-License-Identifier: Apache-2.0
// A pinhole_scene in memory of exactly the planned sizes, and a simulated view before it.
#pragma once

#include "anomaly/camera_scene.h"
#include "io/fenced_memory.h"
#include "pinhole/scene.h"
#include "weights/aligned_bytes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

namespace pinhole::testing {

constexpr int32_t kSceneWidth = 160, kSceneHeight = 120;

// A copy of weights/scene.pinhole, which a scene writes into.
inline std::vector<uint8_t> scene_file() {
  std::ifstream stream(PINHOLE_SOURCE_DIR "/weights/scene.pinhole", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A whole life takes a second or two.
inline pinhole_scene_options small_scene_options() {
  pinhole_scene_options options = pinhole_default_scene_options();
  options.width = kSceneWidth;
  options.height = kSceneHeight;
  options.pictures = 24;
  options.collect_frames = 96;
  options.learn_steps = PINHOLE_SANITIZED ? 40 : 150;
  options.batch = 4;
  options.calibrate_frames = 200;
  options.false_alarms_per_day = 20;
  return options;
}

class SceneRun {
public:
  explicit SceneRun(const pinhole_scene_options& scene_options = small_scene_options(),
                    const std::vector<uint8_t>& bytes = scene_file())
      : options(scene_options), file(bytes), view(scene_options.width, scene_options.height, 7, 3) {}
  SceneRun(const SceneRun&) = delete;
  SceneRun& operator=(const SceneRun&) = delete;
  ~SceneRun() { pinhole_scene_unbind(scene); }

  // Memory painted with `pattern`; `shortfall` bytes are missing from setup, prepared, state and scratch.
  pinhole_status start(unsigned char pattern = 0xA5, const size_t (&shortfall)[4] = {0, 0, 0, 0}) {
    size_t bytes[4] = {0, 0, 0, 0};
    pinhole_status status = pinhole_scene_measure(file.data(), file.size(), &options, &bytes[0]);
    if (status.code != PINHOLE_OK)
      return status;
    allocate(0, bytes[0], pattern);
    status = pinhole_scene_plan(file.data(), file.size(), &options, memory[0].data(), bytes[0] - shortfall[0], &scene);
    if (status.code != PINHOLE_OK)
      return status;
    const pinhole_sizes sizes = pinhole_scene_planned(scene);
    bytes[1] = sizes.prepared, bytes[2] = sizes.state, bytes[3] = sizes.scratch;
    pinhole_memory given[4];
    for (int i = 1; i < 4; ++i) {
      allocate(i, bytes[i], pattern);
      given[i] = {memory[i].data(), bytes[i] - shortfall[i]};
    }
    return pinhole_scene_bind(scene, given[1], given[2], given[3]);
  }

  // Normal light, never quite steady.
  Moment waving() const {
    Moment moment;
    moment.gain = 1 + 0.05f * std::sin(0.07f * static_cast<float>(number));
    return moment;
  }
  Moment with_intruder() const {
    Moment moment = waving();
    moment.intruder_x = 0.4f;
    moment.intruder_size = 0.22f;
    return moment;
  }
  pinhole_frame draw(const Moment& moment) { return view.draw(moment); }

  pinhole_status push(const pinhole_frame& frame) {
    const pinhole_status status =
        pinhole_scene_push(scene, &frame, number, static_cast<double>(number) / options.frames_per_second, &report);
    ++number;
    for (int32_t i = 0; i < report.events.count; ++i)
      events.push_back(report.events.event[i]);
    return status;
  }
  void push(const Moment& moment) {
    const pinhole_status status = push(draw(moment));
    ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
  }
  void push_normal(int count) {
    for (int i = 0; i < count; ++i)
      push(waving());
  }
  void learn() {
    pinhole_scene_progress progress = {};
    progress.phase = PINHOLE_SCENE_LEARNING;
    while (progress.phase == PINHOLE_SCENE_LEARNING) {
      const pinhole_status status = pinhole_scene_learn(scene, &progress);
      ASSERT_EQ(status.code, PINHOLE_OK) << status.text;
    }
  }
  // Up to the phase, on normal frames.
  void reach(int32_t phase) {
    for (int i = 0; i < 20000 && report.phase < phase; ++i) {
      push_normal(1);
      if (report.phase == PINHOLE_SCENE_LEARNING && phase > PINHOLE_SCENE_LEARNING)
        learn();
    }
    ASSERT_EQ(report.phase, phase);
  }
  int opened(int32_t kind) const {
    int count = 0;
    for (const pinhole_event& event : events)
      count += event.kind == kind && event.open;
    return count;
  }

  pinhole_scene_options options;
  AlignedBytes file;
  FencedMemory memory[4]; // setup, prepared, state, scratch
  pinhole_scene* scene = nullptr;
  pinhole_scene_report report = {};
  std::vector<pinhole_event> events;
  int64_t number = 0;
  CameraScene view;

private:
  void allocate(int region, size_t bytes, unsigned char pattern) {
    const Status status = memory[region].allocate(bytes);
    ASSERT_TRUE(status.ok()) << status.text;
    memory[region].paint(pattern);
  }
};

} // namespace pinhole::testing
