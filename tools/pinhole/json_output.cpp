// SPDX-License-Identifier: Apache-2.0
#include "json_output.h"
#include "json.h"

#include <cstdio>

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace pinhole::tool {

void print_json(const Json& json) {
  std::printf("%s\n", json.dump(2).c_str());
}

} // namespace pinhole::tool
