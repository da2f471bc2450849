// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include <cstdarg>
#include <cstdio>

namespace pinhole {

Status error(Code code, const char* format, ...) {
  Status status;
  status.code = code;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(status.text, sizeof status.text, format, arguments);
  va_end(arguments);
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
