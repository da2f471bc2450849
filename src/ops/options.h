// SPDX-License-Identifier: Apache-2.0
// Attributes of a file or recipe <-> a layer's option struct, both ways from one table of fields.
#pragma once

#include "ops/activation_math.h"
#include "ops/op.h"

#include <cstddef>

namespace pinhole {

// One attribute: `count` numbers of 4 bytes (int32_t or float) at `offset` in the option struct, each within
// low..high.
struct OptionField {
  const char* key;
  bool is_float;
  int8_t count;
  size_t offset;
  double low, high;
};

// A layer's name (for messages) and all its fields.
struct OptionTable {
  const char* op;
  const OptionField* field;
  int32_t count;
};

// Overwrites in *options, which holds the defaults, the fields that `attributes` name. An unknown key, a key given
// twice, a wrong count, a wrong type or a value out of range is an error that names layer, key and legal range.
// An integer may stand for a float.
Status parse_options(const OptionTable& table, const Attributes& attributes, OpOptions* options);

// The reverse: one attribute per field, in table order, in arena memory.
Status options_to_attributes(const OptionTable& table, const OpOptions& options, Arena* arena, Attributes* attributes);

// OpDef::parse and OpDef::attributes made from a table: parse_with<PoolOptions, kTable>, attributes_with<kTable>.
// The members' initial values in the option struct are the defaults.
template <class Options, const OptionTable& table> Status parse_with(const Attributes& attributes, OpOptions* options) {
  *options = OpOptions();
  options->as<Options>() = Options();
  return parse_options(table, attributes, options);
}
template <const OptionTable& table>
Status attributes_with(const OpOptions& options, Arena* arena, Attributes* attributes) {
  return options_to_attributes(table, options, arena, attributes);
}

// For layers without options; their table has no fields.
struct NoOptions {};

// The two fields of an option struct that has `Activation activation` and `float slope` for a fused activation.
template <class Options> constexpr OptionField activation_field() {
  return {"activation", false, 1, offsetof(Options, activation), 0, 4};
}
template <class Options> constexpr OptionField slope_field() {
  return {"slope", true, 1, offsetof(Options, slope), 1e-6, 1e6};
}

} // namespace pinhole
