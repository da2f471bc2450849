// SPDX-License-Identifier: Apache-2.0
#include "anomaly/declustering.h"

#include "base/checked.h"

#include <cmath>
#include <cstring>

namespace pinhole {

namespace {

// Floats in the order of unsigned integers, and back.
float float_of_order(uint32_t order) {
  const uint32_t bits = order & 0x80000000u ? order ^ 0x80000000u : ~order;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

size_t count_above(const ScoreRuns& scores, float level) {
  size_t above = 0;
  for (size_t i = 0; i < scores.count; ++i)
    above += scores.scores[i] > level;
  return above;
}

struct Moments {
  double mean, variance;
};

Moments moments(const ScoreRuns& scores) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < scores.count; ++i)
    sum += scores.scores[i];
  const double mean = sum / static_cast<double>(scores.count);
  for (size_t i = 0; i < scores.count; ++i)
    squares += (scores.scores[i] - mean) * (scores.scores[i] - mean);
  return {mean, squares / static_cast<double>(scores.count)};
}

// Over the pairs that lie in one run. The common mean counts differences between runs as dependence, as it should.
double autocorrelation(const ScoreRuns& scores, const Moments& of, size_t lag) {
  double sum = 0;
  size_t pairs = 0;
  for (size_t run = 0; run < scores.run_count(); ++run)
    for (size_t i = scores.start(run) + lag; i < scores.end(run); ++i, ++pairs)
      sum += (scores.scores[i] - of.mean) * (scores.scores[i - lag] - of.mean);
  return pairs ? sum / (static_cast<double>(pairs) * of.variance) : 0;
}

// Calls visit(interval) for each time between two successive scores above `level` in one run.
template <class Visit> void for_each_interval(const ScoreRuns& scores, float level, Visit visit) {
  for (size_t run = 0; run < scores.run_count(); ++run) {
    size_t previous = SIZE_MAX;
    for (size_t i = scores.start(run); i < scores.end(run); ++i) {
      if (scores.scores[i] <= level)
        continue;
      if (previous != SIZE_MAX)
        visit(i - previous);
      previous = i;
    }
  }
}

// The least gap that at most `longer` intervals are longer than.
int32_t interval_exceeded_by(const ScoreRuns& scores, float level, size_t longer) {
  size_t low = 0, high = scores.count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    size_t above = 0;
    for_each_interval(scores, level, [&](size_t interval) { above += interval > middle; });
    (above > longer ? low : high) = middle;
  }
  return static_cast<int32_t>(min_of<size_t>(high, INT32_MAX));
}

} // namespace

float level_exceeded_by(const ScoreRuns& scores, size_t exceeding) {
  // From minus infinity, which more scores are above, to infinity, which none is.
  uint32_t low = 0x007fffffu, high = 0xff800000u;
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    (count_above(scores, float_of_order(middle)) > exceeding ? low : high) = middle;
  }
  return float_of_order(high);
}

double autocorrelation_frames(const ScoreRuns& scores) {
  const Moments of = moments(scores);
  // The first autocorrelation alone, with the bias of short series (Marriott and Pope 1954) taken off: AR(1).
  const double first = autocorrelation(scores, of, 1);
  const double unbiased = first + (1 + 3 * first) / static_cast<double>(scores.count);
  const double highest = 1 - 2 / static_cast<double>(scores.count);
  const double bounded = unbiased < highest ? unbiased : highest;
  const double by_first = (1 + bounded) / (1 - bounded);
  // The sum in a window that is 5 times its result (Sokal), for dependence that lasts longer than AR(1).
  // What lasts longer than kMostLags frames is drift, and would take the square of the frames' number to look at.
  constexpr size_t kMostLags = 2048;
  double sum = 1;
  const size_t longest = min_of(scores.count / 4, kMostLags);
  for (size_t lag = 1; lag <= longest && static_cast<double>(lag) < 5 * sum; ++lag)
    sum += 2 * autocorrelation(scores, of, lag);
  const double larger = by_first > sum ? by_first : sum;
  return larger > 1 ? larger : 1;
}

ExtremalIndex extremal_index(const ScoreRuns& scores, float level) {
  double count = 0, sum = 0, squares = 0, longest = 0;
  for_each_interval(scores, level, [&](size_t interval) {
    const auto frames = static_cast<double>(interval);
    count += 1;
    sum += frames;
    squares += frames * frames;
    longest = frames > longest ? frames : longest;
  });
  ExtremalIndex result;
  if (count < 4)
    return result;
  if (longest > 2) { // sum (T - 1) (T - 2) and sum (T - 1)
    squares += -3 * sum + 2 * count;
    sum -= count;
  }
  const double index = 2 * sum * sum / (count * squares);
  result.index = index < 1 ? index : 1;
  result.gap = interval_exceeded_by(scores, level, static_cast<size_t>(result.index * count));
  return result;
}

} // namespace pinhole
