// SPDX-License-Identifier: Apache-2.0
#include "image/png_errors.h"
#include "image/png_file.h"

#include <new>

namespace pinhole {
namespace {

struct Encoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngErrors errors;
  std::vector<uint8_t>* bytes = nullptr;
  ~Encoder() { png_destroy_write_struct(&png, &info); }
};

// No exception may pass through libpng's C frames.
bool append(std::vector<uint8_t>* bytes, const uint8_t* data, size_t count) {
  try {
    bytes->insert(bytes->end(), data, data + count);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void write_bytes(png_structp png, png_bytep data, size_t count) {
  if (!append(static_cast<Encoder*>(png_get_io_ptr(png))->bytes, data, count))
    png_error(png, "no memory for the file");
}

void flush_nothing(png_structp) {}

bool write_image(Encoder* encoder, const Image& image) {
  if (setjmp(encoder->errors.jump) != 0)
    return false;
  encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoder->errors, fail_png, ignore_png_warning);
  encoder->info = encoder->png ? png_create_info_struct(encoder->png) : nullptr;
  if (!encoder->info)
    return false;
  png_set_write_fn(encoder->png, encoder, write_bytes, flush_nothing);
  png_set_IHDR(encoder->png, encoder->info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), 8,
               image.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(encoder->png, encoder->info);
  for (int32_t y = 0; y < image.height; ++y)
    png_write_row(encoder->png, image.row(y));
  png_write_end(encoder->png, nullptr);
  return true;
}

} // namespace

Status encode_png(const Image& image, std::vector<uint8_t>* bytes) {
  bytes->clear();
  Encoder encoder;
  encoder.bytes = bytes;
  if (!write_image(&encoder, image))
    return error(Code::too_little_memory, "PNG of %d x %d cannot be written: %s", image.width, image.height,
                 encoder.errors.text);
  return {};
}

} // namespace pinhole
