// SPDX-License-Identifier: Apache-2.0
// Small models made in code, for tests of files: layers go through the same parse and shape rules as a recipe's.
#pragma once

#include "model/model.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace pinhole::testing {

// Owns what a Model points to.
class ModelBuilder {
public:
  using IntOption = std::pair<const char*, std::vector<int32_t>>;

  explicit ModelBuilder(const char* name);
  ModelBuilder(const ModelBuilder&) = delete;
  ModelBuilder& operator=(const ModelBuilder&) = delete;

  ValueId input(const std::string& name, const Desc& desc);
  // Adds the layer, its parameters (small numbers that differ) and its outputs; returns the first output. An error of
  // the layer is a test failure.
  ValueId layer(const char* op, const std::string& name, const std::vector<IntOption>& options,
                const std::vector<ValueId>& inputs);
  // Whether such a layer takes these inputs, in training too, and makes no more than `most` numbers of them.
  bool takes(const char* op, const std::vector<IntOption>& options, const std::vector<ValueId>& inputs,
             int64_t most) const;
  void entry(const std::string& name, Mode mode, const std::vector<ValueId>& inputs,
             const std::vector<ValueId>& outputs);
  const Desc& desc(ValueId value) const { return values_[static_cast<size_t>(value)].desc; }

  // Valid while the builder lives and until its next change. Fields may be edited in place.
  Model& model();

private:
  const char* keep(const std::string& text) { return strings_.emplace_back(text).c_str(); }
  ValueId add_value(const std::string& name, const Desc& desc, ValueKind kind);
  ValueId add_parameter(const std::string& name, const Desc& desc, const ParameterInfo& info);

  std::deque<std::string> strings_;
  std::deque<std::vector<float>> tensors_;
  std::deque<std::vector<ValueId>> lists_;
  std::vector<Value> values_;
  std::vector<Node> nodes_;
  std::vector<EntryPoint> entries_;
  Model model_{};
};

// A denoiser in miniature: convolution, batch norm, ReLU, transposed convolution; entries "reconstruct", "encode",
// "decode" and "train". `channels` sets its size: 4 makes a file of about 3 KB, 160 one of about 2 MB.
void build_sample(ModelBuilder* builder, int32_t channels = 4);

// Every layer that a file can hold, once or more; entries "reconstruct" and four training entries.
void build_every_layer(ModelBuilder* builder);

} // namespace pinhole::testing
