// SPDX-License-Identifier: Apache-2.0
#include "train/jpeg_corruption.h"

#include "image/jpeg.h"

#include <cmath>

namespace pinhole {
namespace {

FloatImage to_image(const View& view) {
  FloatImage image;
  image.width = view.desc.w;
  image.height = view.desc.h;
  image.channels = view.desc.c;
  image.pixels.resize(static_cast<size_t>(view.desc.elements()));
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c)
        image.row(y)[x * view.desc.c + c] = view.row<float>(0, y)[x * view.pixel_stride + c] * 255.0f;
  return image;
}

// Writes the image back; returns the root mean square of the change, in units of x.
double from_image(const Image& image, const View& view) {
  double sum = 0;
  for (int32_t y = 0; y < view.desc.h; ++y)
    for (int32_t x = 0; x < view.desc.w; ++x)
      for (int32_t c = 0; c < view.desc.c; ++c) {
        float* value = &view.row<float>(0, y)[x * view.pixel_stride + c];
        const float after = static_cast<float>(image.row(y)[x * view.desc.c + c]) * (1.0f / 255);
        const double change = static_cast<double>(after - *value);
        sum += change * change;
        *value = after;
      }
  return std::sqrt(sum / static_cast<double>(view.desc.elements()));
}

} // namespace

Status compress_if_asked(const WeightedCorruption& entry, const NoiseKey& key, const View& image, float* level) {
  const bool alone = entry.corruption.kind == CorruptionKind::jpeg;
  if (!alone && entry.jpeg_quality.high < 1)
    return Status();
  constexpr uint32_t kQualityWord = 2; // 0 and 1 are the noise's parameters
  JpegOptions options;
  const Interval& quality = alone ? entry.corruption.first : entry.jpeg_quality;
  options.quality = static_cast<int>(std::lround(draw(quality, key, kQualityWord)));
  std::vector<uint8_t> bytes;
  Image decoded;
  PINHOLE_RETURN_IF_ERROR(encode_jpeg(to_bytes(to_image(image)), options, &bytes));
  PINHOLE_RETURN_IF_ERROR(decode_jpeg(bytes.data(), bytes.size(), &decoded));
  const double change = from_image(decoded, image);
  if (alone)
    *level = static_cast<float>(change);
  return Status();
}

} // namespace pinhole
