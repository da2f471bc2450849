// SPDX-License-Identifier: Apache-2.0
// What a scene's training sees: whole frames at the model's size, exposure taken out, intruders, and ends of runs held
// out.
#include "image/jpeg.h"
#include "train/batches.h"
#include "train/fitted_image.h"
#include "train/intruder.h"
#include "train/tiny.h"

#include "anomaly/exposure.h"
#include "weights/format.h"
#include "weights/writer.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace pinhole {
namespace {

TEST(HoldOutEnds, TakesTheEndOfEachRunAndLeavesAGap) {
  std::vector<int64_t> positions;
  for (int64_t i = 0; i < 50; ++i)
    positions.push_back(i);
  for (int64_t i = 100; i < 110; ++i) // a run shorter than gap and held-out part
    positions.push_back(i);
  std::vector<int32_t> training, held;
  hold_out_ends(positions, 0.2, 10, &training, &held);
  ASSERT_EQ(training.size(), 30u);
  EXPECT_EQ(training.back(), 29);
  ASSERT_EQ(held.size(), 12u);
  EXPECT_EQ(held.front(), 40);
  EXPECT_EQ(held[9], 49);
  EXPECT_EQ(held[10], 58);
  EXPECT_EQ(held.back(), 59);
}

TEST(HoldOutEnds, AShortGapDoesNotEndARun) {
  std::vector<int64_t> positions;
  for (int64_t i = 0; i < 60; ++i)
    if (i != 40 && i != 41) // lost
      positions.push_back(i);
  std::vector<int32_t> training, held;
  hold_out_ends(positions, 0.2, 10, &training, &held);
  ASSERT_EQ(held.size(), 12u) << "the end of one run, none of it beside a frame that is trained on";
  EXPECT_EQ(held.front(), 46);
  EXPECT_EQ(training.back(), 35);
}

NoiseKey key_of(uint32_t item) {
  NoiseKey key;
  key.seed = 3;
  key.item = item;
  return key;
}

TEST(Intruder, CoversAboutTheAreaAndLeavesTheRest) {
  constexpr int32_t kSide = 64;
  double covered = 0;
  for (uint32_t item = 0; item < 200; ++item) {
    std::vector<float> pixels(size_t{kSide} * kSide);
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<float>(i % 97) / 97;
    const std::vector<float> before = pixels;
    put_intruder(0.05f, key_of(item), dense_view({1, kSide, kSide, 1, DType::f32}, pixels.data()));
    int32_t changed = 0;
    for (size_t i = 0; i < pixels.size(); ++i)
      changed += pixels[i] != before[i];
    EXPECT_LE(changed, 0.07 * kSide * kSide);
    covered += changed / (200.0 * kSide * kSide);
  }
  EXPECT_GT(covered, 0.03); // the mean of rectangles and ellipses is 0.045; some hang over the edge
  EXPECT_LT(covered, 0.05);
}

TEST(SceneData, FramesAreFittedAndTheirExposureTakenOut) {
  const test::TemporaryFolder folder;
  const std::string pictures = folder.with_pictures();
  const Recipe recipe = test::parsed(R"({"name": "small scene", "model": {
    "inputs": {"image": {"channels": 1, "height": 12, "width": 20}},
    "layers": [{"op": "conv2d", "name": "out", "out_channels": 1, "kernel": 1}],
    "outputs": {"reconstruct": "out"}}, "loss": {"op": "mse_loss"},
    "data": {"fit": true, "normalise_exposure": true},
    "training": {"steps": 1, "batch": 1}, "validation": {"fraction": 0.3, "gap": 1}})");
  Dataset dataset;
  const Status status = load_dataset(pictures, "", recipe, &dataset);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_EQ(dataset.training.size(), 6u); // of 10: 3 held out, 1 between
  EXPECT_EQ(dataset.validation.size(), 3u);
  for (const Image& image : dataset.images) {
    EXPECT_EQ(image.width, 20);
    EXPECT_EQ(image.height, 12);
  }
  std::vector<float> pixels(12 * 20), target(12 * 20);
  BatchViews views;
  views.image = dense_view({1, 12, 20, 1, DType::f32}, pixels.data());
  views.target = dense_view({1, 12, 20, 1, DType::f32}, target.data());
  ASSERT_TRUE(Batches(recipe, dataset, 1).fill(0, views).ok());
  EXPECT_EQ(pixels, target);
  EXPECT_NEAR(measure_exposure(views.image).median, 0.5f, 0.02f);
  EXPECT_NEAR(measure_exposure(views.image).spread, 0.25f, 0.02f);
}

TEST(SceneData, RangesNameTheNumbersOfTheFiles) {
  const test::TemporaryFolder folder;
  const std::string pictures = folder.with_pictures();
  const Recipe recipe = test::parsed(test::tiny_recipe(R"(, "training": {"steps": 1, "batch": 1})"));
  Dataset whole, part;
  ASSERT_TRUE(load_dataset(pictures, "5-7", recipe, &whole).ok());
  std::filesystem::remove(pictures + "/" + whole.names[1]);
  ASSERT_TRUE(load_dataset(pictures, "5-7", recipe, &part).ok());
  EXPECT_EQ(part.positions, (std::vector<int64_t>{5, 7}));
  EXPECT_EQ(part.names, (std::vector<std::string>{whole.names[0], whole.names[2]})) << "none has moved";
}

TEST(TrainedFrames, AsManyAsThereMayBeFitIntoTheNoteAndComeBack) {
  std::mt19937 random(7);
  std::vector<uint32_t> checksums(kMostTrainedFrames);
  for (uint32_t& checksum : checksums)
    checksum = static_cast<uint32_t>(random());
  checksums[0] = 0;
  checksums[1] = UINT32_MAX;
  const std::string text = trained_frames_text(checksums);
  EXPECT_LT(text.size(), size_t{kMaxTextBytes} - 65536) << "with room for what else is noted";
  std::sort(checksums.begin(), checksums.end());
  checksums.erase(std::unique(checksums.begin(), checksums.end()), checksums.end());
  EXPECT_EQ(trained_frames("held out: a.jpg; " + text), checksums);
  EXPECT_EQ(trained_frames(text + "; more"), checksums);
  EXPECT_TRUE(trained_frames(trained_frames_text({})).empty());
  EXPECT_TRUE(trained_frames("nothing").empty());
  EXPECT_EQ(trained_frames_text({1, 300, 300}), "trained on or beside frames of packed checksums AasC");
}

TEST(TrainedFrames, OlderFilesAreRead) {
  EXPECT_EQ(trained_frames("held out; trained on or beside frames of checksum: ffffffff 00000010 0000000a"),
            (std::vector<uint32_t>{0xa, 0x10, 0xffffffff}));
}

TEST(SceneData, MotionJpegIsAFolderInOneFile) {
  const test::TemporaryFolder folder;
  std::vector<uint8_t> stream;
  for (int32_t i = 0; i < 6; ++i) {
    std::vector<uint8_t> bytes;
    ASSERT_TRUE(encode_jpeg(test::picture(i, 40, 32), {90}, &bytes).ok());
    stream.insert(stream.end(), bytes.begin(), i == 2 ? bytes.end() - 30 : bytes.end()); // a cut one
  }
  const std::string path = folder.file("camera.mjpeg");
  ASSERT_TRUE(replace_file(path, stream.data(), stream.size()).ok());
  const Recipe recipe = test::parsed(
      test::tiny_recipe(R"(, "training": {"steps": 1, "batch": 1}, "validation": {"fraction": 0.3, "gap": 0})"));
  Dataset dataset;
  ASSERT_TRUE(load_dataset(path, "", recipe, &dataset).ok());
  EXPECT_EQ(dataset.positions, (std::vector<int64_t>{0, 1, 3, 4, 5}));
  EXPECT_EQ(dataset.names[2], "#3");
  ASSERT_TRUE(load_dataset(path, "1-3", recipe, &dataset).ok());
  EXPECT_EQ(dataset.positions, (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(load_dataset(path, "2", recipe, &dataset).code, Code::bad_file);
  EXPECT_EQ(load_dataset(folder.file("missing.mjpeg"), "", recipe, &dataset).code, Code::io_error);
}

} // namespace
} // namespace pinhole
