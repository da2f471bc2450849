// SPDX-License-Identifier: Apache-2.0
#include "unusual_scores.h"

#include <gtest/gtest.h>

namespace pinhole::tool {
namespace {

std::vector<std::pair<int64_t, double>> scores(std::vector<std::pair<int64_t, double>> unusual) {
  for (int64_t frame = 0; frame < 100; ++frame)
    if (std::none_of(unusual.begin(), unusual.end(), [&](const auto& other) { return other.first == frame; }))
      unusual.push_back({frame, 1 + static_cast<double>(frame % 7)});
  std::sort(unusual.begin(), unusual.end());
  return unusual;
}

TEST(UnusualScores, FramesThatScoreLikeIntrudersAreNamed) {
  const std::string text = unusual_scores(scores({{3, 9000}, {50, 1e6}, {51, 2e6}, {52, 5e4}}));
  EXPECT_NE(text.find("4 of the 100 frames that count score up to 2000000"), std::string::npos) << text;
  EXPECT_NE(text.find("no more than 2.0"), std::string::npos) << text;
  EXPECT_NE(text.find("look at frames 3,50-52:"), std::string::npos) << text;
}

TEST(UnusualScores, MostOfThemMayBeUnusual) {
  std::vector<std::pair<int64_t, double>> mostly;
  for (int64_t frame = 0; frame < 100; ++frame)
    mostly.push_back({frame, frame < 60 ? 1e5 : 3.0});
  EXPECT_NE(unusual_scores(mostly).find("look at frames 0-59:"), std::string::npos);
}

TEST(UnusualScores, ManyRunsAreNotAllNamed) {
  const std::string text = unusual_scores(scores({{1, 1e6}, {3, 1e6}, {5, 1e6}, {7, 1e6}, {9, 1e6}, {11, 1e6}}));
  EXPECT_NE(text.find("look at frames 1,3,5,7 and more:"), std::string::npos) << text;
}

TEST(UnusualScores, NormalFramesAreNoReasonToWarn) {
  EXPECT_EQ(unusual_scores({}), "");
  EXPECT_EQ(unusual_scores(scores({})), "");
  EXPECT_EQ(unusual_scores(scores({{20, 1900}, {21, 651}})), "") << "as automatic exposure that hunts";
  EXPECT_EQ(unusual_scores({{0, 0}, {1, 0}, {2, 900}}), "") << "a still picture without noise";
}

} // namespace
} // namespace pinhole::tool
