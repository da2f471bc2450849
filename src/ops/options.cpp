// SPDX-License-Identifier: Apache-2.0
#include "ops/options.h"

#include <cstdio>
#include <cstring>

namespace pinhole {

namespace {

const OptionField* find_field(const OptionTable& table, const char* key) {
  for (int32_t i = 0; i < table.count; ++i)
    if (std::strcmp(table.field[i].key, key) == 0)
      return &table.field[i];
  return nullptr;
}

Status unknown_key(const OptionTable& table, const char* key) {
  char known[160] = "none";
  for (int32_t i = 0, used = 0; i < table.count && used < static_cast<int32_t>(sizeof known); ++i)
    used += std::snprintf(known + used, sizeof known - static_cast<size_t>(used), "%s%s", i ? ", " : "",
                          table.field[i].key);
  return error(Code::invalid_argument, "%s: unknown attribute '%.40s'; known: %s", table.op, key, known);
}

Status wrong_value(const OptionTable& table, const OptionField& field) {
  return error(Code::invalid_argument, "%s: attribute '%s' must be %d %s%s from %g to %g", table.op, field.key,
               field.count, field.is_float ? "number" : "integer", field.count == 1 ? "" : "s", field.low, field.high);
}

// False when the attribute does not fit the field.
bool store(const OptionField& field, const Attribute& attribute, unsigned char* options) {
  const bool from_ints = attribute.int_count > 0;
  if (from_ints ? attribute.int_count != field.count || attribute.float_count != 0
                : attribute.float_count != field.count || !field.is_float)
    return false;
  // A float's bounds are those that a float can hold, so that 1e-6 is within 1e-6..1.
  const double low = field.is_float ? static_cast<double>(static_cast<float>(field.low)) : field.low;
  const double high = field.is_float ? static_cast<double>(static_cast<float>(field.high)) : field.high;
  for (int32_t i = 0; i < field.count; ++i) {
    const double value = from_ints ? attribute.ints[i] : static_cast<double>(attribute.floats[i]);
    if (!(value >= low && value <= high))
      return false;
    const float real = static_cast<float>(value);
    const int32_t integer = from_ints ? attribute.ints[i] : 0;
    std::memcpy(options + field.offset + 4 * i, field.is_float ? static_cast<const void*>(&real) : &integer, 4);
  }
  return true;
}

} // namespace

Status parse_options(const OptionTable& table, const Attributes& attributes, OpOptions* options) {
  for (int32_t i = 0; i < attributes.size; ++i) {
    const OptionField* field = find_field(table, attributes[i].key);
    if (!field)
      return unknown_key(table, attributes[i].key);
    for (int32_t j = 0; j < i; ++j)
      if (std::strcmp(attributes[i].key, attributes[j].key) == 0)
        return error(Code::invalid_argument, "%s: attribute '%s' is given twice", table.op, field->key);
    if (!store(*field, attributes[i], options->bytes))
      return wrong_value(table, *field);
  }
  return Status();
}

Status options_to_attributes(const OptionTable& table, const OpOptions& options, Arena* arena, Attributes* attributes) {
  const Status full = error(Code::too_little_memory, "%s: no room for the attributes in the arena", table.op);
  if (!arena->take(table.count, attributes))
    return full;
  for (int32_t i = 0; i < table.count; ++i) {
    const OptionField& field = table.field[i];
    const int32_t count = int32_t{field.count};
    void* values = nullptr;
    if (!arena->take_bytes(size_t{4} * static_cast<size_t>(count), &values))
      return full;
    if (arena->measuring())
      continue;
    std::memcpy(values, options.bytes + field.offset, size_t{4} * static_cast<size_t>(count));
    Attribute& attribute = (*attributes)[i];
    attribute.key = field.key;
    if (field.is_float) {
      attribute.floats = static_cast<const float*>(values);
      attribute.float_count = count;
    } else {
      attribute.ints = static_cast<const int32_t*>(values);
      attribute.int_count = count;
    }
  }
  return Status();
}

} // namespace pinhole
