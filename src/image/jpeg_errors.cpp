// SPDX-License-Identifier: Apache-2.0
#include "image/jpeg_errors.h"

#include <jerror.h>

namespace pinhole {
namespace {

JpegErrors* errors_of(j_common_ptr cinfo) {
  return reinterpret_cast<JpegErrors*>(cinfo->err);
}

[[noreturn]] void exit_with_error(j_common_ptr cinfo) {
  JpegErrors* errors = errors_of(cinfo);
  cinfo->err->format_message(cinfo, errors->text);
  std::longjmp(errors->jump, 1);
}

// libjpeg calls damaged pixels a warning and goes on with made-up ones.
bool spoils_pixels(int code) {
  return code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE ||
         code == JWRN_MUST_RESYNC || code == JWRN_JPEG_EOF || code == JWRN_BOGUS_PROGRESSION;
}

void take_message(j_common_ptr cinfo, int level) {
  if (level >= 0)
    return; // a trace message
  if (spoils_pixels(cinfo->err->msg_code))
    exit_with_error(cinfo);
  JpegErrors* errors = errors_of(cinfo);
  if (errors->warning[0] == 0)
    cinfo->err->format_message(cinfo, errors->warning);
}

void print_nothing(j_common_ptr) {}

} // namespace

jpeg_error_mgr* install_jpeg_errors(JpegErrors* errors) {
  jpeg_std_error(&errors->manager);
  errors->manager.error_exit = exit_with_error;
  errors->manager.emit_message = take_message;
  errors->manager.output_message = print_nothing;
  errors->text[0] = 0;
  errors->warning[0] = 0;
  return &errors->manager;
}

void fail_jpeg(j_common_ptr cinfo, const char* text) {
  JpegErrors* errors = errors_of(cinfo);
  std::snprintf(errors->text, sizeof errors->text, "%s", text);
  std::longjmp(errors->jump, 1);
}

} // namespace pinhole
