// SPDX-License-Identifier: Apache-2.0
#include "watch_picture.h"

#include "pictures.h"
#include "train/line_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace demo {
namespace {

using Paint = pinhole::Color;

constexpr Paint kWhite = {255, 255, 255}, kBlack = {0, 0, 0}, kGray = {150, 150, 150}, kPale = {225, 225, 225};
constexpr Paint kGood = {20, 130, 50}, kBad = {200, 20, 20}, kBox = {255, 220, 0}, kScore = {30, 80, 170};
constexpr int32_t kColumns = 4, kCaption = 14, kGap = 4;
constexpr int32_t kTileWidth = firmware::kSceneWidth + kGap, kTileHeight = firmware::kSceneHeight + kCaption + kGap;
// The score plot; what surrounds its axes.
constexpr int32_t kPlotHeight = 220, kAbove = kCaption + 8, kBelow = 18, kLeft = 40, kRight = 20;

void draw_frame(const pinhole_box& box, int32_t x, int32_t y, pinhole::Image* image) {
  constexpr int32_t kThick = 2;
  pinhole::fill_rectangle(x + box.x, y + box.y, box.width, kThick, kBox, image);
  pinhole::fill_rectangle(x + box.x, y + box.y + box.height - kThick, box.width, kThick, kBox, image);
  pinhole::fill_rectangle(x + box.x, y + box.y, kThick, box.height, kBox, image);
  pinhole::fill_rectangle(x + box.x + box.width - kThick, y + box.y, kThick, box.height, kBox, image);
}

void paste(const pinhole::Image& frame, int32_t x, int32_t y, pinhole::Image* sheet) {
  for (int32_t row = 0; row < frame.height; ++row)
    for (int32_t i = 0; i < 3 * frame.width; ++i)
      sheet->row(y + row)[3 * x + i] = frame.row(row)[frame.channels == 3 ? i : i / 3];
}

bool is_good(const Outcome& outcome) {
  const bool must = expected_event(outcome.episode.happening) >= 0;
  return must == outcome.caught && outcome.anomalies + outcome.other_events == 0;
}

std::string caption_of(const Outcome& outcome) {
  std::string caption = name_of(outcome.episode.happening);
  if (outcome.caught)
    caption += ": raised after " + std::to_string(outcome.delay) + " frames";
  else
    caption += expected_event(outcome.episode.happening) < 0 ? ": nothing to raise" : ": missed";
  return outcome.anomalies + outcome.other_events > 0 ? caption + ", false alarm" : caption;
}

} // namespace

WatchPicture::WatchPicture(const std::vector<Episode>& programme) {
  for (const Episode& episode : programme)
    tiles_.push_back({episode, {}, {}, false});
}

void WatchPicture::add(int64_t index, const pinhole_frame& frame, const pinhole_scene_report& report) {
  const bool scored = report.camera == PINHOLE_CAMERA_CLEAR || report.camera == PINHOLE_CAMERA_DISPLACED;
  points_.push_back({report.smoothed, report.threshold, !scored});
  for (Tile& tile : tiles_) {
    const Episode& episode = tile.episode;
    if (index < episode.first || index > episode.last())
      continue;
    if (index == episode.first + episode.frames / 2 && !tile.reported)
      tile.frame = to_image(frame);
    for (int32_t i = 0; i < report.events.count; ++i) {
      const pinhole_event& event = report.events.event[i];
      if (!event.open || event.suppressed || event.kind != expected_event(episode.happening) || tile.reported)
        continue;
      tile.reported = true;
      tile.frame = to_image(frame);
      if (event.kind == PINHOLE_EVENT_ANOMALY)
        tile.box = event.box;
    }
  }
}

void WatchPicture::draw_tile(const Tile& tile, const Outcome& outcome, int32_t x, int32_t y,
                             pinhole::Image* sheet) const {
  paste(tile.frame, x, y, sheet);
  if (tile.box.width > 0)
    draw_frame(tile.box, x, y, sheet);
  pinhole::draw_text(caption_of(outcome), x + 2, y + firmware::kSceneHeight + 4, 1, is_good(outcome) ? kGood : kBad,
                     sheet);
}

// From frames and scores to pixels. Scores go up to twice the threshold; higher ones touch the upper edge.
struct WatchPicture::Axes {
  int64_t frames;
  double highest;
  int32_t top, bottom, width;

  int32_t column(int64_t frame) const { return kLeft + static_cast<int32_t>(frame * width / frames); }
  int32_t row(double score) const {
    const double share = std::max(std::min(score / highest, 1.0), 0.0); // of NaN: 1
    return bottom - static_cast<int32_t>(std::lround(share * (bottom - top)));
  }
};

void WatchPicture::draw_axes(const Axes& axes, pinhole::Image* sheet) {
  constexpr int32_t kTick = 3;
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return std::string(text);
  };
  const double score_step = pinhole::nice_step(axes.highest, 5);
  for (int i = 0; i * score_step <= axes.highest; ++i) {
    const int32_t y = axes.row(i * score_step);
    const std::string text = number(i * score_step);
    pinhole::fill_rectangle(kLeft, y, axes.width, 1, kPale, sheet);
    pinhole::fill_rectangle(kLeft - kTick, y, kTick, 1, kBlack, sheet);
    pinhole::draw_text(text, kLeft - kTick - 2 - pinhole::text_width(text, 1), y - pinhole::kGlyphHeight / 2, 1, kBlack,
                       sheet);
  }
  const auto step =
      std::max<int64_t>(1, static_cast<int64_t>(pinhole::nice_step(static_cast<double>(axes.frames), 10)));
  const int32_t below = axes.bottom + 2 * kTick;
  for (int64_t frame = 0; frame <= axes.frames; frame += step) {
    const std::string text = number(static_cast<double>(frame));
    pinhole::fill_rectangle(axes.column(frame), axes.bottom + 1, 1, kTick, kBlack, sheet);
    pinhole::draw_text(text, axes.column(frame) - pinhole::text_width(text, 1) / 2, below, 1, kBlack, sheet);
  }
  pinhole::draw_text("frame", 4, below, 1, kBlack, sheet);
  pinhole::fill_rectangle(kLeft - 1, axes.top, 1, axes.bottom - axes.top + 1, kBlack, sheet);
  pinhole::fill_rectangle(kLeft - 1, axes.bottom + 1, axes.width + 1, 1, kBlack, sheet);
}

void WatchPicture::draw_scores(const Verdict& verdict, int32_t top, pinhole::Image* sheet) const {
  const double threshold = points_.back().threshold;
  const Axes axes = {static_cast<int64_t>(points_.size()),
                     std::isfinite(threshold) && threshold > 0 ? 2 * threshold : 1, top + kAbove,
                     top + kPlotHeight - kBelow, sheet->width - kLeft - kRight};
  draw_axes(axes, sheet);
  for (const Outcome& outcome : verdict.outcomes) {
    const Episode& episode = outcome.episode;
    const int32_t left = axes.column(episode.first), right = axes.column(episode.last() + 1);
    const Paint color = expected_event(episode.happening) < 0 ? kPale : is_good(outcome) ? kGood : kBad;
    pinhole::fill_rectangle(left, top + kCaption, right - left, 4, color, sheet);
  }
  for (int64_t i = 0; i < axes.frames; ++i) {
    const Point& point = points_[static_cast<size_t>(i)];
    const int32_t x = axes.column(i), y = axes.row(point.score), width = std::max(axes.column(i + 1) - x, 1);
    pinhole::fill_rectangle(x, y, width, point.disturbed ? 1 : axes.bottom + 1 - y, point.disturbed ? kGray : kScore,
                            sheet);
    pinhole::fill_rectangle(x, axes.row(point.threshold), width, 1, kBad, sheet);
  }
  pinhole::draw_text("score of every frame, smoothed; red line: threshold; gray: the camera's own event", 2, top + 2, 1,
                     kBlack, sheet);
}

pinhole::Image WatchPicture::draw(const Verdict& verdict) const {
  const auto rows = static_cast<int32_t>((tiles_.size() + kColumns - 1) / kColumns);
  pinhole::Image sheet;
  if (points_.empty() || !pinhole::make_image(kColumns * kTileWidth, rows * kTileHeight + kPlotHeight, 3, &sheet).ok())
    return sheet;
  std::fill(sheet.pixels.begin(), sheet.pixels.end(), kWhite[0]);
  for (size_t i = 0; i < tiles_.size(); ++i)
    draw_tile(tiles_[i], verdict.outcomes[i], static_cast<int32_t>(i % kColumns) * kTileWidth,
              static_cast<int32_t>(i / kColumns) * kTileHeight, &sheet);
  draw_scores(verdict, rows * kTileHeight, &sheet);
  return sheet;
}

} // namespace demo
