// SPDX-License-Identifier: Apache-2.0
#include "heat_mapper.h"

#include "engine/frame.h"
#include "image/filter.h"
#include "image_pairs.h"
#include "train/brightness.h"
#include "train/recipe.h"

#include <algorithm>
#include <cmath>

namespace pinhole::tool {
namespace {

constexpr double kDifferenceSmoothing = 2; // pixels, standard deviation of a Gaussian
constexpr int32_t kHottestPixels = 20;
constexpr int32_t kEdge = 8; // pixels: where the surface ends, half of the false alarms on unseen good tiles were
constexpr int32_t kMirroredMargin = 32; // pixels that a picture is continued by, so that the model sees no edge

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

FloatImage without_margin(const FloatImage& wide) {
  FloatImage picture;
  picture.width = wide.width - 2 * kMirroredMargin;
  picture.height = wide.height - 2 * kMirroredMargin;
  picture.channels = wide.channels;
  for (int32_t y = 0; y < picture.height; ++y) {
    const float* row = wide.row(y + kMirroredMargin) + kMirroredMargin * wide.channels;
    picture.pixels.insert(picture.pixels.end(), row, row + picture.width * wide.channels);
  }
  return picture;
}

// Of 0..255, to 0..1.
Status mean_of_channels(const FloatImage& in, FloatImage* mean) {
  PINHOLE_RETURN_IF_ERROR(make_image(in.width, in.height, 1, mean));
  const auto channels = static_cast<size_t>(in.channels);
  for (size_t i = 0; i < in.pixels.size(); ++i)
    mean->pixels[i / channels] += in.pixels[i] / (255 * static_cast<float>(channels));
  return {};
}

} // namespace

Status HeatMapper::open(const std::string& path, int32_t threads) {
  PINHOLE_RETURN_IF_ERROR(model_.open(path, threads));
  Recipe recipe;
  says_where_ = parse_recipe(path, model_.recipe(), &recipe).ok() && recipe.data.target == TrainingTarget::damage;
  turns_.clear();
  if (says_where_)
    for (const Turn turn : {Turn{true, false}, Turn{false, true}, Turn{true, true}})
      if ((recipe.data.flip || !turn.flip) && (recipe.data.transpose || !turn.transpose))
        turns_.push_back(turn);
  brightness_ = recipe.data.brightness;
  streaks_ = says_where_ ? recipe.data.streaks : 0;
  trained_side_ = says_where_ ? recipe.data.patch : 0;
  return {};
}

Status HeatMapper::run(const Image& picture, FloatImage* out) {
  FloatImage wide;
  PINHOLE_RETURN_IF_ERROR(model_.run(with_margin(picture), 0, &wide, nullptr));
  *out = without_margin(wide);
  return {};
}

Status HeatMapper::look(const Image& picture, FloatImage* heat) {
  Image shown = picture;
  if (brightness_ > 0)
    set_brightness(brightness_, &shown);
  FloatImage said;
  PINHOLE_RETURN_IF_ERROR(run(shown, &said));
  if (!says_where_)
    return difference_heat(to_float(shown), said, heat);
  for (const Turn turn : turns_) {
    Image turned;
    FloatImage again;
    PINHOLE_RETURN_IF_ERROR(turn_picture(shown, turn, &turned));
    PINHOLE_RETURN_IF_ERROR(run(turned, &again));
    add_turned_back(again, turn, &said);
  }
  for (float& value : said.pixels)
    value /= static_cast<float>(1 + turns_.size());
  return mean_of_channels(said, heat);
}

Status HeatMapper::map(const std::string& path, Image* picture, FloatImage* heat, PictureScore* score) {
  PINHOLE_RETURN_IF_ERROR(load_as(path, model_.channels(), picture));
  PINHOLE_RETURN_IF_ERROR(look(*picture, heat));
  *score = {};
  if (streaks_ > 0) {
    PINHOLE_RETURN_IF_ERROR(add_line_evidence(*picture, streaks_, kEdge, heat, &score->parts));
    score->value = score_of(score->parts);
  } else {
    score->value = mean_of_hottest(*heat, kHottestPixels, kEdge);
  }
  return {};
}

Status difference_heat(const FloatImage& a, const FloatImage& b, FloatImage* heat) {
  FloatImage difference = a;
  for (size_t i = 0; i < difference.pixels.size(); ++i)
    difference.pixels[i] = std::fabs(a.pixels[i] - b.pixels[i]);
  PINHOLE_RETURN_IF_ERROR(mean_of_channels(difference, heat));
  return gaussian_blur(*heat, kDifferenceSmoothing, heat);
}

} // namespace pinhole::tool
