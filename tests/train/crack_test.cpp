// SPDX-License-Identifier: Apache-2.0
// Cracks drawn on a good surface.
#include "train/crack.h"
#include "train/drawn_defects.h"

#include <algorithm>
#include <cmath>

namespace pinhole {
namespace {

using test::key_of;

constexpr float kGray = 0.5f;

struct Ground {
  int32_t side;
  std::vector<float> pixels;

  explicit Ground(int32_t of_side = test::kDefectSide)
      : side(of_side), pixels(static_cast<size_t>(of_side) * static_cast<size_t>(of_side), kGray) {}
  View view() { return dense_view({1, side, side, 1, DType::f32}, pixels.data()); }
  bool cracked(int32_t y, int32_t x) const {
    return pixels[static_cast<size_t>(y) * static_cast<size_t>(side) + static_cast<size_t>(x)] < 0.95f * kGray;
  }
  int64_t cracked_pixels() const {
    return std::count_if(pixels.begin(), pixels.end(), [](float pixel) { return pixel < 0.95f * kGray; });
  }
};

void put_dark(const Interval& length, const NoiseKey& key, const View& image) {
  put_cracks(length, {0.5f, 0.9f}, key, image);
}

TEST(Cracks, GrowWithTheirLength) {
  // Faint flanks count here too: three deviations of at most 2.2 pixels to either side.
  test::expect_to_grow<Ground>(put_dark, {0.002f, 0.03f}, {0.03f, 0.2f});
}

TEST(Cracks, FollowTheirKey) {
  test::expect_to_follow_key<Ground>(put_dark);
}

TEST(Cracks, TakeTheShareOfTheLightThatTheyMay) {
  float least = 1;
  for (uint32_t item = 0; item < 100; ++item) {
    Ground ground;
    put_cracks({40, 60}, {0.2f, 0.4f}, key_of(item), ground.view());
    for (const float pixel : ground.pixels) {
      ASSERT_LE(pixel, kGray);
      ASSERT_GE(pixel, kGray * 0.6f * 0.6f * 0.6f) << "three may cross";
      least = std::min(least, pixel);
    }
  }
  EXPECT_LT(least, kGray * 0.7f);
}

// A line, not a patch: far longer than wide, and most of it in one piece.
TEST(Cracks, AreLines) {
  int32_t spanning = 0;
  for (uint32_t item = 0; item < 60; ++item) {
    Ground ground(128);
    put_cracks({100, 120}, {0.8f, 0.9f}, key_of(item), ground.view());
    ASSERT_LT(ground.cracked_pixels(), 128 * 128 / 6) << "three of 120 pixels, each with a branch";
    int32_t rows = 0, columns = 0;
    for (int32_t a = 0; a < 128; ++a) {
      bool row = false, column = false;
      for (int32_t b = 0; b < 128; ++b) {
        row |= ground.cracked(a, b);
        column |= ground.cracked(b, a);
      }
      rows += row;
      columns += column;
    }
    spanning += std::max(rows, columns) > 50;
  }
  EXPECT_GT(spanning, 40);
}

// Whatever the strides and the channels.
TEST(Cracks, AreAlikeInAnyBuffer) {
  constexpr int32_t kSide = 50, kStride = 4;
  for (uint32_t item = 0; item < 20; ++item) {
    Ground dense(kSide);
    put_dark({300, 4096}, key_of(item), dense.view());
    std::vector<float> pixels(size_t{kSide} * kSide * kStride, -7);
    for (size_t i = 0; i < pixels.size(); i += kStride)
      std::fill_n(pixels.begin() + static_cast<std::ptrdiff_t>(i), 3, kGray);
    View view = dense_view({1, kSide, kSide, 3, DType::f32}, pixels.data());
    view.pixel_stride = kStride;
    view.row_stride = int64_t{kSide} * kStride;
    put_dark({300, 4096}, key_of(item), view);
    for (size_t i = 0; i < dense.pixels.size(); ++i) {
      for (size_t c = 0; c < 3; ++c)
        ASSERT_EQ(pixels[i * kStride + c], dense.pixels[i]);
      ASSERT_EQ(pixels[i * kStride + 3], -7);
    }
  }
}

// It is painted by tiles of 16 pixels: from one to the next pixels differ no more than one pixel before and after.
TEST(Cracks, ShowNoTiles) {
  constexpr int32_t kTile = 16;
  double at_seams = 0, beside = 0;
  for (uint32_t item = 0; item < 400; ++item) {
    Ground ground;
    put_dark({60, 200}, key_of(item), ground.view());
    const auto step = [&](int32_t along, int32_t across) { // both ways
      const auto at = [&](int32_t y, int32_t x) { return ground.view().row<float>(0, y)[x]; };
      return std::fabs(at(across, along + 1) - at(across, along)) +
             std::fabs(at(along + 1, across) - at(along, across));
    };
    for (int32_t across = 0; across < ground.side; ++across)
      for (int32_t seam = kTile - 1; seam + 1 < ground.side; seam += kTile) {
        at_seams += step(seam, across);
        beside += (step(seam - 1, across) + step(seam + 1, across)) / 2;
      }
  }
  EXPECT_NEAR(at_seams / beside, 1, 0.03);
}

TEST(Cracks, PassThroughTheImageHoweverLongTheyAre) {
  for (uint32_t item = 0; item < 200; ++item) {
    Ground ground(32);
    put_dark({500, 4096}, key_of(item), ground.view());
    EXPECT_LT(*std::min_element(ground.pixels.begin(), ground.pixels.end()), 0.99f * kGray) << item;
  }
}

TEST(Cracks, ShortestAndFaintestAreDrawnToo) {
  for (uint32_t item = 0; item < 40; ++item) {
    Ground ground(1), wide(33);
    put_cracks({1, 1}, {0, 0}, key_of(item), ground.view());
    EXPECT_NEAR(ground.pixels[0], kGray, 0.03f * kGray) << "three of a hundredth";
    put_cracks({1, 1}, {1, 1}, key_of(item), wide.view());
    EXPECT_GT(wide.cracked_pixels(), 0);
  }
}

} // namespace
} // namespace pinhole
