// SPDX-License-Identifier: Apache-2.0
// A scene watched by a variational autoencoder: both parts of the negative evidence lower bound count.
#include "train/variational_scene.h"

#include <cmath>

namespace pinhole {
namespace {

using test::frame_of_picture;
using test::picture;
using test::VariationalScene;

constexpr int32_t kNormal = 12; // pictures; two more are scored

double divergence_of(const SceneScorer& scorer) {
  double sum = 0;
  for (int32_t c = 0; c < scorer.code.desc.c; ++c) {
    const auto mean = static_cast<double>(scorer.code.row<float>(0, 0)[c]);
    const auto log_variance = static_cast<double>(scorer.log_variance.row<float>(0, 0)[c]);
    sum += 0.5 * (std::exp(log_variance) + mean * mean - 1 - log_variance);
  }
  return sum;
}

TEST(VariationalScene, DivergenceAddsToTheScore) {
  VariationalScene scene;
  const Status opened = scene.open("watch");
  ASSERT_TRUE(opened.ok()) << opened.text;
  std::vector<double> usual;
  for (int32_t i = 0; i < kNormal; ++i) {
    ASSERT_TRUE(learn_frame(frame_of_picture(picture(i, 160, 120)), &scene.scorer).ok());
    usual.push_back(divergence_of(scene.scorer));
  }
  double mean = 0, variance = 0;
  for (const double divergence : usual)
    mean += divergence / kNormal;
  for (const double divergence : usual)
    variance += (divergence - mean) * (divergence - mean) / kNormal;
  const double deviation = std::sqrt(variance + 1e-4 * mean * mean);

  int32_t rose = 0;
  for (int32_t i = 0; i < 40; ++i) {
    const Image shown = picture(100 + i, 160, 120);
    SceneScore without, with;
    ASSERT_TRUE(set_score_weights({1, 0, 0, 0}, &scene.scorer).ok());
    ASSERT_TRUE(score_frame(frame_of_picture(shown), 2, &scene.scorer, &without).ok());
    ASSERT_TRUE(set_score_weights({1, 0, 0, 3}, &scene.scorer).ok());
    ASSERT_TRUE(score_frame(frame_of_picture(shown), 2, &scene.scorer, &with).ok());
    const double rise = std::fmax(0, (divergence_of(scene.scorer) - mean) / deviation);
    EXPECT_NEAR(static_cast<double>(with.score) - static_cast<double>(without.score), 3 * rise * rise,
                1e-3 * (1 + rise * rise) + 1e-5 * static_cast<double>(without.score));
    rose += rise > 0;
  }
  EXPECT_GT(rose, 5);
  EXPECT_LT(rose, 35);
}

TEST(VariationalScene, OnlyAnEntryWithALogVarianceHasADivergence) {
  for (const char* entry : {"reconstruct", "watch"}) {
    VariationalScene scene;
    ASSERT_TRUE(scene.open(entry).ok());
    const Status status = set_score_weights({1, 0, 0, 1}, &scene.scorer);
    EXPECT_EQ(status.ok(), scene.scorer.log_variance.data != nullptr) << entry;
    EXPECT_EQ(status.ok(), std::string(entry) == "watch");
    if (!status.ok()) {
      EXPECT_NE(std::string(status.text).find("log variance"), std::string::npos) << status.text;
    }
    EXPECT_EQ(set_score_weights({1, 0, 0, -1}, &scene.scorer).code, Code::invalid_argument);
  }
}

TEST(VariationalScene, MemoryIsCounted) {
  VariationalScene scene, smaller;
  EXPECT_TRUE(scene.open("watch").ok());
  EXPECT_EQ(smaller.open("watch", 1).code, Code::too_little_memory);
}

TEST(VariationalScene, RecipeHasAtMostItsParameters) {
  Recipe recipe;
  OwnedModel model;
  ASSERT_TRUE(load_recipe("scene-vae", &recipe).ok());
  ASSERT_TRUE(build_model(recipe, 0, 0, 0, &model).ok());
  int64_t parameters = 0;
  for (const Value& value : model.values)
    parameters += value.kind == ValueKind::parameter ? value.desc.elements() : 0;
  EXPECT_EQ(parameters, 155816);
  EXPECT_LE(parameters, 200000);
}

} // namespace
} // namespace pinhole
