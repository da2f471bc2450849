// SPDX-License-Identifier: Apache-2.0
#include "anomaly/scene_return.h"

#include <gtest/gtest.h>

#include <limits>

namespace pinhole::testing {
namespace {

constexpr double kThreshold = 40;

// Frames until it has returned, of a thousand; -1: never. Scores in either place, from 0 on.
template <class Home, class Place> int32_t frames_until_home(Home home, Place place) {
  SceneReturn back;
  for (int32_t frame = 0; frame < 1000; ++frame) {
    back.home = home(frame); // as the scene is scored there in each frame of a try
    if (has_returned(place(frame), kThreshold, &back))
      return frame;
  }
  return -1;
}

auto always(double score) {
  return [score](int32_t) { return score; };
}

TEST(SceneReturn, HomeIsWhereItLooksAsUsualFor12Frames) {
  const int32_t frames = frames_until_home(always(5), always(5));
  EXPECT_EQ(frames, 99 + 12) << "a hundredth frame begins the try";
}

TEST(SceneReturn, ItStaysWhereItLooksMoreUsual) {
  EXPECT_EQ(frames_until_home(always(15), always(5)), -1) << "both are usual, one is more so";
  EXPECT_EQ(frames_until_home(always(25), always(30)), -1) << "neither is usual";
  EXPECT_EQ(frames_until_home(always(5), always(30)), -1) << "somebody is there: the place tells, not home";
  EXPECT_GT(frames_until_home(always(7), always(5)), 0) << "as good, near enough";
}

TEST(SceneReturn, OneUnusualFrameEndsATryAndTheNextComesLater) {
  const auto gust = [](int32_t frame) { return frame == 105 ? 30.0 : 5.0; };
  EXPECT_EQ(frames_until_home(gust, always(5)), 105 + 100 + 12);
}

TEST(SceneReturn, NoScoreIsNoProof) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(frames_until_home(always(none), always(5)), -1);
  EXPECT_EQ(frames_until_home(always(5), always(none)), -1);
}

} // namespace
} // namespace pinhole::testing
