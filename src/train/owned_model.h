// SPDX-License-Identifier: Apache-2.0
// A Model with the memory that it points into: what a recipe becomes before it is a file.
#pragma once

#include "train/recipe.h"

#include <deque>
#include <string>
#include <vector>

namespace pinhole {

struct OwnedModel {
  Model model = {};
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<EntryPoint> entries;
  std::vector<std::vector<float>> tensors; // per value; empty for what is not stored
  std::deque<std::string> texts;           // never move once they are there
  std::deque<std::vector<ValueId>> lists;

  OwnedModel() = default;
  OwnedModel(const OwnedModel&) = delete;
  OwnedModel& operator=(const OwnedModel&) = delete;

  const char* keep(const std::string& text) { return texts.emplace_back(text).c_str(); }
  Array<ValueId> keep(const std::vector<ValueId>& list) {
    std::vector<ValueId>& kept = lists.emplace_back(list);
    return {kept.data(), static_cast<int32_t>(kept.size())};
  }
  // Points `model` at the vectors: call after the last change of their sizes.
  void refresh();
};

// The entry that training runs, and the names of its target and its loss; of the parts of a loss that is a sum.
constexpr const char* kTrainEntry = "train";
constexpr const char* kTarget = "target";
constexpr const char* kLoss = "loss";
constexpr const char* kReconstructionLoss = "reconstruction_loss";
constexpr const char* kKlLoss = "kl_loss";

// The model of a recipe, parameters drawn from `seed`. Images whose size the recipe leaves open are `height` x `width`
// in the file. Errors carry the recipe's file and line.
Status build_model(const Recipe& recipe, uint64_t seed, int32_t height, int32_t width, OwnedModel* model);

// Numbers the learned parameters start with; `value` tells parameters apart. PyTorch's default unless the layer's
// recipe says otherwise: kaiming and xavier_uniform set biases to 0.
void initialise(Initializer initializer, const ParameterInfo& info, const Desc& desc, uint64_t seed, ValueId value,
                std::vector<float>* numbers);

} // namespace pinhole
