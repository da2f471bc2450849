// SPDX-License-Identifier: Apache-2.0
#include "train/recipe_model.h"

#include <algorithm>
#include <set>

namespace pinhole {
namespace {

constexpr int32_t kMaxSide = 65535;

std::vector<std::string> op_names() {
  int32_t count = 0;
  const OpDef* const* ops = all_ops(&count);
  std::vector<std::string> names(static_cast<size_t>(count));
  std::transform(ops, ops + count, names.begin(), [](const OpDef* op) { return op->name; });
  return names;
}

Status check_op(const std::string& file, int32_t line, const std::string& op) {
  if (find_op(op.c_str()))
    return Status();
  return error_at_line(file, line, "unknown layer \"" + op + "\"" + did_you_mean(op, op_names()));
}

// Appends a number of a list or of its own to `attribute`. False when `json` is none.
bool append_number(const Json& json, AttributeSpec* attribute) {
  if (json.kind == Json::Kind::boolean) {
    attribute->ints.push_back(json.boolean ? 1 : 0);
    return true;
  }
  if (json.kind != Json::Kind::number || json.number < -2147483648.0 || json.number > 2147483647.0)
    return false;
  if (json.integral)
    attribute->ints.push_back(static_cast<int32_t>(json.number));
  else
    attribute->floats.push_back(static_cast<float>(json.number));
  return true;
}

// A list in which any number has a fraction is a list of floats.
void unify(const Json& list, AttributeSpec* attribute) {
  if (attribute->floats.empty() || attribute->ints.empty())
    return;
  *attribute = {attribute->key, {}, {}, attribute->same, attribute->line};
  for (const Json& element : list.elements)
    attribute->floats.push_back(static_cast<float>(element.number));
}

// The texts that stand for 0, 1, ... in an attribute; null when it takes numbers alone.
const std::vector<std::string>* names_of_values(const std::string& key) {
  static const std::vector<std::string> activations = {"none", "relu", "leaky_relu", "sigmoid", "tanh"};
  static const std::vector<std::string> reductions = {"mean", "sum", "batchmean"};
  return key == "activation" ? &activations : key == "reduction" ? &reductions : nullptr;
}

Status read_attribute(const std::string& file, const JsonMember& member, AttributeSpec* attribute) {
  const Json& json = member.value;
  attribute->key = member.key;
  attribute->line = member.line;
  if (json.kind == Json::Kind::text && json.text == "same") {
    attribute->same = true;
    return Status();
  }
  if (const std::vector<std::string>* names = names_of_values(member.key); names && json.kind == Json::Kind::text) {
    const auto found = std::find(names->begin(), names->end(), json.text);
    if (found == names->end())
      return error_at_line(file, json.line,
                           "unknown " + member.key + " \"" + json.text + "\"" + did_you_mean(json.text, *names));
    attribute->ints.push_back(static_cast<int32_t>(found - names->begin()));
    return Status();
  }
  bool good = json.kind == Json::Kind::array ? !json.elements.empty() : append_number(json, attribute);
  for (const Json& element : json.elements)
    good = good && append_number(element, attribute);
  unify(json, attribute);
  if (!good)
    return error_at_line(file, json.line,
                         "\"" + member.key + "\" must be a number or a list of numbers, not " +
                             json_kind_name(json.kind));
  return Status();
}

// Members that are the recipe's own; every other one is an attribute of the layer.
constexpr std::initializer_list<const char*> kOfLayer = {"op", "name", "in", "init"}, kOfLoss = {"op", "output", "kl"},
                                             kOfKl = {"mean", "log_variance"};

bool is_common(std::initializer_list<const char*> common, const std::string& key) {
  return std::find(common.begin(), common.end(), key) != common.end();
}

Status read_attributes(const std::string& file, const Json& json, std::initializer_list<const char*> common,
                       std::vector<AttributeSpec>* attributes) {
  for (const JsonMember& member : json.members) {
    if (is_common(common, member.key))
      continue;
    attributes->emplace_back();
    PINHOLE_RETURN_IF_ERROR(read_attribute(file, member, &attributes->back()));
  }
  return Status();
}

bool ties_a_parameter(const JsonMember& member) {
  return member.value.kind == Json::Kind::text && member.value.text != "same" && !names_of_values(member.key);
}

Status read_layer(const std::string& file, const Json& json, LayerSpec* layer) {
  ObjectReader reader(file, json, "layer");
  layer->line = json.line;
  reader.require("op");
  reader.text("op", &layer->op);
  layer->name = layer->op;
  reader.text("name", &layer->name);
  if (const Json* in = reader.member("in", Json::Kind::array)) {
    for (const Json& element : in->elements) {
      if (element.kind != Json::Kind::text)
        reader.fault(element.line, "\"in\" must be a list of names");
      layer->inputs.push_back(element.text);
    }
  }
  int32_t init = 0;
  reader.choice("init", {"standard", "kaiming", "xavier_uniform", "zero"}, &init); // in the order of Initializer
  layer->initializer = static_cast<Initializer>(init);
  PINHOLE_RETURN_IF_ERROR(reader.status());
  PINHOLE_RETURN_IF_ERROR(check_op(file, json.line, layer->op));
  for (const JsonMember& member : json.members) {
    if (is_common(kOfLayer, member.key))
      continue;
    if (ties_a_parameter(member)) {
      layer->tied.push_back({member.key, member.value.text, member.line});
      continue;
    }
    layer->attributes.emplace_back();
    PINHOLE_RETURN_IF_ERROR(read_attribute(file, member, &layer->attributes.back()));
  }
  return Status();
}

Status read_input(const std::string& file, const JsonMember& member, InputSpec* input) {
  ObjectReader reader(file, member.value, "input \"" + member.key + "\"");
  input->name = member.key;
  input->line = member.line;
  const bool image = reader.integer("channels", &input->channels, 1, 65535);
  input->vector = reader.integer("vector", &input->channels, 1, 1 << 20);
  reader.integer("height", &input->height, 1, kMaxSide);
  reader.integer("width", &input->width, 1, kMaxSide);
  if (image == input->vector)
    reader.fault(member.line, "input \"" + member.key + "\" needs either \"channels\" or \"vector\"");
  if ((input->height == 0) != (input->width == 0) || (input->vector && input->height > 0))
    reader.fault(member.line, "input \"" + member.key + "\": an image has both \"height\" and \"width\" or neither");
  return reader.finish();
}

// Names of inputs and layers, which share one name space: "conv2d", "conv2d_2" for the second one without a name.
Status name_layers(const std::string& file, const Json& layers, ModelSpec* model) {
  std::set<std::string> used;
  for (const InputSpec& input : model->inputs)
    used.insert(input.name);
  for (size_t i = 0; i < model->layers.size(); ++i) {
    LayerSpec& layer = model->layers[i];
    bool given = false;
    for (const JsonMember& member : layers.elements[i].members)
      given = given || member.key == "name";
    const std::string base = layer.name;
    for (int number = 2; !given && used.count(layer.name); ++number)
      layer.name = base + "_" + std::to_string(number);
    if (!used.insert(layer.name).second)
      return error_at_line(file, layer.line, "the name \"" + layer.name + "\" is given twice");
  }
  return Status();
}

// A layer's name, a list of names, or either under "to" beside the layer that the caller gives under "from".
Status read_output(const std::string& file, const JsonMember& member, OutputSpec* output) {
  Json value = member.value;
  if (value.kind == Json::Kind::object) {
    ObjectReader reader(file, member.value, "output \"" + member.key + "\"");
    reader.require("from");
    reader.require("to");
    reader.text("from", &output->from);
    const Json* to = reader.any("to");
    PINHOLE_RETURN_IF_ERROR(reader.finish());
    value = *to;
  }
  const std::vector<Json> alone(1, value);
  for (const Json& name : value.kind == Json::Kind::array ? value.elements : alone) {
    if (name.kind != Json::Kind::text)
      return error_at_line(file, member.line, "output \"" + member.key + "\" must name a layer, or a list of layers");
    output->layers.push_back(name.text);
  }
  return output->layers.empty() ? error_at_line(file, member.line, "output \"" + member.key + "\" names no layer")
                                : Status();
}

Status read_outputs(const std::string& file, const Json& json, ModelSpec* model) {
  for (const JsonMember& member : json.members) {
    if (member.key == "train")
      return error_at_line(file, member.line, "the name \"train\" is taken by the training entry");
    model->outputs.push_back({member.key, {}, "", member.line});
    PINHOLE_RETURN_IF_ERROR(read_output(file, member, &model->outputs.back()));
  }
  return model->outputs.empty() ? error_at_line(file, json.line, "the model has no output") : Status();
}

Status read_kl(const std::string& file, const Json& json, KlSpec* kl) {
  ObjectReader reader(file, json, "kl");
  kl->line = json.line;
  for (const char* key : kOfKl)
    reader.require(key);
  reader.text("mean", &kl->mean);
  reader.text("log_variance", &kl->log_variance);
  PINHOLE_RETURN_IF_ERROR(reader.status());
  return read_attributes(file, json, kOfKl, &kl->attributes);
}

} // namespace

Status read_model_spec(const std::string& file, const Json& json, ModelSpec* model) {
  ObjectReader reader(file, json, "model");
  for (const char* key : {"inputs", "layers", "outputs"})
    reader.require(key);
  const Json* inputs = reader.member("inputs", Json::Kind::object);
  const Json* layers = reader.member("layers", Json::Kind::array);
  const Json* outputs = reader.member("outputs", Json::Kind::object);
  PINHOLE_RETURN_IF_ERROR(reader.finish());
  for (const JsonMember& member : inputs->members) {
    model->inputs.emplace_back();
    PINHOLE_RETURN_IF_ERROR(read_input(file, member, &model->inputs.back()));
  }
  if (model->inputs.empty() || model->inputs[0].vector)
    return error_at_line(file, inputs->line, "the first input must be the image");
  for (const Json& element : layers->elements) {
    model->layers.emplace_back();
    PINHOLE_RETURN_IF_ERROR(read_layer(file, element, &model->layers.back()));
  }
  if (model->layers.empty())
    return error_at_line(file, layers->line, "the model has no layer");
  PINHOLE_RETURN_IF_ERROR(name_layers(file, *layers, model));
  return read_outputs(file, *outputs, model);
}

Status read_loss_spec(const std::string& file, const Json& json, LossSpec* loss) {
  ObjectReader reader(file, json, "loss");
  loss->line = json.line;
  reader.require("op");
  reader.text("op", &loss->op);
  reader.text("output", &loss->output);
  const Json* kl = reader.member("kl", Json::Kind::object);
  PINHOLE_RETURN_IF_ERROR(reader.status());
  PINHOLE_RETURN_IF_ERROR(check_op(file, json.line, loss->op));
  if (kl)
    PINHOLE_RETURN_IF_ERROR(read_kl(file, *kl, &loss->kl));
  return read_attributes(file, json, kOfLoss, &loss->attributes);
}

} // namespace pinhole
