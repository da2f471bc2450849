// SPDX-License-Identifier: Apache-2.0
#include "train/defect.h"

#include "train/defect_shapes.h"

namespace pinhole {
namespace {

// From `at` to the nearest point between `a` and `b`.
float distance_to_piece(const Vector& at, const Vector& a, const Vector& b) {
  const float share = nearest_share(at, a, b);
  return length_of({at.y - a.y - share * (b.y - a.y), at.x - a.x - share * (b.x - a.x)});
}

// A line that wanders and trembles: straight pieces whose width and strength change on the way.
struct Crack {
  static constexpr int32_t kPieces = 40;
  Vector point[kPieces + 1];
  float half_width[kPieces + 1], strength[kPieces + 1];
  float size;

  Crack(float length, DefectNumbers* numbers) : size(length) {
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
      const float distance = distance_to_piece(at, point[i], point[i + 1]);
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
  float grain_at(int32_t y, int32_t x, int32_t width, const DefectNumbers& numbers) const {
    const int32_t at = y / grain * (width + 1) + x / grain;
    const float down = static_cast<float>(y % grain) / static_cast<float>(grain);
    const float right = static_cast<float>(x % grain) / static_cast<float>(grain);
    const float above = (1 - right) * numbers.grain(at) + right * numbers.grain(at + 1);
    const float below = (1 - right) * numbers.grain(at + width + 1) + right * numbers.grain(at + width + 2);
    return (1 - down) * above + down * below;
  }

  float value(const View& image, int32_t y, int32_t x, int32_t c, const Vector& from,
              const DefectNumbers& numbers) const {
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

Filling choose_filling(float size, float contrast, const View& image, bool line, DefectNumbers* numbers) {
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

template <class Shape> void put(const Shape& shape, const Vector& middle, const Filling& filling,
                                const DefectNumbers& numbers, const View& image) {
  paint_covered(shape, middle, image, [&](int32_t y, int32_t x, const Vector& from, float share) {
    for (int32_t c = 0; c < image.desc.c; ++c) {
      float& pixel = image.row<float>(0, y)[x * image.pixel_stride + c];
      pixel = bounded(pixel + share * (filling.value(image, y, x, c, from, numbers) - pixel));
    }
  });
}

void put_defect(const Interval& size_range, const Interval& contrast_range, DefectNumbers* numbers, const View& image) {
  const float size = numbers->in_proportion(size_range);
  const float contrast = numbers->in_proportion(contrast_range);
  const bool line = numbers->happens(0.5f);
  const Filling filling = choose_filling(size, contrast, image, line, numbers);
  const Vector middle = any_place(image, numbers);
  if (line)
    put(Crack(2 * std::sqrt(size * size_range.high), numbers), middle, filling, *numbers, image);
  else
    put(Spot(size, {0.35f, 1}, size / 2, numbers), middle, filling, *numbers, image);
}

} // namespace

void put_defects(const Interval& size, const Interval& contrast, const NoiseKey& key, const View& image) {
  put_each(key, [&](DefectNumbers* numbers) { put_defect(size, contrast, numbers, image); });
}

} // namespace pinhole
