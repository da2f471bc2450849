// SPDX-License-Identifier: Apache-2.0
// pinhole inspect: what is in a weights file, or what a recipe would make.
#include "arguments.h"
#include "command.h"
#include "denoiser.h"
#include "image/file_bytes.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"

#include "json.h"
#include "train/host_engine.h"
#include "train/owned_model.h"
#include "train/recipe.h"
#include "weights/format.h"
#include "weights/mapped_file.h"
#include "weights/writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

namespace pinhole::tool {
namespace {

struct Options {
  std::string source;
  int32_t width = 0, height = 0;
};

enum class SourceKind { weights, recipe };

// What a file is, by its beginning; by its name where a fault inside is what its owner wants to hear of.
Status recognise(const std::string& path, SourceKind* kind) {
  const std::string extension = std::filesystem::path(path).extension().string();
  MappedFile file;
  const Status status = file.open(path);
  if (!status.ok() && status.code != Code::bad_file)
    return status;
  const auto* begin = static_cast<const char*>(file.data());
  const std::string start(begin, begin + std::min(file.size(), size_t{256}));
  const size_t first = start.find_first_not_of(" \t\r\n");
  *kind = SourceKind::weights;
  if (extension == ".pinhole" || start.compare(0, sizeof kMagic, kMagic, sizeof kMagic) == 0)
    return {};
  *kind = SourceKind::recipe;
  if (extension == ".json" || (first != std::string::npos && start[first] == '{'))
    return {};
  return error(Code::bad_file,
               "%s: %s neither a weights file nor a recipe (JSON): inspect takes a .pinhole file, a recipe's file "
               "or a recipe's name",
               short_path(path).c_str(), start.empty() ? "is empty," : "is");
}

// A file's bytes; or those of the file that a recipe would start from.
Status load_source(const Options& options, uint64_t seed, std::vector<uint8_t>* bytes) {
  std::error_code missing; // then it may be the name of a recipe
  const bool is_file =
      std::filesystem::exists(options.source, missing) && !std::filesystem::is_directory(options.source, missing);
  SourceKind kind =
      std::filesystem::path(options.source).extension() == ".pinhole" ? SourceKind::weights : SourceKind::recipe;
  if (is_file)
    PINHOLE_RETURN_IF_ERROR(recognise(options.source, &kind));
  if (kind == SourceKind::weights)
    return read_file(options.source, bytes);
  Recipe recipe;
  PINHOLE_RETURN_IF_ERROR(load_recipe(options.source, &recipe));
  OwnedModel model;
  const int32_t patch = recipe.data.patch; // the size that the training would have
  PINHOLE_RETURN_IF_ERROR(build_model(recipe, seed, options.height > 0 ? options.height : patch,
                                      options.width > 0 ? options.width : patch, &model));
  return write_model(model.model, bytes);
}

std::string shape_text(const Desc& d) {
  char text[64];
  std::snprintf(text, sizeof text, "%dx%dx%d", d.h, d.w, d.c);
  return text;
}

ShapeQuery query_of(const Program& program, const Node& node, Desc* in) {
  for (int32_t i = 0; i < node.n_in; ++i)
    in[i] = program.values[node.in[i]].desc;
  ShapeQuery query = {};
  query.options = &node.options;
  query.in = in;
  query.n_in = node.n_in;
  query.out[0] = program.values[node.out[0]].desc;
  query.n_out = node.n_out;
  return query;
}

struct Sums {
  int64_t parameters = 0, multiply_adds = 0, pixels = 0;
  std::set<ValueId> counted; // a parameter that several layers share counts at the first
};

Json describe_layers(const Engine& engine, Sums* sums) {
  const Program& program = engine.plan.program;
  Json layers = Json::array();
  for (int32_t n = 0; n < program.node_count; ++n) {
    const Node& node = program.nodes[n];
    const OpDef& op = *find_op(node.op);
    Desc in[kMaxInputs];
    ShapeQuery query = query_of(program, node, in);
    int64_t parameters = 0;
    std::string precision;
    for (int32_t i = 0; i < node.n_parameters; ++i) {
      const Value& value = engine.model.values[node.parameter[i]];
      if (value.kind == ValueKind::parameter && sums->counted.insert(node.parameter[i]).second)
        parameters += value.desc.elements();
      precision = i == 0 ? dtype_name(value.desc.dtype) : precision;
    }
    const int64_t multiply_adds = op.multiply_adds && op.infer_shape(&query).ok() ? op.multiply_adds(query) : 0;
    sums->parameters += parameters;
    sums->multiply_adds += multiply_adds;
    layers.push_back({{"name", node.name},
                      {"op", op.name},
                      {"output", shape_text(program.values[node.out[0]].desc)},
                      {"parameters", parameters},
                      {"multiply_adds", multiply_adds},
                      {"weights", precision}});
  }
  const Desc& out = program.values[program.entry->outputs[0]].desc;
  sums->pixels = int64_t{out.h} * out.w;
  return layers;
}

Json describe_values(const Model& model, const Array<ValueId>& values) {
  Json described = Json::array();
  for (const ValueId value : values)
    described.push_back({{"name", model.values[value].name}, {"shape", shape_text(model.values[value].desc)}});
  return described;
}

Json describe(const Options& options, const Engine& engine, size_t file_bytes) {
  const Model& model = engine.model;
  Sums sums;
  Json layers = describe_layers(engine, &sums);
  Json entries = Json::array();
  for (const EntryPoint& entry : model.entries)
    entries.push_back({{"name", entry.name},
                       {"mode", entry.mode == Mode::training ? "training" : "inference"},
                       {"inputs", describe_values(model, entry.inputs)},
                       {"outputs", describe_values(model, entry.outputs)}});
  const Provenance& p = model.provenance;
  return {{"file", options.source},
          {"bytes", file_bytes},
          {"model", model.name},
          {"kind", model.kind == FileKind::training ? "training" : "deploy"},
          {"channels", static_cast<int>(model.preprocessing.channels)},
          {"entries", entries},
          {"entry", engine.plan.program.entry->name},
          {"layers", layers},
          {"parameters", sums.parameters},
          {"multiply_adds", sums.multiply_adds},
          {"multiply_adds_per_pixel", static_cast<double>(sums.multiply_adds) / static_cast<double>(sums.pixels)},
          {"provenance",
           {{"tool", p.tool},
            {"data", p.data},
            {"data_licence", p.data_licence},
            {"seed", p.seed},
            {"steps", p.steps},
            {"note", p.note},
            {"recipe", p.recipe}}},
          {"checks", "header, checksums, graph, shapes and numbers are sound"}};
}

std::string or_none(const Json& text) {
  const std::string known = text.get<std::string>();
  return known.empty() ? "none" : known;
}

// "image 64x64x3, level 1x1x1".
std::string listed(const Json& values) {
  std::string all;
  for (const Json& value : values)
    all += (all.empty() ? "" : ", ") + value["name"].get<std::string>() + " " + value["shape"].get<std::string>();
  return all;
}

void print_text(const Json& json) {
  auto text = [](const Json& j) { return j.get<std::string>(); };
  std::printf("%s: model %s, %s file, %s bytes\n\n", text(json["file"]).c_str(), text(json["model"]).c_str(),
              text(json["kind"]).c_str(), with_commas(json["bytes"].get<int64_t>()).c_str());
  std::printf("%-22s %-18s %14s %12s %16s  %s\n", "layer", "op", "output HxWxC", "parameters", "multiply-adds",
              "weights");
  for (const Json& layer : json["layers"])
    std::printf("%-22s %-18s %14s %12s %16s  %s\n", text(layer["name"]).c_str(), text(layer["op"]).c_str(),
                text(layer["output"]).c_str(), with_commas(layer["parameters"].get<int64_t>()).c_str(),
                with_commas(layer["multiply_adds"].get<int64_t>()).c_str(), text(layer["weights"]).c_str());
  std::printf("\n%s parameters, %s multiply-adds (%.0f per output pixel)\n",
              with_commas(json["parameters"].get<int64_t>()).c_str(),
              with_commas(json["multiply_adds"].get<int64_t>()).c_str(), json["multiply_adds_per_pixel"].get<double>());
  for (const Json& entry : json["entries"])
    std::printf("entry %-12s %-10s %s -> %s\n", text(entry["name"]).c_str(), (text(entry["mode"]) + ":").c_str(),
                listed(entry["inputs"]).c_str(), listed(entry["outputs"]).c_str());
  const Json& p = json["provenance"];
  if (p["steps"] == 0 && text(p["tool"]).empty())
    std::printf("not trained\n%s\n", text(json["checks"]).c_str());
  else
    std::printf("trained by %s on %s (licence: %s), seed %llu, %llu steps\n%s\n", text(p["tool"]).c_str(),
                or_none(p["data"]).c_str(), or_none(p["data_licence"]).c_str(),
                static_cast<unsigned long long>(p["seed"].get<uint64_t>()),
                static_cast<unsigned long long>(p["steps"].get<uint64_t>()), text(json["checks"]).c_str());
}

Status inspect(const Options& options, const Common& common) {
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(load_source(options, common.seed, &bytes));
  EngineOptions engine_options;
  engine_options.plan.program.width = options.width;
  engine_options.plan.program.height = options.height;
  HostEngine engine;
  if (Status status = engine.open(bytes, engine_options); !status.ok())
    return error(status.code, "%s: %s", options.source.c_str(), status.text);
  const Json json = describe(options, *engine, bytes.size());
  if (common.json)
    print_json(json);
  else
    print_text(json);
  return {};
}

} // namespace

void add_inspect(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "inspect", "layers, parameters, multiply-adds and provenance of a model");
  command.option("source", &options->source, "weights file (*.pinhole), or a recipe's name or file").required();
  command.option("--width", &options->width, "of the frames; default: as in the file, or the recipe's patch")
      .check(whole_number(1, kLargestSide));
  command.option("--height", &options->height, "of the frames; default: as in the file, or the recipe's patch")
      .check(whole_number(1, kLargestSide));
  command.footer("Example: pinhole inspect denoise-rgb --width 640 --height 480");
  command.then([=] { *action = [=] { return inspect(*options, *common); }; });
}

} // namespace pinhole::tool
