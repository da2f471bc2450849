// SPDX-License-Identifier: Apache-2.0
#include "unusual_scores.h"

#include <algorithm>
#include <cstdio>

namespace pinhole::tool {
namespace {

constexpr double kTimesUsual = 1000, kLeast = 1000;
constexpr size_t kNamedRuns = 4;

// Of the lower ones: more than half of the frames may be what they should not.
double lower_quartile(const std::vector<std::pair<int64_t, double>>& scores) {
  std::vector<double> sorted;
  sorted.reserve(scores.size());
  for (const auto& [number, score] : scores)
    sorted.push_back(score);
  const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
  std::nth_element(sorted.begin(), quarter, sorted.end());
  return *quarter;
}

std::string name_of(int64_t first, int64_t last) {
  return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
}

} // namespace

std::string unusual_scores(const std::vector<std::pair<int64_t, double>>& scores) {
  if (scores.empty())
    return {};
  const double usual = lower_quartile(scores), most = std::max(kTimesUsual * usual, kLeast);
  std::vector<std::pair<int64_t, int64_t>> runs; // of frames that count and follow one another
  double highest = 0;
  size_t count = 0;
  bool before = false;
  for (const auto& [number, score] : scores) {
    const bool unusual = score > most;
    if (unusual && before)
      runs.back().second = number;
    else if (unusual)
      runs.push_back({number, number});
    before = unusual;
    count += unusual;
    highest = std::max(highest, score);
  }
  if (count == 0)
    return {};
  std::string named;
  for (size_t i = 0; i < std::min(runs.size(), kNamedRuns); ++i)
    named += (i > 0 ? "," : "") + name_of(runs[i].first, runs[i].second);
  if (runs.size() > kNamedRuns)
    named += " and more";
  char text[400];
  std::snprintf(
      text, sizeof text,
      "%zu of the %zu frames that count score up to %.0f, and a quarter of them no more than %.1f: look at frames "
      "%s: what they show is taken for normal, and nothing less unusual is alerted on; if it is not, leave "
      "them out by --range",
      count, scores.size(), highest, usual, named.c_str());
  return text;
}

} // namespace pinhole::tool
