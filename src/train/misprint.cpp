// SPDX-License-Identifier: Apache-2.0
#include "train/misprint.h"

#include "train/defect_shapes.h"

namespace pinhole {
namespace {

constexpr float kOtherColour = 0.2f; // the least difference, in one of the channels
constexpr int32_t kTries = 12;       // places that are asked for another colour
constexpr Interval kAspects = {0.2f, 1};
constexpr float kMostSoft = 1.5f;   // pixels over which an outline fades
constexpr int32_t kMostColours = 3; // channels

const float* pixel_at(const View& image, const Vector& place) {
  const auto at = [](float where, int32_t side) { return min_of(static_cast<int32_t>(where), side - 1); };
  return image.row<float>(0, at(place.y, image.desc.h)) + at(place.x, image.desc.w) * image.pixel_stride;
}

float difference(const float* a, const float* b, int32_t channels) {
  float most = 0;
  for (int32_t c = 0; c < channels; ++c)
    most = max_of(most, std::fabs(a[c] - b[c]));
  return most;
}

void put_misprint(const Interval& size, DefectNumbers* numbers, const View& image) {
  const Spot spot(numbers->in_proportion(size), kAspects, kMostSoft, numbers);
  const Vector middle = any_place(image, numbers);
  const float* const own = pixel_at(image, middle);
  const float* other = own;
  for (int32_t i = 0; i < kTries && difference(own, other, image.desc.c) < kOtherColour; ++i)
    other = pixel_at(image, any_place(image, numbers));
  if (difference(own, other, image.desc.c) < kOtherColour)
    return;
  float colour[kMostColours];
  for (int32_t c = 0; c < image.desc.c; ++c)
    colour[c] = other[c];
  paint_covered(spot, middle, image, [&](int32_t y, int32_t x, const Vector&, float share) {
    float* const pixel = image.row<float>(0, y) + x * image.pixel_stride;
    for (int32_t c = 0; c < image.desc.c; ++c)
      pixel[c] = bounded((1 - share) * pixel[c] + share * colour[c]);
  });
}

} // namespace

void put_misprints(const Interval& size, const NoiseKey& key, const View& image) {
  put_each(key, [&](DefectNumbers* numbers) { put_misprint(size, numbers, image); });
}

} // namespace pinhole
