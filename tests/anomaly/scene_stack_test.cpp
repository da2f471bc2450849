// SPDX-License-Identifier: Apache-2.0
// How much stack a scene's calls need, as scene.h says it.
#include "anomaly/scene_run.h"

#include <cstring>
#include <pthread.h>

namespace pinhole::testing {
namespace {

constexpr size_t kStackBytes = 256 << 10, kPromised = 64 << 10;
constexpr unsigned char kPattern = 0xA5;

struct Life {
  SceneRun* run;
  std::vector<std::vector<uint8_t>>* pictures;
  std::vector<uint8_t>* saved;
  pinhole_scene_report report;
};

void push(int64_t number, Life* life) {
  std::vector<uint8_t>& picture = (*life->pictures)[static_cast<size_t>(number) % life->pictures->size()];
  const pinhole_frame frame = {
      PINHOLE_GRAY8, kSceneWidth, kSceneHeight, {picture.data(), nullptr}, {kSceneWidth, 0}, 0};
  pinhole_scene_push(life->run->scene, &frame, number, 0.04 * static_cast<double>(number), &life->report);
}

// From collecting to watching long enough for the calibration to go on.
void* live(void* argument) {
  auto* life = static_cast<Life*>(argument);
  pinhole_scene* scene = life->run->scene;
  int64_t number = 0;
  for (; number < 2000 && life->report.phase < PINHOLE_SCENE_WATCHING; ++number) {
    push(number, life);
    pinhole_scene_progress progress = {life->report.phase, 0, 0, 0};
    while (progress.phase == PINHOLE_SCENE_LEARNING && pinhole_scene_learn(scene, &progress).code == PINHOLE_OK) {
    }
  }
  for (const int64_t end = number + 2500; number < end; ++number)
    push(number, life);
  pinhole_scene_ask(scene, 1);
  pinhole_scene_save(scene, life->saved->data(), life->saved->size());
  pinhole_events events;
  pinhole_scene_finish(scene, &events);
  return nullptr;
}

TEST(SceneStack, AWholeLifeNeedsNoMoreThanIsPromised) {
  if (PINHOLE_SANITIZED)
    GTEST_SKIP() << "sanitizers put guards around every array";
  SceneRun run;
  ASSERT_EQ(run.start().code, PINHOLE_OK);
  std::vector<std::vector<uint8_t>> pictures;
  for (; run.number < 90; ++run.number) {
    const auto* pixels = static_cast<const uint8_t*>(run.draw(run.waving()).plane[0]);
    pictures.emplace_back(pixels, pixels + kSceneWidth * kSceneHeight);
  }
  std::vector<uint8_t> saved(pinhole_scene_saved_bytes(run.scene));
  Life life = {&run, &pictures, &saved, {}};

  FencedMemory stack;
  ASSERT_TRUE(stack.allocate(kStackBytes).ok());
  stack.paint(kPattern);
  pthread_attr_t how;
  ASSERT_EQ(pthread_attr_init(&how), 0);
  ASSERT_EQ(pthread_attr_setstack(&how, stack.data(), kStackBytes), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &how, live, &life), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&how);
  ASSERT_EQ(life.report.phase, PINHOLE_SCENE_WATCHING);
  size_t untouched = 0;
  while (untouched < kStackBytes && static_cast<unsigned char*>(stack.data())[untouched] == kPattern)
    ++untouched;
  const size_t used = kStackBytes - untouched;
  EXPECT_LE(used, kPromised);
  RecordProperty("stack_bytes", static_cast<int>(used));
}

} // namespace
} // namespace pinhole::testing
