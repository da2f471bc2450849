// SPDX-License-Identifier: Apache-2.0
// A recipe's short forms of layer attributes -> the layer's own: 3 for a kernel of 3 by 3, "same" for padding.
#pragma once

#include "train/recipe.h"

namespace pinhole {

// Parses `specs` for `op`, whose first input is `in`. `where` begins error messages after file and line.
Status parse_attributes(const std::string& file, int32_t line, const std::string& where, const OpDef& op,
                        const std::vector<AttributeSpec>& specs, const Desc& in, OpOptions* options);

} // namespace pinhole
