// SPDX-License-Identifier: Apache-2.0
#include "light.h"

#include "dice.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr double kTurn = 6.283185307179586;
constexpr double kSunSwing = 0.1, kCloudShade = 0.1;

float smooth_step(float t) {
  t = clamp01(t);
  return t * t * (3 - 2 * t);
}

// What is left in the shadow at a point.
float beside_shadow(const Shadow& shadow, float x, float y) {
  const float from_edge = shadow.width / 2 - std::fabs(x - shadow.x - shadow.slant * y);
  return 1 - shadow.depth * smooth_step(0.5f + from_edge / shadow.softness);
}

float under_lamp(const Lamp& lamp, float x, float y) {
  const float dx = (x - lamp.x) / lamp.reach, dy = (y - lamp.y) / lamp.reach;
  return 1 + lamp.strength / (1 + dx * dx + dy * dy);
}

} // namespace

Light::Light(uint64_t seed) {
  Dice dice(seed, kLightStream);
  sun_period_ = static_cast<double>(dice.between(500, 900));
  sun_phase_ = static_cast<double>(dice.between(0, 1));
  cloud_length_ = static_cast<double>(dice.between(400, 700));
  cloud_speed_ = static_cast<double>(dice.between(0.6f, 1.2f));
  cloud_phase_ = static_cast<double>(dice.between(0, 1));
}

void Light::fall_on(const Moment& moment, pinhole::FloatImage* frame) const {
  const double sun = 1 - kSunSwing + kSunSwing * std::sin(kTurn * (moment.time / sun_period_ + sun_phase_));
  std::vector<float> column(static_cast<size_t>(frame->width));
  for (int32_t x = 0; x < frame->width; ++x) {
    const double turns = (x - cloud_speed_ * moment.time) / cloud_length_ + cloud_phase_;
    column[static_cast<size_t>(x)] =
        static_cast<float>(255 * sun * (1 + kCloudShade * std::sin(kTurn * turns))) * moment.light;
  }
  const bool local = moment.lamp.strength != 0 || moment.shadow.depth != 0;
  for (int32_t y = 0; y < frame->height; ++y) {
    float* row = frame->row(y);
    for (int32_t x = 0; x < frame->width; ++x) {
      float light = column[static_cast<size_t>(x)];
      if (local)
        light *= under_lamp(moment.lamp, static_cast<float>(x), static_cast<float>(y)) *
                 beside_shadow(moment.shadow, static_cast<float>(x), static_cast<float>(y));
      for (int32_t c = 0; c < 3; ++c)
        row[3 * x + c] = std::min(row[3 * x + c] * light, 255.0f);
    }
  }
}

} // namespace demo
