// SPDX-License-Identifier: Apache-2.0
// nlohmann/json.hpp, for whoever makes JSON or reads it: it takes seconds to compile. Of the class, json_output.cpp
// compiles all members once for everybody.
#pragma once

#include "json_output.h"

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<nlohmann::ordered_map>;
