// SPDX-License-Identifier: Apache-2.0
// The demo's picture of a watching: its score plot says which frame and which score is where.
#include "watch_picture.h"

#include "train/bitmap_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr int64_t kFrames = 1000;
constexpr int32_t kHalfLetter = pinhole::kGlyphHeight / 2;
constexpr pinhole::Color kBlack = {0, 0, 0}, kScore = {30, 80, 170}, kThreshold = {200, 20, 20};

struct Spot {
  int32_t x = -1, y = -1;
};

bool is_color(const pinhole::Image& image, int32_t x, int32_t y, const pinhole::Color& color) {
  return std::equal(color.begin(), color.end(), image.row(y) + 3 * x);
}

// Upper left corner of the first place between columns `left` and `right` where just `text` is written.
Spot find(const std::string& text, const pinhole::Image& image, int32_t left, int32_t right) {
  pinhole::Image written;
  const int32_t width = pinhole::text_width(" " + text + " ", 1), height = pinhole::kGlyphHeight;
  EXPECT_TRUE(pinhole::make_image(width, height, 3, &written).ok());
  std::fill(written.pixels.begin(), written.pixels.end(), uint8_t{255});
  pinhole::draw_text(text, pinhole::kGlyphWidth, 0, 1, kBlack, &written);
  // Beside the letters half a letter's width is free.
  const int32_t margin = pinhole::kGlyphWidth / 2, first = pinhole::kGlyphWidth - margin;
  const int32_t compared = pinhole::text_width(text, 1) + margin;
  for (int32_t y = 0; y + height <= image.height; ++y)
    for (int32_t x = left; x + compared <= right; ++x) {
      bool same = true;
      for (int32_t row = 0; row < height && same; ++row)
        same = std::equal(written.row(row) + 3 * first, written.row(row) + 3 * (first + compared),
                          image.row(y + row) + 3 * x);
      if (same)
        return {x + margin, y};
    }
  return {};
}

// Frame 500 scores 40, all others nothing, at a threshold of 25.
pinhole::Image picture(float threshold = 25) {
  const std::vector<Episode> programme = {{Happening::small_intruder, 490, 20, 1}};
  std::vector<uint8_t> gray(static_cast<size_t>(firmware::kSceneWidth) * firmware::kSceneHeight, 128);
  pinhole_frame frame = {};
  frame.plane[0] = gray.data();
  frame.pitch[0] = firmware::kSceneWidth;
  frame.width = firmware::kSceneWidth;
  frame.height = firmware::kSceneHeight;
  frame.format = PINHOLE_GRAY8;
  WatchPicture drawn(programme);
  for (int64_t i = 0; i < kFrames; ++i) {
    pinhole_scene_report report = {};
    report.camera = PINHOLE_CAMERA_CLEAR;
    report.threshold = threshold;
    report.smoothed = i == 500 ? 40 : 0;
    drawn.add(i, frame, report);
  }
  return drawn.draw(judge(programme, {}));
}

TEST(WatchPicture, NumbersStandAtTheirFramesAndScores) {
  const pinhole::Image image = picture();
  // The upper left pixel in a colour, below the tiles and what marks the intruder.
  const auto first = [&](const pinhole::Color& color) {
    for (int32_t y = firmware::kSceneHeight + 40; y < image.height; ++y)
      for (int32_t x = 0; x < image.width; ++x)
        if (is_color(image, x, y, color))
          return Spot{x, y};
    return Spot{};
  };
  const Spot bar = first(kScore), line = first(kThreshold);
  ASSERT_GE(bar.x, 0);
  const int32_t margin = line.x; // the threshold begins at the axis
  const Spot forty = find("40", image, 0, margin), twenty = find("20", image, 0, margin),
             zero = find("0", image, 0, margin);
  ASSERT_GE(forty.x, 0);
  ASSERT_GE(twenty.x, 0);
  ASSERT_GE(zero.x, 0);
  EXPECT_NEAR(forty.y + kHalfLetter, bar.y, 1);
  EXPECT_NEAR(2 * twenty.y, forty.y + zero.y, 2);
  const int32_t a_quarter = (twenty.y - forty.y) / 4;
  EXPECT_NEAR(line.y, twenty.y + kHalfLetter - a_quarter, 1) << "25, between 20 and 40";
  const Spot middle = find("500", image, margin, image.width);
  ASSERT_GE(middle.x, 0);
  const int32_t half_of_it = pinhole::text_width("500", 1) / 2;
  EXPECT_NEAR(middle.x + half_of_it, bar.x, 1);
  EXPECT_GE(find("1000", image, margin, image.width).x, 0) << "cut off at the edge";
  EXPECT_GE(find("frame", image, 0, margin).x, 0);
}

TEST(WatchPicture, NoThresholdIsDrawnAllTheSame) {
  for (const float threshold : {0.0f, -1.0f, INFINITY})
    EXPECT_EQ(picture(threshold).width, picture().width);
}

} // namespace
} // namespace demo
