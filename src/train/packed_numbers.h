// SPDX-License-Identifier: Apache-2.0
// Many numbers in a text that is as short as can be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// Ascending numbers, each once: the differences (the first number, then each minus the one before), as bytes of seven
// bits with the lowest first and the top bit set in all but the last, in base64 without padding.
std::string pack_ascending(const std::vector<uint32_t>& numbers);

// The numbers of such a text. False when it is none, cut or with anything behind it; *numbers then has those before.
[[nodiscard]] bool unpack_ascending(const std::string& text, std::vector<uint32_t>* numbers);

} // namespace pinhole
