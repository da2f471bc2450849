// SPDX-License-Identifier: Apache-2.0
// Numbers of frames come from the names of their files, so that one that is missing moves no other.
#include "image/frame_list.h"
#include "test_picture.h"

#include <gtest/gtest.h>

namespace pinhole {
namespace {

std::vector<int64_t> numbers_of(const std::vector<std::string>& names, std::string* reason = nullptr) {
  return frame_numbers(names, reason);
}

TEST(FrameNumbers, AreThoseThatNamesEndIn) {
  EXPECT_EQ(number_in_name("a/cam2_000123.jpg"), 123);
  EXPECT_EQ(number_in_name("17"), 17);
  EXPECT_EQ(number_in_name("000000.jpg"), 0);
  EXPECT_EQ(number_in_name("a7/b.jpg"), -1);
  EXPECT_EQ(number_in_name("7b.jpg"), -1);
  EXPECT_EQ(number_in_name("1234567890123456.jpg"), -1) << "more digits than are exact";
  EXPECT_EQ(numbers_of({"f/000000.jpg", "f/000001.jpg", "f/000003.jpg", "f/000004.jpg"}),
            (std::vector<int64_t>{0, 1, 3, 4}));
  EXPECT_EQ(numbers_of({"cam_9.png", "cam_10.png", "cam_11.png"}), (std::vector<int64_t>{9, 10, 11}));
  EXPECT_EQ(numbers_of({"000041.jpg"}), std::vector<int64_t>{41});
}

TEST(FrameNumbers, AreCountedWhereNamesHaveNone) {
  std::string reason = "unset";
  EXPECT_EQ(numbers_of({"first.jpg", "last.jpg"}, &reason), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(reason, "");
  EXPECT_EQ(numbers_of({"1.jpg", "2.jpg", "last.jpg"}, &reason), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_NE(reason.find("some do not"), std::string::npos) << reason;
  EXPECT_EQ(numbers_of({"a_1.jpg", "a_2.jpg", "b_1.jpg", "b_2.jpg"}, &reason), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_NE(reason.find("do not ascend"), std::string::npos) << reason;
  EXPECT_EQ(numbers_of({"1.jpg", "1.png", "2.jpg"}, &reason), (std::vector<int64_t>{0, 1, 2})) << "twice the same";
  EXPECT_EQ(numbers_of({"0.jpg", "10.jpg", "20.jpg", "30.jpg"}, &reason), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_NE(reason.find("skip"), std::string::npos) << "every tenth one: " << reason;
  EXPECT_EQ(numbers_of({"235958.jpg", "235959.jpg", "240000.jpg"}, &reason).front(), 235958) << "as often as not";
  EXPECT_EQ(reason, "");
}

TEST(FrameNumbers, OfTooManyDigitsAreToldOf) {
  std::string reason;
  const std::vector<std::string> names = {"cam_2026112013405000.jpg", "cam_2026112013405001.jpg"};
  EXPECT_EQ(numbers_of(names, &reason), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(reason, "names end in numbers of more than 15 digits");
  EXPECT_EQ(numbers_of({"7.jpg", "2026112013405001.jpg"}, &reason), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(reason, "names end in numbers of more than 15 digits");
}

class FrameListTest : public ::testing::Test {
protected:
  // Files 0 to 9 without 3 and 6-7, and what list_frames makes of them.
  FrameListTest() {
    for (const int i : {0, 1, 2, 4, 5, 8, 9})
      folder.write("f" + std::to_string(i) + ".png", {1});
  }
  std::string list(const std::string& range) {
    const Status status = list_frames(folder.path, false, range, &frames);
    if (!status.ok())
      return status.text;
    std::string text;
    for (const FrameFile& file : frames.frames) {
      EXPECT_EQ(file.path, folder.file("f" + std::to_string(file.number) + ".png"));
      text += std::to_string(file.number);
    }
    return text;
  }
  const TemporaryFolder folder;
  FrameList frames;
};

TEST_F(FrameListTest, RangesNameNumbersAndGapsAreTold) {
  EXPECT_EQ(list(""), "0124589");
  EXPECT_EQ(frames.missing, "frames 3 and 6-7 are missing");
  EXPECT_EQ(list("4-5,9"), "459");
  EXPECT_EQ(frames.missing, "") << "what the range leaves out is not missing";
  EXPECT_EQ(notice_of(frames, "f"), "");
  EXPECT_EQ(list("2-4"), "24");
  EXPECT_EQ(frames.missing, "frame 3 is missing");
  EXPECT_EQ(notice_of(frames, "f"), "f: frame 3 is missing");
  EXPECT_EQ(list("5-7,8"), "58");
  EXPECT_EQ(frames.missing, "frames 6-7 are missing");
}

TEST_F(FrameListTest, ARangeWithoutAFrameIsRefused) {
  EXPECT_NE(list("6-7").find("there is no frame 6-7"), std::string::npos);
  EXPECT_NE(list("0-2,3").find("there is no frame 3"), std::string::npos);
  EXPECT_NE(list("0-10").find("there are 7 frames, the last one is 9"), std::string::npos);
  EXPECT_NE(list("5-3").find("before its start"), std::string::npos);
  EXPECT_NE(list("0-10").find(folder.path.substr(folder.path.size() - 8)), std::string::npos) << "says where";
}

// A range that fails is told of with the numbering that it fails by.
TEST(FrameRange, SaysThatFramesAreCounted) {
  const TemporaryFolder folder;
  for (const char* name : {"a_7.png", "a_8.png", "last.png"})
    folder.write(name, {1});
  FrameList frames;
  const std::string text = list_frames(folder.path, false, "7-8", &frames).text;
  EXPECT_NE(text.find("the last one is 2; some names end in a number and some do not: frames are counted from 0"),
            std::string::npos)
      << text;
}

// Times in microseconds, say: a range names whatever number a name may have.
TEST(FrameRange, NamesEveryNumberOfANameThatCounts) {
  const TemporaryFolder folder;
  const std::vector<std::string> names = {"999999999999998.png", "999999999999999.png"};
  for (const std::string& name : names)
    folder.write(name, {1});
  FrameList frames;
  ASSERT_TRUE(list_frames(folder.path, false, "999999999999999", &frames).ok());
  ASSERT_EQ(frames.frames.size(), 1U);
  EXPECT_EQ(frames.frames[0].number, 999999999999999);
  folder.write("1000000000000000.png", {1});
  ASSERT_TRUE(list_frames(folder.path, false, "0-2", &frames).ok());
  EXPECT_EQ(frames.frames[2].number, 2) << "a number of more digits counts no frames";
}

TEST_F(FrameListTest, ManyGapsAreSummedUp) {
  for (int i = 20; i < 100; i += 10)
    for (int k = 0; k < 9; ++k)
      folder.write("f" + std::to_string(i + k) + ".png", {1});
  list("");
  EXPECT_EQ(frames.missing, "frames 3, 6-7, 10-19, 29, 39 and those of 5 other gaps are missing");
}

} // namespace
} // namespace pinhole
