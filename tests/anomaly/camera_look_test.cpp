// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_look.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace pinhole::testing {
namespace {

// What a later call finds in its uninitialised arrays.
[[gnu::noinline]] void dirty_stack() {
  volatile unsigned char junk[1 << 16];
  for (volatile unsigned char& byte : junk)
    byte = 0x7e;
}

// Narrower than the cells are many, and lower: every cell is a pixel of the frame.
TEST(CameraLook, FramesOfAnySizeAreReadWithinTheirPixels) {
  for (int32_t width = 1; width <= 70; ++width)
    for (const int32_t height : {1, 2, 35, 37, 64}) {
      std::vector<uint8_t> pixels(static_cast<size_t>(width) * static_cast<size_t>(height), 100);
      const pinhole_frame frame = {
          PINHOLE_GRAY8, width, height, {pixels.data(), nullptr}, {static_cast<size_t>(width), 0}, 0};
      pinhole_camera_look look;
      std::memset(&look, 0x7e, sizeof look);
      dirty_stack();
      look_at(frame, &look);
      for (const float luma : look.luma)
        ASSERT_NEAR(luma, 100, 0.01) << width << "x" << height;
      for (const float sharpness : look.sharpness)
        ASSERT_NEAR(sharpness, 0, 1e-3) << width << "x" << height;
    }
}

} // namespace
} // namespace pinhole::testing
