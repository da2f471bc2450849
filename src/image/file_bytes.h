// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"

#include <string>
#include <vector>

namespace pinhole {

// The whole of a file. io_error with the system's reason; bad_file when it is empty or holds more than `max_bytes`.
// A pipe is read to its end.
Status read_file(const std::string& path, int64_t max_bytes, std::vector<uint8_t>* bytes);

// `path` for a message: the last 100 bytes or fewer when it is longer, so that the reason after it is not cut away;
// whole characters of UTF-8.
std::string short_path(const std::string& path);

// What a person wrote, for a message: the first 40 bytes or fewer, whole characters of UTF-8.
std::string short_text(const std::string& text);

// `status` with "path: " in front of its text.
Status with_path(const std::string& path, const Status& status);

} // namespace pinhole
