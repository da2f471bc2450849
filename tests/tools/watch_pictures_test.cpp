// SPDX-License-Identifier: Apache-2.0
// Score plot and contact sheet: what is drawn, and that neither grows with the length of a watch.
#include "contact_sheet.h"
#include "score_plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include <unistd.h>

namespace pinhole::tool {
namespace {

pinhole_event event(int32_t kind, bool open, int64_t first, int64_t last) {
  pinhole_event made = {};
  made.kind = kind;
  made.open = open;
  made.first = first;
  made.peak = made.last = last;
  made.score = 50;
  made.threshold = 10;
  made.time = static_cast<double>(last) / 25;
  return made;
}

class WatchPicturesTest : public ::testing::Test {
protected:
  WatchPicturesTest() {
    std::string name = ::testing::TempDir() + "pinhole_pictures_XXXXXX";
    folder = mkdtemp(name.data());
    path = folder + "/p.png";
  }
  ~WatchPicturesTest() override { std::filesystem::remove_all(folder); }

  Image saved(const ScorePlot& plot, bool by_time = false) const {
    Image image;
    EXPECT_TRUE(plot.save(path, "title", by_time).ok());
    EXPECT_TRUE(load_image(path, &image).ok());
    return image;
  }
  Image saved(const ContactSheet& sheet) const {
    Image image;
    EXPECT_TRUE(sheet.save(path, "title").ok());
    EXPECT_TRUE(load_image(path, &image).ok());
    return image;
  }

  std::string folder, path;
};

// First and last column of pixels in this colour.
std::pair<int32_t, int32_t> columns_of(const Image& image, std::vector<uint8_t> color) {
  std::pair<int32_t, int32_t> found = {-1, -1};
  for (int32_t x = 0; x < image.width; ++x)
    for (int32_t y = 0; y < image.height; ++y)
      if (std::equal(color.begin(), color.end(), image.row(y) + 3 * x)) {
        found = {found.first < 0 ? x : found.first, x};
        break;
      }
  return found;
}

constexpr double kLeft = 110, kRight = 930; // of the plot's area
const std::vector<uint8_t> kAnomaly = {255, 214, 208}, kCamera = {226, 226, 236};

TEST_F(WatchPicturesTest, EventsAreShadedWhereTheyWere) {
  ScorePlot plot;
  for (int64_t i = 0; i <= 1000; ++i)
    plot.add(i, static_cast<double>(i) / 25, 1, 1 + (i > 200 && i < 400 ? 50 : 0), 10, 5);
  plot.add(event(PINHOLE_EVENT_ANOMALY, true, 200, 201), 1);
  plot.add(event(PINHOLE_EVENT_ANOMALY, false, 200, 400), 1);
  plot.add(event(PINHOLE_EVENT_COVERED, true, 900, 900), 0); // never closed
  for (const bool by_time : {false, true}) {
    const Image image = saved(plot, by_time);
    const auto anomaly = columns_of(image, kAnomaly), covered = columns_of(image, kCamera);
    EXPECT_NEAR(anomaly.first, kLeft + 0.2 * (kRight - kLeft), 3) << by_time;
    EXPECT_NEAR(anomaly.second, kLeft + 0.4 * (kRight - kLeft), 3) << by_time;
    EXPECT_NEAR(covered.first, kLeft + 0.9 * (kRight - kLeft), 3) << by_time;
    EXPECT_NEAR(covered.second, kRight, 3) << by_time;
  }
}

TEST_F(WatchPicturesTest, LongWatchesKeepTheirPeaksInPlace) {
  ScorePlot plot;
  constexpr int64_t kFrames = 300000;
  for (int64_t i = 0; i < kFrames; ++i)
    plot.add(i, static_cast<double>(i) / 25, 1, i == kFrames / 2 ? 1000 : 1, 10, 5);
  plot.add(event(PINHOLE_EVENT_ANOMALY, true, kFrames / 2 - 3000, kFrames / 2), 1);
  plot.add(event(PINHOLE_EVENT_ANOMALY, false, kFrames / 2 - 3000, kFrames / 2 + 3000), 1);
  const Image image = saved(plot);
  const auto anomaly = columns_of(image, kAnomaly);
  EXPECT_NEAR(anomaly.first, kLeft + 0.49 * (kRight - kLeft), 3);
  EXPECT_NEAR(anomaly.second, kLeft + 0.51 * (kRight - kLeft), 3);
  // The one high frame reaches the top.
  bool reached = false;
  for (int32_t x = 510; x < 530; ++x) {
    const uint8_t* pixel = image.row(85) + 3 * x;
    reached = reached || (pixel[2] > 150 && pixel[0] < 100);
  }
  EXPECT_TRUE(reached);
}

TEST_F(WatchPicturesTest, BothThresholdsAreDrawn) {
  const std::vector<uint8_t> opening = {200, 30, 30}, closing = {232, 150, 120};
  ScorePlot plot;
  for (int64_t i = 0; i <= 1000; ++i)
    plot.add(i, static_cast<double>(i) / 25, 1, 1, i < 500 ? 100 : 200, i < 500 ? 50 : 100);
  const Image image = saved(plot);
  for (const std::vector<uint8_t>& color : {opening, closing}) {
    const auto columns = columns_of(image, color);
    EXPECT_NEAR(columns.first, kLeft, 12);
    EXPECT_NEAR(columns.second, kRight, 12);
  }
}

TEST_F(WatchPicturesTest, EmptyAndHostileNumbersAreDrawn) {
  ScorePlot plot;
  EXPECT_EQ(saved(plot).width, 960);
  plot.add(event(PINHOLE_EVENT_GONE, true, 5, 5), 0);
  EXPECT_EQ(saved(plot).width, 960) << "an event before any frame";
  plot.add(5, 1, 0, 0, 0, 0);
  plot.add(9, 1, std::nan(""), INFINITY, 1, 0.5);
  EXPECT_EQ(saved(plot, true).width, 960);
  EXPECT_EQ(plot.save(folder + "/missing/p.png", "", false).code, Code::io_error);
}

Image frame(uint8_t shade) {
  Image image;
  EXPECT_TRUE(make_image(640, 320, 3, &image).ok());
  std::fill(image.pixels.begin(), image.pixels.end(), shade);
  return image;
}

TEST_F(WatchPicturesTest, TheHighestFrameOfAnAlertIsItsTile) {
  ContactSheet sheet;
  const int32_t empty_height = saved(sheet).height;
  for (const int shade : {50, 200, 100}) // the second one is highest
    if (sheet.is_higher(ContactSheet::kFirst, shade))
      sheet.offer(ContactSheet::kFirst, shade, shade, frame(static_cast<uint8_t>(shade)), {320, 160, 64, 32});
  sheet.close(ContactSheet::kFirst, event(PINHOLE_EVENT_ANOMALY, false, 1, 3), 1, "");
  const Image image = saved(sheet);
  EXPECT_GT(image.height, empty_height + 100);
  EXPECT_EQ(image.row(60)[3 * 50], 200);
  // The box of 320x160+64+32 in a tile of half the size, at 10,34 of the sheet.
  const auto box = columns_of(image, {255, 64, 48});
  EXPECT_NEAR(box.first, 10 + 160, 2);
  EXPECT_NEAR(box.second, 10 + 192, 2);
}

TEST_F(WatchPicturesTest, ManyAlertsKeepTheHighest) {
  ContactSheet sheet;
  for (int64_t i = 1; i <= 100; ++i) {
    sheet.offer(ContactSheet::kFirst, i, static_cast<double>(i), frame(static_cast<uint8_t>(i)), {});
    pinhole_event closed = event(PINHOLE_EVENT_ANOMALY, false, i, i);
    closed.score = static_cast<double>(i);
    sheet.close(ContactSheet::kFirst, closed, i, "12:00");
  }
  const Image image = saved(sheet);
  const int32_t row_height = 160 + 3 * 20 + 10;
  EXPECT_EQ(image.height, 34 + 15 * row_height) << "60 tiles, four in a row";
  EXPECT_EQ(image.row(60)[3 * 50], 41) << "the lowest 40 are left out";
}

} // namespace
} // namespace pinhole::tool
