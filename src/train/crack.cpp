// SPDX-License-Identifier: Apache-2.0
#include "train/crack.h"

#include "train/defect_shapes.h"

namespace pinhole {
namespace {

constexpr Interval kWidths = {0.4f, 1.6f};     // standard deviation of the profile across, pixels
constexpr Interval kRoughness = {0.15f, 1.2f}; // how far a wave goes aside, of its length
constexpr float kPieceLength = 2;              // pixels, where kMostPieces allow it
constexpr int32_t kMostPieces = 160;
constexpr int32_t kMostWaves = 12;
constexpr float kReach = 3;   // standard deviations, beyond which a crack takes nothing
constexpr int32_t kTile = 16; // pixels; each tile looks for the pieces that reach it once

// Places on the lattices of DefectNumbers::grain: one lattice for each use.
constexpr int32_t kLattice = 4096;

// A function of one number that wanders between 0 and 1, straight from one whole number to the next.
float wandering(float at, int32_t lattice, const DefectNumbers& numbers) {
  const auto place = static_cast<int32_t>(at);
  const float share = at - static_cast<float>(place);
  const auto value = [&](int32_t i) { return 0.5f + 0.5f * numbers.grain(lattice * kLattice + i); };
  return (1 - share) * value(place) + share * value(place + 1);
}

// How far aside of a straight line of length 1 at `along`: waves of which each is half as long and half as high as the
// one before.
float jagged(float along, int32_t waves, int32_t first_lattice, const DefectNumbers& numbers) {
  float aside = 0;
  for (int32_t i = 0; i < waves; ++i) {
    const auto per_length = static_cast<float>(1 << i);
    aside += (wandering(along * per_length, first_lattice + i, numbers) - 0.5f) / per_length;
  }
  return aside;
}

struct Node {
  Vector at;
  float width, depth;
};

// Straight pieces between nodes; the way is jagged by waves of its length, of half of it, and so on down to a piece's.
struct Crack {
  Node node[kMostPieces + 1];
  int32_t pieces;
  float widest = 0;

  // Passes `through` after the share `before` of its length.
  Crack(const Vector& through, float before, const Vector& heading, float length, float width, int32_t first_lattice,
        DefectNumbers* numbers) {
    pieces = max_of(1, min_of(kMostPieces, static_cast<int32_t>(length / kPieceLength)));
    int32_t waves = 0;
    while (waves < kMostWaves && pieces > 1 << waves)
      ++waves;
    const float roughness = numbers->in_proportion(kRoughness);
    const float width_period = numbers->between(6, 20), depth_period = numbers->between(6, 24);
    const float gaps = numbers->happens(0.3f) ? numbers->between(0, 0.4f) : 0;
    const float aside_there = jagged(before, waves, first_lattice + 3, *numbers);
    const float least = numbers->between(0.2f, 0.8f), trembling = numbers->between(0, 0.4f);
    for (int32_t i = 0; i <= pieces; ++i) {
      const float share = static_cast<float>(i) / static_cast<float>(pieces);
      const float along = share * length, on = (share - before) * length;
      const float aside = roughness * length * (jagged(share, waves, first_lattice + 3, *numbers) - aside_there);
      const float strength = wandering(along / depth_period, first_lattice, *numbers);
      const float faded = strength < gaps ? 0.15f : 1;
      const float trembled = 1 - trembling * wandering(along / kPieceLength, first_lattice + 1, *numbers);
      node[i].at = {through.y + heading.y * on + heading.x * aside, through.x + heading.x * on - heading.y * aside};
      node[i].depth = faded * trembled * (least + (1 - least) * strength);
      node[i].width = width * (0.6f + 0.8f * wandering(along / width_period, first_lattice + 2, *numbers));
      widest = max_of(widest, node[i].width);
    }
  }

  // How much of the light piece `i` takes at `at`, of 1.
  float darkness(int32_t i, const Vector& at) const {
    const Node &a = node[i], &b = node[i + 1];
    const float share = nearest_share(at, a.at, b.at);
    const Vector aside = {at.y - a.at.y - share * (b.at.y - a.at.y), at.x - a.at.x - share * (b.at.x - a.at.x)};
    const float width = a.width + share * (b.width - a.width);
    const float distance = (aside.y * aside.y + aside.x * aside.x) / (width * width);
    return distance > kReach * kReach ? 0 : (a.depth + share * (b.depth - a.depth)) * exact_exp(-0.5f * distance);
  }

  // Whether piece `i` may reach a tile with its first pixel at (y, x).
  bool reaches(int32_t i, int32_t y, int32_t x) const {
    const float reach = kReach * widest;
    const auto apart = [&](float a, float b, int32_t first) {
      const auto low = static_cast<float>(first) - reach, high = static_cast<float>(first + kTile) + reach;
      return (a < low && b < low) || (a > high && b > high);
    };
    return !apart(node[i].at.y, node[i + 1].at.y, y) && !apart(node[i].at.x, node[i + 1].at.x, x);
  }
};

// The pieces that may darken a tile.
struct PiecesNear {
  int32_t piece[kMostPieces], count = 0;

  PiecesNear(const Crack* crack, int32_t y, int32_t x) {
    for (int32_t i = 0; crack && i < crack->pieces; ++i)
      if (crack->reaches(i, y, x))
        piece[count++] = i;
  }
  float darkness(const Crack* crack, const Vector& at) const {
    float most = 0;
    for (int32_t i = 0; i < count; ++i)
      most = max_of(most, crack->darkness(piece[i], at));
    return most;
  }
};

// `branch` may be null.
void paint_tile(const Crack& stem, const Crack* branch, float contrast, int32_t first_y, int32_t first_x,
                const View& image) {
  const PiecesNear of_stem(&stem, first_y, first_x), of_branch(branch, first_y, first_x);
  if (of_stem.count + of_branch.count == 0)
    return;
  for (int32_t y = first_y; y < min_of(first_y + kTile, image.desc.h); ++y)
    for (int32_t x = first_x; x < min_of(first_x + kTile, image.desc.w); ++x) {
      const Vector at = {static_cast<float>(y), static_cast<float>(x)};
      const float dark = max_of(of_stem.darkness(&stem, at), of_branch.darkness(branch, at));
      float* const pixel = image.row<float>(0, y) + x * image.pixel_stride;
      for (int32_t c = 0; c < image.desc.c; ++c)
        pixel[c] = bounded(pixel[c] * (1 - contrast * dark));
    }
}

void paint(const Crack& stem, const Crack* branch, float contrast, const View& image) {
  for (int32_t y = 0; y < image.desc.h; y += kTile)
    for (int32_t x = 0; x < image.desc.w; x += kTile)
      paint_tile(stem, branch, contrast, y, x, image);
}

void put_crack(const Interval& lengths, const Interval& contrasts, DefectNumbers* numbers, const View& image) {
  constexpr int32_t kLatticesOfStem = 3 + kMostWaves;
  const float contrast = numbers->in_proportion(contrasts), length = numbers->in_proportion(lengths);
  const float width = numbers->in_proportion(kWidths);
  const Vector through = any_place(image, numbers), heading = any_direction(numbers);
  const float before = numbers->between(0, 1);
  const Crack stem(through, before, heading, length, width, 0, numbers);
  if (!numbers->happens(0.3f))
    return paint(stem, nullptr, contrast, image);
  const auto fork = static_cast<int32_t>(numbers->between(0, static_cast<float>(stem.pieces)));
  const Vector aside = any_direction(numbers);
  const float reach = length * numbers->between(0.2f, 0.6f), thinner = width * numbers->between(0.5f, 1);
  const Crack branch(stem.node[fork].at, 0, aside, reach, thinner, kLatticesOfStem, numbers);
  paint(stem, &branch, contrast, image);
}

} // namespace

void put_cracks(const Interval& length, const Interval& contrast, const NoiseKey& key, const View& image) {
  put_each(key, [&](DefectNumbers* numbers) { put_crack(length, contrast, numbers, image); });
}

} // namespace pinhole
