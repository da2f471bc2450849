// SPDX-License-Identifier: Apache-2.0
// What the kinds of drawn defects share: their random numbers, a spot with an uneven outline, and the painting.
#pragma once

#include "base/checked.h"
#include "base/exact_math.h"
#include "train/sensor_noise.h"

#include <cmath>

namespace pinhole {

// The random numbers of one drawn defect.
class DefectNumbers {
public:
  DefectNumbers(const NoiseKey& key, uint32_t defect) : key_(key), first_(kFirst + defect * kNumbers) {}
  float between(float low, float high) { return draw({low, high}, key_, first_ + next_++); }
  bool happens(float chance) { return between(0, 1) < chance; }
  // The grain's value at a place of its lattice, -1..1.
  float grain(int32_t place) const {
    return draw({-1, 1}, key_, first_ + kGrain + static_cast<uint32_t>(place) % (kNumbers - kGrain));
  }

  // Each factor is as likely as any other.
  float in_proportion(const Interval& interval) {
    const float low = max_of(interval.low, 0.01f), high = max_of(interval.high, low);
    return exact_exp(between(exact_log(low), exact_log(high)));
  }

private:
  static constexpr uint32_t kFirst = 16;         // of the key's; those before belong to the other kinds
  static constexpr uint32_t kNumbers = 1u << 20; // that one defect may use
  static constexpr uint32_t kGrain = 1u << 10;   // the first for its grain

  const NoiseKey& key_;
  uint32_t first_, next_ = 0;
};

struct Vector {
  float y = 0, x = 0;
};

inline float length_of(const Vector& v) {
  return std::sqrt(v.y * v.y + v.x * v.x);
}

inline float bounded(float value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

// From `a` to `b` lies the point nearest to `at`: which share of the way, 0..1.
inline float nearest_share(const Vector& at, const Vector& a, const Vector& b) {
  const Vector along = {b.y - a.y, b.x - a.x}, from = {at.y - a.y, at.x - a.x};
  const float squares = along.y * along.y + along.x * along.x;
  return bounded(squares > 0 ? (along.y * from.y + along.x * from.x) / squares : 0);
}

// Turned by twice the angle whose tangent is `t`: a rotation without sine and cosine.
inline Vector turned(const Vector& v, float t) {
  const float scale = 1 / (1 + t * t), cosine = (1 - t * t) * scale, sine = 2 * t * scale;
  return {cosine * v.y + sine * v.x, cosine * v.x - sine * v.y};
}

inline Vector any_direction(DefectNumbers* numbers) {
  const Vector half = turned({0, 1}, numbers->between(-1, 1));
  return numbers->happens(0.5f) ? half : Vector{-half.y, -half.x};
}

// About (0, 0): an ellipse whose radius waves along the outline.
struct Spot {
  Vector axis;          // unit vector along the longer side
  float radius, aspect; // half the longer side; shorter over longer side
  float softness;       // pixels over which it fades
  static constexpr int32_t kWaves = 4;
  float cosine[kWaves], sine[kWaves]; // of 2 to 5 waves around

  // It fades over 0.7 pixels to `most_soft`, or over one at most where that is less.
  Spot(float size, const Interval& aspects, float most_soft, DefectNumbers* numbers)
      : axis(any_direction(numbers)), radius(size / 2), aspect(numbers->between(aspects.low, aspects.high)),
        softness(numbers->between(0.7f, max_of(1.0f, most_soft))) {
    for (int32_t k = 0; k < kWaves; ++k) {
      const float most = 0.4f / static_cast<float>(k + 1);
      cosine[k] = numbers->between(-most, most);
      sine[k] = numbers->between(-most, most);
    }
  }

  float reach() const { return 2 * radius + softness; }

  // How much of the pixel `at`, counted from the spot's middle, it covers.
  float coverage(const Vector& at) const {
    const Vector own = {(at.x * axis.y - at.y * axis.x) / aspect, at.x * axis.x + at.y * axis.y};
    const float distance = length_of(own);
    if (!(distance > 0))
      return 1;
    const float c = own.x / distance, s = own.y / distance;
    float wave_c = c, wave_s = s, outline = 1;
    for (int32_t k = 0; k < kWaves; ++k) {
      const float next_c = wave_c * c - wave_s * s;
      wave_s = wave_c * s + wave_s * c;
      wave_c = next_c;
      outline += cosine[k] * wave_c + sine[k] * wave_s;
    }
    return bounded((radius * max_of(outline, 0.2f) - distance) / softness + 0.5f);
  }
};

// Calls paint(y, x, from, share) for each pixel of `image` that `shape`, whose middle lies at `middle`, covers a share
// of; `from`: the way there from the middle.
template <class Shape, class Paint>
void paint_covered(const Shape& shape, const Vector& middle, const View& image, const Paint& paint) {
  const auto first = [&](float at) { return max_of(0, static_cast<int32_t>(at - shape.reach())); };
  const auto end = [&](float at, int32_t side) { return min_of(side, static_cast<int32_t>(at + shape.reach()) + 2); };
  for (int32_t y = first(middle.y); y < end(middle.y, image.desc.h); ++y)
    for (int32_t x = first(middle.x); x < end(middle.x, image.desc.w); ++x) {
      const Vector from = {static_cast<float>(y) - middle.y, static_cast<float>(x) - middle.x};
      const float share = shape.coverage(from);
      if (share > 0)
        paint(y, x, from, share);
    }
}

inline Vector any_place(const View& image, DefectNumbers* numbers) {
  const float y = numbers->between(0, static_cast<float>(image.desc.h));
  return {y, numbers->between(0, static_cast<float>(image.desc.w))};
}

// Calls put(numbers) for each defect that an image gets, 1 to 3.
template <class Put> void put_each(const NoiseKey& key, const Put& put) {
  constexpr uint32_t kHowMany = 15; // which of the key's numbers
  const uint32_t count = 1 + static_cast<uint32_t>(draw({0, 2.99f}, key, kHowMany));
  for (uint32_t i = 0; i < count; ++i) {
    DefectNumbers numbers(key, i);
    put(&numbers);
  }
}

} // namespace pinhole
