// SPDX-License-Identifier: Apache-2.0
// What the tests of both kinds of drawn defects share.
#pragma once

#include "train/sensor_noise.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

namespace pinhole::test {

constexpr int32_t kDefectSide = 64; // of the pictures that are drawn on

inline NoiseKey key_of(uint32_t item) {
  NoiseKey key;
  key.seed = 5;
  key.item = item;
  return key;
}

// `put(size, key, view)` draws on Pictures, which have `pixels` and a view(). The defects of 2 to 4 pixels change a
// share of them all that lies in `small`, those of 20 to 40 one in `large`.
template <class Picture, class Put> void expect_to_grow(const Put& put, const Interval& small, const Interval& large) {
  const Picture good;
  double covered[2] = {0, 0};
  for (uint32_t item = 0; item < 200; ++item)
    for (const int which : {0, 1}) {
      Picture picture;
      put(which == 1 ? Interval{20, 40} : Interval{2, 4}, key_of(item), picture.view());
      for (const float pixel : picture.pixels)
        ASSERT_TRUE(pixel >= 0 && pixel <= 1) << pixel;
      for (size_t i = 0; i < good.pixels.size(); ++i)
        covered[which] += picture.pixels[i] != good.pixels[i];
    }
  const double pixels = 200.0 * kDefectSide * kDefectSide;
  EXPECT_GT(covered[0], static_cast<double>(small.low) * pixels);
  EXPECT_LT(covered[0], static_cast<double>(small.high) * pixels);
  EXPECT_GT(covered[1], static_cast<double>(large.low) * pixels);
  EXPECT_LT(covered[1], static_cast<double>(large.high) * pixels);
}

template <class Picture, class Put> void expect_to_follow_key(const Put& put) {
  std::set<std::vector<float>> seen;
  for (uint32_t item = 0; item < 40; ++item) {
    Picture once, again;
    put({4, 30}, key_of(item), once.view());
    put({4, 30}, key_of(item), again.view());
    EXPECT_EQ(once.pixels, again.pixels);
    seen.insert(once.pixels);
  }
  EXPECT_EQ(seen.size(), 40u);
}

} // namespace pinhole::test
