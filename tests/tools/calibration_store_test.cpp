// SPDX-License-Identifier: Apache-2.0
// Two programs on one calibration: what the first has written stays, what the second adds is not lost either.
#include "calibration_store.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

class CalibrationStoreTest : public ::testing::Test {
protected:
  CalibrationStoreTest() {
    std::string name = ::testing::TempDir() + "pinhole_store_XXXXXX";
    folder = mkdtemp(name.data());
    path = folder + "/c.json";
    EXPECT_TRUE(write_new_calibration(path, "first").ok());
  }
  ~CalibrationStoreTest() override { std::filesystem::remove_all(folder); }

  static void read(const std::string& path, CalibrationStore* store) {
    std::vector<uint8_t> bytes;
    ASSERT_TRUE(store->read(path, &bytes).ok());
  }
  std::string content(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(folder + "/" + name).rdbuf();
    return text.str();
  }

  std::string folder, path;
};

TEST_F(CalibrationStoreTest, OneWriterWritesAgainAndAgain) {
  CalibrationStore store;
  read(path, &store);
  for (const char* text : {"second", "third"}) {
    ASSERT_TRUE(store.write(text).ok());
    EXPECT_EQ(content("c.json"), text);
  }
  std::filesystem::remove(path);
  ASSERT_TRUE(store.write("fourth").ok());
  EXPECT_EQ(content("c.json"), "fourth") << "nothing of another program's is lost where there is no file";
  EXPECT_TRUE(store.conflict().ok());
}

TEST_F(CalibrationStoreTest, WhatAnotherProgramHasWrittenStays) {
  CalibrationStore watch, person;
  read(path, &watch);
  read(path, &person);
  ASSERT_TRUE(person.write("of the person").ok());
  std::ofstream(folder + "/c.json.new") << "of an earlier conflict";
  for (const char* text : {"of the watch", "of the watch, later"}) {
    ASSERT_TRUE(watch.write(text).ok());
    EXPECT_EQ(content("c.json"), "of the person");
    EXPECT_EQ(content("c.json.new"), "of an earlier conflict");
    EXPECT_EQ(content("c.json.new.1"), text);
    EXPECT_EQ(watch.path(), path + ".new.1");
    EXPECT_NE(std::strstr(watch.conflict().text, "/c.json: another program has written it"), nullptr);
    EXPECT_NE(std::strstr(watch.conflict().text, "c.json.new.1 has what is added"), nullptr) << watch.conflict().text;
  }
  EXPECT_TRUE(person.conflict().ok());
}

TEST_F(CalibrationStoreTest, WhatIsWrittenIntoTheNeighbourStaysToo) {
  CalibrationStore watch;
  read(path, &watch);
  ASSERT_TRUE(write_new_calibration(path, "of the person").ok());
  ASSERT_TRUE(watch.write("of the watch").ok());
  ASSERT_TRUE(write_new_calibration(path + ".new", "confirmed").ok());
  ASSERT_TRUE(watch.write("of the watch, later").ok());
  EXPECT_EQ(content("c.json"), "of the person");
  EXPECT_EQ(content("c.json.new"), "confirmed");
  EXPECT_EQ(content("c.json.new.1"), "of the watch, later");
  EXPECT_NE(std::strstr(watch.conflict().text, "/c.json: another program has written it"), nullptr);
  EXPECT_NE(std::strstr(watch.conflict().text, "c.json.new.1 has what is added"), nullptr) << watch.conflict().text;
}

TEST_F(CalibrationStoreTest, NothingIsLostWhereTheNameLeadsNowhere) {
  const std::string target = folder + "/target.json";
  std::filesystem::rename(path, target);
  std::filesystem::create_symlink(target, path);
  std::filesystem::create_symlink(folder + "/nowhere", path + ".new");
  CalibrationStore link;
  read(path, &link);
  std::filesystem::remove(target);
  ASSERT_TRUE(link.write("added").ok());
  EXPECT_EQ(content("c.json.new.1"), "added");
  EXPECT_NE(std::strstr(link.conflict().text, "a link to what is not there"), nullptr) << link.conflict().text;
  CalibrationStore file;
  ASSERT_TRUE(write_new_calibration(target, "first").ok());
  read(target, &file);
  std::filesystem::remove(target);
  std::filesystem::create_directory(target);
  ASSERT_TRUE(file.write("added").ok());
  EXPECT_EQ(content("target.json.new"), "added");
}

TEST_F(CalibrationStoreTest, AConflictIsToldOfOnlyOnceTheOtherFileIsWritten) {
  const std::string name(245, 'c'); // NAME.new is a name, that of a file to take its place is not
  CalibrationStore store;
  std::ofstream(folder + "/" + name) << "first";
  read(folder + "/" + name, &store);
  std::ofstream(folder + "/" + name) << "of another program";
  EXPECT_FALSE(store.write("added").ok());
  EXPECT_TRUE(store.conflict().ok());
  EXPECT_EQ(store.path(), folder + "/" + name);
  EXPECT_EQ(content(name), "of another program");
  EXPECT_FALSE(std::filesystem::exists(folder + "/" + name + ".new")) << "an empty one";
}

TEST_F(CalibrationStoreTest, WhatCouldNotBeWrittenIsWrittenLater) {
  CalibrationStore store;
  read(path, &store);
  const std::string moved = folder + "_moved";
  std::filesystem::rename(folder, moved);
  const Status gone = store.write("added");
  EXPECT_NE(std::strstr(gone.text, "No such file"), nullptr) << gone.text;
  EXPECT_TRUE(store.conflict().ok());
  std::filesystem::rename(moved, folder);
  EXPECT_TRUE(store.write("added").ok());
  EXPECT_EQ(content("c.json"), "added");
}

TEST_F(CalibrationStoreTest, AFolderThatStaysLockedCostsPatienceOnce) {
  const int locked = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(locked, LOCK_EX), 0);
  CalibrationStore store(std::chrono::milliseconds(100)), other(std::chrono::milliseconds(100));
  read(path, &store);
  read(path, &other);
  for (const char* text : {"added", "and more"}) {
    ASSERT_TRUE(store.write(text).ok());
    EXPECT_EQ(content("c.json.new"), text);
  }
  ASSERT_TRUE(other.write("of another").ok());
  EXPECT_EQ(content("c.json.new.1"), "of another");
  EXPECT_EQ(content("c.json.new"), "and more");
  EXPECT_EQ(content("c.json"), "first");
  EXPECT_NE(std::strstr(store.conflict().text, "keeps its folder locked"), nullptr) << store.conflict().text;
  close(locked);
}

TEST_F(CalibrationStoreTest, TheMessageOfALongPathNamesTheNewFile) {
  const std::string deep = folder + "/" + std::string(120, 'a') + "/" + std::string(120, 'b');
  std::filesystem::create_directories(deep);
  std::ofstream(deep + "/c.json") << "first";
  CalibrationStore store;
  read(deep + "/c.json", &store);
  std::filesystem::remove(deep + "/c.json");
  std::filesystem::create_symlink("nowhere", deep + "/c.json");
  ASSERT_TRUE(store.write("added").ok());
  EXPECT_NE(std::strstr(store.conflict().text, "c.json.new has what"), nullptr) << store.conflict().text;
  EXPECT_NE(std::strstr(store.conflict().text, "keep one of them"), nullptr) << store.conflict().text;
}

TEST_F(CalibrationStoreTest, OfManyAtOnceOneTakesTheName) {
  constexpr int kWriters = 8;
  std::vector<CalibrationStore> stores(kWriters);
  for (CalibrationStore& store : stores)
    read(path, &store);
  std::vector<std::thread> threads;
  threads.reserve(kWriters);
  for (int i = 0; i < kWriters; ++i)
    threads.emplace_back([&, i] { EXPECT_TRUE(stores[static_cast<size_t>(i)].write(std::to_string(i)).ok()); });
  for (std::thread& thread : threads)
    thread.join();
  int alone = 0;
  for (int i = 0; i < kWriters; ++i) {
    const CalibrationStore& store = stores[static_cast<size_t>(i)];
    alone += store.conflict().ok();
    EXPECT_EQ(content(std::filesystem::path(store.path()).filename()), std::to_string(i)) << "nothing is lost";
  }
  EXPECT_EQ(alone, 1);
}

} // namespace
} // namespace pinhole::tool
