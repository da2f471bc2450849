// SPDX-License-Identifier: Apache-2.0
// Frames of folders and of motion JPEG: what cannot be used is named and passed over, and streams that stall say so.
#include "frame_source.h"

#include "image/jpeg.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinhole::tool {
namespace {

using Bytes = std::vector<uint8_t>;

// A gray picture whose shade tells which one it is.
Bytes jpeg(int number) {
  Image image;
  EXPECT_TRUE(make_image(32, 16, 1, &image).ok());
  std::fill(image.pixels.begin(), image.pixels.end(), static_cast<uint8_t>(10 * number));
  Bytes bytes;
  EXPECT_TRUE(encode_jpeg(image, {95}, &bytes).ok());
  return bytes;
}

Bytes cut(Bytes bytes) {
  bytes.resize(bytes.size() - 20);
  return bytes;
}

class FrameSourceTest : public ::testing::Test {
protected:
  FrameSourceTest() {
    std::string name = ::testing::TempDir() + "pinhole_frames_XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~FrameSourceTest() override { std::filesystem::remove_all(folder); }

  std::string put(const std::string& name, const std::vector<Bytes>& parts) const {
    std::ofstream file(folder + "/" + name, std::ios::binary);
    for (const Bytes& part : parts)
      file.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size()));
    return folder + "/" + name;
  }

  // One letter for each arrival: the shade's number, x for what is unusable; then the numbers of all.
  static std::string read_all(FrameSource* source, std::vector<int64_t>* numbers = nullptr) {
    std::string text;
    for (SourceFrame frame;;) {
      const Status status = source->next(&frame);
      EXPECT_TRUE(status.ok()) << status.text;
      if (!status.ok() || frame.arrival == Arrival::end)
        return text;
      if (frame.arrival == Arrival::none)
        continue;
      text += frame.arrival == Arrival::frame ? static_cast<char>('0' + (frame.image.pixels[0] + 5) / 10) : 'x';
      EXPECT_EQ(frame.fault.empty(), frame.arrival == Arrival::frame);
      if (numbers)
        numbers->push_back(frame.number);
    }
  }
  static std::string read_all(const SourceOptions& options, std::vector<int64_t>* numbers = nullptr) {
    FrameSource source;
    const Status status = source.open(options);
    EXPECT_TRUE(status.ok()) << status.text;
    return read_all(&source, numbers);
  }

  std::string folder;
};

TEST_F(FrameSourceTest, FolderWithoutSomeOfItsFrames) {
  for (int i = 0; i < 6; ++i)
    put(std::to_string(i) + ".jpg", {jpeg(i)});
  put("2.jpg", {cut(jpeg(2))});
  put("4.jpg", {});
  FrameSource source;
  ASSERT_TRUE(source.open({folder, "1-5", 10}).ok());
  EXPECT_EQ(source.total(), 5);
  EXPECT_FALSE(source.is_live());
  std::filesystem::remove(folder + "/5.jpg"); // after it was listed
  std::vector<int64_t> numbers;
  EXPECT_EQ(read_all(&source, &numbers), "1x3xx");
  EXPECT_EQ(numbers, (std::vector<int64_t>{1, 2, 3, 4, 5}));
}

TEST_F(FrameSourceTest, FramesKeepTheirNumbersAndTimesWhenAFileIsMissing) {
  for (const int i : {3, 4, 5, 8, 9})
    put("cam_" + std::to_string(i) + ".jpg", {i == 8 ? cut(jpeg(i)) : jpeg(i)});
  FrameSource source;
  ASSERT_TRUE(source.open({folder, "4-9", 10}).ok());
  EXPECT_NE(source.notice().find(": frames 6-7 are missing"), std::string::npos) << source.notice();
  SourceFrame frame;
  std::vector<int64_t> numbers;
  while (source.next(&frame).ok() && frame.arrival != Arrival::end) {
    numbers.push_back(frame.number);
    EXPECT_DOUBLE_EQ(frame.time, static_cast<double>(frame.number) / 10);
    const std::string name = "cam_" + std::to_string(frame.number) + ".jpg";
    EXPECT_NE(frame.name.find(name + ", frame " + std::to_string(frame.number)), std::string::npos) << frame.name;
    EXPECT_EQ(frame.fault.find(name) != std::string::npos, frame.number == 8) << frame.fault;
  }
  EXPECT_EQ(numbers, (std::vector<int64_t>{4, 5, 8, 9}));
  EXPECT_EQ(read_all({folder, "5,9", 10}), "59");
  FrameSource none;
  EXPECT_EQ(none.open({folder, "6-7", 10}).code, Code::invalid_argument);
}

TEST_F(FrameSourceTest, StreamWithGarbageAndCutFrames) {
  const Bytes garbage(3000, 0x20);
  const std::string path = put("a.MJPEG", {garbage, jpeg(0), garbage, cut(jpeg(1)), jpeg(2), jpeg(3), cut(jpeg(4))});
  std::vector<int64_t> numbers;
  EXPECT_EQ(read_all({path, "", 10}, &numbers), "0x23x");
  EXPECT_EQ(numbers, (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(read_all({path, "0,2", 10}), "02");
  EXPECT_EQ(read_all({path, "1", 10}), "x");
  EXPECT_EQ(read_all({put("empty.mjpeg", {garbage}), "", 10}), "");
  FrameSource source;
  ASSERT_TRUE(source.open({path, "", 10}).ok());
  read_all(&source);
  EXPECT_GE(source.bytes_skipped(), 6000);
}

TEST_F(FrameSourceTest, ClockOfPositions) {
  FrameSource source;
  ASSERT_TRUE(source.open({put("a.mjpg", {jpeg(0), jpeg(1), jpeg(2)}), "2", 10}).ok());
  SourceFrame frame;
  ASSERT_TRUE(source.next(&frame).ok());
  EXPECT_EQ(frame.number, 2);
  EXPECT_DOUBLE_EQ(frame.time, 0.2);
}

TEST_F(FrameSourceTest, FifoThatStallsAndEnds) {
  const std::string path = folder + "/camera";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  FrameSource source;
  ASSERT_TRUE(source.open({path, "", 10}).ok()) << "nobody writes yet";
  EXPECT_TRUE(source.is_live());
  SourceFrame frame;
  ASSERT_TRUE(source.next(&frame).ok());
  EXPECT_EQ(frame.arrival, Arrival::none);
  const int writer = open(path.c_str(), O_WRONLY);
  ASSERT_GE(writer, 0);
  const Bytes first = jpeg(7), half = cut(jpeg(8));
  ASSERT_EQ(write(writer, first.data(), first.size()), static_cast<ssize_t>(first.size()));
  ASSERT_TRUE(source.next(&frame).ok());
  ASSERT_EQ(frame.arrival, Arrival::frame);
  EXPECT_NEAR(frame.time, static_cast<double>(std::time(nullptr)), 2);
  const double before = frame.time;
  ASSERT_EQ(write(writer, half.data(), half.size()), static_cast<ssize_t>(half.size()));
  ASSERT_TRUE(source.next(&frame).ok());
  EXPECT_EQ(frame.arrival, Arrival::none);
  EXPECT_GT(source.now(), before);
  close(writer);
  EXPECT_EQ(read_all(&source), "x");
}

TEST_F(FrameSourceTest, WhatIsNoSourceIsRefusedWithAdvice) {
  FrameSource source;
  EXPECT_EQ(source.open({folder + "/nothing", "", 10}).code, Code::io_error);
  EXPECT_EQ(source.open({folder + "/nothing.mjpeg", "", 10}).code, Code::io_error);
  for (const char* other : {"/dev/null", "/dev/video0", "rtsp://camera/stream", "night.mp4"}) {
    const Status status = source.open({other, "", 10});
    EXPECT_EQ(status.code, Code::invalid_argument) << other;
    EXPECT_NE(std::string(status.text).find("ffmpeg"), std::string::npos) << status.text;
  }
}

} // namespace
} // namespace pinhole::tool
