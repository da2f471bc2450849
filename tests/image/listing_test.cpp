// SPDX-License-Identifier: Apache-2.0
#include "image/file_bytes.h"
#include "image/listing.h"
#include "test_picture.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

TEST(NaturalOrder, counts_as_people_do) {
  const std::vector<std::string> ordered = {"a",
                                            "a1b1",
                                            "a1b2",
                                            "a1b10",
                                            "frame2",
                                            "frame02",
                                            "frame10",
                                            "frame10a",
                                            "frame11",
                                            "frame99999999999999999999998",
                                            "frame99999999999999999999999"};
  for (size_t i = 0; i < ordered.size(); ++i)
    for (size_t j = 0; j < ordered.size(); ++j)
      EXPECT_EQ(natural_less(ordered[i], ordered[j]), i < j) << ordered[i] << " " << ordered[j];
}

TEST(ListImages, natural_order_images_only) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("sub"));
  for (const char* name : {"f10.PNG", "f9.jpg", "notes.txt", "f1.ppm", ".hidden.png", "sub/f2.jpeg", "f3.png.part"})
    folder.write(name, {1});
  std::filesystem::create_directory(folder.file("folder.png"));
  std::vector<std::string> paths;
  ASSERT_TRUE(list_images(folder.path, false, &paths).ok());
  EXPECT_EQ(paths, (std::vector<std::string>{folder.file("f1.ppm"), folder.file("f9.jpg"), folder.file("f10.PNG")}));
  ASSERT_TRUE(list_images(folder.path, true, &paths).ok());
  EXPECT_EQ(paths.size(), 4U);
  EXPECT_EQ(paths.back(), folder.file("sub/f2.jpeg"));
  ASSERT_TRUE(list_images(folder.file("notes.txt"), false, &paths).ok());
  EXPECT_EQ(paths, std::vector<std::string>{folder.file("notes.txt")});
}

TEST(ListImages, missing_and_empty_folders_are_errors) {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  EXPECT_EQ(list_images(folder.path, true, &paths).code, Code::bad_file);
  EXPECT_EQ(list_images(folder.file("none"), true, &paths).code, Code::io_error);
}

TEST(ParseRange, takes_both_ends) {
  std::vector<int64_t> positions;
  ASSERT_TRUE(parse_range("0-2,5,7-8", 9, &positions).ok());
  EXPECT_EQ(positions, (std::vector<int64_t>{0, 1, 2, 5, 7, 8}));
  ASSERT_TRUE(parse_range("0-53,243-312", 377, &positions).ok());
  EXPECT_EQ(positions.size(), 124U);
}

TEST(ParseRange, says_what_is_wrong) {
  const std::pair<const char*, const char*> cases[] = {{"", "write numbers"},
                                                       {"1,", "write numbers"},
                                                       {"a", "write numbers"},
                                                       {"1-", "write numbers"},
                                                       {"-3", "write numbers"},
                                                       {"1-2-3", "write numbers"},
                                                       {"1 - 2", "write numbers"},
                                                       {"+1", "write numbers"},
                                                       {"5-3", "before its start"},
                                                       {"4,3", "ascend"},
                                                       {"1-5,5", "ascend"},
                                                       {"0-9", "the last one is 8"},
                                                       {"9999999999999999", "write numbers"}};
  for (const auto& [text, reason] : cases) {
    std::vector<int64_t> positions;
    const Status status = parse_range(text, 9, &positions);
    EXPECT_EQ(status.code, Code::invalid_argument) << text;
    EXPECT_NE(std::string(status.text).find(reason), std::string::npos) << text << ": " << status.text;
  }
}

TEST(CheckRange, knows_all_rules_but_the_count) {
  EXPECT_TRUE(check_range("0-2,5,999999999999999").ok());
  for (const char* text : {"", "1,", "a", "5-3", "4,3", "1-5,5", "9999999999999999"})
    EXPECT_EQ(check_range(text).code, Code::invalid_argument) << text;
}

// Names are shortened between characters.
TEST(ShortNames, KeepWholeCharacters) {
  const std::string euro = "\xe2\x82\xac";
  for (size_t shift = 0; shift < 3; ++shift) {
    std::string name;
    while (name.size() < 200)
      name += euro;
    name += std::string(shift, 'x');
    const std::string path = short_path(name), text = short_text(std::string(shift, 'x') + name);
    EXPECT_EQ(path.substr(0, 6), "..." + euro) << path;
    EXPECT_LE(path.size(), 103u);
    EXPECT_EQ((text.size() - shift) % 3, 0u) << text;
    EXPECT_GT(text.size(), 37u);
    EXPECT_LE(text.size(), 40u);
  }
  EXPECT_EQ(short_text("0-53"), "0-53");
}

} // namespace
} // namespace pinhole
