// SPDX-License-Identifier: Apache-2.0
#include "json_output.h"
#include "json.h"

#include <cstdio>

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace pinhole::tool {

void print_json(const Json& json) {
  // Names of files may be any bytes; those that are no UTF-8 become U+FFFD.
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

} // namespace pinhole::tool
