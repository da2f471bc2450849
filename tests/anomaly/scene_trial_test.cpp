// SPDX-License-Identifier: Apache-2.0
// When a place where the scene is scored a second time is taken for the one it is in.
#include "anomaly/scene_trial.h"

#include "anomaly/made_up_scene.h"

#include <limits>

namespace pinhole::testing {
namespace {

constexpr double kThreshold = 40, kHigh = 100;
constexpr Warp kElsewhere = {8, 0, 0, 0, 0, 0}, kTurned = {0, 0, 0.02f, 0, 0, 0.02f};

// A trial of `place` under way; what is unusual where the scene was is in one cell.
class Tried {
public:
  explicit Tried(const Warp& place, int32_t column = 10) {
    for (float& excess : learned_.map.excess)
      excess = 0;
    learned_.map.excess[6 * learned_.map.columns + column] = std::sqrt(static_cast<float>(kHigh));
    trial.active = true;
    trial.place = place;
    trial.score = kHigh;
  }

  // One more frame, scored in the place and then where the scene was so far.
  bool frame(double there, double here, bool stepped = false) {
    trial.there = there;
    trial.stepped = stepped;
    ++trial.frames;
    Picture picture = scene();
    return try_elsewhere({picture.view(), {}, here, kThreshold}, &learned_.map, &trial);
  }

  // Frames until it is taken, of twenty; -1: never.
  int taken_after(double there, double here) {
    for (int i = 1; i <= 20; ++i)
      if (frame(there, here))
        return i;
    return -1;
  }

  SceneTrial trial;

private:
  Learned learned_;
};

TEST(SceneTrial, AUsualFrameBeginsNone) {
  Learned learned;
  SceneTrial trial;
  trial.pause = 20;
  Picture picture = scene();
  EXPECT_FALSE(try_elsewhere({picture.view(), {}, kThreshold - 1, kThreshold}, &learned.map, &trial));
  EXPECT_FALSE(trial.active);
  EXPECT_EQ(trial.pause, 0);
}

TEST(SceneTrial, TwoFramesThatAreUsualThereAloneProveIt) {
  EXPECT_EQ(Tried(kElsewhere).taken_after(2, kHigh), 2);
  EXPECT_EQ(Tried(kTurned).taken_after(2, kHigh), 4) << "gusts turn a camera, too";
}

TEST(SceneTrial, AFrameThatIsUsualWhereItWasBeginsTheProofAnew) {
  Tried tried(kElsewhere);
  EXPECT_FALSE(tried.frame(2, kHigh));
  EXPECT_FALSE(tried.frame(2, 5)) << "wind has brought it back";
  EXPECT_FALSE(tried.frame(2, kHigh));
  EXPECT_TRUE(tried.frame(2, kHigh));
}

TEST(SceneTrial, WhatIsAsUnusualThereEndsIt) {
  Tried tried(kElsewhere);
  EXPECT_FALSE(tried.frame(60, kHigh));
  EXPECT_FALSE(tried.frame(60, kHigh));
  EXPECT_TRUE(tried.trial.active) << "steps take three frames";
  EXPECT_FALSE(tried.frame(60, kHigh));
  EXPECT_FALSE(tried.trial.active);
  EXPECT_EQ(tried.trial.pause, 25);
  Tried wind(kElsewhere);
  EXPECT_EQ(wind.taken_after(2, 5), -1);
  EXPECT_FALSE(wind.trial.active) << "16 frames end it";
}

// Who comes in at the side that the place does not show is not explained by it.
TEST(SceneTrial, SomebodyOutOfItsSightIsNotExplained) {
  EXPECT_EQ(Tried(kElsewhere, 20).taken_after(2, kHigh), -1);
  EXPECT_EQ(Tried(kElsewhere, 1).taken_after(2, kHigh), -1);
}

// A camera that was moved hides a part of the scene where it was; such a frame has no score.
TEST(SceneTrial, NoScoreIsProofWhereTheSceneWasAlone) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Tried(kElsewhere).taken_after(2, none), 2);
  EXPECT_EQ(Tried(kElsewhere).taken_after(none, kHigh), -1);
  EXPECT_EQ(Tried(kElsewhere).taken_after(none, none), -1);
}

TEST(SceneTrial, APlaceThatHasJustChangedProvesNothingYet) {
  Tried tried(kElsewhere);
  EXPECT_FALSE(tried.frame(2, kHigh, true));
  EXPECT_FALSE(tried.frame(2, kHigh));
  EXPECT_TRUE(tried.frame(2, kHigh));
}

// A turn that comes to nothing is a shift of nothing, for which fewer frames would do.
TEST(SceneTrial, APlaceThatLeadsBackIsNone) {
  Tried tried(kTurned);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(tried.frame(2, kHigh));
  tried.trial.place = {-0.001f, 0, 0, 0, 0, 0};
  EXPECT_FALSE(tried.frame(2, kHigh));
  tried.trial.place = kTurned;
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(tried.frame(2, kHigh)) << "its proof begins anew";
  EXPECT_TRUE(tried.frame(2, kHigh));
}

// No frame is above the threshold then.
TEST(SceneTrial, ASagIsProvedByEightFramesThatAreMoreUsualThere) {
  Tried tried(kElsewhere);
  tried.trial.sagged = true;
  tried.trial.score = 12;
  EXPECT_EQ(tried.taken_after(2, 12), 8);
  Tried same(kElsewhere);
  same.trial.sagged = true;
  same.trial.score = 3;
  EXPECT_EQ(same.taken_after(2, 3), -1) << "no better there";
}

TEST(SceneTrial, AnAlertWaitsWhileItIsPromising) {
  SceneTrial trial;
  EXPECT_FALSE(is_promising(trial));
  trial.active = true;
  trial.score = 100;
  EXPECT_TRUE(is_promising(trial)) << "it has just begun";
  trial.frames = 1;
  trial.there = 85;
  EXPECT_FALSE(is_promising(trial));
  trial.there = 75;
  EXPECT_TRUE(is_promising(trial));
}

} // namespace
} // namespace pinhole::testing
