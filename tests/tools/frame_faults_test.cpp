// SPDX-License-Identifier: Apache-2.0
// Frames that are left out are told of, a reason that many share once.
#include "frame_faults.h"

#include <gtest/gtest.h>

namespace pinhole::tool {
namespace {

TEST(FrameFaults, AReasonThatManyShareIsSaidOnce) {
  FrameFaults faults;
  ProgressLine line;
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 10; ++i)
    faults.report("frame " + std::to_string(i) + ": ", "another size", &line);
  faults.report("", "frame 10 is cut short", &line);
  faults.report("frame 11: ", "another size", &line);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "pinhole: frame 0: another size; frame left out\n"
                                                      "pinhole: frame 10 is cut short; frame left out\n"
                                                      "pinhole: frame 11: another size; frame left out\n");
  ::testing::internal::CaptureStderr();
  for (int i = 12; i < 40; ++i)
    faults.report("frame " + std::to_string(i) + ": ", "another size", &line);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "pinhole: frame 15: another size; frame left out\n"
            "pinhole: 16 frames left out so far; only some of the others will be named\n"
            "pinhole: frame 31: another size; frame left out\n"
            "pinhole: 32 frames left out so far; only some of the others will be named\n");
  EXPECT_EQ(faults.count(), 40);
}

} // namespace
} // namespace pinhole::tool
