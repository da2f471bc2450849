// SPDX-License-Identifier: Apache-2.0
#include "train/jpeg_corruption.h"

#include "image/jpeg.h"
#include "train/view_pixels.h"

#include <cmath>

namespace pinhole {

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
  PINHOLE_RETURN_IF_ERROR(encode_jpeg(to_bytes(read_pixels(image, 255)), options, &bytes));
  PINHOLE_RETURN_IF_ERROR(decode_jpeg(bytes.data(), bytes.size(), &decoded));
  const double change = write_pixels(to_float(decoded), 1.0f / 255, image);
  if (alone)
    *level = static_cast<float>(change);
  return Status();
}

} // namespace pinhole
