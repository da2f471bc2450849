// SPDX-License-Identifier: Apache-2.0
#include "train/defect.h"

#include "base/checked.h"
#include "base/exact_math.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr uint32_t kFirstNumber = 16;       // of the key's; those before belong to the other kinds
constexpr uint32_t kNumbers = 1u << 20;     // that one defect may use
constexpr uint32_t kGrainNumber = 1u << 10; // the first for its grain
constexpr int32_t kMostDefects = 3;

class Numbers {
public:
  Numbers(const NoiseKey& key, uint32_t defect) : key_(key), first_(kFirstNumber + defect * kNumbers) {}
  float between(float low, float high) { return draw({low, high}, key_, first_ + next_++); }
  bool happens(float chance) { return between(0, 1) < chance; }
  // The grain's value at a place of its lattice, -1..1.
  float grain(int32_t place) const {
    return draw({-1, 1}, key_, first_ + kGrainNumber + static_cast<uint32_t>(place) % (kNumbers - kGrainNumber));
  }

private:
  const NoiseKey& key_;
  uint32_t first_, next_ = 0;
};

struct Vector {
  float y = 0, x = 0;
};

float length_of(const Vector& v) {
  return std::sqrt(v.y * v.y + v.x * v.x);
}

float bounded(float value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

// Turned by twice the angle whose tangent is `t`: a rotation without sine and cosine.
Vector turned(const Vector& v, float t) {
  const float scale = 1 / (1 + t * t), cosine = (1 - t * t) * scale, sine = 2 * t * scale;
  return {cosine * v.y + sine * v.x, cosine * v.x - sine * v.y};
}

Vector any_direction(Numbers* numbers) {
  const Vector half = turned({0, 1}, numbers->between(-1, 1));
  return numbers->happens(0.5f) ? half : Vector{-half.y, -half.x};
}

// An ellipse whose radius waves along the outline.
struct Spot {
  Vector middle, axis;  // `axis`: unit vector along the longer side
  float radius, aspect; // half the longer side; shorter over longer side
  float softness;       // pixels over which it fades
  static constexpr int32_t kWaves = 4;
  float cosine[kWaves], sine[kWaves]; // of 2 to 5 waves around

  Spot(float size, Numbers* numbers)
      : axis(any_direction(numbers)), radius(size / 2), aspect(numbers->between(0.35f, 1)),
        softness(numbers->between(0.7f, max_of(1.0f, radius))) {
    for (int32_t k = 0; k < kWaves; ++k) {
      const float most = 0.4f / static_cast<float>(k + 1);
      cosine[k] = numbers->between(-most, most);
      sine[k] = numbers->between(-most, most);
    }
  }

  float reach() const { return 2 * radius + softness; }

  float coverage(const Vector& at) const {
    const Vector from = {at.y - middle.y, at.x - middle.x};
    const Vector own = {(from.x * axis.y - from.y * axis.x) / aspect, from.x * axis.x + from.y * axis.y};
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

// A line that wanders and trembles: straight pieces whose width and strength change on the way.
struct Crack {
  static constexpr int32_t kPieces = 40;
  Vector point[kPieces + 1];
  float half_width[kPieces + 1], strength[kPieces + 1];
  float size;

  Crack(float length, Numbers* numbers) : size(length) {
    const float step = length / kPieces, wander = numbers->between(0.05f, 0.35f);
    Vector heading = any_direction(numbers);
    point[0] = {-heading.y * length / 2, -heading.x * length / 2};
    half_width[0] = numbers->between(0.2f, 1.1f);
    strength[0] = 1;
    const float tremble = step * numbers->between(0, 0.5f);
    Vector steady = point[0];
    for (int32_t i = 1; i <= kPieces; ++i) {
      heading = turned(heading, numbers->between(-wander, wander));
      steady = {steady.y + step * heading.y, steady.x + step * heading.x};
      point[i] = {steady.y + numbers->between(-tremble, tremble), steady.x + numbers->between(-tremble, tremble)};
      strength[i] = min_of(1.0f, max_of(0.2f, strength[i - 1] * numbers->between(0.75f, 1.3f)));
      half_width[i] = min_of(2.0f, max_of(0.1f, half_width[i - 1] * numbers->between(0.8f, 1.25f)));
    }
  }

  float reach() const { return 1.5f * size + 3; }

  float coverage(const Vector& at) const {
    float most = 0;
    for (int32_t i = 0; i < kPieces; ++i) {
      const Vector along = {point[i + 1].y - point[i].y, point[i + 1].x - point[i].x};
      const Vector from = {at.y - point[i].y, at.x - point[i].x};
      const float squares = along.y * along.y + along.x * along.x;
      const float share = bounded(squares > 0 ? (along.y * from.y + along.x * from.x) / squares : 0);
      const float distance = length_of({from.y - share * along.y, from.x - share * along.x});
      most = max_of(most, strength[i] * bounded(half_width[i] + 0.5f - distance));
    }
    return most;
  }
};

enum class Fill : uint8_t { darker, brighter, elsewhere, rough };

// What is there in place of the surface.
struct Filling {
  Fill fill = Fill::darker;
  float contrast = 0;
  Vector slope;   // of the contrast: light falls from one side into a hole
  float gain = 1; // elsewhere
  int32_t shift_y = 0, shift_x = 0;
  int32_t grain = 1; // rough: pixels

  // Between the places of the lattice that are `grain` pixels apart.
  float grain_at(int32_t y, int32_t x, int32_t width, const Numbers& numbers) const {
    const int32_t at = y / grain * (width + 1) + x / grain;
    const float down = static_cast<float>(y % grain) / static_cast<float>(grain);
    const float right = static_cast<float>(x % grain) / static_cast<float>(grain);
    const float above = (1 - right) * numbers.grain(at) + right * numbers.grain(at + 1);
    const float below = (1 - right) * numbers.grain(at + width + 1) + right * numbers.grain(at + width + 2);
    return (1 - down) * above + down * below;
  }

  float value(const View& image, int32_t y, int32_t x, int32_t c, const Vector& from, const Numbers& numbers) const {
    const float here = image.row<float>(0, y)[x * image.pixel_stride + c];
    const float depth = contrast * (1 + slope.y * from.y + slope.x * from.x);
    switch (fill) {
    case Fill::darker:
      return here - depth * here;
    case Fill::brighter:
      return here + depth * (1 - here);
    case Fill::elsewhere: {
      const int32_t other_y = (y + shift_y) % image.desc.h, other_x = (x + shift_x) % image.desc.w;
      const float other = image.row<float>(0, other_y)[other_x * image.pixel_stride + c];
      return gain * other + (1 - gain) * here + 0.5f * contrast * slope.y;
    }
    case Fill::rough:
      break;
    }
    return here + 0.5f * depth * grain_at(y, x, image.desc.w, numbers);
  }
};

Filling choose_filling(float size, float contrast, const View& image, bool line, Numbers* numbers) {
  Filling filling;
  const float u = numbers->between(0, line ? 0.6f : 1);
  filling.fill = u < 0.45f ? Fill::darker : u < 0.6f ? Fill::brighter : u < 0.8f ? Fill::elsewhere : Fill::rough;
  filling.contrast = contrast;
  const float steepness = numbers->between(0, 1.2f);
  const Vector light = any_direction(numbers);
  const float per_pixel = filling.fill == Fill::elsewhere ? 1 : 2 / size;
  filling.slope = {light.y * steepness * per_pixel, light.x * steepness * per_pixel};
  if (line)
    filling.slope = {};
  filling.gain = numbers->between(0.6f, 1.4f);
  filling.shift_y = static_cast<int32_t>(numbers->between(0.2f, 0.8f) * static_cast<float>(image.desc.h));
  filling.shift_x = static_cast<int32_t>(numbers->between(0.2f, 0.8f) * static_cast<float>(image.desc.w));
  filling.grain = static_cast<int32_t>(numbers->between(1, 4.99f));
  return filling;
}

// `shape` is about (0, 0); the defect is about `middle`.
template <class Shape>
void put(const Shape& shape, const Vector& middle, const Filling& filling, const Numbers& numbers, const View& image) {
  const auto first = [&](float at) { return max_of(0, static_cast<int32_t>(at - shape.reach())); };
  const auto end = [&](float at, int32_t side) { return min_of(side, static_cast<int32_t>(at + shape.reach()) + 2); };
  for (int32_t y = first(middle.y); y < end(middle.y, image.desc.h); ++y)
    for (int32_t x = first(middle.x); x < end(middle.x, image.desc.w); ++x) {
      const Vector from = {static_cast<float>(y) - middle.y, static_cast<float>(x) - middle.x};
      const float share = shape.coverage(from);
      if (!(share > 0))
        continue;
      for (int32_t c = 0; c < image.desc.c; ++c) {
        float& pixel = image.row<float>(0, y)[x * image.pixel_stride + c];
        pixel = bounded(pixel + share * (filling.value(image, y, x, c, from, numbers) - pixel));
      }
    }
}

// Each factor is as likely as any other.
float in_proportion(const Interval& interval, Numbers* numbers) {
  const float low = max_of(interval.low, 0.01f), high = max_of(interval.high, low);
  return exact_exp(numbers->between(exact_log(low), exact_log(high)));
}

void put_defect(const Interval& size_range, const Interval& contrast_range, Numbers* numbers, const View& image) {
  const float size = in_proportion(size_range, numbers);
  const float contrast = in_proportion(contrast_range, numbers);
  const bool line = numbers->happens(0.5f);
  const Filling filling = choose_filling(size, contrast, image, line, numbers);
  const Vector middle = {numbers->between(0, static_cast<float>(image.desc.h)),
                         numbers->between(0, static_cast<float>(image.desc.w))};
  if (line)
    put(Crack(2 * std::sqrt(size * size_range.high), numbers), middle, filling, *numbers, image);
  else
    put(Spot(size, numbers), middle, filling, *numbers, image);
}

} // namespace

void put_defects(const Interval& size, const Interval& contrast, const NoiseKey& key, const View& image) {
  const auto count = 1 + static_cast<uint32_t>(draw({0, static_cast<float>(kMostDefects) - 0.01f}, key, 15));
  for (uint32_t i = 0; i < count; ++i) {
    Numbers numbers(key, i);
    put_defect(size, contrast, &numbers, image);
  }
}

} // namespace pinhole
