// SPDX-License-Identifier: Apache-2.0
#include "train/deploy.h"

#include "model/check_model.h"
#include "train/loaded_model.h"
#include "train/owned_model.h"
#include "train/tiny.h"
#include "weights/writer.h"

namespace pinhole {
namespace {

// The output of `entry` for an image and a level made up here.
std::vector<float> output_of(const std::string& path, const char* output) {
  LoadedModel loaded;
  EXPECT_TRUE(load_model(path, &loaded).ok());
  const std::vector<uint8_t> file(loaded.file.data(), loaded.file.data() + loaded.file.size());
  EngineOptions options;
  options.plan.schedule = Schedule::whole;
  HostEngine engine;
  const Status status = engine.open(file, options);
  EXPECT_TRUE(status.ok()) << status.text;
  const View image = engine_view(*engine, "image"), level = engine_view(*engine, "level");
  for (int64_t i = 0; i < image.desc.elements(); ++i)
    image.base<float>()[i] = static_cast<float>(i % 17) / 17;
  *level.base<float>() = 0.1f;
  EXPECT_TRUE(run_engine(engine.get(), InputOutput()).ok());
  const View view = engine_view(*engine, output);
  return {view.base<float>(), view.base<float>() + view.desc.elements()};
}

TEST(Deploy, KeepsWhatInferenceNeedsAndComputesTheSame) {
  const test::TemporaryFolder folder;
  Recipe recipe;
  ASSERT_TRUE(load_recipe("denoise-fast", &recipe).ok());
  OwnedModel model;
  ASSERT_TRUE(build_model(recipe, 1, 32, 32, &model).ok());
  std::vector<uint8_t> file;
  ASSERT_TRUE(write_model(model.model, &file).ok());
  ASSERT_TRUE(replace_file(folder.file("m"), file.data(), file.size()).ok());
  const Status status = write_deploy_file(folder.file("m"), folder.file("d"));
  ASSERT_TRUE(status.ok()) << status.text;

  LoadedModel deploy;
  ASSERT_TRUE(load_model(folder.file("d"), &deploy).ok());
  EXPECT_EQ(deploy.model.kind, FileKind::deploy);
  EXPECT_TRUE(check_model(deploy.model).ok());
  EXPECT_EQ(find_entry(deploy.model, kTrainEntry), nullptr);
  EXPECT_EQ(find_value(deploy.model, kTarget), kNoValue);
  EXPECT_EQ(find_value(deploy.model, kLoss), kNoValue);
  EXPECT_EQ(deploy.model.values.size, model.model.values.size - 2);
  EXPECT_EQ(deploy.model.nodes.size, model.model.nodes.size - 1);
  EXPECT_EQ(output_of(folder.file("m"), "clean"), output_of(folder.file("d"), "clean"));
}

TEST(Deploy, RefusesAFileWithoutInference) {
  const test::TemporaryFolder folder;
  const Recipe recipe = test::parsed(test::tiny_recipe(", \"training\": {\"steps\": 1}"));
  OwnedModel model;
  ASSERT_TRUE(build_model(recipe, 1, 16, 16, &model).ok());
  model.entries.erase(model.entries.begin());
  model.refresh();
  std::vector<uint8_t> file;
  ASSERT_TRUE(write_model(model.model, &file).ok());
  ASSERT_TRUE(replace_file(folder.file("m"), file.data(), file.size()).ok());
  EXPECT_EQ(write_deploy_file(folder.file("m"), folder.file("d")).code, Code::bad_file);
  EXPECT_EQ(write_deploy_file(folder.file("none"), folder.file("d")).code, Code::io_error);
}

} // namespace
} // namespace pinhole
