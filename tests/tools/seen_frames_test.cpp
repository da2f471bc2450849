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
  EXPECT_TRUE(again.read(seen.text()));
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
  EXPECT_TRUE(none.read(""));
  EXPECT_EQ(none.count(), 0u);
}

TEST(SeenFrames, ATextThatIsNotWholeIsRefused) {
  SeenFrames seen;
  for (const uint32_t checksum : {3u, 70u, 5000u, 4000000000u})
    seen.add(checksum);
  const std::string text = seen.text();
  SeenFrames read;
  ASSERT_TRUE(read.read(text));
  for (size_t letters = 1; letters < text.size(); ++letters) {
    const std::string cut = text.substr(0, letters);
    SeenFrames part; // a cut between two frames is whole by itself; the calibration's file has a checksum over it
    EXPECT_TRUE(!part.read(cut) || (part.count() < 4 && part.text() == cut)) << cut;
  }
  for (const char* behind : {" ", "=", "A", "AA", ";", "!"})
    EXPECT_FALSE(read.read(text + behind)) << behind;
  for (const char* wrong : {"AwA", "gICAgIAB", "/////38", "Aw===", "A", "\n"})
    EXPECT_FALSE(read.read(wrong)) << wrong; // a frame twice, above 32 bits, padding
  EXPECT_EQ(read.count(), 4u) << "what was remembered stays";
}

} // namespace
} // namespace pinhole::tool
