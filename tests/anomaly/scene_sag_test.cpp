// SPDX-License-Identifier: Apache-2.0
// When frames that are usual enough show a scene that has sagged all the same.
#include "anomaly/scene_sag.h"

#include "anomaly/made_up_scene.h"

namespace pinhole::testing {
namespace {

constexpr double kThreshold = 40, kUnusual = 10, kUsual = 3;
constexpr int kFrames = 25; // that are looked at together

class Sagging {
public:
  // Frames of the scene so far off, until they say that it has sagged; -1: they do not.
  int told_after(float right, float down, int frames = kFrames, double score = kUnusual) {
    for (int i = 1; i <= frames; ++i)
      if (frame(right, down, score))
        return i;
    return -1;
  }

  Point middle = {};

private:
  bool frame(float right, float down, double score) {
    Picture picture = seen_with(plane(right, down), 1, 0, 0.01f, ++seed_);
    learned_.score(picture); // finds the sway
    return has_sagged(picture.view(), score, kThreshold, learned_.map, &sag_, &middle);
  }

  Learned learned_ = Learned({}, plane(0, 0));
  SceneSag sag_;
  uint32_t seed_ = 100;
};

TEST(SceneSag, IsToldByFramesBeyondWhatIsFollowedAsSway) {
  for (const Point& sagged : {Point{0, 2.5f}, Point{-3, -1}}) {
    Sagging sagging;
    EXPECT_EQ(sagging.told_after(sagged.x, sagged.y), kFrames) << sagged.x << ", " << sagged.y;
    EXPECT_NEAR(sagging.middle.x, sagged.x, 0.5);
    EXPECT_NEAR(sagging.middle.y, sagged.y, 0.5);
  }
}

TEST(SceneSag, WhatIsFollowedAsSwayIsNone) {
  EXPECT_EQ(Sagging().told_after(0, 0), -1);
  EXPECT_EQ(Sagging().told_after(1.2f, -1.2f), -1);
}

TEST(SceneSag, WindIsNone) {
  Sagging wind;
  for (int gust = 0; gust < 2; ++gust) {
    EXPECT_EQ(wind.told_after(3, 0, 13), -1);
    EXPECT_EQ(wind.told_after(-3, 0, 12), -1);
  }
}

TEST(SceneSag, FramesAsUsualAsCouldBeAskForNoOtherPlace) {
  EXPECT_EQ(Sagging().told_after(0, 2.5f, kFrames, kUsual), -1);
}

TEST(SceneSag, EachGroupOfFramesIsJudgedForItself) {
  Sagging sagging;
  EXPECT_EQ(sagging.told_after(0, 0), -1);
  EXPECT_EQ(sagging.told_after(0, 2.5f, 24), -1);
  EXPECT_EQ(sagging.told_after(0, 2.5f, 1), 1);
  EXPECT_EQ(sagging.told_after(0, 2.5f, 24), -1) << "it begins anew";
}

} // namespace
} // namespace pinhole::testing
