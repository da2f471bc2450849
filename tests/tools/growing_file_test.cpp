// SPDX-License-Identifier: Apache-2.0
#include "growing_file.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

std::string content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class GrowingFileTest : public ::testing::Test {
protected:
  GrowingFileTest() {
    std::signal(SIGXFSZ, SIG_IGN); // as the program does
    std::string name = ::testing::TempDir() + "pinhole_growing_XXXXXX";
    folder = mkdtemp(name.data());
    path = folder + "/s.csv";
    partial = path + ".partial";
  }
  ~GrowingFileTest() override { std::filesystem::remove_all(folder); }

  std::string folder, path, partial;
};

// 100 bytes.
std::string line(int number) {
  std::string text = std::to_string(number);
  text.resize(99, '.');
  return text + "\n";
}

TEST_F(GrowingFileTest, TakesItsNameWhenItIsWhole) {
  std::ofstream(path) << "old";
  std::string expected;
  {
    GrowingFile file, second;
    ASSERT_TRUE(file.open(path).ok());
    EXPECT_EQ(second.open(path).code, Code::io_error) << "one writer";
    for (int i = 0; i < 2000; ++i, expected += line(i - 1))
      ASSERT_TRUE(file.add(line(i)).ok());
    EXPECT_EQ(content(path), "old");
    EXPECT_GT(content(partial).size(), 100000u) << "it grows meanwhile";
    ASSERT_TRUE(file.finish().ok());
  }
  EXPECT_EQ(content(path), expected);
  EXPECT_FALSE(std::filesystem::exists(partial));
}

TEST_F(GrowingFileTest, FullDiskLeavesTheOldFileAndWholeLines) {
  std::ofstream(path) << "old";
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit = {150050, before.rlim_max};
  GrowingFile file;
  ASSERT_TRUE(file.open(path).ok());
  setrlimit(RLIMIT_FSIZE, &limit);
  int reports = 0;
  for (int i = 0; i < 5000; ++i)
    reports += !file.add(line(i)).ok();
  EXPECT_EQ(reports, 1) << "said once";
  const std::string so_far = content(partial);
  EXPECT_EQ(so_far.size(), 150000u) << "as many whole lines as there is room for";
  const Status full = file.finish();
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(full.code, Code::io_error);
  EXPECT_NE(std::strstr(full.text, ".partial"), nullptr) << full.text;
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(content(partial), so_far);
}

TEST_F(GrowingFileTest, RoomLaterLosesNothing) {
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit limit = {70000, before.rlim_max};
  GrowingFile file;
  ASSERT_TRUE(file.open(path).ok());
  setrlimit(RLIMIT_FSIZE, &limit);
  std::string expected;
  for (int i = 0; i < 3000; ++i, expected += line(i - 1))
    static_cast<void>(file.add(line(i)));
  setrlimit(RLIMIT_FSIZE, &before);
  const Status status = file.finish();
  EXPECT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(content(path), expected);
}

TEST_F(GrowingFileTest, WhatAKilledRunLeftIsKept) {
  for (const char* left : {"first", "second"}) {
    std::ofstream(partial) << left;
    GrowingFile file;
    ASSERT_TRUE(file.open(path).ok());
    EXPECT_EQ(content(file.kept_aside()), left);
    ASSERT_TRUE(file.add(line(1)).ok());
    ASSERT_TRUE(file.finish().ok());
    EXPECT_EQ(content(path), line(1));
  }
  EXPECT_EQ(content(partial + ".1"), "first");
  EXPECT_EQ(content(partial + ".2"), "second");
  std::ofstream(partial).close();
  GrowingFile file;
  ASSERT_TRUE(file.open(path).ok());
  EXPECT_EQ(file.kept_aside(), "") << "an empty one is nothing";
}

TEST_F(GrowingFileTest, NamesThatAreNoFile) {
  GrowingFile file;
  EXPECT_EQ(file.open("/dev/full").code, Code::invalid_argument);
  EXPECT_EQ(file.open(folder).code, Code::invalid_argument);
  EXPECT_EQ(file.open(folder + "/missing/s.csv").code, Code::io_error);
  EXPECT_TRUE(file.finish().ok()) << "nothing was begun";
}

} // namespace
} // namespace pinhole::tool
