// SPDX-License-Identifier: Apache-2.0
// One moment of the simulated scene: what the light, the weather, intruders and the camera do. A default moment is a
// quiet one.
#pragma once

#include "intruder.h"

namespace demo {

// Light that falls off with the distance from (x, y), in pixels: `strength` at its middle.
struct Lamp {
  float x = 0, y = 0, reach = 1, strength = 0;
};

// A band of less light with soft edges, across the view at a slant.
struct Shadow {
  float x = 0, slant = 0;        // of its middle, at the top; pixels to the right for each one down
  float width = 0, softness = 1; // pixels
  float depth = 0;               // share of the light that it takes
};

struct Cover {
  float share = 0; // of the frame
  float level = 0; // its brightness, 0..1
  bool from_above = false;
};

struct Moment {
  double time = 0;      // frames: of the sun, the clouds and the wind
  int64_t exposure = 0; // whose noise the frame has
  float light = 1;      // of the whole scene
  Lamp lamp;
  Shadow shadow;
  Intruder intruder;
  float shift_x = 0, shift_y = 0; // pixels by which the view is off
  float blur = 0;                 // deviation in pixels
  float warmth = 0;               // of the sensor: share by which its noise has grown where it is warmest
  Cover cover;
};

} // namespace demo
