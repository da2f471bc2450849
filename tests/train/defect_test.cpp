// SPDX-License-Identifier: Apache-2.0
// Defects drawn on a good surface, the target that says where they are, and patches that lie over the edge.
#include "train/batches.h"
#include "train/brightness.h"
#include "train/damage.h"
#include "train/defect.h"
#include "train/drawn_defects.h"
#include "train/tiny.h"

#include <algorithm>
#include <set>

namespace pinhole {
namespace {

using test::key_of;

constexpr int32_t kSide = test::kDefectSide;

struct Surface {
  std::vector<float> pixels = std::vector<float>(size_t{kSide} * kSide);

  explicit Surface(float level = 0.4f) {
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = level + 0.1f * static_cast<float>(i % 97) / 97;
  }
  View view() { return dense_view({1, kSide, kSide, 1, DType::f32}, pixels.data()); }
};

int32_t marks(const std::vector<float>& target) {
  return static_cast<int32_t>(std::count(target.begin(), target.end(), 1.0f));
}

void put_strong(const Interval& size, const NoiseKey& key, const View& image) {
  put_defects(size, {0.3f, 1}, key, image);
}

TEST(Defects, StayWithinRangeAndGrowWithTheirSize) {
  test::expect_to_grow<Surface>(put_strong, {0.0005f, 0.02f}, {0.05f, 0.4f});
}

TEST(Defects, FollowTheirKey) {
  test::expect_to_follow_key<Surface>(put_strong);
}

TEST(Defects, AreDarkAndBright) {
  int darker = 0, brighter = 0;
  for (uint32_t item = 0; item < 100; ++item) {
    Surface surface(0.4f);
    put_defects({10, 20}, {0.5f, 0.9f}, key_of(item), surface.view());
    darker += *std::min_element(surface.pixels.begin(), surface.pixels.end()) < 0.3f;
    brighter += *std::max_element(surface.pixels.begin(), surface.pixels.end()) > 0.65f;
  }
  EXPECT_GT(darker, 50);
  EXPECT_GT(brighter, 25);
}

TEST(Damage, IsMarkedWhereItShows) {
  Surface good(0.4f), bad(0.4f), faint(0.4f);
  bad.pixels[10 * kSide + 20] += 0.5f;
  faint.pixels[10 * kSide + 20] += 0.2f; // in the mean over 3x3 below what shows
  std::vector<float> target = good.pixels;
  const View view = dense_view({1, kSide, kSide, 1, DType::f32}, target.data());
  mark_damage(bad.view(), view);
  EXPECT_EQ(marks(target), 9);
  for (const int32_t at : {9 * kSide + 19, 10 * kSide + 20, 11 * kSide + 21})
    EXPECT_EQ(target[static_cast<size_t>(at)], 1.0f);
  EXPECT_EQ(std::count(target.begin(), target.end(), 0.0f), kSide * kSide - 9);
  target = good.pixels;
  mark_damage(faint.view(), view);
  EXPECT_EQ(marks(target), 0);
}

Recipe recipe(const std::string& rest) {
  return test::parsed(test::tiny_recipe(", \"training\": {\"steps\": 10, \"batch\": 8}" + rest));
}

struct Batch {
  std::vector<float> image = std::vector<float>(size_t{8} * 16 * 16), target = image;

  explicit Batch(const Recipe& made, const Dataset& dataset, int64_t step = 0) {
    const Desc desc = {8, 16, 16, 1, DType::f32};
    const BatchViews views = {dense_view(desc, image.data()), View(), dense_view(desc, target.data())};
    EXPECT_TRUE(Batches(made, dataset, 3).fill(step, views).ok());
  }
};

Dataset one_picture(int32_t width, int32_t height) {
  Dataset dataset;
  dataset.images.push_back(test::picture(0, width, height));
  dataset.training.push_back(0);
  return dataset;
}

TEST(DamageTarget, SaysWhereTheBatchWasCorrupted) {
  const Dataset dataset = one_picture(48, 40);
  const Batch damaged(recipe(R"(, "data": {"patch": 16, "target": "damage"},
      "corruption": [{"kind": "defect", "size": [4, 12], "contrast": [0.5, 1]}])"),
                      dataset);
  const int32_t marked = marks(damaged.target);
  EXPECT_GT(marked, 20);
  EXPECT_LT(marked, 8 * 16 * 16 / 2);
  EXPECT_EQ(marked + std::count(damaged.target.begin(), damaged.target.end(), 0.0f), 8 * 16 * 16);
  const Batch clean(recipe(R"(, "data": {"patch": 16, "target": "damage"})"), dataset);
  EXPECT_EQ(marks(clean.target), 0);
}

TEST(Brightness, BecomesTheOneAskedFor) {
  for (const int level : {30, 100, 200}) {
    Image picture = test::picture(1, 40, 30);
    for (uint8_t& pixel : picture.pixels)
      pixel = static_cast<uint8_t>(pixel * level / 255);
    set_brightness(0.4f, &picture);
    double sum = 0;
    for (const uint8_t pixel : picture.pixels)
      sum += pixel;
    EXPECT_NEAR(sum / static_cast<double>(picture.pixels.size()), level == 30 ? 60 : 102, level == 30 ? 4 : 1);
  }
  Image black = {4, 4, 1, std::vector<uint8_t>(16)}, white = {4, 4, 1, std::vector<uint8_t>(16, 255)};
  set_brightness(0.4f, &black);
  set_brightness(1, &white);
  EXPECT_EQ(black.pixels, std::vector<uint8_t>(16, 0));
  EXPECT_EQ(white.pixels, std::vector<uint8_t>(16, 255));
}

// Every patch of a picture no larger than itself is the picture, moved and mirrored at its edges.
TEST(Overhang, MirrorsAtTheEdges) {
  const Dataset dataset = one_picture(16, 16);
  const Recipe over = recipe(R"(, "data": {"patch": 16, "overhang": 5})");
  const Image& picture = dataset.images[0];
  const auto mirrored = [](int32_t at) { return at < 0 ? -at : at > 15 ? 30 - at : at; };
  std::set<int32_t> moves;
  for (int64_t step = 0; step < 40; ++step) {
    const Batch batch(over, dataset, step);
    for (int32_t n = 0; n < 8; ++n) {
      int32_t found = 0;
      for (int32_t dy = -5; dy <= 5; ++dy)
        for (int32_t dx = -5; dx <= 5; ++dx) {
          bool same = true;
          for (int32_t i = 0; i < 256 && same; ++i)
            same = batch.image[size_t{256} * static_cast<size_t>(n) + static_cast<size_t>(i)] ==
                   static_cast<float>(picture.row(mirrored(i / 16 + dy))[mirrored(i % 16 + dx)]) * (1.0f / 255);
          found += same;
          if (same)
            moves.insert(dy * 100 + dx);
        }
      ASSERT_GE(found, 1) << "step " << step << ", patch " << n;
    }
  }
  EXPECT_GT(moves.size(), 90u) << "of the 121 positions";
}

TEST(Overhang, IsAtMostHalfAPatch) {
  Recipe unused;
  const std::string rest = R"(, "training": {"steps": 1}, "data": {"patch": 16, "overhang": 9})";
  const Status status = parse_recipe("tiny.json", test::tiny_recipe(rest), &unused);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(std::string(status.text).find("at most half"), std::string::npos) << status.text;
}

} // namespace
} // namespace pinhole
