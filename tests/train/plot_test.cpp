// SPDX-License-Identifier: Apache-2.0
#include "train/line_plot.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace pinhole {
namespace {

constexpr Color kRed = {255, 0, 0};

// Columns and rows of the pixels that are mostly red: left, right, top, bottom.
struct Extent {
  int32_t left = 1 << 20, right = -1, top = 1 << 20, bottom = -1;
};
Extent red_pixels(const Image& image, int32_t from_column, int32_t from_row) {
  Extent extent;
  for (int32_t y = from_row; y < image.height; ++y)
    for (int32_t x = from_column; x < image.width; ++x) {
      const uint8_t* pixel = image.row(y) + x * 3;
      if (pixel[0] > 200 && pixel[1] < 80 && pixel[2] < 80)
        extent = {std::min(extent.left, x), std::max(extent.right, x), std::min(extent.top, y),
                  std::max(extent.bottom, y)};
    }
  return extent;
}

TEST(LinePlot, TheCurveSpansTheAxes) {
  LinePlot plot;
  plot.series = {{"", kRed, {{0, 100}, {50, std::nan("")}, {100, 1}}}};
  const Image image = draw_plot(plot);
  EXPECT_EQ(image.width, 960);
  EXPECT_EQ(image.height, 540);
  const Extent curve = red_pixels(image, 0, 80); // below the legend
  EXPECT_NEAR(curve.right, 930, 3);
  EXPECT_NEAR(curve.bottom, 470, 3);
  const Extent start = red_pixels(image, 0, 0);
  EXPECT_NEAR(start.left, 110, 3);
  EXPECT_NEAR(start.top, 50, 3);
}

// 10 lies half-way between 1 and 100 on a logarithmic axis.
TEST(LinePlot, WideRangesAreLogarithmic) {
  LinePlot plot;
  plot.series = {{"", kRed, {{0, 10}, {80, 10}}}, {"", {0, 0, 255}, {{0, 1}, {80, 100}}}};
  const Extent flat = red_pixels(draw_plot(plot), 0, 90);
  EXPECT_NEAR((flat.top + flat.bottom) / 2, (50 + 470) / 2, 3);
}

TEST(LinePlot, DrawsEvenWhatIsEmptyOrConstant) {
  LinePlot plot;
  EXPECT_EQ(draw_plot(plot).width, 960);
  plot.series = {{"one", kRed, {{5, 0.25}}}};
  EXPECT_EQ(draw_plot(plot).width, 960);
  plot.series = {{"nan", kRed, {{5, std::nan("")}}}};
  EXPECT_EQ(draw_plot(plot).width, 960);
}

TEST(LinePlot, BandsAreShadedUnderTheirNames) {
  LinePlot plot;
  plot.series = {{"", {0, 0, 255}, {{0, 1}, {100, 2}}}};
  plot.bands = {{25, 50, kRed, "one"}, {26, 27, {0, 255, 0}, "two"}, {200, 300, kRed, "beyond"}};
  const Extent band = red_pixels(draw_plot(plot), 0, 0);
  EXPECT_NEAR(band.left, 110 + 820 / 4, 2);
  EXPECT_NEAR(band.right, 110 + 820 / 2, 2);
  EXPECT_NEAR(band.top, 50 + 2 * 20, 3) << "two rows of names above the plot";
}

TEST(LinePlot, GapsAndDashesInterruptACurve) {
  const auto red_columns = [](const PlotSeries& series) {
    LinePlot plot;
    plot.series = {series, {"", {0, 0, 255}, {{0, 1}, {100, 2}}}};
    const Image image = draw_plot(plot);
    int32_t count = 0;
    for (int32_t x = 0; x < image.width; ++x) {
      bool red = false;
      for (int32_t y = 60; y < image.height; ++y)
        red = red || (image.row(y)[3 * x] > 200 && image.row(y)[3 * x + 1] < 80);
      count += red;
    }
    return count;
  };
  const std::vector<std::pair<double, double>> points = {
      {0, 1.5}, {40, 1.5}, {50, std::nan("")}, {60, 1.5}, {100, 1.5}};
  EXPECT_NEAR(red_columns({"", kRed, points}), 820, 5);
  EXPECT_NEAR(red_columns({"", kRed, points, false, true}), 0.8 * 820, 5);
  EXPECT_NEAR(red_columns({"", kRed, points, true}), 820 * 2 / 3, 100);
}

TEST(BitmapText, LettersAreInsideTheirBox) {
  Image image;
  ASSERT_TRUE(make_image(60, 20, 3, &image).ok());
  draw_text("loss 1", 0, 0, 1, kRed, &image);
  const Extent extent = red_pixels(image, 0, 0);
  EXPECT_LT(extent.right, text_width("loss 1", 1));
  EXPECT_EQ(extent.bottom, kGlyphHeight - 1);
  draw_text("clipped at the edge", 50, 18, 2, kRed, &image);
  draw_text_upwards("up", 0, 5, 3, kRed, &image);
}

Image drawn(char letter) {
  Image image;
  EXPECT_TRUE(make_image(3 * kGlyphWidth, 20, 3, &image).ok());
  draw_text(std::string(1, letter), kGlyphWidth, 0, 1, kRed, &image);
  return image;
}

TEST(BitmapText, EveryPrintableLetterIsDrawnUnlikeAllOthers) {
  std::map<std::vector<uint8_t>, char> seen;
  for (int code = ' '; code <= '~'; ++code) {
    const auto letter = static_cast<char>(code);
    const Image image = drawn(letter);
    const auto [before, is_new] = seen.emplace(image.pixels, letter);
    EXPECT_TRUE(is_new) << letter << " is drawn like " << before->second;
    const Extent extent = red_pixels(image, 0, 0);
    EXPECT_EQ(extent.right >= 0, letter != ' ') << letter;
    if (letter != ' ') {
      EXPECT_GE(extent.left, kGlyphWidth) << letter;
      EXPECT_LT(extent.right, 2 * kGlyphWidth - 1) << letter << " touches the next letter";
      EXPECT_LT(extent.bottom, kGlyphHeight + kGlyphDescent) << letter;
    }
  }
  const Image unknown = drawn('\xe9');
  EXPECT_EQ(seen.count(unknown.pixels), 0u) << "a box, like no letter";
  EXPECT_EQ(drawn('\n').pixels, unknown.pixels);
}

TEST(BitmapText, SomeLettersHangBelowTheBaseline) {
  for (int code = '!'; code <= '~'; ++code) {
    const auto letter = static_cast<char>(code);
    const bool hangs = std::string("gjpqy,;_|").find(letter) != std::string::npos;
    EXPECT_EQ(red_pixels(drawn(letter), 0, 0).bottom >= kGlyphHeight, hangs) << letter;
  }
  for (const char letter : {'g', 'p', 'q', 'y'})
    EXPECT_EQ(red_pixels(drawn(letter), 0, 0).top, red_pixels(drawn('x'), 0, 0).top) << letter << " is not raised";
}

} // namespace
} // namespace pinhole
