// SPDX-License-Identifier: Apache-2.0
// The contact sheet of judged stills: which pictures are on it, what is written beside them, and how large it gets.
#include "defect_pictures.h"
#include "sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace pinhole::tool {
namespace {

class DefectPicturesTest : public ::testing::Test {
protected:
  DefectPicturesTest() {
    std::string name = ::testing::TempDir() + "pinhole_defects_XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~DefectPicturesTest() override { std::filesystem::remove_all(folder); }

  // A picture in one shade of gray without heat; all of it is a defect unless its kind is "good".
  static void add(const std::string& kind, const std::string& name, double score, int32_t width, int32_t height,
                  uint8_t shade, DefectPictures* pictures) {
    Image picture;
    FloatImage heat;
    ASSERT_TRUE(make_image(width, height, 1, &picture).ok());
    ASSERT_TRUE(make_image(width, height, 1, &heat).ok());
    std::fill(picture.pixels.begin(), picture.pixels.end(), shade);
    Mask mask = {width, height, {}};
    if (kind != "good")
      mask.marked.assign(picture.pixels.size(), 1);
    ASSERT_TRUE(pictures->add(kind, "data/" + name, picture, heat, mask, score).ok());
  }

  Image finished(DefectPictures* pictures) const {
    Image sheet;
    EXPECT_TRUE(pictures->finish().ok());
    EXPECT_TRUE(load_image(folder + "/contact.png", &sheet).ok());
    EXPECT_EQ(sheet.channels, 3);
    return sheet;
  }

  std::string folder;
};

struct Spot {
  int32_t x = -1, y = -1;
};

// Upper left corner of the first place where `text` is written; its blanks are white.
Spot find(const std::string& text, const Image& sheet) {
  Image written;
  EXPECT_TRUE(make_sheet(line_width(text), kGlyphHeight * kSheetLetter, &written).ok());
  write_line(text, 0, 0, &written);
  const size_t row_bytes = static_cast<size_t>(written.width) * 3;
  for (int32_t y = 0; y + written.height <= sheet.height; ++y)
    for (int32_t x = 0; x + written.width <= sheet.width; ++x) {
      int32_t row = 0;
      while (row < written.height && std::memcmp(written.row(row), sheet.row(y + row) + 3 * x, row_bytes) == 0)
        ++row;
      if (row == written.height)
        return {x, y};
    }
  return {};
}

std::vector<uint8_t> pixel(const Image& sheet, int32_t x, int32_t y) {
  return {sheet.row(y) + 3 * x, sheet.row(y) + 3 * (x + 1)};
}

TEST_F(DefectPicturesTest, HeadingsNamesAndScoresSayWhatIsSeen) {
  DefectPictures pictures(folder);
  ASSERT_TRUE(pictures.open().ok());
  add("good", "low.jpg", 0.125, 100, 80, 60, &pictures);
  add("good", "high.jpg", 0.25, 100, 80, 70, &pictures);
  add("hole", "seen.jpg", 0.75, 100, 80, 80, &pictures);
  add("hole", "missed.jpg", 0.5, 100, 80, 90, &pictures);
  const Image sheet = finished(&pictures);
  EXPECT_GE(find("picture | heat | mask", sheet).x, 0);
  const Spot good = find("good: all 2, the highest score first", sheet);
  const Spot hole = find("hole: all 2, the lowest score first", sheet);
  ASSERT_GE(good.x, 0);
  ASSERT_GT(hole.y, good.y);
  const Spot low = find("low.jpg", sheet), high = find("high.jpg", sheet);
  const Spot seen = find("seen.jpg", sheet), missed = find("missed.jpg", sheet);
  EXPECT_LT(high.x, low.x);
  EXPECT_LT(missed.x, seen.x);
  EXPECT_EQ(high.y, low.y);
  EXPECT_EQ(missed.y, seen.y);
  const Spot score = find("score 0.25 ", sheet), low_score = find("score 0.5 ", sheet);
  EXPECT_TRUE(score.x == high.x && score.y == high.y + kSheetLine);
  EXPECT_TRUE(low_score.x == missed.x && low_score.y == missed.y + kSheetLine);
  // Enlarged to 200 x 160 each: picture, heat, mask.
  const int32_t above = missed.y - kSheetCaption - 80;
  EXPECT_EQ(pixel(sheet, missed.x + 100, above), std::vector<uint8_t>({90, 90, 90}));
  EXPECT_EQ(pixel(sheet, missed.x + 300, above), std::vector<uint8_t>({90, 90, 90})) << "no heat";
  EXPECT_EQ(pixel(sheet, missed.x + 500, above), std::vector<uint8_t>({255, 255, 255}));
  EXPECT_EQ(pixel(sheet, high.x + 100, high.y - kSheetCaption - 80), std::vector<uint8_t>({70, 70, 70}));
  EXPECT_EQ(low.x, high.x + 2 * 200 + 2 + kSheetMargin) << "a good picture has no mask";
}

TEST_F(DefectPicturesTest, TheWorstOfManyAreShownAndCounted) {
  DefectPictures pictures(folder);
  ASSERT_TRUE(pictures.open().ok());
  for (const char* kind : {"good", "break", "crack", "hole"})
    for (int i = 0; i < 50; ++i) { // tall ones and wide ones
      const int32_t width = 30 + i * 37 % 100;
      add(kind, std::to_string(i) + "_of_a_camera_with_long_names.png", 0.01 * i, width, 80, 200, &pictures);
    }
  const Image sheet = finished(&pictures);
  EXPECT_LE(sheet.width, DefectPictures::kMostWidth);
  EXPECT_GT(sheet.width, DefectPictures::kMostWidth * 3 / 4);
  EXPECT_LT(sheet.height, 4 * 2 * 250) << "two rows of a kind, with headings";
  size_t white = 0;
  for (size_t i = 0; i < sheet.pixels.size(); i += 3)
    white += sheet.pixels[i] == 255 && sheet.pixels[i + 1] == 255;
  EXPECT_LT(white, sheet.pixels.size() / 3 * 2 / 3) << "masks are white too";
  const Spot worst = find("score 0.49 ", sheet), missed = find("score 0 ", sheet);
  EXPECT_EQ(worst.x, kSheetMargin) << "of the good ones";
  EXPECT_EQ(missed.x, kSheetMargin) << "of the defective ones";
  EXPECT_LT(worst.y, missed.y);
  for (const char* heading : {" highest of 50 scores", " lowest of 50 scores", "crack: the ", "hole: the "})
    EXPECT_GE(find(heading, sheet).x, 0) << heading;
  EXPECT_LT(find("score 0.25 ", sheet).x, 0) << "neither high nor low";
}

TEST_F(DefectPicturesTest, NoPictureIsShownTwice) {
  DefectPictures pictures(folder);
  ASSERT_TRUE(pictures.open().ok());
  for (int i = 0; i < 3; ++i) // two of them fill a row
    add("hole", std::to_string(i) + ".png", 0.25 * i, 240, 100, static_cast<uint8_t>(100 + i), &pictures);
  add("good", "good.png", 0.0625, 240, 100, 100, &pictures);
  for (int i = 0; i < 12; ++i)
    add("kind " + std::to_string(i), "a.png", 0.0625, 240, 100, 100, &pictures);
  const Image sheet = finished(&pictures);
  const Spot lowest = find("hole: the 2 lowest of 3 scores", sheet),
             highest = find("hole: the 1 highest of 3 scores", sheet);
  ASSERT_GE(lowest.x, 0);
  ASSERT_GT(highest.y, lowest.y);
  EXPECT_GT(find("score 0.5 ", sheet).y, highest.y);
  EXPECT_LT(find("score 0.25 ", sheet).y, highest.y);
}

TEST_F(DefectPicturesTest, WithoutAFolderNothingIsWritten) {
  DefectPictures none("");
  ASSERT_TRUE(none.open().ok());
  add("good", "a.jpg", 1, 10, 10, 50, &none);
  EXPECT_TRUE(none.finish().ok());
  DefectPictures empty(folder);
  ASSERT_TRUE(empty.open().ok());
  EXPECT_TRUE(empty.finish().ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(Sheet, LongLinesLoseTheirMiddle) {
  EXPECT_EQ(fit_line("picture.png", line_width("picture.png")), "picture.png");
  EXPECT_EQ(fit_line("exposure_0012_left.png", line_width("0123456789")), "expo...png");
}

} // namespace
} // namespace pinhole::tool
