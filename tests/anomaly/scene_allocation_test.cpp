// SPDX-License-Identifier: Apache-2.0
// A whole life of a scene allocates nothing after bind; before it, every allocation may fail and the answer is a
// Status.
#include "anomaly/scene_run.h"
#include "engine/allocation_trap.h"

namespace pinhole::testing {
namespace {

// Frames that are drawn before the trap is armed.
std::vector<std::vector<uint8_t>> drawn(SceneRun* run, int count, bool intruder) {
  std::vector<std::vector<uint8_t>> pictures;
  for (; count > 0; --count, ++run->number) {
    const pinhole_frame frame = run->draw(intruder ? run->with_intruder() : run->waving());
    const auto* pixels = static_cast<const uint8_t*>(frame.plane[0]);
    pictures.emplace_back(pixels, pixels + kSceneWidth * kSceneHeight);
  }
  run->number = 0;
  return pictures;
}

struct Life {
  int64_t number = 0, failures = 0, opened = 0, closed = 0;
  pinhole_event last = {};
  pinhole_scene_report report = {};

  void push(pinhole_scene* scene, std::vector<uint8_t>* picture) {
    const pinhole_frame frame = {
        PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {picture->data(), nullptr}, {kSceneWidth, 0}, 0};
    failures += pinhole_scene_push(scene, &frame, number, 0.04 * static_cast<double>(number), &report).code;
    ++number;
    for (int32_t i = 0; i < report.events.count; ++i) {
      ++(report.events.event[i].open ? opened : closed);
      last = report.events.event[i];
    }
  }
  void learn(pinhole_scene* scene) {
    pinhole_scene_progress progress;
    while (report.phase == PINHOLE_SCENE_LEARNING && failures == 0) {
      failures += pinhole_scene_learn(scene, &progress).code;
      report.phase = progress.phase;
    }
  }
};

TEST(no_alloc, AScenesWholeLife) {
  SceneRun run;
  run.options.threads = 3;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  std::vector<std::vector<uint8_t>> normal = drawn(&run, 90, false), odd = drawn(&run, 20, true);
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(run.scene)), heat(64 * 48);
  pinhole_frame map = {PINHOLE_GRAY8, 64, 48, {heat.data(), nullptr}, {64, 0}, 0};
  const pinhole_memory memory[] = {{run.memory[1].data(), run.memory[1].size()},
                                   {run.memory[2].data(), run.memory[2].size()},
                                   {run.memory[3].data(), run.memory[3].size()}};
  Life life;
  pinhole_events events;
  arm_allocation_trap(0);
  while (life.report.phase < PINHOLE_SCENE_WATCHING && life.number < 2000) {
    life.push(run.scene, &normal[static_cast<size_t>(life.number) % normal.size()]);
    life.learn(run.scene);
  }
  for (int64_t i = 0; i < 2500; ++i) // long enough for the calibration to go on
    life.push(run.scene, i % 1000 > 970 ? &odd[static_cast<size_t>(i) % odd.size()]
                                        : &normal[static_cast<size_t>(i) % normal.size()]);
  life.failures += pinhole_scene_heat(run.scene, &map).code;
  life.failures += pinhole_scene_save(run.scene, saved.data(), saved.size()).code;
  life.failures += pinhole_scene_confirm(run.scene, 1).code;
  life.failures += pinhole_scene_dismiss(run.scene, &life.last).code;
  pinhole_scene_wait(run.scene, 1e6, &events);
  pinhole_scene_finish(run.scene, &events);
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(life.failures, 0);
  EXPECT_EQ(life.report.phase, PINHOLE_SCENE_WATCHING);
  EXPECT_GE(life.opened, 2);
  EXPECT_GT(pinhole_scene_calibration(run.scene)->frames, 1000u);

  pinhole_scene_unbind(run.scene);
  ASSERT_EQ(pinhole_scene_bind(run.scene, memory[0], memory[1], memory[2]).code, PINHOLE_OK);
  arm_allocation_trap(0);
  life.failures += pinhole_scene_restore(run.scene, saved.data(), saved.size()).code;
  life.push(run.scene, &normal[0]);
  EXPECT_EQ(disarm_allocation_trap(), 0);
  EXPECT_EQ(life.failures, 0);
  EXPECT_EQ(life.report.phase, PINHOLE_SCENE_WATCHING);
}

// An application's start: memory from the heap, then the scene.
struct App {
  pinhole_scene* scene = nullptr;
  void* memory[4] = {nullptr, nullptr, nullptr, nullptr};

  App() = default;
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App() {
    pinhole_scene_unbind(scene);
    for (void* block : memory)
      std::free(block);
  }

  // False when the application itself got no memory; otherwise *status says how the library fared.
  bool start(AlignedBytes* file, const pinhole_scene_options& options, pinhole_status* status) {
    size_t setup_bytes = 0;
    *status = pinhole_scene_measure(file->data(), file->size(), &options, &setup_bytes);
    if (status->code != PINHOLE_OK || posix_memalign(&memory[0], 64, setup_bytes) != 0)
      return status->code != PINHOLE_OK;
    *status = pinhole_scene_plan(file->data(), file->size(), &options, memory[0], setup_bytes, &scene);
    if (status->code != PINHOLE_OK)
      return true;
    const pinhole_sizes sizes = pinhole_scene_planned(scene);
    const size_t bytes[] = {sizes.prepared, sizes.state, sizes.scratch};
    for (int i = 0; i < 3; ++i)
      if (posix_memalign(&memory[i + 1], 64, bytes[i]) != 0)
        return false;
    *status = pinhole_scene_bind(scene, {memory[1], bytes[0]}, {memory[2], bytes[1]}, {memory[3], bytes[2]});
    return true;
  }
};

TEST(nth_alloc, EveryFailureOfAScenesStartIsAStatus) {
  AlignedBytes file(scene_file());
  pinhole_scene_options options = small_scene_options();
  options.threads = 3;
  int64_t n = 1;
  for (bool reached = true; reached; ++n) {
    pinhole_status status;
    App app;
    arm_allocation_trap(n);
    const bool application_had_memory = app.start(&file, options, &status);
    reached = disarm_allocation_trap() >= n;
    const pinhole_code expected = reached ? PINHOLE_IO_ERROR : PINHOLE_OK;
    EXPECT_TRUE(!application_had_memory || status.code == expected) << "failure " << n << ": " << status.text;
  }
  EXPECT_GE(n - 2, 6) << "four regions and two threads, and what the first of them brings along";
}

} // namespace
} // namespace pinhole::testing
