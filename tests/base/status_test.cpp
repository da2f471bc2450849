// SPDX-License-Identifier: Apache-2.0
// A message that is too long is cut between characters, not within one.
#include "base/status.h"

#include <gtest/gtest.h>

#include <string>

namespace pinhole {
namespace {

TEST(Status, ALongTextIsCutBetweenCharacters) {
  constexpr size_t kRoom = sizeof(Status::text) - 1;
  for (const std::string character : {"a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x93\xb7"}) // of one to four bytes
    for (size_t shift = 0; shift < 4; ++shift) {
      std::string text(shift, '-');
      while (text.size() < kRoom + 8)
        text += character;
      const std::string cut = error(Code::invalid_argument, "%s", text.c_str()).text;
      EXPECT_EQ((cut.size() - shift) % character.size(), 0u) << character << shift;
      EXPECT_GT(cut.size(), kRoom - character.size());
      EXPECT_EQ(text.compare(0, cut.size(), cut), 0);
    }
}

TEST(Status, ATextThatJustFitsIsWhole) {
  std::string text(sizeof(Status::text) - 3, '-');
  text += "\xc3\xa4";
  EXPECT_EQ(error(Code::invalid_argument, "%s", text.c_str()).text, text);
}

} // namespace
} // namespace pinhole
