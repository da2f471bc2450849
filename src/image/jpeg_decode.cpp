// SPDX-License-Identifier: Apache-2.0
#include "image/exif.h"
#include "image/jpeg.h"
#include "image/jpeg_errors.h"

namespace pinhole {
namespace {

constexpr int kApp1 = JPEG_APP0 + 1;
// A progressive file needs about ten; each one may cost a pass over the whole picture, so hostile files have thousands.
constexpr int kMaxScans = 100;

// The decompressor and all that its callbacks reach. Freed on every path out.
struct Decoder {
  jpeg_decompress_struct cinfo = {};
  JpegErrors errors = {};
  jpeg_source_mgr source = {};
  jpeg_progress_mgr progress = {};
  ~Decoder() { jpeg_destroy_decompress(&cinfo); }
};

void do_nothing(j_decompress_ptr) {}

// Called when the bytes run out; libjpeg's own source would invent an end marker and a gray rest.
boolean fail_at_end(j_decompress_ptr cinfo) {
  fail_jpeg(reinterpret_cast<j_common_ptr>(cinfo), "the file is truncated");
}

void skip_bytes(j_decompress_ptr cinfo, long count) {
  if (count <= 0)
    return;
  if (static_cast<size_t>(count) > cinfo->src->bytes_in_buffer)
    fail_jpeg(reinterpret_cast<j_common_ptr>(cinfo), "the file is truncated inside a segment");
  cinfo->src->next_input_byte += count;
  cinfo->src->bytes_in_buffer -= static_cast<size_t>(count);
}

void limit_scans(j_common_ptr cinfo) {
  if (reinterpret_cast<j_decompress_ptr>(cinfo)->input_scan_number > kMaxScans)
    fail_jpeg(cinfo, "more than 100 scans");
}

bool read_header(Decoder* decoder, const void* bytes, size_t size) {
  jpeg_decompress_struct* cinfo = &decoder->cinfo;
  cinfo->err = install_jpeg_errors(&decoder->errors);
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  jpeg_create_decompress(cinfo);
  decoder->source.init_source = do_nothing;
  decoder->source.fill_input_buffer = fail_at_end;
  decoder->source.skip_input_data = skip_bytes;
  decoder->source.resync_to_restart = jpeg_resync_to_restart;
  decoder->source.term_source = do_nothing;
  decoder->source.next_input_byte = static_cast<const JOCTET*>(bytes);
  decoder->source.bytes_in_buffer = size;
  cinfo->src = &decoder->source;
  decoder->progress.progress_monitor = limit_scans;
  cinfo->progress = &decoder->progress;
  jpeg_save_markers(cinfo, kApp1, 0xFFFF);
  jpeg_read_header(cinfo, TRUE);
  return true;
}

Status check_header(const jpeg_decompress_struct& cinfo, const ImageLimits& limits) {
  if (int64_t{cinfo.image_width} * cinfo.image_height > limits.max_pixels)
    return error(Code::bad_file, "JPEG of %u x %u pixels: more than the allowed %lld", cinfo.image_width,
                 cinfo.image_height, static_cast<long long>(limits.max_pixels));
  if (cinfo.jpeg_color_space == JCS_CMYK || cinfo.jpeg_color_space == JCS_YCCK)
    return error(Code::bad_file, "JPEG with four inks (CMYK), made for print: convert it to RGB first");
  if (cinfo.jpeg_color_space == JCS_UNKNOWN)
    return error(Code::bad_file, "JPEG with %d colour components: 1 (gray) or 3 (colour) are needed",
                 cinfo.num_components);
  return {};
}

bool start(Decoder* decoder, bool gray, const ImageLimits& limits) {
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  decoder->cinfo.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  decoder->cinfo.dct_method = JDCT_ISLOW;
  // Whole-picture coefficient arrays (progressive): at most 4 components of 2 bytes, with room for padding.
  decoder->cinfo.mem->max_memory_to_use = static_cast<long>(limits.max_pixels * 8 + (1 << 24));
  jpeg_start_decompress(&decoder->cinfo);
  return true;
}

bool read_rows(Decoder* decoder, Image* image) {
  if (setjmp(decoder->errors.jump) != 0)
    return false;
  while (decoder->cinfo.output_scanline < decoder->cinfo.output_height) {
    JSAMPROW row = image->row(static_cast<int32_t>(decoder->cinfo.output_scanline));
    jpeg_read_scanlines(&decoder->cinfo, &row, 1);
  }
  jpeg_finish_decompress(&decoder->cinfo);
  return true;
}

Status header_error(const Decoder& decoder) {
  return error(Code::bad_file, "JPEG header: %s", decoder.errors.text);
}

// Progressive files are read whole, scan by scan, before the first row comes out: then the row is the scan's.
Status pixel_error(const Decoder& decoder) {
  const jpeg_decompress_struct& cinfo = decoder.cinfo;
  if (cinfo.output_scanline > 0)
    return error(Code::bad_file, "JPEG: %s after row %u of %u", decoder.errors.text, cinfo.output_scanline,
                 cinfo.image_height);
  const unsigned row = cinfo.input_iMCU_row * static_cast<unsigned>(cinfo.max_v_samp_factor * DCTSIZE);
  return error(Code::bad_file, "JPEG: %s after row %u of %u, scan %d", decoder.errors.text,
               row < cinfo.image_height ? row : cinfo.image_height, cinfo.image_height, cinfo.input_scan_number);
}

int stored_orientation(const jpeg_decompress_struct& cinfo) {
  for (jpeg_saved_marker_ptr marker = cinfo.marker_list; marker != nullptr; marker = marker->next)
    if (const int orientation = exif_orientation(marker->data, marker->data_length); orientation != 1)
      return orientation;
  return 1;
}

} // namespace

Status decode_jpeg(const void* bytes, size_t size, Image* image, std::string* note, const ImageLimits& limits) {
  Decoder decoder;
  if (!read_header(&decoder, bytes, size))
    return header_error(decoder);
  PINHOLE_RETURN_IF_ERROR(check_header(decoder.cinfo, limits));
  const bool gray = decoder.cinfo.jpeg_color_space == JCS_GRAYSCALE;
  const int orientation = stored_orientation(decoder.cinfo);
  if (!start(&decoder, gray, limits))
    return pixel_error(decoder);
  Image decoded;
  PINHOLE_RETURN_IF_ERROR(make_image(static_cast<int32_t>(decoder.cinfo.output_width),
                                     static_cast<int32_t>(decoder.cinfo.output_height), gray ? 1 : 3, &decoded));
  if (!read_rows(&decoder, &decoded))
    return pixel_error(decoder);
  PINHOLE_RETURN_IF_ERROR(apply_orientation(orientation, &decoded));
  if (note)
    *note = decoder.errors.warning;
  *image = std::move(decoded);
  return {};
}

} // namespace pinhole
