// SPDX-License-Identifier: Apache-2.0
#include "anomaly/recipe_flag.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pinhole {
namespace {

const char* behind_space(const char* at) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
    ++at;
  return at;
}

// Behind the string whose first quote is at `at`.
const char* behind_string(const char* at) {
  for (++at; *at != '\0' && *at != '"'; ++at)
    if (*at == '\\' && at[1] != '\0')
      ++at;
  return *at == '"' ? at + 1 : at;
}

// Whether the string from quote to quote is `text`.
bool is_text(const char* begin, const char* end, const char* text) {
  const size_t size = std::strlen(text);
  return static_cast<size_t>(end - begin) == size + 2 && std::strncmp(begin + 1, text, size) == 0;
}

} // namespace

bool recipe_flag(const char* recipe, const char* section, const char* key) {
  int64_t depth = 0;
  bool inside = false; // the latest key at the top is the section's
  for (const char* at = recipe; *at != '\0';) {
    if (*at != '"') {
      depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
      ++at;
      continue;
    }
    const char* const name = at;
    at = behind_string(at);
    const char* const colon = behind_space(at);
    if (*colon != ':')
      continue; // a value
    if (depth == 1)
      inside = is_text(name, at, section);
    else if (depth == 2 && inside && is_text(name, at, key))
      return std::strncmp(behind_space(colon + 1), "true", 4) == 0;
  }
  return false;
}

} // namespace pinhole
