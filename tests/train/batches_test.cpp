// SPDX-License-Identifier: Apache-2.0
#include "train/batches.h"

#include "image/jpeg.h"
#include "train/tiny.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace pinhole {
namespace {

// The inputs of an engine, in memory of their own.
struct Inputs {
  std::vector<float> image, target, level;
  BatchViews views;

  Inputs(int32_t batch, int32_t height, int32_t width, int32_t channels) {
    Desc desc;
    desc.n = batch;
    desc.h = height;
    desc.w = width;
    desc.c = channels;
    image.resize(static_cast<size_t>(desc.elements()));
    target.resize(image.size());
    level.resize(static_cast<size_t>(batch));
    views.image = dense_view(desc, image.data());
    views.target = dense_view(desc, target.data());
    views.level = dense_view({batch, 1, 1, 1, DType::f32}, level.data());
  }
};

// `count` images; the pixel at (y, x) of image i is 10 i + 2 y + x / 8 rounded, so that every crop can be found again.
Dataset images(int32_t count, int32_t height, int32_t width) {
  Dataset dataset;
  for (int32_t i = 0; i < count; ++i) {
    Image image;
    EXPECT_TRUE(make_image(width, height, 1, &image).ok());
    for (int32_t y = 0; y < height; ++y)
      for (int32_t x = 0; x < width; ++x)
        image.row(y)[x] = static_cast<uint8_t>((i * 41 + y * 13 + x * 7) % 256);
    dataset.images.push_back(image);
    dataset.training.push_back(i);
  }
  return dataset;
}

Recipe recipe(int32_t batch, const std::string& rest) {
  return test::parsed(
      test::tiny_recipe(", \"training\": {\"steps\": 100, \"batch\": " + std::to_string(batch) + "}" + rest));
}

TEST(Batches, AnEpochShowsEveryImageOnceInItsOwnOrder) {
  const Dataset dataset = images(6, 4, 4);
  const Recipe whole = recipe(2, "");
  Batches batches(whole, dataset, 7);
  ASSERT_EQ(batches.steps_per_epoch(), 3);
  std::vector<std::vector<float>> orders;
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<float> order;
    for (int64_t step = 0; step < 3; ++step) {
      Inputs inputs(2, 4, 4, 1);
      ASSERT_TRUE(batches.fill(epoch * 3 + step, inputs.views).ok());
      EXPECT_EQ(inputs.image, inputs.target);
      order.push_back(inputs.image[0] * 255);
      order.push_back(inputs.image[16] * 255);
    }
    orders.push_back(order);
    std::sort(order.begin(), order.end());
    for (size_t i = 0; i < order.size(); ++i)
      EXPECT_NEAR(order[i], 41.0f * static_cast<float>(i), 1e-3f) << "epoch " << epoch;
  }
  EXPECT_NE(orders[0], orders[1]);
  EXPECT_NE(orders[1], orders[2]);
}

TEST(Batches, AnyStepCanBeComputedAgainAlone) {
  const Dataset dataset = images(5, 40, 48);
  const Recipe cut = recipe(3, R"(, "data": {"patch": 16, "flip": true, "transpose": true},
      "corruption": [{"kind": "gaussian", "sigma": [0, 55]}, {"kind": "sensor", "a": [0, 0.1], "b": 0.01},
                     {"kind": "jpeg", "quality": [20, 60]}])");
  Batches in_order(cut, dataset, 3), other_seed(cut, dataset, 4);
  Inputs seen(3, 16, 16, 1), alone(3, 16, 16, 1), other(3, 16, 16, 1);
  for (int64_t step = 0; step < 12; ++step) {
    ASSERT_TRUE(in_order.fill(step, seen.views).ok());
    Batches fresh(cut, dataset, 3);
    ASSERT_TRUE(fresh.fill(step, alone.views).ok());
    ASSERT_TRUE(other_seed.fill(step, other.views).ok());
    EXPECT_EQ(seen.image, alone.image);
    EXPECT_EQ(seen.target, alone.target);
    EXPECT_EQ(seen.level, alone.level);
    EXPECT_NE(seen.image, other.image);
  }
}

// Every patch is a part of its image under one of the eight symmetries, and all of them and every corner occur.
TEST(Batches, PatchesAreCutFlippedAndTransposed) {
  const Dataset dataset = images(1, 9, 9);
  const Recipe cut = recipe(1, R"(, "data": {"patch": 8, "flip": true, "transpose": true})");
  Batches batches(cut, dataset, 1);
  std::vector<int> seen(16);
  for (int64_t step = 0; step < 400; ++step) {
    Inputs inputs(1, 8, 8, 1);
    ASSERT_TRUE(batches.fill(step, inputs.views).ok());
    int found = -1;
    for (int code = 0; code < 16; ++code) {
      Inputs expected(1, 8, 8, 1);
      copy_pixels(dataset.images[0], {code & 1, code >> 1 & 1, (code & 4) != 0, (code & 8) != 0}, {},
                  expected.views.image);
      if (expected.image == inputs.image)
        found = code;
    }
    ASSERT_GE(found, 0) << step;
    ++seen[static_cast<size_t>(found)];
  }
  for (size_t code = 0; code < seen.size(); ++code)
    EXPECT_GT(seen[code], 5) << code;
}

TEST(Batches, FlipAndTransposeByHand) {
  Image image;
  ASSERT_TRUE(make_image(3, 2, 1, &image).ok());
  image.pixels = {0, 51, 102, 153, 204, 255};
  Inputs flipped(1, 2, 3, 1), turned(1, 3, 2, 1);
  copy_pixels(image, {0, 0, true, false}, {}, flipped.views.image);
  copy_pixels(image, {0, 0, true, true}, {}, turned.views.image);
  const std::vector<float> flip = {0.4f, 0.2f, 0, 1, 0.8f, 0.6f}, turn = {0.4f, 1, 0.2f, 0.8f, 0, 0.6f};
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_FLOAT_EQ(flipped.image[i], flip[i]);
    EXPECT_FLOAT_EQ(turned.image[i], turn[i]);
  }
}

TEST(Batches, LevelIsTheNoiseOfEachPatch) {
  const Dataset dataset = images(4, 32, 32);
  const Recipe noisy = recipe(4, R"(, "data": {"patch": 32}, "corruption": [{"kind": "gaussian", "sigma": [5, 50]}])");
  Batches batches(noisy, dataset, 9);
  Inputs inputs(4, 32, 32, 1);
  ASSERT_TRUE(batches.fill(0, inputs.views).ok());
  for (size_t n = 0; n < 4; ++n) {
    double square = 0;
    for (size_t i = n * 1024; i < (n + 1) * 1024; ++i)
      square += std::pow(static_cast<double>(inputs.image[i] - inputs.target[i]), 2);
    const double level = static_cast<double>(inputs.level[n]);
    EXPECT_GE(level, 5.0 / 255);
    EXPECT_LE(level, 50.0 / 255);
    EXPECT_NEAR(std::sqrt(square / 1024), level, 5 * level / std::sqrt(2 * 1024.0));
  }
  EXPECT_NE(inputs.level[0], inputs.level[1]);
}

TEST(Batches, TheMixtureKeepsItsWeights) {
  const Dataset dataset = images(1, 8, 8);
  const Recipe mixed = recipe(1, R"(, "corruption": [{"kind": "gaussian", "sigma": 10, "weight": 3},
                                                     {"kind": "none", "weight": 1}])");
  Batches batches(mixed, dataset, 2);
  int clean = 0;
  for (int64_t step = 0; step < 1000; ++step) {
    Inputs inputs(1, 8, 8, 1);
    ASSERT_TRUE(batches.fill(step, inputs.views).ok());
    clean += inputs.image == inputs.target ? 1 : 0;
    EXPECT_EQ(inputs.level[0] == 0.0f, inputs.image == inputs.target);
  }
  EXPECT_NEAR(clean, 250, 5 * std::sqrt(1000 * 0.25 * 0.75));
}

TEST(Batches, JpegFollowsNoiseWhereAsked) {
  const Dataset dataset = images(1, 16, 16);
  const Recipe plain = recipe(1, R"(, "corruption": [{"kind": "gaussian", "sigma": 10}])");
  const Recipe packed = recipe(1, R"(, "corruption": [{"kind": "gaussian", "sigma": 10, "jpeg_quality": 50}])");
  Inputs noisy(1, 16, 16, 1), compressed(1, 16, 16, 1);
  ASSERT_TRUE(Batches(plain, dataset, 2).fill(0, noisy.views).ok());
  ASSERT_TRUE(Batches(packed, dataset, 2).fill(0, compressed.views).ok());
  EXPECT_EQ(noisy.level, compressed.level);
  Image image;
  ASSERT_TRUE(make_image(16, 16, 1, &image).ok());
  for (size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = static_cast<uint8_t>(std::lrint(std::clamp(noisy.image[i] * 255.0f, 0.0f, 255.0f)));
  JpegOptions options;
  options.quality = 50;
  std::vector<uint8_t> bytes;
  Image decoded;
  ASSERT_TRUE(encode_jpeg(image, options, &bytes).ok());
  ASSERT_TRUE(decode_jpeg(bytes.data(), bytes.size(), &decoded).ok());
  for (size_t i = 0; i < decoded.pixels.size(); ++i)
    EXPECT_NEAR(compressed.image[i] * 255.0f, static_cast<float>(decoded.pixels[i]), 1e-3f);
}

TEST(Dataset, HoldsOutWhatTheRuleSays) {
  const test::TemporaryFolder folder;
  const std::string pictures = folder.with_pictures();
  Dataset first, second, range;
  ASSERT_TRUE(load_dataset(pictures, "", recipe(1, R"(, "validation": {"files": 3})"), &first).ok());
  ASSERT_TRUE(load_dataset(pictures + "/", "", recipe(1, R"(, "validation": {"fraction": 0.3})"), &second).ok());
  EXPECT_EQ(first.label, "pictures");
  EXPECT_EQ(second.label, "pictures");
  EXPECT_EQ(first.validation, second.validation);
  EXPECT_EQ(first.validation.size(), 3u);
  EXPECT_EQ(first.training.size(), 7u);
  for (const int32_t held : first.validation)
    EXPECT_EQ(std::count(first.training.begin(), first.training.end(), held), 0);
  ASSERT_TRUE(load_dataset(pictures, "2-4,9", recipe(1, ""), &range).ok());
  EXPECT_EQ(range.names, (std::vector<std::string>{"2.png", "3.png", "4.png", "9.png"}));
}

TEST(Dataset, LeavesOutWhatIsDamaged) {
  const test::TemporaryFolder folder;
  const std::string pictures = folder.with_pictures();
  const auto damage = [&](int number) {
    const std::string name = pictures + "/" + std::to_string(number) + ".png";
    std::filesystem::resize_file(name, std::filesystem::file_size(name) / 2);
  };
  damage(4);
  Dataset dataset;
  ASSERT_TRUE(load_dataset(pictures, "2-5", recipe(1, ""), &dataset).ok());
  EXPECT_EQ(dataset.names, (std::vector<std::string>{"2.png", "3.png", "5.png"}));
  ASSERT_EQ(dataset.left_out.size(), 1u);
  EXPECT_NE(dataset.left_out[0].find("4.png"), std::string::npos) << dataset.left_out[0];
  damage(2);
  damage(3);
  const Status most = load_dataset(pictures, "2-5", recipe(1, ""), &dataset);
  EXPECT_EQ(most.code, Code::bad_file);
  EXPECT_NE(std::string(most.text).find("3 of its 4 pictures cannot be used; the first: "), std::string::npos)
      << most.text;
}

TEST(Dataset, RefusesWhatDoesNotFit) {
  const test::TemporaryFolder folder;
  const std::string pictures = folder.with_pictures();
  Dataset dataset;
  EXPECT_EQ(load_dataset(pictures, "", recipe(1, R"(, "data": {"patch": 33})"), &dataset).code, Code::bad_shape);
  EXPECT_EQ(load_dataset(pictures, "", recipe(1, R"(, "validation": {"files": 10})"), &dataset).code,
            Code::invalid_argument);
  EXPECT_EQ(load_dataset(folder.file("none"), "", recipe(1, ""), &dataset).code, Code::io_error);
  ASSERT_TRUE(save_image(pictures + "/x.png", test::picture(1, 41, 32)).ok());
  const Status status = load_dataset(pictures, "", recipe(1, ""), &dataset);
  EXPECT_NE(std::string(status.text).find("x.png is 41x32"), std::string::npos) << status.text;
}

} // namespace
} // namespace pinhole
