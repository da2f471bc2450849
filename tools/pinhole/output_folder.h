// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/status.h"

#include <string>

namespace pinhole::tool {

// Makes the folder that `option` names, with those above it, where it is not there. Errors, with option, path and what
// to do: io_error; invalid_argument for a link to nowhere and for what is no folder.
Status make_output_folder(const char* option, const std::string& path);

} // namespace pinhole::tool
