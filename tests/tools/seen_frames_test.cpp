// SPDX-License-Identifier: Apache-2.0
#include "seen_frames.h"

#include <gtest/gtest.h>

namespace pinhole::tool {
namespace {

TEST(SeenFrames, EachCountsOnceAndTheMemoryIsBounded) {
  SeenFrames seen;
  EXPECT_TRUE(seen.add(7));
  EXPECT_FALSE(seen.add(7));
  EXPECT_TRUE(seen.add(0));
  EXPECT_TRUE(seen.add(UINT32_MAX));
  SeenFrames again;
  again.read(seen.text());
  EXPECT_EQ(again.count(), 3u);
  EXPECT_TRUE(again.has(0) && again.has(7) && again.has(UINT32_MAX));
  EXPECT_FALSE(again.has(8));
  for (uint32_t i = 1000; !seen.full(); ++i)
    seen.add(i);
  EXPECT_EQ(seen.count(), SeenFrames::kMost);
  EXPECT_TRUE(seen.add(999)) << "unknown, and not remembered any more";
  EXPECT_FALSE(seen.has(999));
  EXPECT_FALSE(seen.add(7));
  SeenFrames none;
  none.read("");
  EXPECT_EQ(none.count(), 0u);
}

} // namespace
} // namespace pinhole::tool
