// SPDX-License-Identifier: Apache-2.0
// Pictures are turned as training turns its patches, and what is said of them is put back where it belongs.
#include "turned_picture.h"

#include <gtest/gtest.h>

namespace pinhole::tool {
namespace {

constexpr Turn kTurns[] = {{false, false}, {true, false}, {false, true}, {true, true}};

Image counted(int32_t width, int32_t height, int32_t channels) {
  Image image = {width, height, channels, {}};
  for (int32_t i = 0; i < width * height * channels; ++i)
    image.pixels.push_back(static_cast<uint8_t>(i + 1));
  return image;
}

TEST(TurnedPicture, IsMirroredThenTransposed) {
  const Image picture = counted(3, 2, 1); // 1 2 3, 4 5 6
  const std::vector<uint8_t> expected[] = {
      {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {1, 4, 2, 5, 3, 6}, {3, 6, 2, 5, 1, 4}};
  for (size_t i = 0; i < 4; ++i) {
    Image turned;
    ASSERT_TRUE(turn_picture(picture, kTurns[i], &turned).ok());
    EXPECT_EQ(turned.width, kTurns[i].transpose ? 2 : 3);
    EXPECT_EQ(turned.height, kTurns[i].transpose ? 3 : 2);
    EXPECT_EQ(turned.pixels, expected[i]) << i;
  }
}

TEST(TurnedPicture, ComesBackWhereItWas) {
  for (const int32_t channels : {1, 3})
    for (const Turn turn : kTurns) {
      const Image picture = counted(7, 5, channels);
      Image turned;
      ASSERT_TRUE(turn_picture(picture, turn, &turned).ok());
      FloatImage sum = to_float(picture);
      add_turned_back(to_float(turned), turn, &sum);
      for (size_t i = 0; i < sum.pixels.size(); ++i)
        ASSERT_EQ(sum.pixels[i], 2 * static_cast<float>(picture.pixels[i])) << i;
    }
}

} // namespace
} // namespace pinhole::tool
