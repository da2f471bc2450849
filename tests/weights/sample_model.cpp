// SPDX-License-Identifier: Apache-2.0
#include "weights/sample_model.h"

#include <gtest/gtest.h>

namespace pinhole::testing {

ModelBuilder::ModelBuilder(const char* name) {
  model_.name = keep(name);
  model_.provenance = {"{\"net\": \"sample\"}\n", "made up", "CC0-1.0", "pinhole tests", "", 7, 1000};
}

ValueId ModelBuilder::add_value(const std::string& name, const Desc& desc, ValueKind kind) {
  values_.push_back({keep(name), desc, kind, nullptr});
  return static_cast<ValueId>(values_.size() - 1);
}

ValueId ModelBuilder::input(const std::string& name, const Desc& desc) {
  return add_value(name, desc, ValueKind::input);
}

ValueId ModelBuilder::add_parameter(const std::string& name, const Desc& desc, const ParameterInfo& info) {
  const ValueId id = add_value(name, desc, info.learned ? ValueKind::parameter : ValueKind::buffer);
  std::vector<float>& numbers = tensors_.emplace_back(static_cast<size_t>(desc.elements()));
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] =
        info.initial + 0.001f * static_cast<float>(static_cast<int>((i * 37 + values_.size() * 11) % 200) - 99);
  values_.back().data = numbers.data();
  return id;
}

namespace {

std::vector<Attribute> attributes_of(const std::vector<ModelBuilder::IntOption>& options) {
  std::vector<Attribute> attributes;
  attributes.reserve(options.size());
  for (const ModelBuilder::IntOption& option : options)
    attributes.push_back({option.first, option.second.data(), nullptr, static_cast<int32_t>(option.second.size()), 0});
  return attributes;
}

} // namespace

bool ModelBuilder::takes(const char* op_name, const std::vector<IntOption>& options, const std::vector<ValueId>& inputs,
                         int64_t most) const {
  const OpDef* op = find_op(op_name);
  std::vector<Attribute> attributes = attributes_of(options);
  OpOptions parsed;
  if (!op->parse({attributes.data(), static_cast<int32_t>(attributes.size())}, &parsed).ok())
    return false;
  std::vector<Desc> in;
  in.reserve(inputs.size());
  for (const ValueId id : inputs)
    in.push_back(desc(id));
  for (const bool training : {false, true}) {
    ShapeQuery query{};
    query.options = &parsed;
    query.in = in.data();
    query.n_in = static_cast<int32_t>(in.size());
    query.training = training;
    if (!op->infer_shape(&query).ok() || query.out[0].elements() > most)
      return false;
  }
  return true;
}

ValueId ModelBuilder::layer(const char* op_name, const std::string& name, const std::vector<IntOption>& options,
                            const std::vector<ValueId>& inputs) {
  const OpDef* op = find_op(op_name);
  std::vector<Attribute> attributes = attributes_of(options);
  Node node{};
  node.op = op->id;
  node.name = keep(name);
  Status status = op->parse({attributes.data(), static_cast<int32_t>(attributes.size())}, &node.options);
  EXPECT_TRUE(status.ok()) << status.text;

  Desc in[kMaxInputs];
  for (const ValueId id : inputs) {
    in[node.n_in] = values_[static_cast<size_t>(id)].desc;
    node.in[node.n_in++] = id;
  }
  ShapeQuery query{};
  query.options = &node.options;
  query.in = in;
  query.n_in = node.n_in;
  status = op->infer_shape(&query);
  EXPECT_TRUE(status.ok()) << status.text;
  for (int i = 0; i < query.n_parameters; ++i) {
    const ParameterInfo info = op->parameter_info(query, i);
    node.parameter[node.n_parameters++] = add_parameter(name + "." + info.name, query.parameter[i], info);
  }
  for (int i = 0; i < query.n_out; ++i)
    node.out[node.n_out++] = add_value(name + ".out" + std::to_string(i), query.out[i], ValueKind::activation);
  nodes_.push_back(node);
  return node.out[0];
}

void ModelBuilder::entry(const std::string& name, Mode mode, const std::vector<ValueId>& inputs,
                         const std::vector<ValueId>& outputs) {
  std::vector<ValueId>& in = lists_.emplace_back(inputs);
  std::vector<ValueId>& out = lists_.emplace_back(outputs);
  entries_.push_back(
      {keep(name), mode, {in.data(), static_cast<int32_t>(in.size())}, {out.data(), static_cast<int32_t>(out.size())}});
}

Model& ModelBuilder::model() {
  model_.values = {values_.data(), static_cast<int32_t>(values_.size())};
  model_.nodes = {nodes_.data(), static_cast<int32_t>(nodes_.size())};
  model_.entries = {entries_.data(), static_cast<int32_t>(entries_.size())};
  return model_;
}

void build_sample(ModelBuilder* builder, int32_t channels) {
  const ValueId image = builder->input("image", {1, 8, 12, 1, DType::f32});
  const ValueId target = builder->input("target", {1, 8, 12, 1, DType::f32});
  const ValueId down =
      builder->layer("conv2d", "down", {{"out_channels", {channels}}, {"kernel", {2, 2}}, {"stride", {2, 2}}}, {image});
  const ValueId norm = builder->layer("batch_norm", "norm", {}, {down});
  const ValueId active = builder->layer("relu", "active", {}, {norm});
  const ValueId code = builder->layer(
      "conv2d", "code", {{"out_channels", {channels}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {active});
  const ValueId up = builder->layer(
      "conv_transpose2d", "up", {{"out_channels", {1}}, {"kernel", {2, 2}}, {"stride", {2, 2}}, {"bias", {0}}}, {code});
  const ValueId loss = builder->layer("mse_loss", "loss", {}, {up, target});
  builder->entry("reconstruct", Mode::inference, {image}, {up});
  builder->entry("encode", Mode::inference, {image}, {code});
  builder->entry("decode", Mode::inference, {code}, {up});
  builder->entry("train", Mode::training, {image, target}, {loss});
}

void build_every_layer(ModelBuilder* builder) {
  const ValueId image = builder->input("image", {1, 8, 8, 1, DType::f32});
  const ValueId level = builder->input("level", {1, 1, 1, 1, DType::f32});
  const ValueId target = builder->input("target", {1, 8, 8, 1, DType::f32});
  const ValueId small = builder->layer("pixel_unshuffle", "unshuffle", {{"factor", {2}}}, {image});
  const ValueId plane = builder->layer("expand", "plane", {}, {level, small});
  const ValueId joined = builder->layer("concat", "join", {}, {small, plane});
  const ValueId wide = builder->layer("conv2d", "conv",
                                      {{"out_channels", {4}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {joined});
  const ValueId norm = builder->layer("batch_norm", "norm", {}, {wide});
  const ValueId pooled = builder->layer("max_pool2d", "pool", {{"kernel", {2, 2}}, {"stride", {2, 2}}},
                                        {builder->layer("leaky_relu", "leaky", {}, {norm})});
  const ValueId flat = builder->layer("flatten", "flatten", {}, {pooled});
  const ValueId code =
      builder->layer("tanh", "tanh", {}, {builder->layer("linear", "dense", {{"out_channels", {4}}}, {flat})});
  const ValueId log_variance = builder->layer("linear", "log_variance", {{"out_channels", {4}}}, {flat});
  const ValueId sampled = builder->layer("reparameterize", "sample", {{"stream", {1}}}, {code, log_variance});
  const ValueId back = builder->layer("linear", "undense", {{"out_channels", {16}}}, {sampled});
  const ValueId map =
      builder->layer("unflatten", "unflatten", {{"height", {2}}, {"width", {2}}, {"channels", {4}}}, {back});
  const ValueId large = builder->layer("upsample_nearest", "upsample", {{"factor", {2, 2}}}, {map});
  const ValueId sum = builder->layer("add", "add", {}, {builder->layer("relu", "relu", {}, {large}), wide});
  const ValueId up = builder->layer("conv_transpose2d", "up",
                                    {{"out_channels", {4}}, {"kernel", {3, 3}}, {"padding", {1, 1, 1, 1}}}, {sum});
  const ValueId out =
      builder->layer("sigmoid", "sigmoid", {}, {builder->layer("pixel_shuffle", "shuffle", {{"factor", {2}}}, {up})});
  builder->entry("reconstruct", Mode::inference, {image, level}, {out});
  ValueId reconstruction = kNoValue;
  for (const char* loss : {"mse_loss", "l1_loss", "charbonnier_loss", "bce_loss"}) {
    reconstruction = builder->layer(loss, loss, {}, {out, target});
    builder->entry(std::string("train_") + loss, Mode::training, {image, level, target}, {reconstruction});
  }
  const ValueId kl = builder->layer("kl_loss", "kl_loss", {}, {code, log_variance});
  builder->entry("train_elbo", Mode::training, {image, level, target},
                 {builder->layer("add", "elbo", {}, {reconstruction, kl}), reconstruction, kl});
}

} // namespace pinhole::testing
