// SPDX-License-Identifier: Apache-2.0
#include "model/model.h"

#include <cstring>

namespace pinhole {

const EntryPoint* find_entry(const Model& model, const char* name) {
  for (const EntryPoint& entry : model.entries)
    if (name ? std::strcmp(entry.name, name) == 0 : entry.mode == Mode::inference)
      return &entry;
  return nullptr;
}

ValueId find_value(const Model& model, const char* name) {
  for (ValueId id = 0; id < model.values.size; ++id)
    if (std::strcmp(model.values[id].name, name) == 0)
      return id;
  return kNoValue;
}

} // namespace pinhole
