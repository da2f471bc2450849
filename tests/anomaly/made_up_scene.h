// SPDX-License-Identifier: Apache-2.0
// A made-up scene, its frames, and a map that has learned it.
#pragma once

#include "anomaly/scene_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace pinhole::testing {

constexpr int32_t kHeight = 50, kWidth = 83; // cells at the right and bottom are cut

struct Picture {
  std::vector<float> pixels = std::vector<float>(size_t{kHeight} * kWidth);
  View view() { return dense_view({1, kHeight, kWidth, 1, DType::f32}, pixels.data()); }
  float& at(int32_t y, int32_t x) { return pixels[static_cast<size_t>(y) * kWidth + static_cast<size_t>(x)]; }
};

// A textured scene in 0.2..0.8.
inline Picture scene() {
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      picture.at(y, x) = 0.5f + 0.2f * std::sin(0.3f * static_cast<float>(x)) * std::cos(0.2f * static_cast<float>(y)) +
                         (x > 40 ? 0.1f : 0.0f);
  return picture;
}

// Light of a plane without end, smooth between random numbers 5 pixels apart, by place alone.
inline float light_of_plane(float x, float y, uint32_t seed) {
  const auto knot = [&](int32_t column, int32_t row) {
    const auto salt = static_cast<uint64_t>(column + 500) << 20 | static_cast<uint64_t>(row + 500);
    uint64_t bits = (salt | static_cast<uint64_t>(seed) << 40) * 0x9e3779b97f4a7c15u;
    bits = (bits ^ bits >> 31) * 0xbf58476d1ce4e5b9u;
    return static_cast<float>((bits ^ bits >> 29) % 1000) / 1000;
  };
  const float column = std::floor(x / 5), row = std::floor(y / 5), s = x / 5 - column, t = y / 5 - row;
  const auto left = static_cast<int32_t>(column), top = static_cast<int32_t>(row);
  return 0.2f + 0.6f * ((1 - t) * ((1 - s) * knot(left, top) + s * knot(left + 1, top)) +
                        t * ((1 - s) * knot(left, top + 1) + s * knot(left + 1, top + 1)));
}

// What was learned at (x, y) is seen at (x + right, y + down).
inline Picture plane(float right, float down, uint32_t seed = 1) {
  Picture picture;
  for (int32_t y = 0; y < kHeight; ++y)
    for (int32_t x = 0; x < kWidth; ++x)
      picture.at(y, x) = light_of_plane(static_cast<float>(x) - right, static_cast<float>(y) - down, seed);
  return picture;
}

inline Picture seen_with(Picture picture, float gain, float offset, float sigma, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, sigma);
  for (float& value : picture.pixels)
    value = gain * value + offset + noise(random);
  return picture;
}

inline Picture seen_with(float gain, float offset, float sigma, uint32_t seed) {
  return seen_with(scene(), gain, offset, sigma, seed);
}

inline void put_square(Picture* picture, int32_t y0, int32_t x0, int32_t side, float value) {
  for (int32_t y = y0; y < y0 + side; ++y)
    for (int32_t x = x0; x < x0 + side; ++x)
      picture->at(y, x) = value;
}

// A map of its own memory that has learned the scene.
struct Learned {
  std::vector<std::byte> memory;
  SceneMap map;
  Picture expected;

  explicit Learned(const ScoreWeights& weights = {}, const Picture& of = scene()) : expected(of) {
    Arena counting(nullptr, 0);
    EXPECT_TRUE(make_scene_map(&counting, kHeight, kWidth, 1, &map).ok());
    memory.resize(counting.used() + Arena::kAlignment);
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    Arena arena(memory.data() + (align_up(address, Arena::kAlignment) - address), counting.used());
    EXPECT_TRUE(make_scene_map(&arena, kHeight, kWidth, 1, &map).ok());
    EXPECT_EQ(arena.used(), counting.used());
    map.weights = weights;
    for (uint32_t frame = 0; frame < 40; ++frame)
      EXPECT_TRUE(learn_scene(seen_with(of, 1, 0, 0.02f, frame).view(), expected.view(), &map).ok());
  }

  SceneScore score(Picture picture, int32_t least_cells = 1) {
    SceneScore result;
    const Status status = score_scene(picture.view(), expected.view(), least_cells, &map, &result);
    EXPECT_TRUE(status.ok()) << status.text;
    return result;
  }
};

} // namespace pinhole::testing
