# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=recipes.cpp "-DRECIPES=a.json;b.json" -P embed_recipes.cmake: a C++ table of name and text.
set(table "")
foreach(path IN LISTS RECIPES)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND table "    {\"${name}\", R\"recipe(${text})recipe\"},\n")
endforeach()
file(WRITE ${OUTPUT}
"// Made by src/train/embed_recipes.cmake from recipes/*.json.
#include \"train/recipe.h\"

namespace pinhole {
namespace {

constexpr NamedRecipe kRecipes[] = {
${table}};

} // namespace

const NamedRecipe* named_recipes(int32_t* count) {
  *count = static_cast<int32_t>(sizeof kRecipes / sizeof kRecipes[0]);
  return kRecipes;
}

} // namespace pinhole
")
