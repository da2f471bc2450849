// SPDX-License-Identifier: Apache-2.0
#include "train/owned_model.h"

#include "base/random_streams.h"
#include "train/json.h"
#include "train/layer_attributes.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace pinhole {

void OwnedModel::refresh() {
  for (size_t v = 0; v < values.size(); ++v)
    values[v].data = tensors[v].empty() ? nullptr : tensors[v].data();
  model.values = {values.data(), static_cast<int32_t>(values.size())};
  model.nodes = {nodes.data(), static_cast<int32_t>(nodes.size())};
  model.entries = {entries.data(), static_cast<int32_t>(entries.size())};
}

void initialise(Initializer initializer, const ParameterInfo& info, const Desc& desc, uint64_t seed, ValueId value,
                std::vector<float>* numbers) {
  numbers->assign(static_cast<size_t>(desc.elements()), info.initial);
  if (info.fan_in <= 0 || !info.learned)
    return;
  const bool bias = desc.n == 1 && desc.h == 1 && desc.w == 1;
  const double fan_in = static_cast<double>(info.fan_in);
  double bound = 1 / std::sqrt(fan_in);
  if (initializer == Initializer::kaiming)
    bound = bias ? 0 : std::sqrt(6 / fan_in);
  if (initializer == Initializer::xavier_uniform)
    bound = bias ? 0 : std::sqrt(6 / (static_cast<double>(desc.h) * desc.w * (static_cast<double>(desc.n) + desc.c)));
  if (initializer == Initializer::zero)
    bound = 0;
  const float width = static_cast<float>(2 * bound), low = static_cast<float>(-bound);
  for (size_t i = 0; i < numbers->size(); ++i) {
    const RandomWords words = random_words(seed, RandomStream::initial_weights, 0, static_cast<uint32_t>(value), i / 4);
    (*numbers)[i] = mul_then_add(uniform_from(words.word[i % 4]), width, low);
  }
}

namespace {

class Builder {
public:
  Builder(const Recipe& recipe, uint64_t seed, OwnedModel* model)
      : recipe_(recipe), spec_(recipe.model), seed_(seed), made_(*model) {}

  Status build(int32_t height, int32_t width) {
    made_.model.name = made_.keep(recipe_.name);
    made_.model.kind = FileKind::training;
    for (const InputSpec& input : spec_.inputs)
      add_input(input, height, width);
    for (const LayerSpec& layer : spec_.layers)
      PINHOLE_RETURN_IF_ERROR(add_layer(layer));
    for (const OutputSpec& output : spec_.outputs) {
      std::vector<ValueId> values(output.layers.size(), kNoValue);
      for (size_t i = 0; i < values.size(); ++i)
        PINHOLE_RETURN_IF_ERROR(find(output.layers[i], output.line, &values[i]));
      ValueId given = kNoValue;
      if (!output.from.empty())
        PINHOLE_RETURN_IF_ERROR(find(output.from, output.line, &given));
      add_entry(output.entry, Mode::inference, values, given);
    }
    PINHOLE_RETURN_IF_ERROR(add_loss());
    describe();
    made_.refresh();
    return Status();
  }

private:
  ValueId add_value(const std::string& name, ValueKind kind, const Desc& desc) {
    Value value = {};
    value.name = made_.keep(name);
    value.kind = kind;
    value.desc = desc;
    made_.values.push_back(value);
    made_.tensors.emplace_back();
    const auto id = static_cast<ValueId>(made_.values.size() - 1);
    by_name_.emplace(name, id);
    return id;
  }

  void add_input(const InputSpec& input, int32_t height, int32_t width) {
    Desc desc;
    desc.c = input.channels;
    if (!input.vector) {
      desc.h = input.height > 0 ? input.height : height;
      desc.w = input.width > 0 ? input.width : width;
    }
    add_value(input.name, ValueKind::input, desc);
  }

  Status find(const std::string& name, int32_t line, ValueId* value) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      std::vector<std::string> names;
      for (const auto& entry : by_name_)
        names.push_back(entry.first);
      return error_at_line(recipe_.file, line,
                           "no layer or input before this one is called \"" + name + "\"" + did_you_mean(name, names));
    }
    *value = found->second;
    return Status();
  }

  // The shape rule of `node`, whose inputs and options are set.
  Status query_shapes(const OpDef& op, const std::string& where, int32_t line, const Node& node, Desc* in,
                      ShapeQuery* query) const {
    for (int32_t i = 0; i < node.n_in; ++i)
      in[i] = made_.values[static_cast<size_t>(node.in[i])].desc;
    query->options = &node.options;
    query->in = in;
    query->n_in = static_cast<int32_t>(node.n_in);
    const Status status = op.infer_shape(query);
    return status.ok() ? status : error_at_line(recipe_.file, line, where + ": " + status.text);
  }

  Status set_inputs(const OpDef& op, const std::vector<ValueId>& inputs, const std::string& where, int32_t line,
                    Node* node) const {
    const auto count = static_cast<int32_t>(inputs.size());
    if (count < op.min_inputs || count > op.max_inputs)
      return error_at_line(recipe_.file, line,
                           where + ": takes " + std::to_string(op.min_inputs) + " to " + std::to_string(op.max_inputs) +
                               " inputs, not " + std::to_string(count));
    std::copy(inputs.begin(), inputs.end(), node->in);
    node->n_in = static_cast<int8_t>(count);
    return Status();
  }

  Status add_layer(const LayerSpec& layer) {
    const OpDef& op = *find_op(layer.op.c_str());
    const std::string where = "layer \"" + layer.name + "\"";
    std::vector<ValueId> inputs;
    for (const std::string& name : layer.inputs) {
      inputs.emplace_back();
      PINHOLE_RETURN_IF_ERROR(find(name, layer.line, &inputs.back()));
    }
    if (layer.inputs.empty())
      inputs.push_back(previous_);
    Node node = {};
    node.op = op.id;
    PINHOLE_RETURN_IF_ERROR(set_inputs(op, inputs, where, layer.line, &node));
    const Desc& first = made_.values[static_cast<size_t>(inputs[0])].desc;
    PINHOLE_RETURN_IF_ERROR(
        parse_attributes(recipe_.file, layer.line, where, op, layer.attributes, first, &node.options));
    Desc in[kMaxInputs];
    ShapeQuery query = {};
    PINHOLE_RETURN_IF_ERROR(query_shapes(op, where, layer.line, node, in, &query));
    PINHOLE_RETURN_IF_ERROR(add_parameters(layer, op, query, &node));
    add_outputs(layer.name, query, &node);
    previous_ = node.out[0];
    return Status();
  }

  void add_outputs(const std::string& name, const ShapeQuery& query, Node* node) {
    node->name = made_.keep(name);
    node->n_out = static_cast<int8_t>(query.n_out);
    for (int32_t i = 0; i < query.n_out; ++i)
      node->out[i] = add_value(i == 0 ? name : name + "." + std::to_string(i), ValueKind::activation, query.out[i]);
    made_.nodes.push_back(*node);
  }

  Status add_parameters(const LayerSpec& layer, const OpDef& op, const ShapeQuery& query, Node* node) {
    node->n_parameters = static_cast<int8_t>(query.n_parameters);
    size_t tied = 0;
    for (int32_t i = 0; i < query.n_parameters; ++i) {
      const ParameterInfo info = op.parameter_info(query, i);
      const auto tie = std::find_if(layer.tied.begin(), layer.tied.end(),
                                    [&](const TiedParameter& candidate) { return candidate.parameter == info.name; });
      if (tie == layer.tied.end()) {
        const ValueKind kind = info.learned ? ValueKind::parameter : ValueKind::buffer;
        node->parameter[i] = add_value(layer.name + "." + info.name, kind, query.parameter[i]);
        initialise(layer.initializer, info, query.parameter[i], seed_, node->parameter[i], &made_.tensors.back());
        continue;
      }
      ++tied;
      PINHOLE_RETURN_IF_ERROR(find(tie->source, tie->line, &node->parameter[i]));
      if (made_.values[static_cast<size_t>(node->parameter[i])].desc != query.parameter[i])
        return error_at_line(recipe_.file, tie->line,
                             "\"" + tie->source + "\" has another shape than this layer's " + info.name);
    }
    if (tied != layer.tied.size())
      return error_at_line(recipe_.file, layer.tied[0].line,
                           "layer \"" + layer.name + "\": only a parameter may be given the name of another one");
    return Status();
  }

  // Appends the loss layer `op` of two values, under a name of its own.
  Status add_loss_layer(const char* op_name, const char* name, int32_t line, const std::vector<AttributeSpec>& specs,
                        const std::vector<ValueId>& inputs, ValueId* result) {
    const OpDef& op = *find_op(op_name);
    const std::string where = "the loss";
    Node node = {};
    node.op = op.id;
    PINHOLE_RETURN_IF_ERROR(set_inputs(op, inputs, where, line, &node));
    const Desc& first = made_.values[static_cast<size_t>(inputs[0])].desc;
    PINHOLE_RETURN_IF_ERROR(parse_attributes(recipe_.file, line, where, op, specs, first, &node.options));
    Desc in[kMaxInputs];
    ShapeQuery query = {};
    PINHOLE_RETURN_IF_ERROR(query_shapes(op, where, line, node, in, &query));
    if (query.out[0].elements() != 1)
      return error_at_line(recipe_.file, line, std::string("\"") + op.name + "\" is a layer, not a loss");
    add_outputs(name, query, &node);
    *result = node.out[0];
    return Status();
  }

  // One of the trained entry's outputs, so that held-out images can be judged by it too.
  Status find_output(const OutputSpec& output, const std::string& layer, int32_t line, ValueId* value) const {
    if (std::find(output.layers.begin(), output.layers.end(), layer) == output.layers.end())
      return error_at_line(recipe_.file, line,
                           "\"" + layer + "\" is none of the outputs of \"" + output.entry + "\", which is trained" +
                               did_you_mean(layer, output.layers));
    return find(layer, line, value);
  }

  // The training entry: the loss, and where it is a sum, its parts.
  Status add_loss() {
    const LossSpec& loss = spec_.loss;
    const OutputSpec* output = spec_.trained_output();
    if (!output)
      return error_at_line(recipe_.file, loss.line, "the model has no output \"" + loss.output + "\"");
    ValueId prediction = kNoValue;
    PINHOLE_RETURN_IF_ERROR(find(output->layers[0], output->line, &prediction));
    const ValueId target = add_value(kTarget, ValueKind::input, made_.values[static_cast<size_t>(prediction)].desc);
    const bool sum = !loss.kl.mean.empty();
    ValueId picture = kNoValue;
    PINHOLE_RETURN_IF_ERROR(add_loss_layer(loss.op.c_str(), sum ? kReconstructionLoss : kLoss, loss.line,
                                           loss.attributes, {prediction, target}, &picture));
    if (!sum) {
      add_entry(kTrainEntry, Mode::training, {picture});
      return Status();
    }
    ValueId mean = kNoValue, log_variance = kNoValue, kl = kNoValue, total = kNoValue;
    PINHOLE_RETURN_IF_ERROR(find_output(*output, loss.kl.mean, loss.kl.line, &mean));
    PINHOLE_RETURN_IF_ERROR(find_output(*output, loss.kl.log_variance, loss.kl.line, &log_variance));
    PINHOLE_RETURN_IF_ERROR(
        add_loss_layer("kl_loss", kKlLoss, loss.kl.line, loss.kl.attributes, {mean, log_variance}, &kl));
    PINHOLE_RETURN_IF_ERROR(add_loss_layer("add", kLoss, loss.line, {}, {picture, kl}, &total));
    add_entry(kTrainEntry, Mode::training, {total, picture, kl});
    return Status();
  }

  // The inputs on which the outputs depend, in the recipe's order, the target last; `given` (or kNoValue) is one.
  std::vector<ValueId> inputs_of(const std::vector<ValueId>& outputs, ValueId given) const {
    std::vector<bool> needed(made_.values.size());
    for (const ValueId output : outputs)
      needed[static_cast<size_t>(output)] = true;
    for (auto node = made_.nodes.rbegin(); node != made_.nodes.rend(); ++node)
      if (needed[static_cast<size_t>(node->out[0])] && node->out[0] != given)
        for (int32_t i = 0; i < node->n_in; ++i)
          needed[static_cast<size_t>(node->in[i])] = true;
    std::vector<ValueId> inputs;
    for (size_t v = 0; v < needed.size(); ++v)
      if (needed[v] && (made_.values[v].kind == ValueKind::input || static_cast<ValueId>(v) == given))
        inputs.push_back(static_cast<ValueId>(v));
    return inputs;
  }

  void add_entry(const std::string& name, Mode mode, const std::vector<ValueId>& outputs, ValueId given = kNoValue) {
    EntryPoint entry = {};
    entry.name = made_.keep(name);
    entry.mode = mode;
    entry.inputs = made_.keep(inputs_of(outputs, given));
    entry.outputs = made_.keep(outputs);
    made_.entries.push_back(entry);
  }

  void describe() {
    const InputSpec& image = spec_.inputs[0];
    Preprocessing& preprocessing = made_.model.preprocessing;
    preprocessing.channels = image.channels == 3 ? Channels::rgb : Channels::gray;
    preprocessing.fixed_height = image.height;
    preprocessing.fixed_width = image.width;
    made_.model.provenance = {"", "", "", "", "", seed_, 0};
  }

  const Recipe& recipe_;
  const ModelSpec& spec_;
  uint64_t seed_;
  OwnedModel& made_;
  std::map<std::string, ValueId> by_name_;
  ValueId previous_ = 0;
};

} // namespace

Status build_model(const Recipe& recipe, uint64_t seed, int32_t height, int32_t width, OwnedModel* model) {
  return Builder(recipe, seed, model).build(height, width);
}

} // namespace pinhole
