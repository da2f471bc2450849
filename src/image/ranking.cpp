// SPDX-License-Identifier: Apache-2.0
#include "image/ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace pinhole {
namespace {

template <class T> struct Weighted { T score, share; };

template <class Item> bool scores_higher(const Item& a, const Item& b) {
  return a.score > b.score;
}

// Calls body(normal, anomalous, share) for each group of equal scores, from the highest down: how many of each kind,
// and the sum of the anomalous ones' shares. Both lists descend.
template <class T, class Item, class Body>
void for_each_tie(const std::vector<T>& normal, const std::vector<Item>& anomalous, Body body) {
  size_t n = 0, a = 0;
  while (n < normal.size() || a < anomalous.size()) {
    const bool from_normal = a == anomalous.size() || (n < normal.size() && normal[n] > anomalous[a].score);
    const T score = from_normal ? normal[n] : anomalous[a].score;
    const size_t first_normal = n, first_anomalous = a;
    double share = 0;
    while (n < normal.size() && normal[n] == score)
      ++n;
    for (; a < anomalous.size() && anomalous[a].score == score; ++a)
      share += static_cast<double>(anomalous[a].share);
    body(static_cast<double>(n - first_normal), static_cast<double>(a - first_anomalous), share);
  }
}

// The found share against the share of normal ones above the threshold: area from 0 to `most`, over `most`. Summed in
// counts, so that the area of a perfect ranking of items, the AUROC, is 1 and not a rounding beside it.
class CurveArea {
public:
  CurveArea(double all_normal, double all_found, double most)
      : all_normal_(all_normal), all_found_(all_found), most_(most) {}

  void step(double normal, double found) {
    const double left = most_ * all_normal_ - normal_;
    if (left > 0 && normal > 0) {
      const double part = std::min(1.0, left / normal); // a step that goes beyond is cut
      area_ += part * normal * (found_ + part * found / 2);
    }
    normal_ += normal;
    found_ += found;
  }
  double area() const { return area_ / (most_ * all_normal_ * all_found_); }

private:
  double all_normal_, all_found_, most_, normal_ = 0, found_ = 0, area_ = 0;
};

class Precision {
public:
  void step(double normal, double anomalous) {
    seen_ += normal + anomalous;
    hits_ += anomalous;
    sum_ += anomalous * hits_ / seen_;
  }
  double average() const { return sum_ / hits_; }

private:
  double seen_ = 0, hits_ = 0, sum_ = 0;
};

struct Frames {
  std::vector<double> normal;
  std::vector<Weighted<double>> anomalous;
};

Frames ranked(const std::vector<double>& normal, const std::vector<double>& anomalous) {
  Frames frames = {normal, {}};
  for (const double score : anomalous)
    frames.anomalous.push_back({score, 1});
  std::sort(frames.normal.begin(), frames.normal.end(), std::greater<>());
  std::sort(frames.anomalous.begin(), frames.anomalous.end(), scores_higher<Weighted<double>>);
  return frames;
}

} // namespace

double auroc(const std::vector<double>& normal, const std::vector<double>& anomalous) {
  const Frames frames = ranked(normal, anomalous);
  CurveArea roc(static_cast<double>(normal.size()), static_cast<double>(anomalous.size()), 1);
  for_each_tie(frames.normal, frames.anomalous, [&](double n, double a, double) { roc.step(n, a); });
  return normal.empty() || anomalous.empty() ? std::nan("") : roc.area();
}

double average_precision(const std::vector<double>& normal, const std::vector<double>& anomalous) {
  const Frames frames = ranked(normal, anomalous);
  Precision precision;
  for_each_tie(frames.normal, frames.anomalous, [&](double n, double a, double) { precision.step(n, a); });
  return precision.average();
}

PixelRanking rank_pixels(std::vector<float> normal, std::vector<RegionPixel> defects, double most_false) {
  if (normal.empty() || defects.empty())
    return {std::nan(""), std::nan(""), std::nan("")};
  std::sort(normal.begin(), normal.end(), std::greater<>());
  std::sort(defects.begin(), defects.end(), scores_higher<RegionPixel>);
  double regions = 0;
  for (const RegionPixel& pixel : defects)
    regions += static_cast<double>(pixel.share);
  const auto count = static_cast<double>(normal.size());
  CurveArea roc(count, static_cast<double>(defects.size()), 1), overlap(count, regions, most_false);
  Precision precision;
  for_each_tie(normal, defects, [&](double n, double a, double share) {
    roc.step(n, a);
    overlap.step(n, share);
    precision.step(n, a);
  });
  return {roc.area(), precision.average(), overlap.area()};
}

} // namespace pinhole
