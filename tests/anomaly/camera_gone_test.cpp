// SPDX-License-Identifier: Apache-2.0
// What a camera that gives no frames is told of by.
#include "anomaly/camera_run.h"
#include "anomaly/camera_watch.h"
#include "anomaly/scene_watch.h"

#include <limits>

namespace pinhole::testing {
namespace {

// As before a clock is set, or where the stream begins again.
TEST(CameraGone, AFirstFrameWithoutATimeSaysNothingOfAbsence) {
  CameraScene scene(160, 120, 1, 3);
  CameraRun run(&scene);
  for (const double seconds : {5000.0, 9000.0}) {
    run.time = std::numeric_limits<double>::quiet_NaN();
    run.push(Moment());
    run.time = seconds;
    run.push_many(3, Moment());
    EXPECT_TRUE(run.events.empty()) << seconds;
    run.finish();
  }
}

// As a scene lets it, when it is restored or comes back to where it was learned.
TEST(CameraGone, ACameraThatHasForgottenItsViewKnowsItsFrame) {
  CameraScene scene(160, 120, 1, 3);
  CameraRun run(&scene);
  run.push_many(3, Moment());
  forget_view(&run.camera);
  pinhole_events given;
  pinhole_camera_wait(&run.camera, run.time + 5, &given);
  ASSERT_EQ(given.count, 1);
  EXPECT_EQ(given.event[0].box.width, 160);
  EXPECT_EQ(given.event[0].box.height, 120);
  Moment black;
  black.cover = 1;
  black.cover_level = -100;
  run.push(black);
  EXPECT_EQ(run.camera.look.luma[0], 0);
  EXPECT_EQ(run.camera.equal_run, 0) << "the first one";
}

// Five frames may be missing of one that gives a frame every five seconds.
TEST(CameraGone, ASlowCameraIsNotGoneBetweenTwoFrames) {
  CameraScene scene(160, 120, 1, 3);
  CameraRun run(&scene, camera_rule(0.2));
  for (int i = 0; i < 5; ++i) {
    run.push(Moment());
    run.time += 5;
  }
  EXPECT_TRUE(run.events.empty());
  pinhole_events given;
  const double latest = run.camera.latest_time;
  pinhole_camera_wait(&run.camera, latest + 24, &given);
  EXPECT_EQ(given.count, 0);
  pinhole_camera_wait(&run.camera, latest + 25, &given);
  EXPECT_EQ(given.count, 1);
  EXPECT_EQ(camera_rule(25).gone_seconds, pinhole_default_camera_options().gone_seconds);
}

} // namespace
} // namespace pinhole::testing
