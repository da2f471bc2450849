// SPDX-License-Identifier: Apache-2.0
// What every fallible call of the core returns: a code for programs and one line of text for people.
#pragma once

#include <cstdint>

namespace pinhole {

// The numbers are part of the C API (pinhole_code in pinhole.h) and never change.
enum class Code : int32_t {
  ok = 0,
  invalid_argument = 1,  // the caller broke a stated rule
  bad_shape = 2,         // sizes that do not fit together
  bad_file = 3,          // a weights file, checkpoint or image that is damaged or hostile
  too_little_memory = 4, // a region or a budget is too small; the text names the bytes missing
  unsupported = 5,       // legal, but not in this build or on this device
  io_error = 6,          // the operating system refused a read, write, or resource
  device_error = 7,      // CUDA or cuDNN failed
  numeric = 8,           // a NaN or an infinity where none may be
};

struct [[nodiscard]] Status {
  Code code = Code::ok;
  char text[244] = {0}; // "what, where, what to do"; empty when ok; always zero-terminated

  bool ok() const { return code == Code::ok; }
};

// Formats like printf; text that does not fit is cut, never overrun.
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
Status
error(Code code, const char* format, ...);

// "bad_file" for Code::bad_file, and so on; "unknown" for a number that is no code.
const char* code_name(Code code);

} // namespace pinhole

// Hands a failure to the caller; the only control-flow macro of the project.
#define PINHOLE_RETURN_IF_ERROR(expression)                                                                            \
  do {                                                                                                                 \
    if (::pinhole::Status pinhole_status_ = (expression); !pinhole_status_.ok())                                       \
      return pinhole_status_;                                                                                          \
  } while (false)
