// SPDX-License-Identifier: Apache-2.0
// Files whose checksums are right and whose contents are not: one thing of a good file is changed at a time.
#include "weights/aligned_bytes.h"
#include "weights/file_surgery.h"
#include "weights/sample_model.h"
#include "weights/writer.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <ostream>

namespace pinhole::testing {
namespace {

using file::GraphT;

struct Case {
  const char* name;
  Code code;
  const char* part; // what the message must name
  std::function<void(FileParts*)> change;
};

void PrintTo(const Case& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::vector<uint8_t>& good_file() {
  static const std::vector<uint8_t> bytes = [] {
    ModelBuilder builder("sample");
    build_sample(&builder);
    std::vector<uint8_t> made;
    EXPECT_TRUE(write_model(builder.model(), &made).ok());
    return made;
  }();
  return bytes;
}

file::ValueT& value(FileParts* parts, const char* name) {
  for (auto& entry : parts->graph.values)
    if (entry->name == name)
      return *entry;
  ADD_FAILURE() << "no value " << name;
  return *parts->graph.values[0];
}

file::NodeT& node(FileParts* parts, const char* name) {
  for (auto& entry : parts->graph.nodes)
    if (entry->name == name)
      return *entry;
  ADD_FAILURE() << "no node " << name;
  return *parts->graph.nodes[0];
}

file::EntryPointT& entry_point(FileParts* parts, const char* name) {
  for (auto& entry : parts->graph.entries)
    if (entry->name == name)
      return *entry;
  ADD_FAILURE() << "no entry " << name;
  return *parts->graph.entries[0];
}

file::AttributeT& attribute(FileParts* parts, const char* node_name, const char* key) {
  for (auto& entry : node(parts, node_name).attributes)
    if (entry->key == key)
      return *entry;
  ADD_FAILURE() << "no attribute " << key;
  return *node(parts, node_name).attributes[0];
}

void set_storage(file::ValueT* value, uint64_t offset, uint64_t byte_size) {
  value->storage = std::make_unique<file::Storage>(offset, byte_size, 0);
}

void set_float(FileParts* parts, const char* name, size_t index, float number) {
  const uint64_t at = value(parts, name).storage->offset() + index * sizeof number;
  std::memcpy(parts->tensors.data() + at, &number, sizeof number);
}

template <class T> void repeat(std::vector<std::unique_ptr<T>>* list, size_t count) {
  while (list->size() < count) {
    list->push_back(std::make_unique<T>(*list->back()));
    list->back()->name = "copy" + std::to_string(list->size());
  }
}

class Hostile : public ::testing::TestWithParam<Case> {};

TEST_P(Hostile, IsRefused) {
  FileParts parts = take_apart(good_file());
  ASSERT_TRUE(ReadFile(put_together(parts)).status.ok()) << "the unchanged parts must make a good file";
  GetParam().change(&parts);
  ReadFile read(put_together(parts));
  EXPECT_EQ(read.status.code, GetParam().code) << read.status.text;
  EXPECT_NE(std::strstr(read.status.text, GetParam().part), nullptr) << read.status.text;
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

const Case kStructure[] = {
    {"NoValues", Code::bad_file, "values", [](FileParts* p) { p->graph.values.clear(); }},
    {"NoNodes", Code::bad_file, "nodes", [](FileParts* p) { p->graph.nodes.clear(); }},
    {"NoEntries", Code::bad_file, "entry points", [](FileParts* p) { p->graph.entries.clear(); }},
    {"TooManyValues", Code::bad_file, "4097 values", [](FileParts* p) { repeat(&p->graph.values, 4097); }},
    {"TooManyNodes", Code::bad_file, "4097 nodes", [](FileParts* p) { repeat(&p->graph.nodes, 4097); }},
    {"TooManyEntries", Code::bad_file, "65 entry", [](FileParts* p) { repeat(&p->graph.entries, 65); }},
    {"UnknownFileKind", Code::bad_file, "kind 9", [](FileParts* p) { p->graph.kind = static_cast<file::FileKind>(9); }},
    {"EmptyModelName", Code::bad_file, "name of model", [](FileParts* p) { p->graph.name.clear(); }},
    {"LongName", Code::bad_file, "name of value 0", [](FileParts* p) { p->graph.values[0]->name.assign(129, 'a'); }},
    {"NameWithEscape", Code::bad_file, "0x1b", [](FileParts* p) { node(p, "down").name = "a\x1b[2J"; }},
    {"NameWithNul", Code::bad_file, "0x00", [](FileParts* p) { node(p, "down").name = std::string("do\0wn", 5); }},
    {"SameValueName", Code::bad_file, "both named image", [](FileParts* p) { value(p, "target").name = "image"; }},
    {"SameNodeName", Code::bad_file, "both named down", [](FileParts* p) { node(p, "code").name = "down"; }},
    {"SameEntryName", Code::bad_file, "both named train",
     [](FileParts* p) { entry_point(p, "encode").name = "train"; }},
    {"RecipeWithEscape", Code::bad_file, "provenance", [](FileParts* p) { p->graph.provenance->recipe = "\x1b]0;x"; }},
    {"HugeRecipe", Code::bad_file, "provenance",
     [](FileParts* p) { p->graph.provenance->recipe.assign((1 << 20) + 1, 'a'); }},
};

const Case kValues[] = {
    {"UnknownKind", Code::bad_file, "image",
     [](FileParts* p) { p->graph.values[0]->kind = static_cast<file::ValueKind>(4); }},
    {"UnknownType", Code::bad_file, "image",
     [](FileParts* p) { p->graph.values[0]->dtype = static_cast<file::DType>(5); }},
    {"NoShape", Code::bad_file, "image", [](FileParts* p) { p->graph.values[0]->shape.reset(); }},
    {"ZeroExtent", Code::bad_file, "extent 0",
     [](FileParts* p) { p->graph.values[0]->shape = std::make_unique<file::Shape>(1, 0, 12, 1); }},
    {"NegativeExtent", Code::bad_file, "extent -8",
     [](FileParts* p) { p->graph.values[0]->shape = std::make_unique<file::Shape>(1, -8, 12, 1); }},
    {"HugeExtent", Code::bad_file, "extent 2147483647",
     [](FileParts* p) { p->graph.values[0]->shape = std::make_unique<file::Shape>(1, INT32_MAX, 12, 1); }},
    {"ElementsOverflow", Code::bad_file, "elements",
     [](FileParts* p) {
       p->graph.values[0]->shape = std::make_unique<file::Shape>(1 << 24, 1 << 24, 1 << 24, 1 << 24);
     }},
    {"ParameterWithoutStorage", Code::bad_file, "down.weight",
     [](FileParts* p) { value(p, "down.weight").storage.reset(); }},
    {"InputWithStorage", Code::bad_file, "image", [](FileParts* p) { set_storage(p->graph.values[0].get(), 0, 384); }},
    {"SizeIsNotTheShapes", Code::bad_file, "down.weight",
     [](FileParts* p) { set_storage(&value(p, "down.weight"), 0, 60); }},
    {"OffsetBetweenMultiples", Code::bad_file, "down.bias",
     [](FileParts* p) { set_storage(&value(p, "down.bias"), 68, 16); }},
    {"Overlap", Code::bad_file, "down.bias", [](FileParts* p) { set_storage(&value(p, "down.bias"), 0, 16); }},
    {"OffsetBeyondTheArea", Code::bad_file, "up.weight",
     [](FileParts* p) { set_storage(&value(p, "up.weight"), uint64_t{1} << 40, 64); }},
    {"OffsetOverflow", Code::bad_file, "up.weight",
     [](FileParts* p) { set_storage(&value(p, "up.weight"), UINT64_MAX - 63, 64); }},
    {"TensorCut", Code::bad_file, "up.weight", [](FileParts* p) { p->tensors.resize(p->tensors.size() - 64); }},
    {"BytesBetweenTensors", Code::bad_file, "before tensor norm.weight",
     [](FileParts* p) { p->tensors[value(p, "down.bias").storage->offset() + 16] = 1; }},
    {"BytesAfterTensors", Code::bad_file, "after the last tensor",
     [](FileParts* p) { p->tensors.resize(p->tensors.size() + 64, 1); }},
    {"NaN", Code::numeric, "up.weight",
     [](FileParts* p) { set_float(p, "up.weight", 15, std::numeric_limits<float>::quiet_NaN()); }},
    {"Infinity", Code::numeric, "norm.running_var",
     [](FileParts* p) { set_float(p, "norm.running_var", 0, -std::numeric_limits<float>::infinity()); }},
};

const Case kNodes[] = {
    {"UnknownLayer", Code::unsupported, "63", [](FileParts* p) { node(p, "active").op = 63; }},
    {"LayerZero", Code::unsupported, "active", [](FileParts* p) { node(p, "active").op = 0; }},
    {"UnknownAttribute", Code::invalid_argument, "speling",
     [](FileParts* p) { attribute(p, "down", "groups").key = "speling"; }},
    {"AttributeTwice", Code::invalid_argument, "groups",
     [](FileParts* p) {
       auto& list = node(p, "down").attributes;
       list.push_back(std::make_unique<file::AttributeT>(attribute(p, "down", "groups")));
     }},
    {"AttributeOutOfRange", Code::invalid_argument, "stride",
     [](FileParts* p) {
       attribute(p, "down", "stride").ints = {0, 2};
     }},
    {"AttributeCount", Code::invalid_argument, "kernel",
     [](FileParts* p) { attribute(p, "down", "kernel").ints = {2}; }},
    {"AttributeNaN", Code::bad_file, "slope",
     [](FileParts* p) { attribute(p, "down", "slope").floats = {std::numeric_limits<float>::quiet_NaN()}; }},
    {"ManyAttributes", Code::bad_file, "17 attributes",
     [](FileParts* p) {
       auto& list = node(p, "down").attributes;
       while (list.size() < 17)
         list.push_back(std::make_unique<file::AttributeT>(*list.back()));
     }},
    {"ManyNumbers", Code::bad_file, "65 integers",
     [](FileParts* p) { attribute(p, "down", "kernel").ints.resize(65); }},
    {"HugeGroups", Code::bad_shape, "down", [](FileParts* p) { attribute(p, "down", "groups").ints = {1 << 20}; }},
    {"HugeOutput", Code::bad_shape, "up",
     [](FileParts* p) {
       attribute(p, "up", "out_channels").ints = {1 << 20};
       attribute(p, "up", "stride").ints = {1024, 1024};
       attribute(p, "up", "kernel").ints = {1024, 1024};
     }},
    {"NoInputs", Code::bad_file, "0 inputs", [](FileParts* p) { node(p, "down").inputs.clear(); }},
    {"FiveInputs", Code::bad_file, "5 inputs", [](FileParts* p) { node(p, "down").inputs.resize(5); }},
    {"InputsOfAnotherLayer", Code::bad_file, "relu takes 1 to 1",
     [](FileParts* p) { node(p, "active").inputs.resize(2); }},
    {"IndexNegative", Code::bad_file, "index -1", [](FileParts* p) { node(p, "down").inputs = {-1}; }},
    {"IndexBeyond", Code::bad_file, "index 1000", [](FileParts* p) { node(p, "down").parameters[1] = 1000; }},
    {"OutputIndexBeyond", Code::bad_file, "index 2147483647",
     [](FileParts* p) { node(p, "down").outputs = {INT32_MAX}; }},
    {"ReadBeforeWritten", Code::bad_file, "node down",
     [](FileParts* p) { node(p, "down").inputs = node(p, "down").outputs; }},
    {"Cycle", Code::bad_file, "node down", [](FileParts* p) { node(p, "down").inputs = node(p, "code").outputs; }},
    {"ReadsAParameter", Code::bad_file, "node active", [](FileParts* p) { node(p, "active").inputs = {2}; }},
    {"WrittenTwice", Code::bad_file, "node active",
     [](FileParts* p) { node(p, "active").outputs = node(p, "down").outputs; }},
    {"WritesAnInput", Code::bad_file, "node active", [](FileParts* p) { node(p, "active").outputs = {0}; }},
    {"TwoOutputs", Code::bad_file, "2 outputs", [](FileParts* p) { node(p, "active").outputs.push_back(0); }},
    {"NobodyWrites", Code::bad_file, "orphan",
     [](FileParts* p) {
       auto orphan = std::make_unique<file::ValueT>(value(p, "down.out0"));
       orphan->name = "orphan";
       p->graph.values.push_back(std::move(orphan));
     }},
    {"MissingParameter", Code::bad_file, "1 parameters", [](FileParts* p) { node(p, "down").parameters.pop_back(); }},
    {"ParameterTwice", Code::bad_file, "two of its parameters",
     [](FileParts* p) { node(p, "norm").parameters[1] = node(p, "norm").parameters[0]; }},
    {"BufferAsWeight", Code::bad_file, "norm.weight",
     [](FileParts* p) { value(p, "norm.weight").kind = file::ValueKind::buffer; }},
    {"ParameterOfAnotherShape", Code::bad_shape, "down.bias",
     [](FileParts* p) { std::swap(node(p, "down").parameters[0], node(p, "down").parameters[1]); }},
    {"ActivationOfAnotherShape", Code::bad_file, "down.out0",
     [](FileParts* p) { value(p, "down.out0").shape = std::make_unique<file::Shape>(1, 8, 12, 4); }},
    {"ActivationOfAnotherType", Code::bad_file, "down.out0",
     [](FileParts* p) { value(p, "down.out0").dtype = file::DType::i32; }},
};

void set_batch(FileParts* p, int32_t images) {
  for (const auto& value : p->graph.values)
    if (value->kind == file::ValueKind::input || value->kind == file::ValueKind::activation)
      value->shape = std::make_unique<file::Shape>(images, value->shape->h(), value->shape->w(), value->shape->c());
}

const Case kActivations[] = {
    {"SeveralImages", Code::bad_file, "image", [](FileParts* p) { set_batch(p, 5); }},
    {"OfHalfTheBytes", Code::bad_file, "image",
     [](FileParts* p) {
       for (const auto& value : p->graph.values)
         if (value->kind == file::ValueKind::input || value->kind == file::ValueKind::activation)
           value->dtype = file::DType::f16;
     }},
    {"GivenAndPutOut", Code::bad_file, "an input and an output",
     [](FileParts* p) { entry_point(p, "encode").inputs = entry_point(p, "encode").outputs; }},
};

const Case kEntries[] = {
    {"UnknownMode", Code::bad_file, "train",
     [](FileParts* p) { entry_point(p, "train").mode = static_cast<file::Mode>(2); }},
    {"NoInputs", Code::bad_file, "encode", [](FileParts* p) { entry_point(p, "encode").inputs.clear(); }},
    {"NoOutputs", Code::bad_file, "encode", [](FileParts* p) { entry_point(p, "encode").outputs.clear(); }},
    {"TooManyInputs", Code::bad_file, "encode", [](FileParts* p) { entry_point(p, "encode").inputs.resize(17); }},
    {"IndexBeyond", Code::bad_file, "index 4096", [](FileParts* p) { entry_point(p, "encode").outputs = {4096}; }},
    {"ParameterAsInput", Code::bad_file, "encode", [](FileParts* p) { entry_point(p, "encode").inputs = {2}; }},
    {"InputAsOutput", Code::bad_file, "encode", [](FileParts* p) { entry_point(p, "encode").outputs = {0}; }},
    {"InputTwice", Code::bad_file, "twice",
     [](FileParts* p) {
       entry_point(p, "encode").inputs = {0, 0};
     }},
    {"InputNotGiven", Code::bad_file, "target", [](FileParts* p) { entry_point(p, "train").inputs = {0}; }},
    {"TrainingWithoutLoss", Code::bad_file, "train",
     [](FileParts* p) { entry_point(p, "train").outputs = entry_point(p, "encode").outputs; }},
    {"TrainingWithTwoOutputs", Code::bad_file, "train",
     [](FileParts* p) { entry_point(p, "train").outputs.push_back(entry_point(p, "encode").outputs[0]); }},
};

const Case kPreprocessing[] = {
    {"TwoChannels", Code::bad_file, "2 channels", [](FileParts* p) { p->graph.preprocessing->channels = 2; }},
    {"ScaleZero", Code::bad_file, "scale 0", [](FileParts* p) { p->graph.preprocessing->scale = 0; }},
    {"ScaleNaN", Code::bad_file, "scale nan",
     [](FileParts* p) { p->graph.preprocessing->scale = std::numeric_limits<float>::quiet_NaN(); }},
    {"OffsetInfinite", Code::bad_file, "offset inf",
     [](FileParts* p) { p->graph.preprocessing->offset = std::numeric_limits<float>::infinity(); }},
    {"HalfASize", Code::bad_file, "fixed size", [](FileParts* p) { p->graph.preprocessing->fixed_width = 640; }},
    {"NegativeSize", Code::bad_file, "fixed size",
     [](FileParts* p) { p->graph.preprocessing->fixed_width = p->graph.preprocessing->fixed_height = -1; }},
};

INSTANTIATE_TEST_SUITE_P(Structure, Hostile, ::testing::ValuesIn(kStructure), case_name);
INSTANTIATE_TEST_SUITE_P(Values, Hostile, ::testing::ValuesIn(kValues), case_name);
INSTANTIATE_TEST_SUITE_P(Nodes, Hostile, ::testing::ValuesIn(kNodes), case_name);
INSTANTIATE_TEST_SUITE_P(Activations, Hostile, ::testing::ValuesIn(kActivations), case_name);
INSTANTIATE_TEST_SUITE_P(Entries, Hostile, ::testing::ValuesIn(kEntries), case_name);
INSTANTIATE_TEST_SUITE_P(Preprocessing, Hostile, ::testing::ValuesIn(kPreprocessing), case_name);

TEST(Absent, PreprocessingAndProvenanceHaveDefaults) {
  FileParts parts = take_apart(good_file());
  parts.graph.preprocessing.reset();
  parts.graph.provenance.reset();
  ReadFile read(put_together(parts));
  ASSERT_TRUE(read.status.ok()) << read.status.text;
  EXPECT_EQ(read.model.preprocessing.channels, Channels::gray);
  EXPECT_EQ(read.model.preprocessing.scale, 1.0f / 255);
  EXPECT_STREQ(read.model.provenance.recipe, "");
  EXPECT_STREQ(read.model.provenance.note, "");
}

} // namespace
} // namespace pinhole::testing
