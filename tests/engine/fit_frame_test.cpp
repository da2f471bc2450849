// SPDX-License-Identifier: Apache-2.0
// Area averaging of a frame, against the definition in double.
#include "engine/fit_frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace pinhole {
namespace {

// Mean of channel c over the rectangle that output pixel (oy, ox) covers.
double covered_mean(const std::vector<uint8_t>& pixels, int32_t h, int32_t w, int32_t channels, int32_t oh, int32_t ow,
                    int32_t oy, int32_t ox, int32_t c) {
  double sum = 0, area = 0;
  for (int32_t y = 0; y < h; ++y)
    for (int32_t x = 0; x < w; ++x) {
      const double tall = std::min<double>(y + 1, (oy + 1.0) * h / oh) - std::max<double>(y, double(oy) * h / oh);
      const double wide = std::min<double>(x + 1, (ox + 1.0) * w / ow) - std::max<double>(x, double(ox) * w / ow);
      if (tall <= 0 || wide <= 0)
        continue;
      sum += tall * wide * pixels[static_cast<size_t>((y * w + x) * channels + c)];
      area += tall * wide;
    }
  return sum / area;
}

TEST(FitFrame, IsTheMeanOverWhatAPixelCovers) {
  std::mt19937 random(3);
  for (const auto& [h, w, oh, ow] : {std::array<int32_t, 4>{36, 64, 9, 16},
                                     {37, 131, 10, 17},
                                     {20, 30, 20, 30},
                                     {5, 7, 13, 9},
                                     {1, 1, 3, 2},
                                     {3, 70, 4, 200},
                                     {2, 64, 2, 65}})
    for (const int32_t channels : {1, 3}) {
      std::vector<uint8_t> pixels(static_cast<size_t>(h * w * channels));
      for (uint8_t& value : pixels)
        value = static_cast<uint8_t>(random());
      pinhole_frame frame = {};
      frame.format = channels == 1 ? PINHOLE_GRAY8 : PINHOLE_RGB24;
      frame.width = w;
      frame.height = h;
      frame.plane[0] = pixels.data();
      frame.pitch[0] = static_cast<size_t>(w * channels);
      std::vector<float> out(static_cast<size_t>(oh * ow * channels), -7.0f);
      fit_frame(frame, dense_view({1, oh, ow, channels, DType::f32}, out.data()), 2, 1);
      for (int32_t y = 0; y < oh; ++y)
        for (int32_t x = 0; x < ow; ++x)
          for (int32_t c = 0; c < channels; ++c)
            EXPECT_NEAR(static_cast<double>(out[static_cast<size_t>((y * ow + x) * channels + c)]),
                        2 * covered_mean(pixels, h, w, channels, oh, ow, y, x, c) + 1, 2e-4);
    }
}

} // namespace
} // namespace pinhole
