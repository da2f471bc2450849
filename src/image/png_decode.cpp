// SPDX-License-Identifier: Apache-2.0
#include "image/png_errors.h"
#include "image/png_file.h"

#include <cstring>

namespace pinhole {
namespace {

struct Decoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngErrors errors;
  const uint8_t* next = nullptr;
  size_t left = 0;
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read_bytes(png_structp png, png_bytep to, size_t count) {
  Decoder* decoder = static_cast<Decoder*>(png_get_io_ptr(png));
  if (count > decoder->left)
    png_error(png, "the file is truncated");
  std::memcpy(to, decoder->next, count);
  decoder->next += count;
  decoder->left -= count;
}

// Sets libpng to deliver 8-bit gray, gray + alpha, RGB or RGB + alpha.
bool read_header(Decoder* decoder) {
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder->errors, fail_png, ignore_png_warning);
  decoder->info = decoder->png ? png_create_info_struct(decoder->png) : nullptr;
  if (!decoder->info)
    return false;
  png_set_read_fn(decoder->png, decoder, read_bytes);
  png_set_user_limits(decoder->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); // ours are in pixels
  png_read_info(decoder->png, decoder->info);
  png_set_scale_16(decoder->png);
  png_set_expand(decoder->png); // palette to RGB, few bits to 8, a transparent colour to alpha
  png_set_interlace_handling(decoder->png);
  return true;
}

bool read_pixels(Decoder* decoder, png_bytepp rows) {
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  png_read_image(decoder->png, rows);
  png_read_end(decoder->png, nullptr);
  return true;
}

bool start(Decoder* decoder) {
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  png_read_update_info(decoder->png, decoder->info);
  return true;
}

Status failed(const Decoder& decoder) {
  const char* text = decoder.errors.text[0] ? decoder.errors.text : "libpng has no memory";
  return error(Code::bad_file, "PNG: %s", text);
}

// Lays pixels of `channels` values and alpha over black; true when any was not opaque.
bool lay_over_black(const std::vector<uint8_t>& stored, int channels, std::vector<uint8_t>* pixels) {
  bool transparent = false;
  const size_t count = pixels->size() / static_cast<size_t>(channels);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* in = stored.data() + i * static_cast<size_t>(channels + 1);
    const unsigned alpha = in[channels];
    transparent |= alpha != 255;
    for (int c = 0; c < channels; ++c)
      (*pixels)[i * static_cast<size_t>(channels) + static_cast<size_t>(c)] =
          static_cast<uint8_t>((in[c] * alpha + 127) / 255);
  }
  return transparent;
}

Status read_rows(Decoder* decoder, int32_t width, int32_t height, std::vector<uint8_t>* stored) {
  if (!start(decoder))
    return failed(*decoder);
  const size_t row_bytes = png_get_rowbytes(decoder->png, decoder->info);
  if (row_bytes != static_cast<size_t>(width) * png_get_channels(decoder->png, decoder->info))
    return error(Code::bad_file, "PNG: a row of %d pixels has %zu bytes", width, row_bytes);
  std::vector<png_bytep> rows(static_cast<size_t>(height));
  stored->resize(row_bytes * static_cast<size_t>(height));
  for (size_t y = 0; y < rows.size(); ++y)
    rows[y] = stored->data() + y * row_bytes;
  return read_pixels(decoder, rows.data()) ? Status{} : failed(*decoder);
}

} // namespace

Status decode_png(const void* bytes, size_t size, Image* image, std::string* note, const ImageLimits& limits) {
  Decoder decoder;
  decoder.next = static_cast<const uint8_t*>(bytes);
  decoder.left = size;
  if (!read_header(&decoder))
    return failed(decoder);
  const uint32_t width = png_get_image_width(decoder.png, decoder.info);
  const uint32_t height = png_get_image_height(decoder.png, decoder.info);
  if (uint64_t{width} * height > static_cast<uint64_t>(limits.max_pixels))
    return error(Code::bad_file, "PNG of %u x %u pixels: more than the allowed %lld", width, height,
                 static_cast<long long>(limits.max_pixels));
  std::vector<uint8_t> stored;
  PINHOLE_RETURN_IF_ERROR(read_rows(&decoder, static_cast<int32_t>(width), static_cast<int32_t>(height), &stored));
  const int channels = png_get_channels(decoder.png, decoder.info);
  Image decoded;
  PINHOLE_RETURN_IF_ERROR(
      make_image(static_cast<int32_t>(width), static_cast<int32_t>(height), channels < 3 ? 1 : 3, &decoded));
  if (note)
    note->clear();
  if (channels == decoded.channels)
    decoded.pixels = std::move(stored);
  else if (lay_over_black(stored, decoded.channels, &decoded.pixels) && note)
    *note = "transparent pixels were laid over black";
  *image = std::move(decoded);
  return {};
}

} // namespace pinhole
