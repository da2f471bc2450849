// SPDX-License-Identifier: Apache-2.0
// A variational autoencoder allocates nothing after bind: neither in a training step nor when a scene is scored by it.
#include "engine/allocation_trap.h"
#include "train/variational_scene.h"

namespace pinhole {
namespace {

TEST(no_alloc, VariationalTraining) {
  EngineOptions options;
  options.threads = 3;
  options.plan.program.entry = kTrainEntry;
  options.plan.program.mode = Mode::training;
  options.plan.program.batch = 4;
  HostEngine engine;
  const Status opened = engine.open(test::VariationalScene::network(), options);
  ASSERT_TRUE(opened.ok()) << opened.text;
  engine->state.learning_rate = 1e-3f;
  bool ran = true;
  testing::arm_allocation_trap(0);
  for (int32_t i = 0; i < 3; ++i)
    ran = ran && run_engine(engine.get(), InputOutput()).ok();
  EXPECT_EQ(testing::disarm_allocation_trap(), 0);
  EXPECT_TRUE(ran);
}

TEST(no_alloc, VariationalScore) {
  test::VariationalScene scene;
  ASSERT_TRUE(scene.open("watch").ok());
  ASSERT_TRUE(set_score_weights({1, 1, 1, 1}, &scene.scorer).ok());
  std::vector<Image> pictures;
  for (int32_t i = 0; i < 12; ++i)
    pictures.push_back(test::picture(i, 160, 120));
  SceneScore score;
  bool good = true;
  testing::arm_allocation_trap(0);
  for (const Image& shown : pictures)
    good = good && learn_frame(test::frame_of_picture(shown), &scene.scorer).ok();
  for (const Image& shown : pictures)
    good = good && score_frame(test::frame_of_picture(shown), 2, &scene.scorer, &score).ok();
  EXPECT_EQ(testing::disarm_allocation_trap(), 0);
  EXPECT_TRUE(good);
}

} // namespace
} // namespace pinhole
