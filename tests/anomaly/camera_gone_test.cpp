// SPDX-License-Identifier: Apache-2.0
// What a camera that gives no frames is told of by.
#include "anomaly/camera_run.h"

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

} // namespace
} // namespace pinhole::testing
