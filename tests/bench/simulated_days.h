// SPDX-License-Identifier: Apache-2.0
// Days and nights over the demo's scene: sun, clouds, a shadow that wanders, a lamp that is lit at dusk, a camera whose
// exposure follows all that with noise that grows with its gain, and people now and then.
#pragma once

#include "scene.h"
#include "sensor.h"

#include <vector>

namespace pinhole::bench {

struct Visit {
  int64_t first, last; // seconds since the start
  demo::Intruder intruder;
  float from, to; // of its way, pixels
};

// A frame a second. Frames are drawn in order.
class SimulatedDays {
public:
  // Begins at `start` hours. Nobody comes in the first `quiet` seconds, then eight times a day.
  SimulatedDays(uint64_t seed, double start, int64_t quiet, int64_t seconds);

  // GRAY8; valid until the next one.
  pinhole_frame next();

  static constexpr int32_t kWidth = 320, kHeight = 240;
  const std::vector<Visit>& visits() const { return visits_; }
  double hour() const;                    // 0..24, of the frame that comes next
  bool is_night() const { return lamp_; } // the lamp is lit

private:
  demo::Moment moment() const;
  float sun() const; // 0..1
  void follow_light(const demo::Moment& moment);

  demo::Scene scene_;
  std::vector<demo::Sensor> sensors_; // by gain
  std::vector<Visit> visits_;
  size_t visit_ = 0; // the current or next one
  uint64_t seed_;
  double start_;
  int64_t second_ = 0;
  double cloud_ = 0; // Ornstein and Uhlenbeck's process, of variance 1
  float gain_ = 1;
  bool lamp_ = false;
  FloatImage clean_, gray_;
  std::vector<uint8_t> pixels_;
};

} // namespace pinhole::bench
