// SPDX-License-Identifier: Apache-2.0
// libpng's errors without abort() and without printing: they jump back to the call that set `jump`.
#pragma once

#include <csetjmp>
#include <cstdio>
#include <png.h>

namespace pinhole {

struct PngErrors {
  std::jmp_buf jump;
  char text[160] = {0};
};

// The two callbacks of png_create_*_struct, whose error pointer is a PngErrors.
[[noreturn]] inline void fail_png(png_structp png, png_const_charp text) {
  PngErrors* errors = static_cast<PngErrors*>(png_get_error_ptr(png));
  std::snprintf(errors->text, sizeof errors->text, "%s", text);
  std::longjmp(errors->jump, 1);
}
inline void ignore_png_warning(png_structp, png_const_charp) {}

} // namespace pinhole
