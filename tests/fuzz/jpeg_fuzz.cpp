// SPDX-License-Identifier: Apache-2.0
// Any bytes as an image file and as a piece of an MJPEG stream: a picture or a Status, never a crash.
#include "image/image.h"
#include "image/mjpeg.h"

#include <cstdlib>

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

void decode(const uint8_t* data, size_t size) {
  pinhole::Image image;
  std::string note;
  pinhole::ImageLimits limits;
  limits.max_pixels = 1 << 20;
  const pinhole::Status status = pinhole::decode_image(data, size, &image, &note, limits);
  if (status.ok()) {
    check(image.width > 0 && image.height > 0 && (image.channels == 1 || image.channels == 3));
    check(image.pixels.size() == static_cast<size_t>(image.width) * image.height * image.channels);
  } else {
    check(status.text[0] != 0 && image.pixels.empty());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  decode(data, size);
  pinhole::MjpegSplitter splitter(1 << 16);
  std::vector<uint8_t> frame;
  size_t delivered = 0;
  for (size_t at = 0; at < size;) {
    const size_t piece = size - at < 37 ? size - at : 37;
    splitter.push(data + at, piece);
    at += piece;
    while (splitter.next(&frame))
      delivered += frame.size();
  }
  check(delivered + static_cast<size_t>(splitter.skipped_bytes()) <= size);
  return 0;
}
