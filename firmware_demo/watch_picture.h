// SPDX-License-Identifier: Apache-2.0
// The watching at a glance: a frame of everything that happened, and below them the score of every frame.
#pragma once

#include "image/image.h"
#include "verdict.h"
#include "watch_scene.h"

namespace demo {

class WatchPicture {
public:
  explicit WatchPicture(const std::vector<Episode>& programme);

  void add(int64_t index, const pinhole_frame& frame, const pinhole_scene_report& report);
  pinhole::Image draw(const Verdict& verdict) const;

private:
  struct Point {
    float score, threshold;
    bool disturbed; // by an event of the camera's own: the score means nothing
  };
  struct Tile {
    Episode episode;
    pinhole::Image frame; // when it was reported, or its middle
    pinhole_box box;      // of the alert
    bool reported;
  };

  struct Axes;

  void draw_tile(const Tile& tile, const Outcome& outcome, int32_t x, int32_t y, pinhole::Image* sheet) const;
  static void draw_axes(const Axes& axes, pinhole::Image* sheet);
  void draw_scores(const Verdict& verdict, int32_t top, pinhole::Image* sheet) const;

  std::vector<Point> points_;
  std::vector<Tile> tiles_;
};

} // namespace demo
