// SPDX-License-Identifier: Apache-2.0
// The law of a scene's codes: how far the code of a frame is from those of normal ones.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "base/tensor.h"

namespace pinhole {

// Mean and squared deviations of every number of the code (Welford). All memory is the caller's.
struct CodeLaw {
  int32_t frames = 0;
  Array<float> mean, square;
};

// Takes the arrays from `arena`: too_little_memory when they do not fit. A measuring arena counts.
Status make_code_law(Arena* arena, int32_t numbers, CodeLaw* law);

// The code of a normal frame: n = 1, f32, as many elements as the law has numbers.
void learn_code(const View& code, CodeLaw* law);

// Root mean square deviation from the mean in units of each number's own deviation: about 1 for a normal frame
// (Mahalanobis' distance with a diagonal covariance, over the root of the numbers). 0 before anything was learned.
float code_distance(const View& code, const CodeLaw& law);

} // namespace pinhole
