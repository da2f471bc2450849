// SPDX-License-Identifier: Apache-2.0
// A scene on the device learns what the trainer learns with the same pictures, by the recipe of the same name.
#include "anomaly/scene_recipe.h"
#include "pinhole/scene.h"
#include "train/tiny.h"
#include "train/trainer.h"
#include "weights/aligned_bytes.h"

#include "image/file_bytes.h"

#include <cstring>

namespace pinhole {
namespace {

constexpr int32_t kPictures = 24, kSteps = 110; // beyond the warm-up
constexpr uint64_t kSeed = 5;

std::vector<uint8_t> bytes_of(const std::string& path) {
  std::vector<uint8_t> bytes;
  const Status status = read_file(path, 1 << 24, &bytes);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes;
}

std::string shipped() {
  return std::string(PINHOLE_SOURCE_DIR) + "/weights/scene.pinhole";
}

Recipe scene_recipe() {
  Recipe recipe;
  const Status status = load_recipe("scene", &recipe);
  EXPECT_TRUE(status.ok()) << status.text;
  return recipe;
}

TEST(SceneDevice, TheConstantsAreTheRecipes) {
  const Recipe recipe = scene_recipe();
  ASSERT_EQ(recipe.corruption.size(), static_cast<size_t>(kSceneCorruptions));
  for (int32_t i = 0; i < kSceneCorruptions; ++i) {
    const WeightedCorruption& entry = recipe.corruption[static_cast<size_t>(i)];
    const bool intruder = kSceneCorruption[i].damage == SceneDamage::intruder;
    EXPECT_EQ(entry.corruption.kind, intruder ? CorruptionKind::intruder : CorruptionKind::gaussian);
    EXPECT_EQ(entry.corruption.first.low, kSceneCorruption[i].drawn.low);
    EXPECT_EQ(entry.corruption.first.high, kSceneCorruption[i].drawn.high);
    EXPECT_EQ(entry.weight, kSceneCorruption[i].weight);
    EXPECT_EQ(entry.jpeg_quality.high, 0);
    EXPECT_EQ(entry.zoom.high, 1);
  }
  const UpdateOptions defaults;
  EXPECT_EQ(recipe.optimizer.kind, Optimizer::adam);
  EXPECT_EQ(recipe.optimizer.learning_rate, kSceneRate);
  EXPECT_EQ(recipe.optimizer.update.weight_decay, kSceneWeightDecay);
  EXPECT_EQ(recipe.optimizer.update.beta1, defaults.beta1);
  EXPECT_EQ(recipe.optimizer.update.beta2, defaults.beta2);
  EXPECT_EQ(recipe.optimizer.update.epsilon, defaults.epsilon);
  EXPECT_EQ(recipe.optimizer.update.max_gradient_norm, 0);
  EXPECT_EQ(recipe.schedule.kind, ScheduleKind::cosine);
  EXPECT_EQ(recipe.schedule.warmup_steps, kSceneWarmupSteps);
  EXPECT_EQ(recipe.schedule.final_rate, kSceneFinalRate);
  EXPECT_EQ(recipe.training.batch, kSceneBatch);
  EXPECT_EQ(recipe.validation.gap, kSceneGap);
  EXPECT_TRUE(recipe.data.fit && recipe.data.normalise_exposure);
  EXPECT_FALSE(recipe.data.flip || recipe.data.transpose);
  EXPECT_EQ(recipe.data.target, TrainingTarget::picture);
  const pinhole_scene_options options = pinhole_default_scene_options();
  EXPECT_EQ(options.learning_rate, kSceneRate);
  EXPECT_EQ(options.batch, kSceneBatch);
}

TEST(SceneDevice, TheShippedFileIsTheRecipesBeforeTraining) {
  const test::TemporaryFolder folder;
  TrainOptions options;
  options.out = folder.file("scene.pinhole");
  options.tool = std::string("pinhole ") + pinhole_version();
  const Status status = write_untrained(scene_recipe(), options);
  ASSERT_TRUE(status.ok()) << status.text;
  EXPECT_TRUE(bytes_of(options.out) == bytes_of(shipped())) << "run tools/make_scene_weights.sh";
  EXPECT_EQ(write_untrained(test::parsed(test::tiny_recipe(R"(, "training": {"steps": 1})")), options).code,
            Code::invalid_argument);
}

struct Pictures {
  test::TemporaryFolder folder;
  std::vector<Image> images;
  Pictures() {
    for (int32_t i = 0; i < kPictures; ++i) {
      images.push_back(test::picture(i, 160, 96));
      const Status status = save_image(folder.file(std::to_string(i) + ".png"), images.back());
      EXPECT_TRUE(status.ok()) << status.text;
    }
  }
};

// The scene's file after it has learned.
std::vector<uint8_t> learned_on_device(const Pictures& pictures) {
  const std::vector<uint8_t> bytes = bytes_of(shipped());
  testing::AlignedBytes file(bytes);
  pinhole_scene_options options = pinhole_default_scene_options();
  options.width = 160, options.height = 96;
  options.pictures = options.collect_frames = kPictures;
  options.learn_steps = kSteps;
  options.seed = kSeed;
  size_t setup_bytes = 0;
  EXPECT_EQ(pinhole_scene_measure(file.data(), file.size(), &options, &setup_bytes).code, PINHOLE_OK);
  testing::AlignedBytes setup(setup_bytes);
  pinhole_scene* scene = nullptr;
  EXPECT_EQ(pinhole_scene_plan(file.data(), file.size(), &options, setup.data(), setup_bytes, &scene).code, PINHOLE_OK);
  const pinhole_sizes sizes = pinhole_scene_planned(scene);
  testing::AlignedBytes prepared(sizes.prepared), state(sizes.state), scratch(sizes.scratch);
  EXPECT_EQ(pinhole_scene_bind(scene, {prepared.data(), prepared.size()}, {state.data(), state.size()},
                               {scratch.data(), scratch.size()})
                .code,
            PINHOLE_OK);
  pinhole_scene_report report = {};
  for (int32_t i = 0; i < kPictures; ++i) {
    const Image& image = pictures.images[static_cast<size_t>(i)];
    const pinhole_frame frame = {PINHOLE_GRAY8, 160, 96, {const_cast<uint8_t*>(image.pixels.data()), nullptr},
                                 {160, 0},      0};
    EXPECT_EQ(pinhole_scene_push(scene, &frame, i, i / 25.0, &report).code, PINHOLE_OK);
  }
  EXPECT_EQ(report.phase, PINHOLE_SCENE_LEARNING);
  pinhole_scene_progress progress = {};
  for (int32_t i = 0; i < kSteps; ++i)
    EXPECT_EQ(pinhole_scene_learn(scene, &progress).code, PINHOLE_OK);
  EXPECT_EQ(progress.step, kSteps);
  pinhole_scene_unbind(scene);
  return {file.data(), file.data() + file.size()};
}

std::vector<uint8_t> learned_by_the_trainer(const Pictures& pictures) {
  Recipe recipe = scene_recipe();
  recipe.validation = ValidationSpec(); // every picture is trained on
  recipe.training.ema_decay = 0;
  TrainOptions options;
  options.data = pictures.folder.file("");
  options.out = pictures.folder.file("trained.pinhole");
  options.initial = shipped();
  options.seed = kSeed;
  options.steps = kSteps;
  TrainResult result;
  const Status status = train(recipe, options, &result);
  EXPECT_TRUE(status.ok()) << status.text;
  return bytes_of(options.out);
}

TEST(SceneDevice, LearnsWhatTheTrainerLearns) {
  const Pictures pictures;
  const std::vector<uint8_t> before = bytes_of(shipped());
  const testing::ReadFile device(learned_on_device(pictures)), trainer(learned_by_the_trainer(pictures)),
      untrained(before);
  ASSERT_TRUE(device.status.ok() && trainer.status.ok()) << device.status.text << trainer.status.text;
  int32_t compared = 0;
  for (const Value& value : device.model.values) {
    const ValueId other = find_value(trainer.model, value.name), first = find_value(untrained.model, value.name);
    if (value.kind != ValueKind::parameter || other == kNoValue)
      continue;
    ++compared;
    EXPECT_EQ(std::memcmp(value.data, trainer.model.values[other].data, value.desc.bytes()), 0) << value.name;
    EXPECT_NE(std::memcmp(value.data, untrained.model.values[first].data, value.desc.bytes()), 0) << value.name;
  }
  EXPECT_EQ(compared, 8);
}

} // namespace
} // namespace pinhole
