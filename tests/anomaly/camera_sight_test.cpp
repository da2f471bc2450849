// SPDX-License-Identifier: Apache-2.0
// The camera's events by a scene that is known from before its first frame.
#include "anomaly/camera_scene.h"
#include "anomaly/camera_watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace pinhole::testing {
namespace {

class CameraSight : public ::testing::Test {
protected:
  CameraSight() : scene_(160, 96, 3, 3) {
    const pinhole_camera_options options = pinhole_default_camera_options();
    EXPECT_EQ(pinhole_camera_start(&camera, &options).code, PINHOLE_OK);
  }
  // The frames themselves are those of a camera that works; only the sight says otherwise.
  void push(int count, float lost, float structure = 0) {
    for (int i = 0; i < count; ++i, ++number) {
      pinhole_events given;
      const Status status = push_camera(&camera, scene_.draw(Moment()), number, 0.04 * static_cast<double>(number),
                                        {lost, structure}, &state, &given);
      ASSERT_TRUE(status.ok()) << status.text;
      for (int32_t k = 0; k < given.count; ++k)
        (given.event[k].open ? opened : closed).push_back(given.event[k]);
    }
  }

  pinhole_camera camera;
  int32_t state = PINHOLE_CAMERA_CLEAR;
  int64_t number = 0;
  std::vector<pinhole_event> opened, closed;

private:
  CameraScene scene_;
};

TEST_F(CameraSight, CoveredFromTheFirstFrameOnUntilTheSceneIsSeen) {
  push(3, 1);
  EXPECT_EQ(state, PINHOLE_CAMERA_DECIDING);
  EXPECT_TRUE(opened.empty());
  push(1, 1);
  EXPECT_EQ(state, PINHOLE_CAMERA_DISTURBED);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, PINHOLE_EVENT_COVERED);
  EXPECT_EQ(opened[0].first, 0);
  EXPECT_EQ(opened[0].score, 1);
  push(200, 0.9f);
  push(50, 0.4f); // would not open it, and does not close it
  EXPECT_EQ(state, PINHOLE_CAMERA_DISTURBED);
  EXPECT_EQ(camera.view.frames, 0) << "it learned the cover";
  push(4, 0);
  EXPECT_TRUE(closed.empty());
  push(1, 0);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].last, 253);
  push(7, 0);
  EXPECT_EQ(state, PINHOLE_CAMERA_DISTURBED) << "what was over may still show";
  push(1, 0);
  EXPECT_EQ(state, PINHOLE_CAMERA_CLEAR);
  push(55, 0);
  EXPECT_EQ(pinhole_camera_has_learned(&camera), 1);
  EXPECT_EQ(opened.size(), 1u);
}

TEST_F(CameraSight, AnotherViewFromTheFirstFrameOn) {
  push(4, 0.8f, 2);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, PINHOLE_EVENT_MOVED);
  push(5, 0);
  EXPECT_EQ(closed.size(), 1u);
}

TEST_F(CameraSight, LaterTooWhereTheCameraItselfSeesNothingWrong) {
  push(100, 0);
  EXPECT_EQ(pinhole_camera_has_learned(&camera), 1);
  push(4, 0.7f);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, PINHOLE_EVENT_COVERED);
  push(5, 0);
  EXPECT_EQ(closed.size(), 1u);
}

TEST_F(CameraSight, APartThatIsHiddenIsNoEvent) {
  push(10, 0.5f);
  EXPECT_EQ(state, PINHOLE_CAMERA_DECIDING);
  push(100, 0.5f);
  EXPECT_EQ(state, PINHOLE_CAMERA_CLEAR) << "and is the view from now on";
  EXPECT_EQ(pinhole_camera_has_learned(&camera), 1);
  EXPECT_TRUE(opened.empty());
}

TEST_F(CameraSight, AnotherViewOfLittleDetailIsNoCover) {
  push(4, 0.9f, 0.05f);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].kind, PINHOLE_EVENT_MOVED);
}

} // namespace
} // namespace pinhole::testing
