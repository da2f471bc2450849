// SPDX-License-Identifier: Apache-2.0
// Somebody or something that comes through the scene.
#pragma once

#include "texture.h"

namespace demo {

enum class Body : uint8_t { walker, dog, cart };
constexpr int32_t kBodies = 3;

struct Intruder {
  Body body = Body::walker;
  float x = 0, y = 0; // middle of the foot, in pixels
  float scale = 0;    // 1: the walker is 78 pixels high; 0: nobody is there
  float stride = 0;   // phase of the legs, radians
  float presence = 1; // 1: opaque; less: dim, as in bad light
  bool to_the_left = false;
  uint32_t salt = 0; // of its clothes
};

// Pixels around the foot that may be the intruder's, at scale 1.
constexpr float kReach = 30, kHeight = 80;

// Changes *color where the point (u, v) lies on the intruder.
void paint_intruder(const Intruder& intruder, float u, float v, Color* color);

// The scale at which the body covers so many pixels.
float scale_of_area(Body body, float pixels);

} // namespace demo
