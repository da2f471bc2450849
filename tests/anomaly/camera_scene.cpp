// SPDX-License-Identifier: Apache-2.0
#include "anomaly/camera_scene.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace pinhole::testing {
namespace {

constexpr int32_t kMargin = 96;

// Smooth noise of features `scale` pixels large, -1..1.
std::vector<float> smooth_noise(int32_t width, int32_t height, float scale, std::mt19937* random) {
  const int32_t columns = static_cast<int32_t>(static_cast<float>(width) / scale) + 2;
  const int32_t rows = static_cast<int32_t>(static_cast<float>(height) / scale) + 2;
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> lattice(static_cast<size_t>(columns * rows)), noise(static_cast<size_t>(width * height));
  for (float& value : lattice)
    value = uniform(*random);
  const auto eased = [](float t) { return t * t * (3 - 2 * t); };
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x) {
      const float u = static_cast<float>(x) / scale, v = static_cast<float>(y) / scale;
      const auto i = static_cast<int32_t>(u), j = static_cast<int32_t>(v);
      const float s = eased(u - static_cast<float>(i)), t = eased(v - static_cast<float>(j));
      const float* cell = &lattice[static_cast<size_t>(j * columns + i)];
      noise[static_cast<size_t>(y * width + x)] =
          (1 - t) * ((1 - s) * cell[0] + s * cell[1]) + t * ((1 - s) * cell[columns] + s * cell[columns + 1]);
    }
  return noise;
}

std::vector<float> make_picture(int32_t width, int32_t height, std::mt19937* random) {
  std::vector<float> picture(static_cast<size_t>(width * height), 100);
  float strength = 40;
  for (float scale = static_cast<float>(width) / 3; scale >= 2; scale /= 2, strength *= 0.62f) {
    const std::vector<float> noise = smooth_noise(width, height, scale, random);
    for (size_t i = 0; i < picture.size(); ++i)
      picture[i] += strength * noise[i];
  }
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int box = 0; box < 40; ++box) { // things with edges
    const auto w = static_cast<int32_t>((0.02f + 0.15f * uniform(*random)) * static_cast<float>(width));
    const auto h = static_cast<int32_t>((0.02f + 0.15f * uniform(*random)) * static_cast<float>(height));
    const auto left = static_cast<int32_t>(uniform(*random) * static_cast<float>(width - w));
    const auto top = static_cast<int32_t>(uniform(*random) * static_cast<float>(height - h));
    const float factor = 0.4f + 1.2f * uniform(*random);
    for (int32_t y = top; y < top + h; ++y)
      for (int32_t x = left; x < left + w; ++x)
        picture[static_cast<size_t>(y * width + x)] *= factor;
  }
  for (float& value : picture)
    value = std::clamp(value, 12.0f, 225.0f);
  return picture;
}

void blur_lines(std::vector<float>* picture, int32_t lines, int32_t line_step, int32_t count, int32_t step,
                int32_t radius) {
  std::vector<float> line(static_cast<size_t>(count));
  for (int32_t l = 0; l < lines; ++l) {
    float* first = picture->data() + static_cast<ptrdiff_t>(l) * line_step;
    for (int32_t i = 0; i < count; ++i)
      line[static_cast<size_t>(i)] = first[static_cast<ptrdiff_t>(i) * step];
    for (int32_t i = 0; i < count; ++i) {
      float sum = 0;
      for (int32_t k = -radius; k <= radius; ++k)
        sum += line[static_cast<size_t>(std::clamp(i + k, 0, count - 1))];
      first[static_cast<ptrdiff_t>(i) * step] = sum / static_cast<float>(2 * radius + 1);
    }
  }
}

} // namespace

CameraScene::CameraScene(int32_t width, int32_t height, uint32_t seed, float noise, int32_t blur_radius)
    : width_(width), height_(height), noise_(noise), normals_(1 << 18),
      pixels_(static_cast<size_t>(width) * static_cast<size_t>(height)), random_(seed) {
  std::mt19937 random(seed);
  const int32_t wide = width + 2 * kMargin, high = height + 2 * kMargin;
  sharp_ = make_picture(wide, high, &random);
  other_ = make_picture(wide, high, &random);
  blurred_ = sharp_;
  for (int pass = 0; pass < 2 && blur_radius > 0; ++pass) {
    blur_lines(&blurred_, high, wide, wide, 1, blur_radius);
    blur_lines(&blurred_, wide, 1, high, wide, blur_radius);
  }
  std::normal_distribution<float> normal;
  for (float& value : normals_)
    value = normal(random);
}

// Row y of a picture, shifted and turned, with interpolation between its pixels.
void CameraScene::view_row(const std::vector<float>& picture, float shift_x, float shift_y, float turn, int32_t y,
                           float* row) const {
  const int32_t wide = width_ + 2 * kMargin;
  const float down = static_cast<float>(y) - shift_y - static_cast<float>(height_ - 1) / 2;
  for (int32_t x = 0; x < width_; ++x) {
    const float right = static_cast<float>(x) - shift_x - static_cast<float>(width_ - 1) / 2;
    const float u = static_cast<float>(x + kMargin) - shift_x + turn * down;
    const float v = static_cast<float>(y + kMargin) - shift_y - turn * right;
    const auto i = static_cast<int32_t>(u), j = static_cast<int32_t>(v);
    const float s = u - static_cast<float>(i), t = v - static_cast<float>(j);
    const float *upper = &picture[static_cast<size_t>(j * wide + i)], *lower = upper + wide;
    row[x] = (1 - t) * ((1 - s) * upper[0] + s * upper[1]) + t * ((1 - s) * lower[0] + s * lower[1]);
  }
}

void CameraScene::draw_light(const Moment& moment, float* row) const {
  for (int32_t x = 0; x < width_; ++x)
    row[x] *= moment.gain;
  if (moment.shadow == 1)
    return;
  for (int32_t x = 0; x < width_; ++x) {
    const float at = static_cast<float>(x) / static_cast<float>(width_);
    const float from_edge = moment.shadow_width / 2 - std::fabs(at - moment.shadow_at);
    row[x] *= 1 + (moment.shadow - 1) * std::clamp(from_edge / 0.02f, 0.0f, 1.0f);
  }
}

void CameraScene::draw_intruder(const Moment& moment, int32_t y, float* row) const {
  const auto width = static_cast<float>(width_), height = static_cast<float>(height_), v = static_cast<float>(y);
  const float side = moment.intruder_size * std::sqrt(width * height), middle = moment.intruder_x * width;
  if (std::fabs(v - moment.intruder_y * height) >= side / 2)
    return;
  const auto first = static_cast<int32_t>(std::max(middle - side / 2, 0.0f));
  const auto end = static_cast<int32_t>(std::clamp(middle + side / 2, 0.0f, width));
  for (int32_t x = first; x < end; ++x)
    row[x] = moment.intruder_level * (0.8f + 0.2f * std::sin(0.7f * (static_cast<float>(x) - middle) + 0.9f * v));
}

void CameraScene::draw_row(const Moment& moment, int32_t y, float* row) const {
  const auto covered = static_cast<int32_t>(moment.cover * static_cast<float>(width_));
  view_row(moment.other_view ? other_ : sharp_, moment.shift_x, moment.shift_y, moment.turn, y, row);
  if (moment.sway != 0 && y < height_ / 3) { // the leaves
    std::vector<float> swaying(static_cast<size_t>(width_));
    view_row(sharp_, moment.shift_x + moment.sway, moment.shift_y, moment.turn, y, swaying.data());
    std::copy(swaying.begin() + width_ * 3 / 5, swaying.end(), row + width_ * 3 / 5);
  }
  if (moment.blur > 0) {
    std::vector<float> soft(static_cast<size_t>(width_));
    view_row(blurred_, moment.shift_x, moment.shift_y, moment.turn, y, soft.data());
    for (int32_t x = 0; x < width_; ++x)
      row[x] += moment.blur * (soft[static_cast<size_t>(x)] - row[x]);
  }
  draw_intruder(moment, y, row);
  draw_light(moment, row);
  std::fill(row, row + covered, moment.cover_level);
}

pinhole_frame CameraScene::draw(const Moment& moment) {
  std::vector<float> row(static_cast<size_t>(width_));
  for (int32_t y = 0; y < height_; ++y) {
    draw_row(moment, y, row.data());
    random_ = random_ * 1664525u + 1013904223u;
    const float* normal = &normals_[(random_ >> 8) % (normals_.size() - row.size())];
    for (int32_t x = 0; x < width_; ++x) {
      const float value = row[static_cast<size_t>(x)];
      const float level = value + noise_ * (0.4f + 0.005f * value) * normal[x];
      pixels_[static_cast<size_t>(y * width_ + x)] = static_cast<uint8_t>(std::clamp(level + 0.5f, 0.0f, 255.0f));
    }
  }
  pinhole_frame frame = {};
  frame.format = PINHOLE_GRAY8;
  frame.width = width_;
  frame.height = height_;
  frame.plane[0] = pixels_.data();
  frame.pitch[0] = static_cast<size_t>(width_);
  return frame;
}

} // namespace pinhole::testing
