// SPDX-License-Identifier: Apache-2.0
// Scores and alerts held against labelled events.
#include "scored_sequence.h"

#include "json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace pinhole::tool {
namespace {

class SequenceFiles : public ::testing::Test {
protected:
  void SetUp() override {
    std::snprintf(folder_, sizeof folder_, "/tmp/pinhole-sequence-XXXXXX");
    ASSERT_NE(mkdtemp(folder_), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const char* name, const std::string& text) {
    std::string path = std::string(folder_) + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

private:
  char folder_[64] = {0};
};

TEST_F(SequenceFiles, EventsAndFalseAlarms) {
  // Frames 0-1 training; events 4-5 and 8-9; frame 6 is left out; frame 7 was not scored.
  SequenceOptions options;
  options.labels =
      write("labels.csv", "frame,label,note,suggested_split\n0,0,,train\n1,0,,train\n2,0,,test\n3,0,,test\n"
                          "4,1,,test\n5,1,,test\n6,-1,,test\n7,0,,test\n8,1,,test\n9,1,,test\n");
  options.scores = write("scores.csv", "frame,score,alert\n0,9,0\n1,9,0\n2,1,1\n3,2,0\n4,5,0\n5,6,1\n6,9,1\n8,0.5,0\n"
                                       "9,7,0\n");
  Json json;
  const Status status = evaluate_sequence(options, &json);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(json["normal_frames"], 2);
  EXPECT_EQ(json["anomalous_frames"], 4);
  EXPECT_DOUBLE_EQ(json["auroc"].get<double>(), 6.0 / 8);
  EXPECT_EQ(json["alerts"]["events"], 2);
  EXPECT_EQ(json["alerts"]["caught"], 1);
  EXPECT_EQ(json["alerts"]["delay_frames"].dump(), "[1,null]");
  EXPECT_EQ(json["alerts"]["alerts"], 2);
  EXPECT_EQ(json["alerts"]["false_alerts"], 1);
  EXPECT_EQ(json["alerts"]["per_event"].dump(),
            "[{\"first\":4,\"last\":5,\"delay_frames\":1},{\"first\":8,\"last\":9,\"delay_frames\":null}]");
  EXPECT_EQ(json["alerts"]["per_false_alert"].dump(), "[{\"first\":2,\"last\":2}]");
}

// Whatever is missing, a label belongs to the frame of its number.
TEST_F(SequenceFiles, FramesAndLabelsMeetByTheirNumbers) {
  SequenceOptions options;
  Json json;
  const auto evaluate = [&](const std::string& labels, const std::string& scores) {
    options.labels = write("labels.csv", "frame,label\n" + labels);
    options.scores = write("scores.csv", "frame,score,alert\n" + scores);
    const Status status = evaluate_sequence(options, &json);
    EXPECT_TRUE(status.ok()) << status.text;
    return json["alerts"]["per_event"].dump();
  };
  const std::string found = "[{\"first\":12,\"last\":13,\"delay_frames\":0}]";
  EXPECT_EQ(evaluate("10,0\n11,0\n12,1\n13,1\n15,0\n", "10,1,0\n12,9,1\n13,9,1\n15,1,0\n"), found);
  EXPECT_EQ(json["auroc"], 1);
  EXPECT_EQ(
      evaluate("c_10.jpg,0\nc_11.jpg,0\nc_12.jpg,1\nc_13.jpg,1\nc_15.jpg,0\n", "10,1,0\n12,9,1\n13,9,1\n15,1,0\n"),
      found)
      << "file names";
  EXPECT_EQ(evaluate("a.jpg,0\nb.jpg,1\nc.jpg,0\n", "0,1,0\n1,9,1\n2,1,0\n"),
            "[{\"first\":1,\"last\":1,\"delay_frames\":0}]")
      << "names without numbers are counted";
}

// As spreadsheets write them: the mark of UTF-8 in front, lines that end in carriage return and line feed.
TEST_F(SequenceFiles, TablesOfSpreadsheets) {
  SequenceOptions options;
  Json json;
  options.labels = write("labels.csv", "\xef\xbb\xbf"
                                       "frame,label\r\n0,0\r\n1,1\r\n");
  options.scores = write("scores.csv", "frame,score,alert\n0,1,0\n1,9,1\n");
  const Status status = evaluate_sequence(options, &json);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(json["auroc"], 1);
}

// Numbers of more digits than are taken, in the names of files, are told of as those of a folder are.
TEST_F(SequenceFiles, LabelsOfLongNumbersAreToldOf) {
  SequenceOptions options;
  Json json;
  options.labels = write("labels.csv", "frame,label\n2026112013405000.jpg,0\n2026112013405001.jpg,1\n");
  options.scores = write("scores.csv", "frame,score,alert\n0,1,0\n1,9,1\n");
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(evaluate_sequence(options, &json).ok());
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("names end in numbers of more than 15 digits: frames are counted from 0"), std::string::npos)
      << said;
}

// Names whose numbers count no frames: scores that carry these numbers find no label, and it is said why.
TEST_F(SequenceFiles, LabelsThatAreCountedSaySo) {
  SequenceOptions options;
  Json json;
  Status status;
  const auto said = [&](const std::string& labels, const std::string& scores) {
    options.labels = write("labels.csv", "frame,label\n" + labels);
    options.scores = write("scores.csv", "frame,score,alert\n" + scores);
    ::testing::internal::CaptureStderr();
    status = evaluate_sequence(options, &json);
    return ::testing::internal::GetCapturedStderr();
  };
  const std::string mixed = "c_10.jpg,0\nc_11.jpg,1\nlast.jpg,0\n";
  const std::string warned = said(mixed, "0,1,0\n1,9,1\n");
  EXPECT_TRUE(status.ok()) << status.text;
  EXPECT_NE(warned.find("labels.csv: some names end in a number and some do not: frames are counted from 0"),
            std::string::npos)
      << warned;
  EXPECT_NE(said(mixed, "10,1,0\n11,9,1\n").find("counted from 0"), std::string::npos) << "also before an error";
  EXPECT_NE(std::string(status.text).find("line 2: its frame has no label: the labels are counted from 0"),
            std::string::npos)
      << status.text;
  EXPECT_NE(std::string(status.text).find("write numbers"), std::string::npos) << status.text;
  for (const char* quiet : {"c_10.jpg,0\nc_11.jpg,1\n", "10,0\n20,1\n30,0\n", "a.jpg,0\nb.jpg,1\n"})
    EXPECT_EQ(said(quiet, "10,1,0\n"), "") << quiet;
  for (const char* shuffled :
       {"c_11.jpg,1\nc_10.jpg,0\n", "c_10.jpg,0\nc_10.jpg,0\nc_11.jpg,1\n", "b.jpg,1\na.jpg,0\n"}) {
    said(shuffled, "0,1,0\n1,9,1\n");
    EXPECT_NE(std::string(status.text).find("line 3: the frames must be in the order of their folder, each once"),
              std::string::npos)
        << shuffled << status.text;
  }
}

// What was open anyway tells of nothing new, unless it rises once more.
TEST_F(SequenceFiles, AnAlertThatWasOpenBeforeAnEvent) {
  SequenceOptions options;
  Json json;
  options.labels = write("labels.csv", "frame,label\n0,0\n1,0\n2,1\n3,1\n4,0\n5,-1\n6,1\n7,1\n8,0\n9,0\n");
  const auto evaluate = [&](const std::string& scores) {
    options.scores = write("scores.csv", "frame,score,smoothed,alert\n" + scores);
    const Status status = evaluate_sequence(options, &json);
    EXPECT_TRUE(status.ok()) << status.text;
    return json["alerts"]["delay_frames"].dump();
  };
  // Smoothed and alert of each frame.
  const auto rows = [](const std::vector<std::pair<int, int>>& seen) {
    std::string text;
    for (size_t i = 0; i < seen.size(); ++i)
      if (seen[i].first >= 0)
        text += std::to_string(i) + ",1," + std::to_string(seen[i].first) + "," + std::to_string(seen[i].second) + "\n";
    return text;
  };
  EXPECT_EQ(evaluate(rows({{0, 0}, {9, 1}, {5, 1}, {5, 1}, {0, 0}, {9, 1}, {7, 1}, {7, 1}, {0, 0}, {0, 0}})),
            "[null,0]")
      << "the second opens beside its event, on a frame that may belong to it";
  EXPECT_EQ(json["alerts"]["caught"], 1);
  EXPECT_EQ(json["alerts"]["open_before"], 1);
  EXPECT_EQ(json["alerts"]["per_event"][0].dump(),
            "{\"first\":2,\"last\":3,\"delay_frames\":null,\"open_before\":true}");
  EXPECT_EQ(evaluate(rows({{0, 0}, {4, 1}, {3, 1}, {9, 1}, {5, 1}, {5, 1}, {6, 1}, {7, 1}, {0, 0}, {0, 0}})),
            "[1,null]")
      << "the alert's peak is in the first event; it says nothing of the second";
  EXPECT_EQ(evaluate(rows({{0, 0}, {4, 1}, {-1, 0}, {3, 1}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}})),
            "[null,null]")
      << "a frame without a score opens no alert anew";
  EXPECT_EQ(json["alerts"]["alerts"], 1);
  EXPECT_EQ(evaluate(rows({{5, 1}, {-1, 0}, {9, 1}, {5, 1}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}})),
            "[0,null]")
      << "the last frame before the event has no score; the one before it counts";
  EXPECT_EQ(evaluate(rows({{9, 1}, {-1, 0}, {5, 1}, {5, 1}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}})),
            "[null,null]")
      << "a frame without a score does not make those before it forgotten";
}

TEST_F(SequenceFiles, DamagedTablesAreNamed) {
  SequenceOptions options;
  Json json;
  const std::string good = write("good.csv", "frame,label\n0,0\n1,1\n");
  const auto text = [&](const std::string& scores, const std::string& labels) {
    options.scores = scores;
    options.labels = labels;
    return std::string(evaluate_sequence(options, &json).text);
  };
  EXPECT_NE(
      text(write("a.csv", "frame,score\n0,1\n"), good).find("no column 'alert' in its first line: name the columns"),
      std::string::npos);
  EXPECT_NE(
      text(write("b.csv", "frame,score,alert\n0,1\n"), good).find("line 2: 2 cells, the first line has 3: give every"),
      std::string::npos);
  EXPECT_NE(text(write("c.csv", "frame,score,alert\n7,1,0\n"), good).find("has no label"), std::string::npos);
  EXPECT_NE(text(write("d.csv", "frame,score,alert\n0,1,0\n"), good).find("none is labelled 1 (anomalous): a ranking"),
            std::string::npos);
  EXPECT_NE(text(good, write("e.csv", "")).find("e.csv"), std::string::npos);
  const std::string scores = write("f.csv", "frame,score,alert\n0,1,0\n1,2,0\n");
  EXPECT_NE(text(scores, write("g.csv", "frame,label\n1,1\n0,0\n")).find("in order, each once: sort them"),
            std::string::npos);
  EXPECT_NE(text(scores, write("k.csv", "frame,label\n0,0\n1234567890123456,1\n"))
                .find("line 3: the frame's number has more than 15 digits: write the one that"),
            std::string::npos);
  for (const char* none : {"-1", "+1", "1.5", " 1", "1e0"})
    EXPECT_NE(text(scores, write("l.csv", "frame,label\n0,0\n" + std::string(none) + ",1\n"))
                  .find("line 3: the frame is no number from 0, in digits alone"),
              std::string::npos)
        << none;
  for (const auto& [labels, missing] : {std::pair{"0,0\n1,0\n", "none is labelled 1 (anomalous)"},
                                        {"0,1\n1,1\n", "none is labelled 0 (normal)"},
                                        {"0,-1\n1,-1\n", "none is labelled 0 (normal) or 1 (anomalous)"}}) {
    const std::string said = text(scores, write("m.csv", "frame,label\n" + std::string(labels)));
    EXPECT_NE(said.find(missing), std::string::npos) << said;
    EXPECT_NE(said.find("label and watch such frames"), std::string::npos) << said;
  }
  EXPECT_NE(text(scores, write("h.csv", "frame,label\n0,0\n1,car\n")).find("line 3: a label"), std::string::npos);
  EXPECT_NE(text(write("i.csv", "frame,score,alert\n0,1,0\n0,2,0\n"), good).find("second time: give the scores"),
            std::string::npos);
  EXPECT_NE(text(write("j.csv", "frame,score,alert\n0,1,0\n1,hello,0\n"), good).find("no number: give the file as"),
            std::string::npos);
  for (const char* alert : {"yes", "2", "-1", "nan", ""})
    EXPECT_NE(text(write("n.csv", "frame,score,alert\n0,1,0\n1,3," + std::string(alert) + "\n"), good)
                  .find("line 3: an alert is 0 or 1: give the file as"),
              std::string::npos)
        << alert;
  EXPECT_NE(text(write("o.csv", "frame,score,alert\n"), good).find("o.csv: no rows below its first line: give some"),
            std::string::npos);
}

} // namespace
} // namespace pinhole::tool
