// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pinhole {

// Whether `recipe`, JSON, has "section": {"key": true} at its top, whatever else goes by these names elsewhere in it.
// Any text may be given; in one that is no JSON nothing is found, or something by chance.
bool recipe_flag(const char* recipe, const char* section, const char* key);

} // namespace pinhole
