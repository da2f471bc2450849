// SPDX-License-Identifier: Apache-2.0
// One picture for a whole watch: a tile for each alert, with its peak frame, heat and box.
#pragma once

#include "image/image.h"
#include "pinhole/alerts.h"

#include <string>
#include <vector>

namespace pinhole::tool {

class ContactSheet {
public:
  static constexpr size_t kMostTiles = 60; // of the highest scores; a tile holds at most 320x320 pixels

  // Two alerts may be open at a time; each call says of which one it is.
  enum Which { kFirst, kSecond };

  // A frame that may become a tile, and what is above the usual in it. The highest one since clear() is kept.
  // `shown`: the frame with its heat, as it is to be seen.
  void offer(Which which, int64_t number, double score, const Image& shown, const pinhole_box& box);
  bool is_higher(Which which, double score) const {
    return candidate_[which].picture.width == 0 || score > candidate_[which].score;
  }
  // No alert came of what was offered.
  void clear(Which which) { candidate_[which] = {}; }

  // The alert is over: the frame that was offered becomes its tile. `alert`: its number, from 1; `time`: what the
  // caption says about it, may be empty.
  void close(Which which, const pinhole_event& event, int64_t alert, const std::string& time);

  // Tiles in the order of the alerts, at most four in a row. As save_image; with no alert, a picture that says so.
  Status save(const std::string& path, const std::string& title) const;

private:
  struct Tile {
    Image picture;
    int64_t number = 0, alert = 0, first = 0, last = 0;
    double score = 0, threshold = 0;
    std::string time;
  };

  static void draw_tile(const Tile& tile, int32_t left, int32_t top, Image* sheet);

  Tile candidate_[2];
  std::vector<Tile> tiles_;
  int64_t left_out_ = 0; // alerts without a tile
};

} // namespace pinhole::tool
