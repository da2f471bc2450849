// SPDX-License-Identifier: Apache-2.0
#include "heat_mapper.h"

#include "engine/frame.h"
#include "image/filter.h"
#include "image_pairs.h"
#include "train/recipe.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace pinhole::tool {
namespace {

FloatImage with_margin(const Image& picture) {
  const auto mirrored = [](int32_t at, int32_t size) { return mirror_index(at < 0 ? -at : at, size); };
  FloatImage wide;
  wide.width = picture.width + 2 * kMirroredMargin;
  wide.height = picture.height + 2 * kMirroredMargin;
  wide.channels = picture.channels;
  wide.pixels.reserve(static_cast<size_t>(wide.width) * static_cast<size_t>(wide.height * wide.channels));
  for (int32_t y = -kMirroredMargin; y < picture.height + kMirroredMargin; ++y)
    for (int32_t x = -kMirroredMargin; x < picture.width + kMirroredMargin; ++x) {
      const uint8_t* from = picture.row(mirrored(y, picture.height)) + mirrored(x, picture.width) * picture.channels;
      for (int32_t c = 0; c < picture.channels; ++c)
        wide.pixels.push_back(static_cast<float>(from[c]));
    }
  return wide;
}

} // namespace

Status HeatMapper::open(const std::string& path, int32_t threads) {
  PINHOLE_RETURN_IF_ERROR(model_.open(path, threads));
  Recipe recipe;
  says_where_ = parse_recipe(path, model_.recipe(), &recipe).ok() && recipe.data.target == TrainingTarget::damage;
  return {};
}

Status HeatMapper::map(const std::string& path, Image* picture, FloatImage* heat) {
  PINHOLE_RETURN_IF_ERROR(load_as(path, model_.channels(), picture));
  const FloatImage in = with_margin(*picture);
  FloatImage out;
  PINHOLE_RETURN_IF_ERROR(model_.run(in, 0, &out, nullptr));
  FloatImage raw;
  PINHOLE_RETURN_IF_ERROR(make_image(picture->width, picture->height, 1, &raw));
  const int32_t channels = in.channels, values = picture->width * channels;
  for (int32_t y = 0; y < raw.height; ++y) {
    const float* before = in.row(y + kMirroredMargin) + kMirroredMargin * channels;
    const float* after = out.row(y + kMirroredMargin) + kMirroredMargin * channels;
    for (int32_t i = 0; i < values; ++i) {
      const float value = says_where_ ? after[i] : std::fabs(after[i] - before[i]);
      raw.row(y)[i / channels] += value / (255 * static_cast<float>(channels));
    }
  }
  return gaussian_blur(raw, kHeatSmoothing, heat);
}

double picture_score(const FloatImage& heat) {
  std::vector<float> values = heat.pixels;
  const auto count = std::min(values.size(), static_cast<size_t>(kHottestPixels));
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
  return std::accumulate(values.begin(), end, 0.0) / static_cast<double>(count);
}

} // namespace pinhole::tool
