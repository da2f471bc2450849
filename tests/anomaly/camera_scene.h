// SPDX-License-Identifier: Apache-2.0
// A simulated view for tests of the camera's events: texture and edges, light that varies in place and time, sensor
// noise, somebody who walks through; and what can happen to a camera.
#pragma once

#include "pinhole/pinhole.h"

#include <cstdint>
#include <vector>

namespace pinhole::testing {

// One moment. Lengths are parts of the frame's width, positions parts of width and height.
struct Moment {
  float gain = 1;
  float shadow_at = -1, shadow_width = 0.3f, shadow = 1; // a vertical band of `shadow` times the light, soft edges
  float shift_x = 0, shift_y = 0;                        // of the view, in pixels, to fractions of one
  float turn = 0;                                        // of the view about its middle, clockwise, in radians; small
  float blur = 0;                                        // 0: sharp, 1: the scene's blurred picture
  float cover = 0;                                       // share of the frame, from the left, that the cover hides
  float cover_level = 20;                                // its luma
  float intruder_x = -1, intruder_y = 0.6f, intruder_size = 0; // square root of its share of the frame
  float intruder_level = 200;
  float sway = 0; // pixels that the leaves in the upper right are displaced
  bool other_view = false;
};

class CameraScene {
public:
  // `blur_radius`: of the blurred picture, in pixels.
  CameraScene(int32_t width, int32_t height, uint32_t seed, float noise, int32_t blur_radius = 0);

  // Draws a moment with new noise; the picture stays valid until the next call.
  pinhole_frame draw(const Moment& moment);

  int32_t width() const { return width_; }
  int32_t height() const { return height_; }

private:
  void view_row(const std::vector<float>& picture, float shift_x, float shift_y, float turn, int32_t y,
                float* row) const;
  void draw_light(const Moment& moment, float* row) const;
  void draw_intruder(const Moment& moment, int32_t y, float* row) const;
  void draw_row(const Moment& moment, int32_t y, float* row) const;

  int32_t width_, height_;
  float noise_;
  std::vector<float> sharp_, blurred_, other_; // with a margin all around
  std::vector<float> normals_;
  std::vector<uint8_t> pixels_;
  uint32_t random_;
};

} // namespace pinhole::testing
