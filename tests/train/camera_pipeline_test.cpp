// SPDX-License-Identifier: Apache-2.0
// A picture as a camera takes it: each part alone, then the shot.
#include "train/batches.h"
#include "train/camera_colour.h"
#include "train/camera_smoothing.h"
#include "train/fitted_image.h"

#include "engine/frame.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kWidth = 96, kHeight = 80;

// Soft colours, unsaturated, with a texture in the left half.
FloatImage scene() {
  FloatImage image;
  EXPECT_TRUE(make_image(kWidth, kHeight, 3, &image).ok());
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      for (int32_t c = 0; c < 3; ++c) {
        const float wave = std::sin(0.05f * static_cast<float>(x + 2 * y) + static_cast<float>(c));
        const float texture = x < kWidth / 2 ? 0.1f * static_cast<float>((x * 7 + y * 13) % 5 - 2) / 2 : 0;
        image.row(y)[3 * x + c] = 0.5f + 0.05f * wave + texture;
      }
  return image;
}

FloatImage plus_noise(FloatImage image, float strength) {
  for (size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] += strength * (static_cast<float>((i * 7919) % 1009) / 504 - 1);
  return image;
}

double root_mean_square(const FloatImage& a, const FloatImage& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    const auto difference = static_cast<double>(a.pixels[i] - b.pixels[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.pixels.size()));
}

CameraColour some_camera() {
  CameraColour colour;
  colour.exposure = 0.8f;
  colour.gain[0] = 2;
  colour.gain[2] = 1.6f;
  const float matrix[3][3] = {{1.6f, -0.5f, -0.1f}, {-0.2f, 1.5f, -0.3f}, {-0.1f, -0.4f, 1.5f}};
  for (size_t r = 0; r < 3; ++r)
    for (size_t c = 0; c < 3; ++c)
      colour.matrix[r][c] = matrix[r][c];
  colour.tone = 0.7f;
  return colour;
}

TEST(CameraColour, ThereAndBack) {
  const ColourConversion conversion(some_camera());
  FloatImage image = scene();
  conversion.to_sensor(&image);
  EXPECT_GT(root_mean_square(image, scene()), 0.1);
  conversion.from_sensor(&image);
  EXPECT_LT(root_mean_square(image, scene()), 2e-4);
}

// sRGB's own numbers: 0.5 on the screen is 0.2140 of the light.
TEST(CameraColour, GrayIsLightOverGain) {
  CameraColour colour = some_camera();
  colour.tone = 0;
  FloatImage gray;
  ASSERT_TRUE(make_image(1, 1, 3, &gray).ok());
  gray.pixels = {0.5f, 0.5f, 0.5f};
  ColourConversion(colour).to_sensor(&gray);
  for (size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(gray.pixels[c] * colour.gain[c] / colour.exposure, 0.2140f, 1e-4f);
}

TEST(CameraSmoothing, NothingAskedNothingDone) {
  const FloatImage before = scene();
  FloatImage noisy = plus_noise(before, 0.1f), clean = before;
  ASSERT_TRUE(smooth_in_camera({}, &noisy, &clean).ok());
  EXPECT_LT(root_mean_square(clean, before), 1e-6);
  EXPECT_LT(root_mean_square(noisy, plus_noise(before, 0.1f)), 1e-6);
}

// One linear filter for both: what noise and its negative leave lies evenly about the clean picture.
TEST(CameraSmoothing, CleanIsTheMiddleOfTheShots) {
  CameraSmoothing smoothing = {1.2f, 0.8f, 2, 3, 0.9f, 1, 0.5f};
  FloatImage up = plus_noise(scene(), 0.1f), down = plus_noise(scene(), -0.1f), clean = scene(), again = scene();
  ASSERT_TRUE(smooth_in_camera(smoothing, &up, &clean).ok());
  ASSERT_TRUE(smooth_in_camera(smoothing, &down, &again).ok());
  for (size_t i = 0; i < up.pixels.size(); ++i)
    ASSERT_NEAR((up.pixels[i] + down.pixels[i]) / 2, clean.pixels[i], 1e-5f);
}

TEST(CameraSmoothing, TextureIsKeptNoiseIsNot) {
  CameraSmoothing smoothing;
  smoothing.luma_width = 1.5f;
  smoothing.luma_strength = 0.9f;
  const auto left_over = [&](int32_t from, float noise) {
    FloatImage clean = scene(), noisy = plus_noise(scene(), noise);
    EXPECT_TRUE(smooth_in_camera(smoothing, &noisy, &clean).ok());
    double sum = 0;
    for (int32_t y = 8; y < kHeight - 8; ++y)
      for (int32_t x = from + 8; x < from + kWidth / 2 - 8; ++x) {
        const auto luma = [&](const FloatImage& image) {
          const float* pixel = image.row(y) + 3 * x;
          return static_cast<double>(0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2]);
        };
        sum += (luma(noisy) - luma(clean)) * (luma(noisy) - luma(clean));
      }
    return std::sqrt(sum);
  };
  EXPECT_LT(left_over(kWidth / 2, 0.02f), 0.5 * left_over(0, 0.02f)); // flat against textured
}

Corruption isp(float photons, float width, float method) {
  Corruption corruption;
  corruption.kind = CorruptionKind::isp;
  corruption.first = {photons, photons};
  corruption.second = {width, width};
  corruption.third = {method, method};
  return corruption;
}

NoiseKey key_of(uint32_t item) {
  NoiseKey key;
  key.seed = 3;
  key.item = item;
  return key;
}

CameraShot shot_of(const Corruption& corruption, uint32_t item) {
  CameraShot shot;
  const Status status = take_camera_shot(corruption, key_of(item), scene(), &shot);
  EXPECT_TRUE(status.ok()) << status.text;
  return shot;
}

TEST(CameraShot, FewPhotonsMakeMoreNoise) {
  for (uint32_t item = 0; item < 6; ++item)
    for (const float method : {0.0f, 1.0f, 2.0f}) {
      const CameraShot dark = shot_of(isp(100, 2, method), item), bright = shot_of(isp(1e6f, 2, method), item);
      EXPECT_GT(root_mean_square(to_float(dark.noisy), to_float(dark.clean)),
                2 * root_mean_square(to_float(bright.noisy), to_float(bright.clean)));
    }
}

TEST(CameraShot, LevelIsTheEnginesEstimate) {
  const CameraShot shot = shot_of(isp(300, 1, 0), 1);
  EXPECT_GT(shot.level, 0);
  EXPECT_EQ(shot.level, estimate_noise_level(frame_of(shot.noisy)) / 255);
}

TEST(CameraShot, SameKeySameShot) {
  const Corruption corruption = isp(300, 1, 0);
  EXPECT_EQ(shot_of(corruption, 4).noisy.pixels, shot_of(corruption, 4).noisy.pixels);
  EXPECT_NE(shot_of(corruption, 4).noisy.pixels, shot_of(corruption, 5).noisy.pixels);
}

TEST(CameraShot, GrayPicturesAreRefused) {
  FloatImage gray;
  ASSERT_TRUE(make_image(kWidth, kHeight, 1, &gray).ok());
  CameraShot shot;
  EXPECT_EQ(take_camera_shot(isp(300, 1, 0), key_of(0), gray, &shot).code, Code::invalid_argument);
}

Dataset two_pictures() {
  Dataset dataset;
  for (const float noise : {0.0f, 0.2f}) {
    FloatImage picture = plus_noise(scene(), noise);
    for (float& value : picture.pixels)
      value *= 255;
    dataset.training.push_back(static_cast<int32_t>(dataset.images.size()));
    dataset.images.push_back(to_bytes(picture));
  }
  return dataset;
}

// A resumed training must see the shots that an uninterrupted one sees.
TEST(CameraShots, AnyStepAlone) {
  const Dataset dataset = two_pictures();
  CameraShots all(isp(300, 1, 0), dataset, 9, 1);
  const CameraShot *here = nullptr, *there = nullptr;
  for (int64_t step = 0; step < 200; ++step) {
    const auto word = static_cast<uint32_t>(step * 0x9e3779b9);
    ASSERT_TRUE(all.at(step, word, &here).ok());
    if (step % 67 != 66)
      continue;
    CameraShots resumed(isp(300, 1, 0), dataset, 9, 1), other(isp(300, 1, 0), dataset, 9, 2);
    ASSERT_TRUE(resumed.at(step, word, &there).ok());
    EXPECT_EQ(here->noisy.pixels, there->noisy.pixels);
    EXPECT_EQ(here->level, there->level);
    ASSERT_TRUE(other.at(step, word, &there).ok());
    EXPECT_NE(here->noisy.pixels, there->noisy.pixels);
  }
}

// Whether `patch` (f32, side x side) is a part of `image`.
bool is_part(const std::vector<float>& patch, int32_t side, const Image& image) {
  const auto equal_at = [&](int32_t top, int32_t left) {
    for (int32_t y = 0; y < side; ++y)
      for (int32_t i = 0; i < 3 * side; ++i)
        if (std::lround(255 * patch[static_cast<size_t>(y * 3 * side + i)]) != image.row(top + y)[3 * left + i])
          return false;
    return true;
  };
  for (int32_t y = 0; y + side <= image.height; ++y)
    for (int32_t x = 0; x + side <= image.width; ++x)
      if (equal_at(y, x))
        return true;
  return false;
}

// Patches are cut from whole shots: same place in both pictures, the whole shot's level.
TEST(CameraShots, BatchesCutPatchesFromThem) {
  constexpr int32_t kSide = 16;
  const Dataset dataset = two_pictures();
  Recipe recipe;
  recipe.data.patch = kSide;
  recipe.corruption.resize(1);
  recipe.corruption[0].corruption = isp(300, 1, 0);
  Batches batches(recipe, dataset, 9);
  std::vector<float> image(kSide * kSide * 3), target(image.size());
  float level = 0;
  BatchViews views;
  views.image = dense_view({1, kSide, kSide, 3, DType::f32}, image.data());
  views.target = dense_view({1, kSide, kSide, 3, DType::f32}, target.data());
  views.level = dense_view({1, 1, 1, 1, DType::f32}, &level);
  CameraShots shots(isp(300, 1, 0), dataset, 9, 0);
  for (const int64_t step : {0, 1, 100}) {
    ASSERT_TRUE(batches.fill(step, views).ok());
    int found = 0;
    for (uint32_t i = 0; i < 16; ++i) { // every shot in use
      const CameraShot* shot = nullptr;
      ASSERT_TRUE(shots.at(step, i << 28, &shot).ok());
      found += shot->level == level && is_part(image, kSide, shot->noisy) && is_part(target, kSide, shot->clean);
    }
    EXPECT_EQ(found, 1) << step;
  }
}

} // namespace
} // namespace pinhole
