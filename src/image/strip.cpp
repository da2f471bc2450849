// SPDX-License-Identifier: Apache-2.0
#include "image/strip.h"
#include "image/color.h"

#include <algorithm>

namespace pinhole {
namespace {

constexpr int32_t kSeparator = 2;
constexpr uint8_t kWhite = 255;

// `image` has the strip's channels.
void paste(const Image& image, int32_t left, int32_t top, int32_t scale, Image* strip) {
  for (int32_t y = 0; y < image.height * scale; ++y) {
    uint8_t* to = strip->row(top + y) + int64_t{left} * strip->channels;
    for (int32_t x = 0; x < image.width * scale; ++x)
      for (int32_t c = 0; c < image.channels; ++c)
        *to++ = image.row(y / scale)[x / scale * image.channels + c];
  }
}

} // namespace

Status compose_strip(const std::vector<Image>& images, StripDirection direction, int32_t scale, Image* strip) {
  if (images.empty() || scale < 1 || scale > 16)
    return error(Code::invalid_argument, "strip of %zu pictures at scale %d: at least 1 picture, scale 1 to 16",
                 images.size(), scale);
  const bool across = direction == StripDirection::across;
  int64_t along = -kSeparator, thick = 0;
  int32_t channels = 1;
  for (const Image& image : images) {
    along += int64_t{across ? image.width : image.height} * scale + kSeparator;
    thick = std::max(thick, int64_t{across ? image.height : image.width} * scale);
    channels = std::max(channels, image.channels);
  }
  if (along > INT32_MAX || thick > INT32_MAX)
    return error(Code::invalid_argument, "strip of %lld x %lld pixels is too large", static_cast<long long>(along),
                 static_cast<long long>(thick));
  const int32_t width = static_cast<int32_t>(across ? along : thick);
  const int32_t height = static_cast<int32_t>(across ? thick : along);
  PINHOLE_RETURN_IF_ERROR(make_image(width, height, channels, strip));
  std::fill(strip->pixels.begin(), strip->pixels.end(), kWhite);
  int32_t at = 0;
  for (const Image& image : images) {
    paste(channels == 3 ? gray_to_rgb(image) : image, across ? at : 0, across ? 0 : at, scale, strip);
    at += (across ? image.width : image.height) * scale + kSeparator;
  }
  return {};
}

} // namespace pinhole
