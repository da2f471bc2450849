// SPDX-License-Identifier: Apache-2.0
// Each happening as a function of its frame.
#pragma once

#include "programme.h"

namespace demo {

// Changes a quiet moment to the frame `at` (0 .. episode.frames - 1) of an episode.
void apply(const Episode& episode, int64_t start, int64_t at, Moment* moment);

} // namespace demo
