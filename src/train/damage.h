// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/tensor.h"

namespace pinhole {

// *clean becomes 1 where `damaged` departs from it so much that it can be seen, in the mean over 3x3 pixels and the
// channels, and 0 elsewhere. Views of one shape, n = 1, f32 in 0..1, 1 or 3 channels.
void mark_damage(const View& damaged, const View& clean);

} // namespace pinhole
