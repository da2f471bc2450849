// SPDX-License-Identifier: Apache-2.0
// The results that --json prints. Whoever makes one includes json.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace pinhole::tool {

using Json = nlohmann::ordered_json;

// Prints `json` as one object on standard output.
void print_json(const Json& json);

} // namespace pinhole::tool
