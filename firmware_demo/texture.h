// SPDX-License-Identifier: Apache-2.0
// Procedural surfaces of the simulated scene. All are functions of a point alone, in pixels.
#pragma once

#include <cstdint>

namespace demo {

struct Color {
  float r, g, b; // reflectance, 0..1
};

inline Color operator*(Color c, float k) {
  return {c.r * k, c.g * k, c.b * k};
}
inline Color mix(Color a, Color b, float t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}
inline float clamp01(float x) {
  return x < 0 ? 0 : x > 1 ? 1 : x;
}

// A random number 0..1 per lattice point; `salt` tells surfaces apart.
float lattice(int32_t x, int32_t y, uint32_t salt);

// Noise of `octaves` octaves, each half as strong and twice as fine as the one before (a 1/f spectrum, as natural
// pictures have); about -1..1, features about `scale` pixels large.
float fractal(float x, float y, float scale, int octaves, uint32_t salt);

// Courses of bricks of `width` x `height` with mortar between.
Color bricks(float x, float y, float width, float height, uint32_t salt);

// 1 inside the strokes of a line of digits whose cells are 4 * size x 6 * size, 0 outside.
float digits(float x, float y, float size, const char* text);

} // namespace demo
