// SPDX-License-Identifier: Apache-2.0
// Files on disk: replaced whole or not at all, and mapped.
#include "weights/mapped_file.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole::testing {
namespace {

namespace fs = std::filesystem;

// A folder of its own per test, removed afterwards.
class Files : public ::testing::Test {
protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "pinhole-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::string content(const char* name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int64_t entries() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }
  Status replace(const char* name, const std::string& text) const {
    return replace_file(path(name), text.data(), text.size());
  }

  fs::path folder_;
};

TEST_F(Files, MakesAndReplaces) {
  EXPECT_TRUE(replace("a", "old").ok());
  EXPECT_EQ(content("a"), "old");
  const std::string large(3 << 20, 'x');
  EXPECT_TRUE(replace("a", large).ok());
  EXPECT_EQ(content("a"), large);
  EXPECT_TRUE(replace("empty", "").ok());
  EXPECT_EQ(entries(), 2) << "nothing temporary is left";
}

TEST_F(Files, ARelativeNameGoesToTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const Status status = replace_file("here", "x", 1);
  fs::current_path(before);
  EXPECT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(content("here"), "x");
}

TEST_F(Files, KeepsModeAndFollowsLinks) {
  ASSERT_TRUE(replace("real", "old").ok());
  ASSERT_EQ(chmod(path("real").c_str(), 0640), 0);
  ASSERT_EQ(symlink("real", path("link").c_str()), 0);
  EXPECT_TRUE(replace("link", "new").ok());
  EXPECT_EQ(content("real"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  struct stat facts = {};
  ASSERT_EQ(stat(path("real").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0640u);
}

// A file size limit fails the write half way, as a full disk does.
TEST_F(Files, AFailedWriteLeavesTheOldFile) {
  ASSERT_TRUE(replace("a", "old").ok());
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {4096, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = replace("a", std::string(1 << 20, 'x')), first = replace("b", std::string(1 << 20, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code, Code::io_error);
  EXPECT_NE(std::strstr(status.text, "untouched"), nullptr) << status.text;
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(first.code, Code::io_error);
  EXPECT_EQ(std::strstr(first.text, "old"), nullptr) << "there was none: " << first.text;
  EXPECT_NE(std::strstr(first.text, "b: cannot be written: "), nullptr) << first.text;
  EXPECT_EQ(entries(), 1) << "nothing temporary is left";
}

TEST_F(Files, RefusesWhatIsNoFile) {
  EXPECT_EQ(replace(".", "x").code, Code::invalid_argument);
  EXPECT_EQ(replace_file("/dev/null", "x", 1).code, Code::invalid_argument);
  const Status missing = replace("no-such-folder/a", "x");
  EXPECT_EQ(missing.code, Code::io_error);
  EXPECT_NE(std::strstr(missing.text, "no-such-folder"), nullptr) << missing.text;
  EXPECT_EQ(entries(), 0);
}

// A link that leads nowhere is neither replaced by a file nor followed to where nobody has put one.
TEST_F(Files, RefusesALinkThatLeadsNowhere) {
  ASSERT_EQ(symlink("gone", path("link").c_str()), 0);
  for (const Status& status : {replace_file(path("link"), "x", 1), check_replaceable(path("link"))}) {
    EXPECT_EQ(status.code, Code::invalid_argument);
    EXPECT_NE(std::string(status.text).find("link: is a link to what is not there: make that file"), std::string::npos)
        << status.text;
  }
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_FALSE(fs::exists(path("gone")));
}

TEST_F(Files, SaysBeforehandWhetherAFileCanBeReplaced) {
  ASSERT_TRUE(replace("a", "old").ok());
  EXPECT_TRUE(check_replaceable(path("a")).ok());
  EXPECT_TRUE(check_replaceable(path("new")).ok());
  EXPECT_EQ(check_replaceable(path(".")).code, Code::invalid_argument);
  EXPECT_EQ(check_replaceable(path("no-such-folder/a")).code, Code::io_error);
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(entries(), 1) << "nothing is left behind";
}

TEST_F(Files, Maps) {
  ASSERT_TRUE(replace("a", "hello").ok());
  MappedFile file;
  const Status status = file.open(path("a"));
  ASSERT_TRUE(status.ok()) << status.text;
  ASSERT_EQ(file.size(), 5u);
  EXPECT_EQ(std::memcmp(file.data(), "hello", 5), 0);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(file.data()) % 64, 0u);
  ASSERT_TRUE(replace("a", "other").ok());
  EXPECT_EQ(std::memcmp(file.data(), "hello", 5), 0) << "a replaced file stays as it was for who has it mapped";
  MappedFile moved = std::move(file);
  EXPECT_EQ(std::memcmp(moved.data(), "hello", 5), 0);
  ASSERT_TRUE(moved.open(path("a")).ok());
  EXPECT_EQ(std::memcmp(moved.data(), "other", 5), 0);
  moved.close();
  EXPECT_EQ(moved.data(), nullptr);
}

TEST_F(Files, MapsOnlyFiles) {
  ASSERT_TRUE(replace("empty", "").ok());
  MappedFile file;
  EXPECT_EQ(file.open(path("missing")).code, Code::io_error);
  EXPECT_EQ(file.open(path("empty")).code, Code::bad_file);
  EXPECT_EQ(file.open(path(".")).code, Code::invalid_argument);
  EXPECT_EQ(file.open("/dev/null").code, Code::invalid_argument);
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  const Status status = file.open(path("pipe"));
  EXPECT_EQ(status.code, Code::invalid_argument);
  EXPECT_NE(std::strstr(status.text, "pipe"), nullptr) << status.text;
}

} // namespace
} // namespace pinhole::testing
