// SPDX-License-Identifier: Apache-2.0
// The scene as a program in C++ uses it.
#include "pinhole/scene.hpp"

#include "anomaly/scene_run.h"

#include <array>
#include <utility>

namespace {

using pinhole::testing::AlignedBytes;
using namespace pinhole::api;

Memory memory(AlignedBytes& bytes) {
  return {bytes.data(), bytes.size()};
}

TEST(SceneApi, GoesThroughTheFirstPhases) {
  AlignedBytes file(pinhole::testing::scene_file());
  SceneOptions options = pinhole::testing::small_scene_options();
  options.learn_steps = 5;
  size_t setup_bytes = 0;
  ASSERT_TRUE(measure(File{file.data(), file.size()}, options, &setup_bytes));
  AlignedBytes setup(setup_bytes);
  Scene planned;
  ASSERT_TRUE(planned.plan({file.data(), file.size()}, options, memory(setup)));
  const size_t saved_bytes = planned.saved_bytes();
  EXPECT_GT(saved_bytes, 0u);
  AlignedBytes prepared(planned.planned().prepared), state(planned.planned().state), scratch(planned.planned().scratch);
  ASSERT_TRUE(planned.bind(memory(prepared), memory(state), memory(scratch)));
  Scene scene(std::move(planned));
  EXPECT_EQ(planned.get(), nullptr); // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): as stated
  pinhole::testing::CameraScene view(options.width, options.height, 1, 3);
  SceneReport report = {};
  for (int64_t i = 0; report.phase == PINHOLE_SCENE_COLLECTING; ++i)
    ASSERT_TRUE(scene.push(view.draw({}), i, static_cast<double>(i) / 25, &report));
  SceneProgress progress = {};
  while (progress.phase != PINHOLE_SCENE_CALIBRATING)
    ASSERT_TRUE(scene.learn(&progress));
  EXPECT_EQ(progress.step, progress.most);
  EXPECT_EQ(scene.calibration(), nullptr);
  EXPECT_EQ(scene.confirm(0).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.dismiss({}).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.saved_bytes(), saved_bytes);
  AlignedBytes saved(saved_bytes);
  EXPECT_EQ(scene.save(memory(saved)).code(), PINHOLE_INVALID_ARGUMENT);
  Events events;
  scene.wait(1000, &events);
  EXPECT_EQ(events.count, 1);
  scene.finish(&events);
  scene.unbind();
  EXPECT_EQ(scene.learn(&progress).code(), PINHOLE_INVALID_ARGUMENT);
}

TEST(SceneApi, WithoutPlanEveryCallIsRefused) {
  Scene scene;
  SceneReport report;
  Frame frame = {};
  EXPECT_EQ(scene.planned().state, 0u);
  EXPECT_EQ(scene.bind({}, {}, {}).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.push(frame, 0, 0, &report).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.ignore(frame).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.heat(&frame).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.restore(&report, 1).code(), PINHOLE_INVALID_ARGUMENT);
  EXPECT_EQ(scene.saved_bytes(), 0u);
}

} // namespace
