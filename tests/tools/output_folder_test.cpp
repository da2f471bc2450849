// SPDX-License-Identifier: Apache-2.0
#include "output_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace pinhole::tool {
namespace {

namespace fs = std::filesystem;

class OutputFolder : public testing::Test {
protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "pinhole_folder_XXXXXX"; // tests run side by side
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string in(const std::string& name) const { return (folder_ / name).string(); }

  std::string refusal(const std::string& name) const {
    const Status status = make_output_folder("--heatmaps", in(name));
    EXPECT_FALSE(status.ok()) << name;
    EXPECT_EQ(std::string(status.text).find("--heatmaps "), 0u) << status.text;
    return status.text;
  }

  fs::path folder_;
};

TEST_F(OutputFolder, IsMadeOnce) {
  for (const char* name : {"a/b/c", "a/b/c", "a/b/c/", "a/./d"}) {
    EXPECT_TRUE(make_output_folder("--out", in(name)).ok()) << name;
    EXPECT_TRUE(fs::is_directory(in(name))) << name;
  }
  fs::create_directory_symlink("a", in("link"));
  EXPECT_TRUE(make_output_folder("--out", in("link")).ok());
  EXPECT_TRUE(make_output_folder("--out", in("link/e")).ok());
  EXPECT_TRUE(fs::is_directory(in("a/e")));
}

TEST_F(OutputFolder, LinksToNowhereStay) {
  fs::create_symlink("gone", in("link"));
  for (const char* name : {"link", "link/", "link/below"})
    EXPECT_NE(refusal(name).find("/link: is a link to what is not there: make that folder, remove the link"),
              std::string::npos)
        << name;
  EXPECT_TRUE(fs::is_symlink(in("link")));
  EXPECT_FALSE(fs::exists(in("gone")));
}

TEST_F(OutputFolder, FilesStay) {
  std::ofstream(in("file")) << "kept";
  for (const char* name : {"file", "file/", "file/below"})
    EXPECT_NE(refusal(name).find("/file: is there and no folder: name another one"), std::string::npos) << name;
  EXPECT_EQ(fs::file_size(in("file")), 4u);
}

} // namespace
} // namespace pinhole::tool
