// SPDX-License-Identifier: Apache-2.0
// Streams of scores whose law is known: simulated frames, and how often they give alerts in truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pinhole::testing {

enum class Law { normal, gamma4, student4, ar1_90 }; // gamma: shape 4; student: 4 degrees of freedom; ar1: normal

constexpr Law kLaws[] = {Law::normal, Law::gamma4, Law::student4, Law::ar1_90};

const char* law_name(Law law);
double law_deviation(Law law); // standard deviation

// `count` contiguous frames of stream number `stream`; the same numbers at every call.
std::vector<float> simulate(Law law, size_t count, uint64_t stream);

// The rate of alerts per frame at every threshold and run length, without long simulations: P(score > u) is known, and
// an alert opens when also none of the `run_length` scores before was above u. These are independent, or for the
// autoregression, which is the same backwards in time, simulated backwards from a score above u.
class AlertRates {
public:
  explicit AlertRates(Law law);

  double per_frame(double threshold, int32_t run_length) const;
  // The least threshold, above the middle of the scores, from which on the rate is never above `rate`; minus infinity
  // when it never is.
  double threshold_for(double rate, int32_t run_length) const;

private:
  double quiet_before(double threshold, int32_t run_length) const;

  Law law_;
  std::vector<double> log_quiet_; // [level][run length]; autoregression only
};

} // namespace pinhole::testing
