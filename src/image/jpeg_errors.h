// SPDX-License-Identifier: Apache-2.0
// libjpeg's errors without exit() and without printing: they jump back to the call that set `jump`.
// Between setjmp and the jump there must be no object with a destructor.
#pragma once

#include <csetjmp>
#include <cstdio> // jpeglib.h needs FILE and size_t
#include <jpeglib.h>

namespace pinhole {

struct JpegErrors {
  jpeg_error_mgr manager; // first, so that libjpeg's pointer to it is a pointer to this
  std::jmp_buf jump;
  char text[JMSG_LENGTH_MAX];    // the error that ended the work
  char warning[JMSG_LENGTH_MAX]; // the first harmless oddity, or ""
};

// Fills *errors and returns what belongs in cinfo.err.
jpeg_error_mgr* install_jpeg_errors(JpegErrors* errors);

// Ends the work with `text`.
[[noreturn]] void fail_jpeg(j_common_ptr cinfo, const char* text);

} // namespace pinhole
