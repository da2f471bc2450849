// SPDX-License-Identifier: Apache-2.0
// JPEG files that Pinhole itself would not write: other inks, many scans, EXIF, headers that lie.
#pragma once

#include "image/jpeg.h"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <jpeglib.h>

namespace pinhole {

inline std::vector<uint8_t> encoded(const Image& image, const JpegOptions& options) {
  std::vector<uint8_t> bytes;
  const Status status = encode_jpeg(image, options, &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

// A flat 16 x 16 picture of `components` values a pixel.
inline std::vector<uint8_t> flat_jpeg(int components, J_COLOR_SPACE space,
                                      const std::vector<jpeg_scan_info>& scans = {}) {
  jpeg_compress_struct cinfo = {};
  jpeg_error_mgr errors = {};
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  cinfo.err = jpeg_std_error(&errors); // a mistake in a test may end the program
  jpeg_create_compress(&cinfo);
  jpeg_mem_dest(&cinfo, &memory, &size);
  cinfo.image_width = cinfo.image_height = 16;
  cinfo.input_components = components;
  cinfo.in_color_space = space == JCS_YCCK ? JCS_CMYK : space;
  jpeg_set_defaults(&cinfo);
  jpeg_set_colorspace(&cinfo, space);
  if (!scans.empty()) {
    cinfo.scan_info = scans.data();
    cinfo.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&cinfo, TRUE);
  std::vector<JSAMPLE> row(static_cast<size_t>(16 * components), 100);
  JSAMPROW rows = row.data();
  while (cinfo.next_scanline < cinfo.image_height)
    jpeg_write_scanlines(&cinfo, &rows, 1);
  jpeg_finish_compress(&cinfo);
  std::vector<uint8_t> bytes(memory, memory + size);
  jpeg_destroy_compress(&cinfo);
  std::free(memory);
  return bytes;
}

// An EXIF block with this orientation, from "Exif" on.
inline std::vector<uint8_t> exif_payload(int orientation, bool big_endian) {
  std::vector<uint8_t> bytes = {'E', 'x', 'i', 'f', 0, 0};
  const auto put = [&](uint32_t value, int count) {
    for (int i = 0; i < count; ++i)
      bytes.push_back(static_cast<uint8_t>(value >> 8 * (big_endian ? count - 1 - i : i)));
  };
  put(big_endian ? 0x4D4D : 0x4949, 2);
  put(42, 2);
  put(8, 4);
  put(2, 2);                                                // two entries
  put(0x010F, 2), put(2, 2), put(4, 4), put(0x41424344, 4); // the maker's name
  put(0x0112, 2), put(3, 2), put(1, 4);                     // the orientation
  put(static_cast<uint32_t>(orientation), 2), put(0, 2), put(0, 4);
  return bytes;
}

// `jpeg` with a segment FF `code` after its start marker.
inline std::vector<uint8_t> with_segment(const std::vector<uint8_t>& jpeg, uint8_t code,
                                         const std::vector<uint8_t>& payload) {
  std::vector<uint8_t> bytes(jpeg.begin(), jpeg.begin() + 2);
  const size_t length = payload.size() + 2;
  bytes.insert(bytes.end(), {0xFF, code, static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length)});
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
  return bytes;
}

// `jpeg` (baseline) whose header says width x height.
inline std::vector<uint8_t> with_size(std::vector<uint8_t> jpeg, int width, int height) {
  const uint8_t marker[] = {0xFF, 0xC0};
  const auto frame = std::search(jpeg.begin(), jpeg.end(), std::begin(marker), std::end(marker));
  EXPECT_NE(frame, jpeg.end());
  frame[5] = static_cast<uint8_t>(height >> 8), frame[6] = static_cast<uint8_t>(height);
  frame[7] = static_cast<uint8_t>(width >> 8), frame[8] = static_cast<uint8_t>(width);
  return jpeg;
}

} // namespace pinhole
