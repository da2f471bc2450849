// SPDX-License-Identifier: Apache-2.0
#include "scene.h"

#include "backdrop.h"
#include "image/filter.h"

#include <algorithm>
#include <cmath>

namespace demo {
namespace {

constexpr int kSamples = 4;         // per pixel and direction
constexpr float kBlurPixels = 1.4f; // side of the square that a pixel sees through the lens and its filter
constexpr int32_t kMargin = 24;     // pixels around the view, for a camera that is pushed
constexpr float kSway = 1.5f;       // most pixels that leaves are displaced

template <class Sample> Color average(int32_t x, int32_t y, const Sample& sample) {
  const auto offset = [](int i) { return 0.5f + kBlurPixels * ((static_cast<float>(i) + 0.5f) / kSamples - 0.5f); };
  Color sum = {0, 0, 0};
  for (int j = 0; j < kSamples; ++j)
    for (int i = 0; i < kSamples; ++i) {
      const Color c = sample(static_cast<float>(x) + offset(i), static_cast<float>(y) + offset(j));
      sum = {sum.r + c.r, sum.g + c.g, sum.b + c.b};
    }
  return sum * (1.0f / (kSamples * kSamples));
}

void put(Color color, float* pixel) {
  pixel[0] = color.r;
  pixel[1] = color.g;
  pixel[2] = color.b;
}

void paint(const Intruder& intruder, pinhole::FloatImage* frame) {
  const float reach = kReach * intruder.scale;
  const int32_t first = std::max(0, static_cast<int32_t>(intruder.x - reach));
  const int32_t last = std::min(frame->width - 1, static_cast<int32_t>(intruder.x + reach));
  const int32_t top = std::max(0, static_cast<int32_t>(intruder.y - kHeight * intruder.scale));
  const int32_t bottom = std::min(frame->height, static_cast<int32_t>(intruder.y) + 1);
  for (int32_t y = top; y < bottom; ++y)
    for (int32_t x = first; x <= last; ++x) {
      float* pixel = frame->row(y) + 3 * x;
      const Color behind = {pixel[0], pixel[1], pixel[2]};
      put(average(x, y,
                  [&](float u, float v) {
                    Color color = behind;
                    paint_intruder(intruder, u, v, &color);
                    return color;
                  }),
          pixel);
    }
}

void cover(const Cover& cover, pinhole::FloatImage* frame) {
  const auto rows = static_cast<int32_t>((cover.from_above ? cover.share : 1) * static_cast<float>(frame->height));
  const auto columns = static_cast<int32_t>((cover.from_above ? 1 : cover.share) * static_cast<float>(frame->width));
  for (int32_t y = 0; y < rows; ++y)
    std::fill(frame->row(y), frame->row(y) + 3 * columns, 255 * cover.level);
}

// Between this pixel and the one that lies `step` values on.
float between(const float* value, int64_t step, float t) {
  return (1 - t) * value[0] + t * value[step];
}

} // namespace

Scene::Scene(int32_t width, int32_t height, uint64_t seed) : width_(width), height_(height), light_(seed) {
  const Layout layout = make_layout(seed);
  reflectance_.width = width + 2 * kMargin;
  reflectance_.height = height + 2 * kMargin;
  reflectance_.channels = 3;
  const size_t pixels = static_cast<size_t>(reflectance_.width) * static_cast<size_t>(reflectance_.height);
  reflectance_.pixels.resize(pixels * 3);
  leaves_.resize(pixels);
  for (int32_t y = 0; y < reflectance_.height; ++y)
    for (int32_t x = 0; x < reflectance_.width; ++x) {
      int32_t swaying = 0;
      const auto sample = [&](float u, float v) {
        const Surface surface = backdrop(layout, u, v);
        swaying += surface.sways;
        return surface.color;
      };
      put(average(x - kMargin, y - kMargin, sample), reflectance_.row(y) + 3 * x);
      leaves_[static_cast<size_t>(y * reflectance_.width + x)] =
          static_cast<float>(swaying) / static_cast<float>(kSamples * kSamples);
    }
}

void Scene::take_view(const Moment& moment, pinhole::FloatImage* frame) const {
  frame->width = width_;
  frame->height = height_;
  frame->channels = 3;
  frame->pixels.resize(static_cast<size_t>(width_) * static_cast<size_t>(height_) * 3);
  const float left = kMargin + moment.shift_x, top = kMargin + moment.shift_y;
  const auto column = static_cast<int32_t>(left), row = static_cast<int32_t>(top);
  const float s = left - static_cast<float>(column), t = top - static_cast<float>(row);
  const int64_t down = int64_t{3} * reflectance_.width;
  for (int32_t y = 0; y < height_; ++y) {
    const float* from = reflectance_.row(y + row) + 3 * column;
    float* to = frame->row(y);
    if (s == 0 && t == 0)
      std::copy(from, from + 3 * width_, to);
    else
      for (int32_t i = 0; i < 3 * width_; ++i)
        to[i] = (1 - t) * between(from + i, 3, s) + t * between(from + i + down, 3, s);
  }
}

void Scene::let_leaves_sway(const Moment& moment, pinhole::FloatImage* frame) const {
  const auto wind = static_cast<float>(std::sin(0.31 * moment.time) * (0.6 + 0.4 * std::sin(0.013 * moment.time)));
  const auto column = static_cast<int32_t>(kMargin + moment.shift_x);
  const auto row = static_cast<int32_t>(kMargin + moment.shift_y);
  for (int32_t y = 0; y < height_; ++y) {
    const float* leaves = &leaves_[static_cast<size_t>((y + row) * reflectance_.width + column)];
    const float* from = reflectance_.row(y + row) + 3 * column;
    for (int32_t x = 0; x < width_; ++x) {
      if (leaves[x] == 0)
        continue;
      const float offset = kSway * wind * leaves[x], whole = std::floor(offset);
      for (int32_t c = 0; c < 3; ++c)
        frame->row(y)[3 * x + c] = between(from + 3 * (x + static_cast<int32_t>(whole)) + c, 3, offset - whole);
    }
  }
}

pinhole::Status Scene::pass_lens(const Moment& moment, pinhole::FloatImage* frame) const {
  if (moment.blur > 0)
    PINHOLE_RETURN_IF_ERROR(gaussian_blur(*frame, static_cast<double>(moment.blur), frame));
  if (moment.cover.share > 0)
    cover(moment.cover, frame);
  return {};
}

pinhole::Status Scene::draw(const Moment& moment, pinhole::FloatImage* frame) const {
  take_view(moment, frame);
  let_leaves_sway(moment, frame);
  if (moment.intruder.scale > 0)
    paint(moment.intruder, frame);
  light_.fall_on(moment, frame);
  return pass_lens(moment, frame);
}

} // namespace demo
