// SPDX-License-Identifier: Apache-2.0
#include "image/color.h"
#include "image/color_checks.h"

namespace pinhole {
namespace {

constexpr int kFractionBits = 16;

uint8_t clip(int32_t value) {
  return static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}

constexpr int32_t fixed(double value) {
  return static_cast<int32_t>(value * (1 << kFractionBits) + (value < 0 ? -0.5 : 0.5));
}

// Factors in 16-bit fixed point: luma, then V into red, U and V into green, U into blue.
struct YuvFactors {
  int32_t black, luma, red_v, green_u, green_v, blue_u;
};

YuvFactors factors_of(YuvFormat format) {
  const double red = format.matrix == YuvMatrix::bt601 ? 0.299 : 0.2126;
  const double blue = format.matrix == YuvMatrix::bt601 ? 0.114 : 0.0722;
  const double green = 1 - red - blue;
  const bool limited = format.range == YuvRange::limited;
  const double luma_scale = limited ? 255.0 / 219 : 1, chroma_scale = limited ? 255.0 / 224 : 1;
  return {limited ? 16 : 0,
          fixed(luma_scale),
          fixed(2 * (1 - red) * chroma_scale),
          fixed(-2 * blue * (1 - blue) / green * chroma_scale),
          fixed(-2 * red * (1 - red) / green * chroma_scale),
          fixed(2 * (1 - blue) * chroma_scale)};
}

void store_rgb(const YuvFactors& factors, int32_t luma, int32_t u, int32_t v, uint8_t* rgb) {
  const int32_t base = (luma - factors.black) * factors.luma + (1 << (kFractionBits - 1));
  const int32_t blue = u - 128, red = v - 128;
  rgb[0] = clip((base + factors.red_v * red) >> kFractionBits);
  rgb[1] = clip((base + factors.green_u * blue + factors.green_v * red) >> kFractionBits);
  rgb[2] = clip((base + factors.blue_u * blue) >> kFractionBits);
}

} // namespace

Image rgb_to_gray(const Image& image) {
  if (image.channels == 1)
    return image;
  constexpr uint32_t kRed = 19595, kGreen = 38470, kBlue = 7471; // sum 2^16
  Image gray{image.width, image.height, 1, std::vector<uint8_t>(image.pixels.size() / 3)};
  for (size_t i = 0; i < gray.pixels.size(); ++i) {
    const uint8_t* rgb = image.pixels.data() + 3 * i;
    gray.pixels[i] = static_cast<uint8_t>((rgb[0] * kRed + rgb[1] * kGreen + rgb[2] * kBlue + 0x8000) >> 16);
  }
  return gray;
}

Image gray_to_rgb(const Image& image) {
  if (image.channels == 3)
    return image;
  Image rgb{image.width, image.height, 3, std::vector<uint8_t>(image.pixels.size() * 3)};
  for (size_t i = 0; i < rgb.pixels.size(); ++i)
    rgb.pixels[i] = image.pixels[i / 3];
  return rgb;
}

Status nv12_to_rgb(const uint8_t* luma, int64_t luma_pitch, const uint8_t* chroma, int64_t chroma_pitch, int32_t width,
                   int32_t height, YuvFormat format, Image* image) {
  PINHOLE_RETURN_IF_ERROR(check_raw("NV12 luma", luma, luma_pitch, width, height, width));
  PINHOLE_RETURN_IF_ERROR(check_raw("NV12 chroma", chroma, chroma_pitch, width, height, (int64_t{width} + 1) / 2 * 2));
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, 3, image));
  const YuvFactors factors = factors_of(format);
  for (int32_t y = 0; y < height; ++y) {
    const uint8_t* lumas = luma + y * luma_pitch;
    const uint8_t* pairs = chroma + y / 2 * chroma_pitch;
    for (int32_t x = 0; x < width; ++x)
      store_rgb(factors, lumas[x], pairs[x / 2 * 2], pairs[x / 2 * 2 + 1], image->row(y) + int64_t{3} * x);
  }
  return {};
}

Status yuyv_to_rgb(const uint8_t* data, int64_t pitch, int32_t width, int32_t height, YuvFormat format, Image* image) {
  PINHOLE_RETURN_IF_ERROR(check_raw("YUYV", data, pitch, width, height, (int64_t{width} + 1) / 2 * 4));
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, 3, image));
  const YuvFactors factors = factors_of(format);
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x) {
      const uint8_t* group = data + y * pitch + int64_t{x} / 2 * 4;
      store_rgb(factors, group[x % 2 * 2], group[1], group[3], image->row(y) + int64_t{3} * x);
    }
  return {};
}

} // namespace pinhole
