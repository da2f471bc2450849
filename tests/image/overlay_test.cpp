// SPDX-License-Identifier: Apache-2.0
#include "image/heatmap.h"
#include "image/strip.h"

#include <cmath>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

TEST(Strip, pictures_stand_side_by_side) {
  const Image gray{2, 1, 1, {10, 20}}, colour{1, 2, 3, {1, 2, 3, 4, 5, 6}};
  Image strip;
  ASSERT_TRUE(compose_strip({gray, gray}, StripDirection::across, 1, &strip).ok());
  EXPECT_EQ(strip.pixels, (std::vector<uint8_t>{10, 20, 255, 255, 10, 20}));
  ASSERT_TRUE(compose_strip({gray, gray}, StripDirection::down, 2, &strip).ok());
  EXPECT_EQ(strip.width, 4);
  ASSERT_EQ(strip.height, 6);
  EXPECT_EQ(std::vector<uint8_t>(strip.row(1), strip.row(3)),
            (std::vector<uint8_t>{10, 10, 20, 20, 255, 255, 255, 255}));
  ASSERT_TRUE(compose_strip({gray, colour}, StripDirection::across, 1, &strip).ok());
  EXPECT_EQ(strip.channels, 3);
  EXPECT_EQ(strip.width, 5);
  EXPECT_EQ(std::vector<uint8_t>(strip.row(0), strip.row(0) + 6), (std::vector<uint8_t>{10, 10, 10, 20, 20, 20}));
  EXPECT_EQ(std::vector<uint8_t>(strip.row(1), strip.row(1) + 6), std::vector<uint8_t>(6, 255));
  EXPECT_EQ(std::vector<uint8_t>(strip.row(1) + 12, strip.row(1) + 15), (std::vector<uint8_t>{4, 5, 6}));
  EXPECT_EQ(compose_strip({}, StripDirection::across, 1, &strip).code, Code::invalid_argument);
  EXPECT_EQ(compose_strip({gray}, StripDirection::across, 0, &strip).code, Code::invalid_argument);
  EXPECT_EQ(compose_strip({gray, Image{}}, StripDirection::across, 17, &strip).code, Code::invalid_argument);
}

TEST(HeatMap, viridis_grows_brighter) {
  double before = -1;
  for (int i = 0; i <= 100; ++i) {
    const Rgb colour = viridis(static_cast<float>(i) / 100);
    const double brightness = 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
    EXPECT_GT(brightness, before) << i;
    before = brightness;
  }
  EXPECT_EQ(viridis(-1).red, 68);
  EXPECT_EQ(viridis(std::nanf("")).blue, 84);
  EXPECT_EQ(viridis(2).green, 231);
  EXPECT_EQ(viridis(0.5F).green, 145);
}

TEST(HeatMap, cold_places_show_the_frame_and_hot_ones_the_colour) {
  const Image frame{3, 1, 1, {50, 60, 70}};
  const FloatImage heat{3, 1, 1, {1, 2, 4}};
  Image out;
  ASSERT_TRUE(overlay_heat(frame, heat, 2, 4, 1, &out).ok());
  EXPECT_EQ(out.pixels, (std::vector<uint8_t>{50, 50, 50, 60, 60, 60, 253, 231, 37}));
  ASSERT_TRUE(overlay_heat(frame, heat, 2, 4, 0, &out).ok());
  EXPECT_EQ(out.pixels, (std::vector<uint8_t>{50, 50, 50, 60, 60, 60, 70, 70, 70}));
  EXPECT_EQ(overlay_heat(frame, FloatImage{2, 1, 1, {1, 2}}, 2, 4, 1, &out).code, Code::invalid_argument);
  EXPECT_EQ(overlay_heat(frame, heat, 4, 4, 1, &out).code, Code::invalid_argument);
  EXPECT_EQ(overlay_heat(frame, heat, 2, 4, 1.5F, &out).code, Code::invalid_argument);
}

} // namespace
} // namespace pinhole
