// SPDX-License-Identifier: Apache-2.0
#include "anomaly/recipe_flag.h"

#include <gtest/gtest.h>

#include <string>

namespace pinhole {
namespace {

bool takes(const char* recipe) {
  return recipe_flag(recipe, "data", "normalise_exposure");
}

TEST(RecipeFlag, IsFoundInItsSection) {
  EXPECT_TRUE(takes(R"({"data": {"fit": true, "normalise_exposure": true}})"));
  EXPECT_TRUE(takes("{\"name\": \"s\",\n \"data\" :\n{\"normalise_exposure\"\t:\n true,\"fit\":true}}"));
  EXPECT_TRUE(takes(R"({"model": {"outputs": {"normalise_exposure": false}}, "data": {"normalise_exposure": true}})"))
      << "what else has the name says nothing";
  EXPECT_TRUE(takes(R"({"about": "\"data\": {", "data": {"licence": "}", "normalise_exposure": true}})"));
  EXPECT_FALSE(takes(R"({"data": {"normalise_exposure": false}})"));
  EXPECT_FALSE(takes(R"({"data": {"fit": true}})"));
}

TEST(RecipeFlag, IsNotFoundElsewhere) {
  for (const char* recipe :
       {R"({"normalise_exposure": true})", R"({"model": {"normalise_exposure": true}, "data": {"fit": true}})",
        R"({"model": {"data": {"normalise_exposure": true}}})", R"({"data": {"more": {"normalise_exposure": true}}})",
        R"({"data": {"fit": true}, "loss": {"normalise_exposure": true}})",
        R"({"data": [{"normalise_exposure": true}]})", R"({"data": {"licence": "normalise_exposure"}})",
        R"({"about": "{\"data\": {\"normalise_exposure\": true}}"})", R"({"data": {"normalise_exposures": true}})",
        R"({"data": {"licence": "normalise_exposure: true"}})"})
    EXPECT_FALSE(takes(recipe)) << recipe;
}

TEST(RecipeFlag, TakesAnyText) {
  const std::string whole = R"({"about": "\\", "data": {"fit": true, "normalise_exposure": true}})";
  EXPECT_TRUE(takes(whole.c_str()));
  for (size_t size = 0; size + 6 < whole.size(); ++size)
    EXPECT_FALSE(takes(whole.substr(0, size).c_str())) << size;
  EXPECT_FALSE(takes("\"data\":\"normalise_exposure\\"));
}

} // namespace
} // namespace pinhole
