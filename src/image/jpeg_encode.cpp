// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg.h"
#include "image/jpeg_errors.h"

#include <cstdlib>

namespace pinhole {
namespace {

// The compressor and its growing output. Freed on every path out.
struct Encoder {
  jpeg_compress_struct cinfo = {};
  JpegErrors errors = {};
  unsigned char* bytes = nullptr; // from libjpeg's malloc
  unsigned long size = 0;
  ~Encoder() {
    jpeg_destroy_compress(&cinfo);
    std::free(bytes);
  }
};

void set_sampling(jpeg_compress_struct* cinfo, ChromaSampling sampling) {
  constexpr int kFactors[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}};
  cinfo->comp_info[0].h_samp_factor = kFactors[static_cast<int>(sampling)][0];
  cinfo->comp_info[0].v_samp_factor = kFactors[static_cast<int>(sampling)][1];
}

bool compress(Encoder* encoder, const Image& image, const JpegOptions& options) {
  jpeg_compress_struct* cinfo = &encoder->cinfo;
  cinfo->err = install_jpeg_errors(&encoder->errors);
  if (setjmp(encoder->errors.jump) != 0)
    return false;
  jpeg_create_compress(cinfo);
  jpeg_mem_dest(cinfo, &encoder->bytes, &encoder->size);
  cinfo->image_width = static_cast<JDIMENSION>(image.width);
  cinfo->image_height = static_cast<JDIMENSION>(image.height);
  cinfo->input_components = image.channels;
  cinfo->in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(cinfo);
  jpeg_set_quality(cinfo, options.quality, TRUE);
  cinfo->dct_method = JDCT_ISLOW;
  cinfo->arith_code = options.arithmetic ? TRUE : FALSE;
  if (image.channels == 3)
    set_sampling(cinfo, options.sampling);
  if (options.progressive)
    jpeg_simple_progression(cinfo);
  jpeg_start_compress(cinfo, TRUE);
  while (cinfo->next_scanline < cinfo->image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int32_t>(cinfo->next_scanline))); // read only
    jpeg_write_scanlines(cinfo, &row, 1);
  }
  jpeg_finish_compress(cinfo);
  return true;
}

} // namespace

Status encode_jpeg(const Image& image, const JpegOptions& options, std::vector<uint8_t>* bytes) {
  if (options.quality < 1 || options.quality > 100)
    return error(Code::invalid_argument, "JPEG quality %d: must be 1 to 100", options.quality);
  Encoder encoder;
  if (!compress(&encoder, image, options))
    return error(Code::invalid_argument, "JPEG of %d x %d cannot be written: %s", image.width, image.height,
                 encoder.errors.text);
  bytes->assign(encoder.bytes, encoder.bytes + encoder.size);
  return {};
}

} // namespace pinhole
