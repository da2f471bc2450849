// SPDX-License-Identifier: Apache-2.0
// What a scene's training sees: whole frames at the model's size, exposure taken out, intruders, and ends of runs held
// out.
#include "train/batches.h"
#include "train/intruder.h"
#include "train/tiny.h"

#include "anomaly/exposure.h"

#include <cmath>

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

} // namespace
} // namespace pinhole
