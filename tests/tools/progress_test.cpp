// SPDX-License-Identifier: Apache-2.0
// What progress leaves in a log.
#include "progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <unistd.h>

namespace pinhole::tool {
namespace {

// What 20 calls over a tenth of a second or more write where standard error is a file.
std::string written(double log_seconds) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(isatty(STDERR_FILENO), 0);
  {
    ProgressLine line(log_seconds);
    for (int step = 1; step <= 20; ++step) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      line.show("step " + std::to_string(step), step / 20.0);
    }
    line.finish();
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Progress, ALogGetsALineNowAndThen) {
  const std::string log = written(0.04);
  const auto lines = std::count(log.begin(), log.end(), '\n');
  EXPECT_GE(lines, 2) << log;
  EXPECT_EQ(log.find("step "), 0u) << log;
  EXPECT_EQ(log.find_first_of("\r[\033"), std::string::npos) << "nothing that a terminal alone understands: " << log;
}

TEST(Progress, OrNone) {
  EXPECT_EQ(written(0), "");
  EXPECT_EQ(written(3600), "");
}

} // namespace
} // namespace pinhole::tool
