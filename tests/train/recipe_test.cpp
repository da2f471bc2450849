// SPDX-License-Identifier: Apache-2.0
#include "train/tiny.h"

#include <fstream>

namespace pinhole {
namespace {

using test::tiny_recipe;

// The text of the error that `text` gives; "" when it is accepted.
std::string fault_of(const std::string& text) {
  Recipe recipe;
  return parse_recipe("a.json", text, &recipe).text;
}

std::string with_section(const std::string& section) {
  return tiny_recipe(",\n\"training\": {\"steps\": 5}" + (section.empty() ? "" : ",\n" + section));
}
// Lines in with_section's text before the given section.
int section_line() {
  const std::string text = with_section("@");
  int line = 1;
  for (size_t i = 0; text[i] != '@'; ++i)
    line += text[i] == '\n' ? 1 : 0;
  return line;
}

struct Fault {
  const char* section;
  int line; // counted from the section's first
  const char* message;
};

TEST(Recipe, FitNeedsAFixedSize) {
  const std::string text = fault_of(with_section("\"data\": {\"fit\": true}"));
  EXPECT_EQ(text.rfind("a.json:2: ", 0), 0u) << text;
  EXPECT_NE(text.find("needs a \"height\" and \"width\""), std::string::npos) << text;
}

TEST(Recipe, EveryFaultNamesFileAndLine) {
  const Fault faults[] = {
      {"\"optimizer\": {\n\"kind\": \"adam\",\n\"lerning_rate\": 1}", 2,
       "unknown key \"lerning_rate\" in optimizer (did you mean \"learning_rate\"?)"},
      {"\"optimiser\": {}", 0, "unknown key \"optimiser\" in the recipe (did you mean \"optimizer\"?)"},
      {"\"optimizer\": {\n\"kind\": \"adm\"}", 1, "(did you mean \"adam\"?); known: sgd, adam, adamw"},
      {"\"optimizer\": {\n\"learning_rate\": \"fast\"}", 1,
       "\"learning_rate\" in optimizer must be a number from 0 to 10, not a text"},
      {"\"optimizer\": {\n\n\"learning_rate\": 11}", 2, "must be a number from 0 to 10, not 11"},
      {"\"optimizer\": {\"kind\": \"sgd\",\n\"beta1\": 0.5}", 1, "unknown key \"beta1\" in optimizer"},
      {"\"optimizer\": {\n\"kind\": \"sgd\",\n\"kind\": \"sgd\"}", 2, "\"kind\" is given twice, first in line"},
      {"\"optimizer\": [1]", 0, "\"optimizer\" in the recipe must be an object, not a list"},
      {"\"schedule\": {\n\"kind\": \"step\"}", 0, "schedule has no \"step_size\""},
      {"\"data\": {\n\"patch\": 2.5}", 1, "\"patch\" in data must be a whole number"},
      {"\"data\": {\"streaks\": 4}", 0, "\"streaks\" must be an odd number of rows, 3 to 199"},
      {"\"data\": {\n\"flip\": 1}", 1, "\"flip\" in data must be true or false, not a number"},
      {"\"corruption\": [\n{\"kind\": \"gaussian\"}]", 1, "corruption has no \"sigma\""},
      {"\"corruption\": [{\"kind\": \"gaussian\",\n\"sigma\": [9, 3]}]", 1, "the first number of a range"},
      {"\"corruption\": [{\"kind\": \"gaussian\",\n\"sigma\": [0, 300]}]", 1, "from 0 to 255, not 300"},
      {"\"corruption\": [{\"kind\": \"isp\", \"photons\": 100, \"chroma_width\": 1,\n\"zoom\": 2}]", 1,
       "unknown key \"zoom\""},
      {"\"corruption\": [\n{\"kind\": \"crack\", \"contrast\": 0.5}]", 1, "corruption has no \"length\""},
      {"\"corruption\": [{\"kind\": \"crack\", \"length\": 40,\n\"contrast\": 2}]", 1, "from 0 to 1, not 2"},
      {"\"corruption\": [\n{\"kind\": \"none\", \"weight\": 0}]", 0, "are all 0"},
      {"\"validation\": {\n\"corruption\": [\"gaussian\"]}", 1, "gaussian takes 1 number from 0 to 255"},
      {"\"validation\": {\"files\": 1,\n\"gap\": 2}", 0, "takes either \"files\" or \"gap\""},
      {"\"validation\": {\"files\": 1\n\"every\": 2}", 1, "not JSON"},
  };
  for (const Fault& fault : faults) {
    const std::string text = fault_of(with_section(fault.section));
    const std::string place = "a.json:" + std::to_string(section_line() + fault.line) + ": ";
    EXPECT_EQ(text.rfind(place, 0), 0u) << place << " is not where this says: " << text;
    EXPECT_NE(text.find(fault.message), std::string::npos) << fault.message << " is not in: " << text;
  }
}

TEST(Recipe, FaultsOfTheModel) {
  const auto model = [](const std::string& layers, const std::string& outputs) {
    return fault_of(
        "{\"name\": \"m\", \"training\": {\"steps\": 1}, \"loss\": {\"op\": \"mse_loss\"},\n\"model\": {\"inputs\": "
        "{\"image\": {\"channels\": 1}},\n\"layers\": [\n" +
        layers + "],\n\"outputs\": " + outputs + "}}");
  };
  const std::string good = R"({"op": "relu", "name": "a"})", out = R"({"reconstruct": "a"})";
  EXPECT_EQ(model(good, out), "");
  EXPECT_EQ(model(R"({"op": "conv"})", out), "a.json:4: unknown layer \"conv\" (did you mean \"conv2d\"?)")
      << "short names are near enough";
  EXPECT_EQ(model(R"({"op": "relu", "name": "image"})", out), "a.json:4: the name \"image\" is given twice");
  EXPECT_EQ(model(R"({"name": "a"})", out), "a.json:4: layer has no \"op\"");
  EXPECT_EQ(model(R"({"op": "relu", "in": "image"})", out), "a.json:4: \"in\" in layer must be a list, not a text");
  EXPECT_EQ(model("", out), "a.json:3: the model has no layer");
  EXPECT_EQ(model(good, R"({"train": "a"})"), "a.json:5: the name \"train\" is taken by the training entry");
  EXPECT_EQ(model(good, "{}"), "a.json:5: the model has no output");
}

TEST(Recipe, TrainingNeedsStepsOrEpochs) {
  EXPECT_NE(fault_of(tiny_recipe(", \"training\": {}")), "");
  EXPECT_NE(fault_of(tiny_recipe(", \"training\": {\"steps\": 1, \"epochs\": 1}")), "");
  EXPECT_NE(fault_of(tiny_recipe("")).find("has no \"training\""), std::string::npos);
}

TEST(Recipe, LinesSurviveNumbersAtTheirEnd) {
  // The parser has read the line break after a number before it reports the number.
  EXPECT_EQ(fault_of("{\"name\":\n5\n}").rfind("a.json:1: ", 0), 0u) << fault_of("{\"name\":\n5\n}");
  EXPECT_EQ(
      fault_of(with_section("\"data\": {\"patch\": 0\n}")).rfind("a.json:" + std::to_string(section_line()) + ": ", 0),
      0u);
}

TEST(Recipe, HostileTextsAreRefused) {
  EXPECT_NE(fault_of(""), "");
  EXPECT_NE(fault_of("[]"), "");
  EXPECT_NE(fault_of("null"), "");
  EXPECT_NE(fault_of(std::string(100000, '[')).find("nested deeper"), std::string::npos);
  EXPECT_NE(fault_of("{\"name\": 1e999}"), "");
  EXPECT_NE(fault_of(std::string("{\"name\": \"\xff\"}")), "");
  const std::string whole = with_section("");
  for (size_t length = 0; length + 1 < whole.size(); ++length)
    EXPECT_NE(fault_of(whole.substr(0, length)), "") << length;
}

TEST(Recipe, EveryShippedRecipeIsReadable) {
  int32_t count = 0;
  const NamedRecipe* recipes = named_recipes(&count);
  ASSERT_GE(count, 5);
  for (int32_t i = 0; i < count; ++i) {
    Recipe recipe;
    const Status status = load_recipe(recipes[i].name, &recipe);
    EXPECT_TRUE(status.ok()) << status.text;
    EXPECT_EQ(recipe.name, recipes[i].name);
    EXPECT_FALSE(recipe.about.empty());
  }
}

TEST(Recipe, PathWinsOverName) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("deep-ae");
  std::ofstream(path) << with_section("");
  Recipe recipe;
  ASSERT_TRUE(load_recipe(path, &recipe).ok());
  EXPECT_EQ(recipe.name, "tiny");
  const Status unknown = load_recipe("no-such-recipe", &recipe);
  EXPECT_NE(std::string(unknown.text).find("train --list"), std::string::npos) << unknown.text;
}

} // namespace
} // namespace pinhole
