// SPDX-License-Identifier: Apache-2.0
#include "image/mjpeg.h"
#include "jpeg_files.h"
#include "test_picture.h"

#include <chrono>
#include <fcntl.h>
#include <gtest/gtest.h>

namespace pinhole {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes jpeg(int seed, const JpegOptions& options = {80}) {
  return encoded(textured_picture(16 + seed, 16, 3), options);
}

Bytes cut(const Bytes& bytes, size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::vector<Bytes> split(MjpegSplitter* splitter, const Bytes& stream, size_t piece) {
  std::vector<Bytes> frames;
  Bytes frame;
  for (size_t at = 0; at < stream.size(); at += piece) {
    splitter->push(stream.data() + at, std::min(piece, stream.size() - at));
    while (splitter->next(&frame))
      frames.push_back(frame);
  }
  splitter->end();
  while (splitter->next(&frame))
    frames.push_back(frame);
  return frames;
}

// The frames, which must be the same however the stream is cut into pieces.
std::vector<Bytes> split_any_way(const Bytes& stream) {
  MjpegSplitter whole;
  std::vector<Bytes> frames = split(&whole, stream, stream.size());
  for (const size_t piece : {1, 2, 3, 7, 100, 1000}) {
    MjpegSplitter splitter;
    EXPECT_EQ(split(&splitter, stream, piece), frames) << "pieces of " << piece;
    EXPECT_EQ(splitter.skipped_bytes(), whole.skipped_bytes());
    EXPECT_EQ(splitter.broken_frames(), whole.broken_frames());
  }
  return frames;
}

const Bytes kPart = {'-', '-', 'f', 'r', 'a', 'm', 'e', '\r', '\n', 0xFF, '\r', '\n'};

TEST(Mjpeg, frames_come_out_as_they_went_in) {
  const Bytes a = jpeg(0), b = jpeg(1, {80, ChromaSampling::s420, true}), c = jpeg(2, {80, ChromaSampling::s444});
  EXPECT_EQ(split_any_way(joined({a, b, c})), (std::vector<Bytes>{a, b, c}));
  EXPECT_EQ(split_any_way(joined({kPart, a, kPart, b, kPart, c, kPart})), (std::vector<Bytes>{a, b, c}));
}

TEST(Mjpeg, a_thumbnail_inside_a_segment_does_not_end_the_frame) {
  const Bytes with_thumbnail = with_segment(jpeg(0), 0xE1, jpeg(3));
  EXPECT_EQ(split_any_way(joined({with_thumbnail, jpeg(1)})), (std::vector<Bytes>{with_thumbnail, jpeg(1)}));
}

TEST(Mjpeg, after_a_cut_the_next_frame_is_found) {
  const Bytes a = jpeg(0), b = jpeg(1), c = jpeg(2);
  for (size_t size = 0; size < a.size(); ++size) {
    const std::vector<Bytes> frames = split_any_way(joined({cut(a, size), b, c}));
    ASSERT_FALSE(frames.empty()) << size;
    EXPECT_EQ(frames.back(), c) << size;
  }
  EXPECT_EQ(split_any_way(joined({cut(a, a.size() - 5), b, c})), (std::vector<Bytes>{b, c}));
}

TEST(Mjpeg, a_length_that_lies_swallows_no_frame) {
  const Bytes a = jpeg(0), b = jpeg(1), c = jpeg(2);
  Bytes liar = {0xFF, 0xD8, 0xFF, 0xE0, 0x07, 0x00};
  EXPECT_EQ(split_any_way(joined({liar, a, b, c})).front(), a);
  liar[4] = liar[5] = 0;
  EXPECT_EQ(split_any_way(joined({liar, a, b, c})), (std::vector<Bytes>{a, b, c}));
}

TEST(Mjpeg, memory_is_bounded_and_counted) {
  constexpr size_t kMost = 3000;
  const Bytes a = jpeg(0);
  ASSERT_LT(a.size(), kMost);
  const Bytes scan(20000, 0x55);
  const Bytes endless = joined({cut(a, a.size() - 2), scan});
  MjpegSplitter splitter(kMost);
  EXPECT_EQ(split(&splitter, joined({endless, a}), 512), std::vector<Bytes>{a});
  EXPECT_EQ(splitter.broken_frames(), 1);
  EXPECT_EQ(splitter.skipped_bytes(), static_cast<int64_t>(endless.size()));
}

TEST(Mjpeg, reads_a_pipe_to_its_end) {
  const Bytes a = jpeg(0), b = jpeg(1);
  const Bytes stream = joined({kPart, a, kPart, b, cut(a, 50)});
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], stream.data(), stream.size()), static_cast<ssize_t>(stream.size()));
  close(ends[1]);
  MjpegReader reader(ends[0]);
  Bytes frame;
  for (const Bytes& expected : {a, b, Bytes{}, Bytes{}}) {
    ASSERT_TRUE(reader.next(&frame).ok());
    EXPECT_EQ(frame, expected);
  }
  close(ends[0]);
  EXPECT_EQ(MjpegReader(-1).next(&frame).code, Code::io_error);
}

TEST(Mjpeg, waits_no_longer_than_it_is_told) {
  using Clock = std::chrono::steady_clock;
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  MjpegReader reader(ends[0]);
  Bytes frame;
  bool waiting = false;
  const Bytes a = jpeg(0), begun = cut(jpeg(1), 60);
  for (const Bytes& there : {Bytes{}, begun}) { // nothing, and the beginning of a frame
    ASSERT_EQ(write(ends[1], there.data(), there.size()), static_cast<ssize_t>(there.size()));
    const Clock::time_point start = Clock::now();
    ASSERT_TRUE(reader.next(50, &frame, &waiting).ok());
    EXPECT_TRUE(waiting);
    EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(40));
  }
  ASSERT_EQ(write(ends[1], a.data(), a.size()), static_cast<ssize_t>(a.size()));
  ASSERT_TRUE(reader.next(5000, &frame, &waiting).ok());
  EXPECT_FALSE(waiting);
  EXPECT_EQ(frame, a);
  EXPECT_EQ(reader.splitter().broken_frames(), 1);
  close(ends[1]);
  ASSERT_TRUE(reader.next(5000, &frame, &waiting).ok());
  EXPECT_FALSE(waiting);
  EXPECT_TRUE(frame.empty());
  close(ends[0]);
}

TEST(Mjpeg, names) {
  EXPECT_TRUE(is_mjpeg_name("a/b.mjpeg") && is_mjpeg_name("C.MJPG"));
  EXPECT_FALSE(is_mjpeg_name("a.jpeg") || is_mjpeg_name("mjpeg") || is_mjpeg_name(""));
}

} // namespace
} // namespace pinhole
