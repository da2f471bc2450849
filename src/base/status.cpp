// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include "base/utf8.h"

#include <cstdarg>
#include <cstdio>

namespace pinhole {
namespace {

constexpr int kLongestCharacter = 4; // in UTF-8

int character_bytes(char first) {
  const unsigned bits = static_cast<unsigned char>(first);
  return bits >= 0xf0u ? 4 : bits >= 0xe0u ? 3 : bits >= 0xc0u ? 2 : 1;
}

// Takes the beginning of a character away that a cut at `size` has left without its end.
void mend_cut(char* text, int size) {
  int begin = size - 1;
  while (begin > 0 && size - begin < kLongestCharacter && continues_character(text[begin]))
    --begin;
  if (begin >= 0 && begin + character_bytes(text[begin]) > size)
    text[begin] = '\0';
}

} // namespace

Status error(Code code, const char* format, ...) {
  Status status;
  status.code = code;
  va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(status.text, sizeof status.text, format, arguments);
  va_end(arguments);
  if (size >= static_cast<int>(sizeof status.text))
    mend_cut(status.text, static_cast<int>(sizeof status.text) - 1);
  return status;
}

const char* code_name(Code code) {
  switch (code) {
  case Code::ok:
    return "ok";
  case Code::invalid_argument:
    return "invalid_argument";
  case Code::bad_shape:
    return "bad_shape";
  case Code::bad_file:
    return "bad_file";
  case Code::too_little_memory:
    return "too_little_memory";
  case Code::unsupported:
    return "unsupported";
  case Code::io_error:
    return "io_error";
  case Code::device_error:
    return "device_error";
  case Code::numeric:
    return "numeric";
  }
  return "unknown";
}

} // namespace pinhole
