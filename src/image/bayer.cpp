// SPDX-License-Identifier: Apache-2.0
#include "image/color.h"
#include "image/color_checks.h"

namespace pinhole {
namespace {

// A mosaic whose edges are mirrored without repeating them: the colour of a place outside stays that of its parity.
struct Mosaic {
  const uint8_t* data;
  int64_t pitch;
  int32_t width, height;

  static int32_t mirrored(int32_t at, int32_t size) { return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at; }
  // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): check_raw's Status is out of the analyzer's sight
  int32_t at(int32_t x, int32_t y) const { return data[mirrored(y, height) * pitch + mirrored(x, width)]; }
  int32_t across(int32_t x, int32_t y) const { return at(x - 1, y) + at(x + 1, y); }
  int32_t down(int32_t x, int32_t y) const { return at(x, y - 1) + at(x, y + 1); }
};

void store_rgb(const Mosaic& mosaic, int32_t x, int32_t y, bool red_row, bool red_column, uint8_t* rgb) {
  const int32_t here = mosaic.at(x, y);
  const int32_t across = (mosaic.across(x, y) + 1) / 2, down = (mosaic.down(x, y) + 1) / 2;
  if (red_row != red_column) { // a green place: red lies beside it in a red row, else above and below
    rgb[0] = static_cast<uint8_t>(red_row ? across : down);
    rgb[1] = static_cast<uint8_t>(here);
    rgb[2] = static_cast<uint8_t>(red_row ? down : across);
    return;
  }
  const int32_t diagonal = (mosaic.across(x, y - 1) + mosaic.across(x, y + 1) + 2) / 4;
  rgb[0] = static_cast<uint8_t>(red_row ? here : diagonal);
  rgb[1] = static_cast<uint8_t>((mosaic.across(x, y) + mosaic.down(x, y) + 2) / 4);
  rgb[2] = static_cast<uint8_t>(red_row ? diagonal : here);
}

} // namespace

Status bayer8_to_rgb(const uint8_t* data, int64_t pitch, int32_t width, int32_t height, BayerOrder order,
                     Image* image) {
  PINHOLE_RETURN_IF_ERROR(check_raw("Bayer mosaic", data, pitch, width, height, width));
  if (width < 2 || height < 2)
    return error(Code::invalid_argument, "Bayer mosaic of %d x %d: both sides must be at least 2", width, height);
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, 3, image));
  const Mosaic mosaic = {data, pitch, width, height};
  const int32_t red_y = order == BayerOrder::rggb || order == BayerOrder::grbg ? 0 : 1;
  const int32_t red_x = order == BayerOrder::rggb || order == BayerOrder::gbrg ? 0 : 1;
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      store_rgb(mosaic, x, y, y % 2 == red_y, x % 2 == red_x, image->row(y) + int64_t{3} * x);
  return {};
}

} // namespace pinhole
