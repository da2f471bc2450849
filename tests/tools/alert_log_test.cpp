// SPDX-License-Identifier: Apache-2.0
#include "alert_log.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace pinhole::testing {
namespace {

pinhole_event sample_event(int64_t frame, bool open = true) {
  pinhole_event event = {};
  event.kind = PINHOLE_EVENT_ANOMALY;
  event.open = open ? 1 : 0;
  event.first = frame;
  event.peak = frame + 2;
  event.last = frame + 3;
  event.score = 0.1;
  event.threshold = 2.5e-7;
  event.box = {1, -2, 30, 40};
  event.time = 1763652000.125;
  return event;
}

class AlertLogTest : public ::testing::Test {
protected:
  AlertLogTest() : path(::testing::TempDir() + "alert_log_" + std::to_string(getpid()) + ".jsonl") {
    std::remove(path.c_str());
  }
  ~AlertLogTest() override { std::remove(path.c_str()); }

  std::string content() const {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  void put(const std::string& text) const { std::ofstream(path) << text; }

  // The file holds exactly the lines of frames 0..count-1, whole and in order.
  void expect_frames(int64_t count) const {
    std::string expected;
    for (int64_t frame = 0; frame < count; ++frame)
      expected += event_line(sample_event(frame)) + "\n";
    EXPECT_EQ(content(), expected);
  }

  std::string path;
};

// Files of this process may not grow beyond `bytes` while this lives: a disk that is full within a line.
class FileSizeLimit {
public:
  explicit FileSizeLimit(size_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
  rlimit before_ = {};
};

TEST(EventLine, IsWhatTheManualSays) {
  EXPECT_EQ(event_line(sample_event(55)),
            "{\"event\":\"anomaly\",\"state\":\"open\",\"first\":55,\"peak\":57,\"last\":58,\"score\":0.1,"
            "\"threshold\":2.5e-07,\"box\":[1,-2,30,40],\"time\":1763652000.125}");
  pinhole_event event = sample_event(55, false);
  event.kind = PINHOLE_EVENT_COVERED;
  event.suppressed = 1;
  event.score = std::numeric_limits<double>::quiet_NaN();
  event.time = 3;
  EXPECT_EQ(event_line(event),
            "{\"event\":\"covered\",\"state\":\"closed\",\"first\":55,\"peak\":57,\"last\":58,\"score\":null,"
            "\"threshold\":2.5e-07,\"box\":[1,-2,30,40],\"time\":3,\"suppressed\":true}");
}

TEST_F(AlertLogTest, AppendsWholeLines) {
  for (int64_t frame = 0; frame < 4; frame += 2) {
    AlertLog log;
    ASSERT_TRUE(log.open(path).ok());
    EXPECT_TRUE(log.write(sample_event(frame)).ok());
    EXPECT_TRUE(log.write(sample_event(frame + 1)).ok());
    EXPECT_TRUE(log.close().ok());
  }
  expect_frames(4);
}

TEST_F(AlertLogTest, FullInTheMiddleOfALineAndRoomLater) {
  const size_t line = event_line(sample_event(0)).size() + 1;
  for (size_t room = 2 * line; room <= 3 * line; room += 7) {
    std::remove(path.c_str());
    AlertLog log;
    ASSERT_TRUE(log.open(path).ok());
    {
      const FileSizeLimit limit(room);
      EXPECT_TRUE(log.write(sample_event(0)).ok());
      EXPECT_TRUE(log.write(sample_event(1)).ok());
      int reports = 0;
      for (int64_t frame = 2; frame < 8; ++frame) {
        const Status status = log.write(sample_event(frame));
        reports += !status.ok();
        EXPECT_TRUE(status.ok() || (status.code == Code::io_error && std::strstr(status.text, "kept"))) << status.text;
      }
      EXPECT_TRUE(log.retry().ok()) << "reported once";
      EXPECT_EQ(reports, 1);
      expect_frames(room >= 3 * line ? 3 : 2);
    }
    EXPECT_TRUE(log.retry().ok());
    EXPECT_TRUE(log.kept().empty());
    expect_frames(8);
    {
      const FileSizeLimit limit(8 * line + 3);
      EXPECT_FALSE(log.write(sample_event(8)).ok()) << "the next time that it is full is reported again";
      EXPECT_NE(std::strstr(log.close().text, "1 of 9 lines"), nullptr);
      EXPECT_EQ(log.kept().size(), 1u);
      EXPECT_EQ(log.written(), 8) << "what was kept and written later counts once";
    }
    expect_frames(8);
  }
}

TEST_F(AlertLogTest, FullDevice) {
  AlertLog log;
  ASSERT_TRUE(log.open("/dev/full").ok());
  const Status status = log.write(sample_event(0));
  EXPECT_EQ(status.code, Code::io_error);
  EXPECT_NE(std::strstr(status.text, "/dev/full"), nullptr) << status.text;
  EXPECT_NE(std::strstr(status.text, "No space left"), nullptr) << status.text;
  for (int64_t frame = 1; frame < 50; ++frame)
    EXPECT_TRUE(log.write(sample_event(frame)).ok());
  ASSERT_EQ(log.kept().size(), 50u);
  EXPECT_EQ(log.kept().back(), event_line(sample_event(49)) + "\n");
  EXPECT_NE(std::strstr(log.close().text, "50 of 50 lines of alerts"), nullptr);
  EXPECT_EQ(log.written(), 0);
}

TEST_F(AlertLogTest, WhatACrashLeftIsCutOff) {
  const std::string whole = event_line(sample_event(0)) + "\n", half = event_line(sample_event(1));
  for (size_t bytes = 1; bytes < half.size(); bytes += 5) {
    put(whole + half.substr(0, bytes));
    AlertLog log;
    ASSERT_TRUE(log.open(path).ok());
    EXPECT_TRUE(log.write(sample_event(1)).ok());
    expect_frames(2);
  }
  put(whole + half); // only the line's end is missing
  AlertLog log;
  ASSERT_TRUE(log.open(path).ok());
  EXPECT_TRUE(log.write(sample_event(2)).ok());
  expect_frames(3);
}

TEST_F(AlertLogTest, OtherFilesAreLeftAlone) {
  for (const std::string& text :
       {std::string("my diary"), std::string("frame,score\n1,2"), std::string(5000, 'x'), std::string(5000, 'x') + "\n",
        std::string("frame,score\n1,2\n"), std::string("{\"event\":\"lunch\"}\n"), std::string("\n"),
        "diary\n" + event_line(sample_event(0)) + "\n"}) {
    put(text);
    AlertLog log;
    EXPECT_EQ(log.open(path).code, Code::invalid_argument);
    EXPECT_EQ(content(), text);
  }
  AlertLog log;
  EXPECT_EQ(log.open(::testing::TempDir() + "no_such_folder/a.jsonl").code, Code::io_error);
  EXPECT_EQ(log.retry().code, Code::invalid_argument);
}

TEST_F(AlertLogTest, OneWriterForEachFile) {
  AlertLog first, second;
  ASSERT_TRUE(first.open(path).ok());
  EXPECT_EQ(second.open(path).code, Code::io_error);
  EXPECT_TRUE(first.close().ok());
  EXPECT_TRUE(second.open(path).ok());
}

} // namespace
} // namespace pinhole::testing
