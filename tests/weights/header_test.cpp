// SPDX-License-Identifier: Apache-2.0
// Headers whose checksum is right and whose fields are not, and graphs that are no FlatBuffers.
#include "weights/aligned_bytes.h"
#include "weights/file_surgery.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pinhole::testing {
namespace {

class Header : public ::testing::Test {
protected:
  void SetUp() override {
    ModelBuilder builder("sample");
    build_sample(&builder);
    const Status status = write_model(builder.model(), &bytes_);
    ASSERT_TRUE(status.ok()) << status.text;
    std::memcpy(&header_, bytes_.data(), sizeof header_);
  }

  // The file with `header_` as it is now, its own checksum right.
  Status read() {
    header_.header_crc = crc32c(&header_, offsetof(FileHeader, header_crc));
    std::memcpy(bytes_.data(), &header_, sizeof header_);
    return ReadFile(bytes_).status;
  }

  // The file with the graph as it is now, all checksums right.
  Status read_sealed() {
    AlignedBytes file(bytes_);
    reseal(file.data(), file.size());
    return ReadFile(file.data(), file.size()).status;
  }

  std::vector<uint8_t> bytes_;
  FileHeader header_;
};

TEST_F(Header, NotAPinholeFile) {
  header_.magic[0] = 'p';
  const Status status = read();
  EXPECT_EQ(status.code, Code::bad_file);
  EXPECT_NE(std::strstr(status.text, "not a .pinhole file"), nullptr) << status.text;
}

TEST_F(Header, OtherVersionIsUnsupported) {
  header_.version = 2;
  const Status status = read();
  EXPECT_EQ(status.code, Code::unsupported);
  EXPECT_NE(std::strstr(status.text, "version 2"), nullptr) << status.text;
}

TEST_F(Header, EveryFieldIsChecked) {
  const FileHeader good = header_;
  const std::vector<void (*)(FileHeader*)> changes = {
      [](FileHeader* h) { h->header_bytes = 128; },
      [](FileHeader* h) { h->file_bytes += 64; },
      [](FileHeader* h) { h->file_bytes = UINT64_MAX; },
      [](FileHeader* h) { h->graph_offset = 128; },
      [](FileHeader* h) { h->graph_offset = UINT64_MAX; },
      [](FileHeader* h) { h->graph_bytes = 0; },
      [](FileHeader* h) { h->graph_bytes = UINT64_MAX; },
      [](FileHeader* h) { h->graph_bytes = UINT64_MAX - 63; },
      [](FileHeader* h) { h->graph_bytes = uint64_t{1} << 32; },
      [](FileHeader* h) { h->graph_bytes -= 1; },
      [](FileHeader* h) { h->tensors_offset += 64; },
      [](FileHeader* h) { h->tensors_offset += 1; },
      [](FileHeader* h) { h->tensors_offset = 0; },
      [](FileHeader* h) { h->tensors_offset = UINT64_MAX & ~uint64_t{63}; },
      [](FileHeader* h) { h->graph_crc ^= 1; },
      [](FileHeader* h) { h->reserved[0] = 1; },
      [](FileHeader* h) { h->reserved[1] = 1; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    header_ = good;
    changes[i](&header_);
    const Status status = read();
    EXPECT_EQ(status.code, Code::bad_file) << i << ": " << status.text;
  }
  header_ = good;
  EXPECT_TRUE(read().ok());
}

TEST_F(Header, GraphOfZerosOrOnesIsRefused) {
  for (const int fill : {0x00, 0x01, 0x40, 0x7F, 0x80, 0xFF}) {
    std::memset(bytes_.data() + header_.graph_offset, fill, header_.graph_bytes);
    const Status status = read_sealed();
    EXPECT_EQ(status.code, Code::bad_file) << status.text;
    EXPECT_NE(std::strstr(status.text, "FlatBuffer"), nullptr) << status.text;
  }
}

TEST_F(Header, UnterminatedNameIsRefused) {
  const std::string name = "down.weight";
  auto at = std::search(bytes_.begin(), bytes_.end(), name.begin(), name.end());
  ASSERT_NE(at, bytes_.end());
  at[static_cast<int64_t>(name.size())] = 'x';
  const Status status = read_sealed();
  EXPECT_EQ(status.code, Code::bad_file);
  EXPECT_NE(std::strstr(status.text, "FlatBuffer"), nullptr) << status.text;
}

// Past the checksums, a changed byte of the graph is either refused or an equally legal file; never a crash.
TEST_F(Header, EveryByteOfTheGraphMayChange) {
  AlignedBytes file(bytes_);
  for (size_t at = header_.graph_offset; at < header_.graph_offset + header_.graph_bytes; ++at)
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::memcpy(file.data(), bytes_.data(), bytes_.size());
      file.data()[at] = static_cast<uint8_t>(file.data()[at] ^ flip);
      reseal(file.data(), file.size());
      const ReadFile read(file.data(), file.size());
      EXPECT_EQ(read.status.ok(), read.status.text[0] == 0) << at;
    }
}

} // namespace
} // namespace pinhole::testing
