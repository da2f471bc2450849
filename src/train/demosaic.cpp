// SPDX-License-Identifier: Apache-2.0
#include "train/demosaic.h"

#include <cmath>

namespace pinhole {
namespace {

constexpr int32_t kBorder = 3; // 2 for the widest filter, 1 for what is read of its results

// Samples with a border, so that every place has its neighbours. Mirrored without repeating the edge: a place outside
// keeps the colour of its parity.
class Samples {
public:
  Status fill(const FloatImage& mosaic) {
    PINHOLE_RETURN_IF_ERROR(make_image(mosaic.width + 2 * kBorder, mosaic.height + 2 * kBorder, 1, &image_));
    for (int32_t y = 0; y < image_.height; ++y)
      for (int32_t x = 0; x < image_.width; ++x)
        image_.row(y)[x] = mosaic.row(mirrored(y - kBorder, mosaic.height))[mirrored(x - kBorder, mosaic.width)];
    return {};
  }
  int32_t stride() const { return image_.width; }
  float* at(int32_t y, int32_t x) { return image_.row(y + kBorder) + x + kBorder; }
  const float* at(int32_t y, int32_t x) const { return image_.row(y + kBorder) + x + kBorder; }

private:
  static int32_t mirrored(int32_t at, int32_t size) { return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at; }
  FloatImage image_;
};

// One sample and its neighbours.
struct Place {
  const float* at;
  int32_t stride;
  float here() const { return *at; }
  float across(int32_t d) const { return at[-d] + at[d]; }
  float down(int32_t d) const { return at[-d * stride] + at[d * stride]; }
  float diagonal() const { return at[-stride - 1] + at[-stride + 1] + at[stride - 1] + at[stride + 1]; }
};

// What red, green and blue are worth at a place. red_row, red_column: whether red lies in its row, in its column.
void bilinear(const Place& p, bool red_row, bool red_column, float* rgb) {
  const bool green = red_row != red_column;
  const float beside = (red_row ? p.across(1) : p.down(1)) / 2, above = (red_row ? p.down(1) : p.across(1)) / 2;
  const float opposite = p.diagonal() / 4;
  rgb[0] = green ? beside : red_row ? p.here() : opposite;
  rgb[1] = green ? p.here() : (p.across(1) + p.down(1)) / 4;
  rgb[2] = green ? above : red_row ? opposite : p.here();
}

void gradient_corrected(const Place& p, bool red_row, bool red_column, float* rgb) {
  const float ring = p.across(2) + p.down(2), diagonal = p.diagonal();
  if (red_row == red_column) {
    const float opposite = (6 * p.here() + 2 * diagonal - 1.5f * ring) / 8;
    rgb[0] = red_row ? p.here() : opposite;
    rgb[1] = (4 * p.here() + 2 * (p.across(1) + p.down(1)) - ring) / 8;
    rgb[2] = red_row ? opposite : p.here();
    return;
  }
  const float beside = (5 * p.here() + 4 * p.across(1) - p.across(2) - diagonal + p.down(2) / 2) / 8;
  const float above = (5 * p.here() + 4 * p.down(1) - p.down(2) - diagonal + p.across(2) / 2) / 8;
  rgb[0] = red_row ? beside : above;
  rgb[1] = p.here();
  rgb[2] = red_row ? above : beside;
}

// Green at a red or blue place: along the direction in which the samples change less.
float edge_directed_green(const Place& p) {
  const float bend_across = 2 * p.here() - p.across(2), bend_down = 2 * p.here() - p.down(2);
  const float change_across = std::fabs(p.at[-1] - p.at[1]) + std::fabs(bend_across);
  const float change_down = std::fabs(p.at[-p.stride] - p.at[p.stride]) + std::fabs(bend_down);
  const float across = p.across(1) / 2 + bend_across / 4, down = p.down(1) / 2 + bend_down / 4;
  if (change_across == change_down)
    return (across + down) / 2;
  return change_across < change_down ? across : down;
}

template <class Work> void for_each_place(const FloatImage& image, BayerPhase phase, int32_t border, Work work) {
  for (int32_t y = -border; y < image.height + border; ++y)
    for (int32_t x = -border; x < image.width + border; ++x)
      work(y, x, ((y ^ phase.red_y) & 1) == 0, ((x ^ phase.red_x) & 1) == 0);
}

// Red and blue less green are smoother than red and blue: they are what is interpolated.
Status edge_directed(const Samples& samples, BayerPhase phase, FloatImage* rgb) {
  FloatImage none;
  PINHOLE_RETURN_IF_ERROR(make_image(rgb->width, rgb->height, 1, &none));
  Samples green, difference;
  PINHOLE_RETURN_IF_ERROR(green.fill(none));
  PINHOLE_RETURN_IF_ERROR(difference.fill(none));
  for_each_place(*rgb, phase, 1, [&](int32_t y, int32_t x, bool red_row, bool red_column) {
    const Place place = {samples.at(y, x), samples.stride()};
    *green.at(y, x) = red_row != red_column ? place.here() : edge_directed_green(place);
    *difference.at(y, x) = place.here() - *green.at(y, x);
  });
  for_each_place(*rgb, phase, 0, [&](int32_t y, int32_t x, bool red_row, bool red_column) {
    float* pixel = rgb->row(y) + 3 * x;
    bilinear({difference.at(y, x), difference.stride()}, red_row, red_column, pixel);
    pixel[1] = 0; // the mean of red's or blue's differences stands here
    for (int32_t c = 0; c < 3; ++c)
      pixel[c] += *green.at(y, x);
  });
  return {};
}

} // namespace

Status bayer_mosaic(const FloatImage& rgb, BayerPhase phase, FloatImage* mosaic) {
  PINHOLE_RETURN_IF_ERROR(make_image(rgb.width, rgb.height, 1, mosaic));
  for_each_place(rgb, phase, 0, [&](int32_t y, int32_t x, bool red_row, bool red_column) {
    mosaic->row(y)[x] = rgb.row(y)[3 * x + (red_row != red_column ? 1 : red_row ? 0 : 2)];
  });
  return {};
}

Status demosaic(const FloatImage& mosaic, BayerPhase phase, Demosaic method, FloatImage* rgb) {
  if (mosaic.channels != 1 || mosaic.width <= kBorder || mosaic.height <= kBorder)
    return error(Code::invalid_argument, "mosaic of %d x %d with %d channels: needs 1 channel and sides of 4 or more",
                 mosaic.width, mosaic.height, mosaic.channels);
  PINHOLE_RETURN_IF_ERROR(make_image(mosaic.width, mosaic.height, 3, rgb));
  Samples samples;
  PINHOLE_RETURN_IF_ERROR(samples.fill(mosaic));
  if (method == Demosaic::edge_directed)
    return edge_directed(samples, phase, rgb);
  for_each_place(*rgb, phase, 0, [&](int32_t y, int32_t x, bool red_row, bool red_column) {
    const Place place = {samples.at(y, x), samples.stride()};
    (method == Demosaic::bilinear ? bilinear : gradient_corrected)(place, red_row, red_column, rgb->row(y) + 3 * x);
  });
  return {};
}

} // namespace pinhole
