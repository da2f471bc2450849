// SPDX-License-Identifier: Apache-2.0
#include "image/pnm.h"

#include "image/digits.h"

#include <cstdio>
#include <cstring>

namespace pinhole {
namespace {

bool is_space(uint8_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

struct Cursor {
  const uint8_t* next;
  const uint8_t* end;

  size_t left() const { return static_cast<size_t>(end - next); }

  void skip_space_and_comments() {
    while (next < end && (is_space(*next) || *next == '#')) {
      if (*next == '#')
        while (next < end && *next != '\n')
          ++next;
      else
        ++next;
    }
  }

  // The next decimal number; -1 when there is none or it exceeds nine digits.
  int32_t number() {
    skip_space_and_comments();
    const uint8_t* first = next;
    int32_t value = 0;
    for (; next < end && is_digit(*next) && next - first < 9; ++next)
      value = value * 10 + (*next - '0');
    const bool ended = next == end || is_space(*next) || *next == '#';
    return next > first && ended ? value : -1;
  }
};

struct Header {
  bool text;
  int32_t channels, width, height, maxval;
};

Status read_header(Cursor* cursor, const ImageLimits& limits, Header* header) {
  const char kind = cursor->left() >= 3 && cursor->next[0] == 'P' ? static_cast<char>(cursor->next[1]) : '0';
  if (kind != '2' && kind != '3' && kind != '5' && kind != '6')
    return error(Code::bad_file, "PNM: the kinds P2, P3, P5 and P6 can be read, not this one");
  cursor->next += 2;
  header->text = kind < '4';
  header->channels = kind == '2' || kind == '5' ? 1 : 3;
  header->width = cursor->number();
  header->height = cursor->number();
  header->maxval = cursor->number();
  if (header->width < 1 || header->height < 1 || header->maxval < 1 || header->maxval > 65535)
    return error(Code::bad_file, "PNM: the header does not hold width, height and a greatest value of 1 to 65535");
  const int64_t pixels = int64_t{header->width} * header->height;
  if (pixels > limits.max_pixels)
    return error(Code::bad_file, "PNM of %d x %d pixels: more than the allowed %lld", header->width, header->height,
                 static_cast<long long>(limits.max_pixels));
  if (cursor->left() == 0 || !is_space(*cursor->next))
    return error(Code::bad_file, "PNM: the file is truncated after the header");
  ++cursor->next;
  // Text needs two bytes a value (the last one): a short file cannot make us allocate a large picture.
  const int64_t value_bytes = header->text || header->maxval > 255 ? 2 : 1;
  const int64_t needed = pixels * header->channels * value_bytes - (header->text ? 1 : 0);
  if (static_cast<uint64_t>(needed) > cursor->left())
    return error(Code::bad_file, "PNM of %d x %d: the file is truncated (%lld bytes of pixels needed, %zu there)",
                 header->width, header->height, static_cast<long long>(needed), cursor->left());
  return {};
}

// The next stored value, -1 when the text has none.
int32_t next_value(Cursor* cursor, const Header& header) {
  if (header.text)
    return cursor->number();
  if (header.maxval < 256)
    return *cursor->next++;
  cursor->next += 2;
  return cursor->next[-2] << 8 | cursor->next[-1];
}

} // namespace

Status decode_pnm(const void* bytes, size_t size, Image* image, const ImageLimits& limits) {
  const uint8_t* first = static_cast<const uint8_t*>(bytes);
  Cursor cursor = {first, first + size};
  Header header = {};
  PINHOLE_RETURN_IF_ERROR(read_header(&cursor, limits, &header));
  Image decoded;
  PINHOLE_RETURN_IF_ERROR(make_image(header.width, header.height, header.channels, &decoded));
  for (size_t i = 0; i < decoded.pixels.size(); ++i) {
    const int32_t value = next_value(&cursor, header);
    if (value < 0 || value > header.maxval)
      return error(Code::bad_file, "PNM: value %zu is missing, no number, or over the greatest value %d", i,
                   header.maxval);
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): the header's check, in a Status, is out of the analyzer's sight
    decoded.pixels[i] = static_cast<uint8_t>((value * 255 + header.maxval / 2) / header.maxval);
  }
  *image = std::move(decoded);
  return {};
}

void encode_pnm(const Image& image, std::vector<uint8_t>* bytes) {
  char header[64];
  const int length = std::snprintf(header, sizeof header, "P%c\n%d %d\n255\n", image.channels == 1 ? '5' : '6',
                                   image.width, image.height);
  bytes->assign(header, header + length);
  bytes->insert(bytes->end(), image.pixels.begin(), image.pixels.end());
}

} // namespace pinhole
