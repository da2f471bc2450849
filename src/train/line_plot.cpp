// SPDX-License-Identifier: Apache-2.0
#include "train/line_plot.h"

#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace pinhole {
namespace {

// Everything is drawn at twice the size and reduced at the end: that smooths the lines.
constexpr int32_t kScale = 2, kWidth = 960 * kScale, kHeight = 540 * kScale;
constexpr int32_t kLeft = 110 * kScale, kRight = 30 * kScale, kTop = 50 * kScale, kBottom = 70 * kScale;
constexpr int32_t kLetter = 2 * kScale;
constexpr Color kBlack = {32, 32, 32}, kGrid = {222, 222, 222}, kWhite = {255, 255, 255};

struct Axis {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  bool logarithmic = false;
  std::vector<double> ticks;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // 0 at the low end, 1 at the high end.
  double place(double value) const {
    return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  }
};

bool is_drawn(const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second);
}

void set_linear_ticks(Axis* axis) {
  if (!(axis->low < axis->high)) {
    const double margin = std::max(1e-9, std::fabs(axis->low) * 0.1);
    axis->low -= margin;
    axis->high += margin;
  }
  const double step = nice_step(axis->high - axis->low, 8);
  const auto first = static_cast<int64_t>(std::ceil(axis->low / step));
  for (int64_t k = first; static_cast<double>(k) * step <= axis->high + 1e-9 * step; ++k)
    axis->ticks.push_back(static_cast<double>(k) * step);
}

// 1, 2 and 5 times each power of ten, or the powers alone when there are many.
void set_logarithmic_ticks(Axis* axis) {
  axis->logarithmic = true;
  const bool wide = axis->high / axis->low > 2000;
  for (int exponent = static_cast<int>(std::floor(std::log10(axis->low))); std::pow(10.0, exponent) <= axis->high;
       ++exponent)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, exponent);
      if (tick >= axis->low && tick <= axis->high && (factor == 1.0 || !wide))
        axis->ticks.push_back(tick);
    }
}

std::string label_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

struct Canvas {
  Image image;
  Axis x, y;
  int32_t top = kTop; // of the plot; the names of bands stand above it

  double pixel_x(double value) const { return kLeft + x.place(value) * (kWidth - kLeft - kRight); }
  double pixel_y(double value) const { return kHeight - kBottom - y.place(value) * (kHeight - top - kBottom); }
};

void draw_axes(const LinePlot& plot, Canvas* canvas) {
  Image* image = &canvas->image;
  for (const double tick : canvas->x.ticks) {
    const auto x = static_cast<int32_t>(canvas->pixel_x(tick));
    const std::string text = label_of(tick);
    fill_rectangle(x, canvas->top, kScale, kHeight - canvas->top - kBottom, kGrid, image);
    draw_text(text, x - text_width(text, kLetter) / 2, kHeight - kBottom + 10 * kScale, kLetter, kBlack, image);
  }
  for (const double tick : canvas->y.ticks) {
    const auto y = static_cast<int32_t>(canvas->pixel_y(tick));
    const std::string text = label_of(tick);
    fill_rectangle(kLeft, y, kWidth - kLeft - kRight, kScale, kGrid, image);
    draw_text(text, kLeft - text_width(text, kLetter) - 6 * kScale, y - kGlyphHeight * kLetter / 2, kLetter, kBlack,
              image);
  }
  fill_rectangle(kLeft, canvas->top, kScale, kHeight - canvas->top - kBottom, kBlack, image);
  fill_rectangle(kLeft, kHeight - kBottom, kWidth - kLeft - kRight, kScale, kBlack, image);
  const int32_t middle = (kLeft + kWidth - kRight) / 2;
  draw_text(plot.title, middle - text_width(plot.title, kLetter) / 2, 8 * kScale, kLetter, kBlack, image);
  draw_text(plot.x_label, middle - text_width(plot.x_label, kLetter) / 2, kHeight - 28 * kScale, kLetter, kBlack,
            image);
  draw_text_upwards(plot.y_label, 12 * kScale,
                    (kHeight - kBottom + canvas->top + text_width(plot.y_label, kLetter)) / 2, kLetter, kBlack, image);
}

// `along`: how much of the curve is drawn already, for dashes.
void draw_line(double x0, double y0, double x1, double y1, const PlotSeries& series, double* along, Image* image) {
  constexpr int32_t kThickness = 2 * kScale;
  constexpr double kDash = 9 * kScale, kPeriod = 14 * kScale;
  const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::fabs(x1 - x0), std::fabs(y1 - y0)))));
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    if (series.dashed && std::fmod(*along + i, kPeriod) > kDash)
      continue;
    fill_rectangle(static_cast<int32_t>(x0 + share * (x1 - x0)) - kThickness / 2,
                   static_cast<int32_t>(y0 + share * (y1 - y0)) - kThickness / 2, kThickness, kThickness, series.color,
                   image);
  }
  *along += steps;
}

void draw_series(const PlotSeries& series, Canvas* canvas) {
  const std::pair<double, double>* before = nullptr;
  double along = 0;
  for (const auto& point : series.points) {
    if (is_drawn(point)) {
      const auto& from = before ? *before : point;
      draw_line(canvas->pixel_x(from.first), canvas->pixel_y(from.second), canvas->pixel_x(point.first),
                canvas->pixel_y(point.second), series, &along, &canvas->image);
      before = &point;
    } else if (series.has_gaps) {
      before = nullptr;
    }
  }
}

// Below the title, at the right.
void draw_legend(const LinePlot& plot, Image* image) {
  constexpr int32_t kSample = 28 * kScale, kSpace = 8 * kScale, kBetween = 22 * kScale, kRow = 30 * kScale;
  int32_t x = kWidth - kRight;
  for (auto series = plot.series.rbegin(); series != plot.series.rend(); ++series) {
    if (series->name.empty())
      continue;
    x -= text_width(series->name, kLetter);
    draw_text(series->name, x, kRow, kLetter, kBlack, image);
    x -= kSample + kSpace;
    double along = 0;
    const int32_t y = kRow + kGlyphHeight * kLetter / 2;
    draw_line(x, y, x + kSample, y, *series, &along, image);
    x -= kBetween;
  }
}

// A band's name and where it stands: row 0 is next to the plot.
struct BandLabel {
  int32_t left, row, middle;
  const PlotBand* band;
};

// From left to right, each name into the lowest row where it covers none.
std::vector<BandLabel> place_labels(const LinePlot& plot, const Axis& x) {
  constexpr int32_t kMostRows = 3, kSpace = 6 * kScale;
  std::vector<BandLabel> labels;
  int32_t free_from[kMostRows] = {0, 0, 0};
  for (const PlotBand& band : plot.bands) {
    const double first = std::max(band.first, x.low), last = std::min(band.last, x.high);
    if (band.label.empty() || first > last)
      continue;
    const auto middle =
        static_cast<int32_t>(kLeft + x.place((first + last) / 2) * static_cast<double>(kWidth - kLeft - kRight));
    const int32_t width = text_width(band.label, kLetter);
    const int32_t left = std::max(kSpace, std::min(middle - width / 2, kWidth - kSpace - width));
    for (int32_t row = 0; row < kMostRows; ++row)
      if (left >= free_from[row]) {
        labels.push_back({left, row, middle, &band});
        free_from[row] = left + width + kSpace;
        break;
      }
  }
  return labels;
}

// Makes room for the names, shades the bands and writes the names.
void draw_bands(const LinePlot& plot, Canvas* canvas) {
  constexpr int32_t kRow = 20 * kScale;
  const std::vector<BandLabel> labels = place_labels(plot, canvas->x);
  int32_t rows = 0;
  for (const BandLabel& label : labels)
    rows = std::max(rows, label.row + 1);
  canvas->top += rows * kRow;
  for (const PlotBand& band : plot.bands) {
    const double first = std::max(band.first, canvas->x.low), last = std::min(band.last, canvas->x.high);
    if (first > last)
      continue;
    const auto left = static_cast<int32_t>(canvas->pixel_x(first)), right = static_cast<int32_t>(canvas->pixel_x(last));
    fill_rectangle(left, canvas->top, std::max(right - left, 2 * kScale), kHeight - kBottom - canvas->top, band.color,
                   &canvas->image);
  }
  const auto top_of = [&](const BandLabel& label) { return canvas->top - (label.row + 1) * kRow; };
  for (const BandLabel& label : labels)
    fill_rectangle(label.middle, top_of(label), kScale, canvas->top - top_of(label), kGrid, &canvas->image);
  for (const BandLabel& label : labels) {
    const std::string& text = label.band->label;
    fill_rectangle(label.left, top_of(label), text_width(text, kLetter), (kGlyphHeight + kGlyphDescent) * kLetter,
                   kWhite, &canvas->image);
    draw_text(text, label.left, top_of(label), kLetter, kBlack, &canvas->image);
  }
}

} // namespace

double nice_step(double range, int count) {
  const double power = std::pow(10.0, std::floor(std::log10(range / count)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (range / (factor * power) <= count)
      return factor * power;
  return 10 * power;
}

Image draw_plot(const LinePlot& plot) {
  Canvas canvas;
  canvas.image.width = kWidth;
  canvas.image.height = kHeight;
  canvas.image.channels = 3;
  canvas.image.pixels.assign(static_cast<size_t>(kWidth) * kHeight * 3, 255);
  for (const PlotSeries& series : plot.series)
    for (const auto& point : series.points)
      if (is_drawn(point)) {
        canvas.x.include(point.first);
        canvas.y.include(point.second);
      }
  const bool empty = !(canvas.x.low <= canvas.x.high);
  if (empty)
    canvas.x.low = canvas.y.low = 0, canvas.x.high = canvas.y.high = 1;
  set_linear_ticks(&canvas.x);
  if (canvas.y.low > 0 && canvas.y.high > 8 * canvas.y.low)
    set_logarithmic_ticks(&canvas.y);
  else
    set_linear_ticks(&canvas.y);
  draw_bands(plot, &canvas);
  draw_axes(plot, &canvas);
  for (const PlotSeries& series : plot.series)
    draw_series(series, &canvas);
  draw_legend(plot, &canvas.image);
  Image reduced;
  const Status status = resize(canvas.image, kWidth / kScale, kHeight / kScale, ResizeMethod::area, &reduced);
  return status.ok() ? reduced : canvas.image;
}

} // namespace pinhole
