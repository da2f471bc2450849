// SPDX-License-Identifier: Apache-2.0
#include "engine/frame.h"

#include "base/checked.h"
#include "engine/luma_simd.h"
#include "engine/pixel.h"

namespace pinhole {
namespace {

struct FormatRule {
  const char* name;
  int32_t bytes_per_pixel; // in plane 0
  int32_t planes;
  bool even_width, even_height;
};

constexpr FormatRule kFormats[] = {
    {"gray8", 1, 1, false, false}, {"gray16", 2, 1, false, false}, {"rgb24", 3, 1, false, false},
    {"bgr24", 3, 1, false, false}, {"nv12", 1, 2, true, true},     {"yuyv", 2, 1, true, false},
};
constexpr int32_t kFormatCount = static_cast<int32_t>(sizeof kFormats / sizeof kFormats[0]);

size_t row_bytes(const pinhole_frame& frame, int32_t plane) {
  const FormatRule& rule = kFormats[frame.format];
  return static_cast<size_t>(frame.width) * static_cast<size_t>(plane == 0 ? rule.bytes_per_pixel : 1);
}

// Bytes of a plane: rows of `row` bytes, each `pitch` behind the one before.
struct Plane {
  Plane(const pinhole_frame& frame, int32_t plane)
      : begin(reinterpret_cast<uintptr_t>(frame.plane[plane])), pitch(frame.pitch[plane]), row(row_bytes(frame, plane)),
        end(begin + static_cast<size_t>(plane == 0 ? frame.height : frame.height / 2) * pitch - (pitch - row)) {}
  uintptr_t begin;
  size_t pitch, row;
  uintptr_t end;
};

bool overlap(const Plane& one, const Plane& other) {
  if (one.end <= other.begin || other.end <= one.begin)
    return false;
  const bool first = one.begin <= other.begin;
  const Plane &lower = first ? one : other, &upper = first ? other : one;
  const size_t behind = (upper.begin - lower.begin) % lower.pitch;
  return lower.pitch != upper.pitch || behind < lower.row || behind + upper.row > lower.pitch;
}

const uint8_t* byte_row(const pinhole_frame& frame, int32_t plane, int32_t y) {
  return static_cast<const uint8_t*>(frame.plane[plane]) + static_cast<size_t>(y) * frame.pitch[plane];
}
uint8_t* mutable_row(const pinhole_frame& frame, int32_t plane, int32_t y) {
  return static_cast<uint8_t*>(frame.plane[plane]) + static_cast<size_t>(y) * frame.pitch[plane];
}

// Calls body(i, r, g, b) for `count` pixels from x on, in 0..255.
template <class Body> void for_each_pixel(const pinhole_frame& frame, int32_t y, int32_t x, int32_t count, Body body) {
  const uint8_t* row = byte_row(frame, 0, y);
  switch (frame.format) {
  case PINHOLE_GRAY8:
    for (int32_t i = 0; i < count; ++i)
      body(i, gray_pixel(row[x + i]));
    break;
  case PINHOLE_GRAY16:
    for (int32_t i = 0; i < count; ++i)
      body(i, gray_pixel(static_cast<float>(reinterpret_cast<const uint16_t*>(row)[x + i]) * (1.0f / 257)));
    break;
  case PINHOLE_RGB24:
    for (int32_t i = 0; i < count; ++i)
      body(i, rgb_pixel(row[3 * (x + i)], row[3 * (x + i) + 1], row[3 * (x + i) + 2]));
    break;
  case PINHOLE_BGR24:
    for (int32_t i = 0; i < count; ++i)
      body(i, rgb_pixel(row[3 * (x + i) + 2], row[3 * (x + i) + 1], row[3 * (x + i)]));
    break;
  case PINHOLE_NV12: {
    const uint8_t* chroma = byte_row(frame, 1, y / 2);
    for (int32_t i = 0; i < count; ++i) {
      const int32_t pair = (x + i) & ~1;
      body(i, yuv_pixel(row[x + i], chroma[pair], chroma[pair + 1]));
    }
    break;
  }
  default: { // PINHOLE_YUYV
    for (int32_t i = 0; i < count; ++i) {
      const uint8_t* pair = row + 2 * ((x + i) & ~1);
      body(i, yuv_pixel(row[2 * (x + i)], pair[1], pair[3]));
    }
  }
  }
}

// Luma of as many of `count` pixels as SIMD takes: their number.
int32_t unpack_luma(const pinhole_frame& frame, int32_t y, int32_t x, int32_t count, float scale, float offset,
                    float* to) {
  const bool blue_first = frame.format == PINHOLE_BGR24;
  const LumaSimd luma = frame.format == PINHOLE_RGB24 || blue_first ? luma_simd(simd_level(), blue_first) : nullptr;
  if (!luma)
    return 0;
  count -= count % kLumaPixels;
  luma(byte_row(frame, 0, y) + size_t{3} * static_cast<size_t>(x), count, scale, offset, to);
  return count;
}

} // namespace

const char* frame_format_name(int32_t format) {
  return format >= 0 && format < kFormatCount ? kFormats[format].name : "unknown";
}

Status check_frame(const pinhole_frame& frame, const char* which) {
  if (frame.format < 0 || frame.format >= kFormatCount)
    return error(Code::invalid_argument, "%s: format %d is not one of pinhole_format", which, frame.format);
  const FormatRule& rule = kFormats[frame.format];
  if (frame.width < 1 || frame.height < 1 || frame.width > kMaxFrameSide || frame.height > kMaxFrameSide)
    return error(Code::bad_shape, "%s: %dx%d: sides are 1..%d", which, frame.width, frame.height, kMaxFrameSide);
  if ((rule.even_width && frame.width % 2) || (rule.even_height && frame.height % 2))
    return error(Code::bad_shape, "%s: %s of %dx%d: its chroma needs even sizes", which, rule.name, frame.width,
                 frame.height);
  for (int32_t plane = 0; plane < rule.planes; ++plane) {
    const size_t row = row_bytes(frame, plane);
    if (!frame.plane[plane])
      return error(Code::invalid_argument, "%s: plane %d of %s is null", which, plane, rule.name);
    if (frame.pitch[plane] < row)
      return error(Code::invalid_argument, "%s: pitch %zu of plane %d is less than a row's %zu bytes", which,
                   frame.pitch[plane], plane, row);
    if (frame.pitch[plane] > static_cast<size_t>(PTRDIFF_MAX) / static_cast<size_t>(frame.height))
      return error(Code::invalid_argument, "%s: pitch %zu of plane %d: rows lie one after the other, upwards", which,
                   frame.pitch[plane], plane);
  }
  const bool aligned = reinterpret_cast<uintptr_t>(frame.plane[0]) % 2 == 0 && frame.pitch[0] % 2 == 0;
  if (frame.format == PINHOLE_GRAY16 && !aligned)
    return error(Code::invalid_argument, "%s: gray16 needs an even address and pitch", which);
  return {};
}

bool frames_overlap(const pinhole_frame& one, const pinhole_frame& other) {
  for (int32_t i = 0; i < kFormats[one.format].planes; ++i)
    for (int32_t k = 0; k < kFormats[other.format].planes; ++k)
      if (overlap(Plane(one, i), Plane(other, k)))
        return true;
  return false;
}

bool frame_lies_in(const pinhole_frame& frame, const void* data, size_t bytes) {
  const auto begin = reinterpret_cast<uintptr_t>(data);
  for (int32_t i = 0; i < kFormats[frame.format].planes; ++i)
    if (const Plane plane(frame, i); plane.begin < begin + bytes && begin < plane.end)
      return true;
  return false;
}

void unpack_pixels(const pinhole_frame& frame, int32_t y, int32_t x, int32_t count, int32_t channels, float scale,
                   float offset, float* to, int64_t pixel_stride) {
  if (channels == 1 && pixel_stride == 1) { // a stride that the compiler knows
    const int32_t done = unpack_luma(frame, y, x, count, scale, offset, to);
    float* rest = to + done;
    for_each_pixel(frame, y, x + done, count - done, [=](int32_t i, Pixel p) { rest[i] = p.luma * scale + offset; });
  } else if (channels == 1)
    for_each_pixel(frame, y, x, count, [=](int32_t i, Pixel p) { to[i * pixel_stride] = p.luma * scale + offset; });
  else
    for_each_pixel(frame, y, x, count, [=](int32_t i, Pixel p) {
      float* pixel = to + i * pixel_stride;
      pixel[0] = p.r * scale + offset;
      pixel[1] = p.g * scale + offset;
      pixel[2] = p.b * scale + offset;
    });
}

void pack_row(const pinhole_frame& frame, int32_t y, int32_t channels, float scale, float offset, const float* from,
              int64_t pixel_stride) {
  uint8_t* row = mutable_row(frame, 0, y);
  const float inverse = 1 / scale;
  auto pixel_at = [&](int32_t x) {
    const float* p = from + x * pixel_stride;
    const float first = (p[0] - offset) * inverse;
    return channels == 1 ? gray_pixel(first) : rgb_pixel(first, (p[1] - offset) * inverse, (p[2] - offset) * inverse);
  };
  switch (frame.format) {
  case PINHOLE_GRAY8:
    for (int32_t x = 0; x < frame.width; ++x)
      row[x] = to_byte(pixel_at(x).luma);
    break;
  case PINHOLE_GRAY16:
    for (int32_t x = 0; x < frame.width; ++x)
      reinterpret_cast<uint16_t*>(row)[x] = to_word(pixel_at(x).luma * 257);
    break;
  case PINHOLE_RGB24:
  case PINHOLE_BGR24: {
    const int32_t red = frame.format == PINHOLE_RGB24 ? 0 : 2;
    for (int32_t x = 0; x < frame.width; ++x) {
      const Pixel p = pixel_at(x);
      row[3 * x + red] = to_byte(p.r);
      row[3 * x + 1] = to_byte(p.g);
      row[3 * x + 2 - red] = to_byte(p.b);
    }
    break;
  }
  default: { // PINHOLE_NV12, PINHOLE_YUYV: pairs of pixels share their chroma
    const bool planar = frame.format == PINHOLE_NV12;
    uint8_t* chroma = planar && y % 2 == 0 ? mutable_row(frame, 1, y / 2) : nullptr;
    for (int32_t x = 0; x < frame.width; x += 2) {
      const Yuv a = to_yuv(pixel_at(x)), b = to_yuv(pixel_at(x + 1));
      row[planar ? x : 2 * x] = to_byte(a.y);
      row[planar ? x + 1 : 2 * x + 2] = to_byte(b.y);
      if (!planar)
        chroma = row + 2 * x + 1;
      if (!chroma)
        continue;
      chroma[planar ? x : 0] = to_byte((a.u + b.u) / 2);
      chroma[planar ? x + 1 : 2] = to_byte((a.v + b.v) / 2);
    }
  }
  }
}

void load_rows(const pinhole_frame& frame, const View& view, RowRange rows, float scale, float offset) {
  const int32_t channels = view.desc.c;
  for (int32_t y = rows.begin; y < rows.end; ++y) {
    float* to = view.row<float>(0, y);
    unpack_pixels(frame, mirror_index(y, frame.height), 0, frame.width, channels, scale, offset, to, view.pixel_stride);
    for (int32_t x = frame.width; x < view.desc.w; ++x)
      for (int32_t c = 0; c < channels; ++c)
        to[x * view.pixel_stride + c] = to[mirror_index(x, frame.width) * view.pixel_stride + c];
  }
}

void store_rows(const pinhole_frame& frame, const View& view, RowRange rows, float scale, float offset) {
  for (int32_t y = rows.begin; y < min_of(rows.end, frame.height); ++y)
    pack_row(frame, y, view.desc.c, scale, offset, view.row<float>(0, y), view.pixel_stride);
}

} // namespace pinhole
