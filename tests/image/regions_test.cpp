// SPDX-License-Identifier: Apache-2.0
#include "image/regions.h"

#include <gtest/gtest.h>
#include <string>

namespace pinhole {
namespace {

// '#' is marked; rows are separated by '/'.
Mask drawn(const std::string& rows) {
  Mask mask;
  mask.width = static_cast<int32_t>(rows.find('/') == std::string::npos ? rows.size() : rows.find('/'));
  for (const char c : rows)
    if (c != '/')
      mask.marked.push_back(c == '#');
  mask.height = static_cast<int32_t>(mask.marked.size()) / mask.width;
  return mask;
}

std::vector<size_t> sizes(const std::string& rows) {
  std::vector<size_t> counts;
  for (const auto& region : find_regions(drawn(rows)))
    counts.push_back(region.size());
  return counts;
}

TEST(Regions, TouchAtSidesAndCorners) {
  using Sizes = std::vector<size_t>;
  EXPECT_EQ(sizes("..../...."), Sizes());
  EXPECT_EQ(sizes("#.#."), Sizes({1, 1}));
  EXPECT_EQ(sizes("#.../.#../..#."), Sizes({3})) << "a diagonal is one region";
  EXPECT_EQ(sizes("#.#/#.#/###"), Sizes({7})) << "two arms that meet below";
  EXPECT_EQ(sizes("###/#.#/###"), Sizes({8}));
  EXPECT_EQ(sizes("#..#/#..#"), Sizes({2, 2})) << "a row's end does not touch the next one's start";
  EXPECT_EQ(sizes("...#/#..."), Sizes({1, 1}));
}

TEST(Regions, HoldTheirPixels) {
  const auto regions = find_regions(drawn(".#../..#./#..."));
  ASSERT_EQ(regions.size(), 2u);
  EXPECT_EQ(regions[0], std::vector<int32_t>({1, 6}));
  EXPECT_EQ(regions[1], std::vector<int32_t>({8}));
}

TEST(Regions, AreFoundInLongSnakes) {
  Mask mask;
  mask.width = mask.height = 801;
  mask.marked.resize(size_t{801} * 801);
  size_t marked = 0;
  for (int32_t y = 0; y < 801; ++y)
    for (int32_t x = 0; x < 801; ++x) {
      const bool on = y % 4 == 0 || x == (y % 8 < 4 ? 800 : 0);
      mask.marked[static_cast<size_t>(y) * 801 + static_cast<size_t>(x)] = on;
      marked += on;
    }
  const auto regions = find_regions(mask);
  ASSERT_EQ(regions.size(), 1u);
  EXPECT_EQ(regions[0].size(), marked);
}

} // namespace
} // namespace pinhole
