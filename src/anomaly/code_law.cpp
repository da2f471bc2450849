// SPDX-License-Identifier: Apache-2.0
#include "anomaly/code_law.h"

#include <cmath>

namespace pinhole {
namespace {

// A number that hardly varies in normal frames must not make noise of the last bit a distance.
constexpr float kLeastShare = 0.05f; // of the mean variance of all numbers

template <class Body> void for_each_number(const View& code, Body body) {
  int32_t i = 0;
  for (int32_t y = 0; y < code.desc.h; ++y)
    for (int32_t x = 0; x < code.desc.w; ++x)
      for (int32_t c = 0; c < code.desc.c; ++c)
        body(i++, code.row<float>(0, y)[x * code.pixel_stride + c]);
}

} // namespace

Status make_code_law(Arena* arena, int32_t numbers, CodeLaw* law) {
  *law = {};
  if (!arena->take(numbers, &law->mean) || !arena->take(numbers, &law->square))
    return error(Code::too_little_memory, "scene: %zu bytes do not hold the law of a code of %d numbers", arena->size(),
                 numbers);
  return {};
}

void learn_code(const View& code, CodeLaw* law) {
  ++law->frames;
  for_each_number(code, [&](int32_t i, float number) {
    const float before = number - law->mean[i];
    law->mean[i] += before / static_cast<float>(law->frames);
    law->square[i] += before * (number - law->mean[i]);
  });
}

float code_distance(const View& code, const CodeLaw& law) {
  if (law.frames == 0)
    return 0;
  float total = 0;
  for (const float square : law.square)
    total += square;
  const float least = kLeastShare * total / static_cast<float>(law.square.size);
  if (!(total > 0))
    return 0;
  float sum = 0;
  for_each_number(code, [&](int32_t i, float number) {
    const float deviation = number - law.mean[i];
    sum += deviation * deviation / (law.square[i] + least);
  });
  // square[i] is frames times the variance.
  return std::sqrt(sum * static_cast<float>(law.frames) / static_cast<float>(law.square.size));
}

} // namespace pinhole
