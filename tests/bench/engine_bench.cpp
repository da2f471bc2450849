// SPDX-License-Identifier: Apache-2.0
// Speed of a model's inference or training step in the engine alone: tensors are copied in and out, as other runtimes
// do, nothing is decoded or converted.
//
//   engine_bench infer MODEL [--size WxH] [--threads N] [--rows N] [--write F.pinhole]
//   engine_bench train MODEL [--size WxH] [--threads N] [--batch N]
//
// MODEL is a .pinhole file or a recipe, whose parameters are then random. --write writes the model's file and ends.
// Each line of standard input holds a number N: N passes run, and a JSON object with the seconds of each comes back,
// {"wall": [..], "cpu": [..]}; cpu is the time of all threads together.
#include "train/host_engine.h"
#include "train/owned_model.h"
#include "weights/mapped_file.h"
#include "weights/writer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

using namespace pinhole;

namespace {

struct Arguments {
  bool training = false;
  std::string model, write;
  int32_t width = 0, height = 0, batch = 0, threads = 1, rows = 0;
};

bool parse(int argc, char** argv, Arguments* arguments) {
  if (argc < 3 || argc % 2 == 0)
    return false;
  arguments->training = std::strcmp(argv[1], "train") == 0;
  arguments->model = argv[2];
  for (int i = 3; i < argc; i += 2) {
    const std::string option = argv[i];
    const char* value = argv[i + 1];
    if (option == "--write")
      arguments->write = value;
    else if (option == "--batch")
      arguments->batch = std::atoi(value);
    else if (option == "--threads")
      arguments->threads = std::atoi(value);
    else if (option == "--rows")
      arguments->rows = std::atoi(value);
    else if (option != "--size" || std::sscanf(value, "%dx%d", &arguments->width, &arguments->height) != 2)
      return false;
  }
  return true;
}

// The bytes of the model's file; what is not said is as in the recipe.
Status read_model(Arguments* arguments, std::vector<uint8_t>* file, EngineOptions* options) {
  MappedFile mapped;
  if (const Status status = mapped.open(arguments->model); status.ok()) {
    const auto* bytes = static_cast<const uint8_t*>(mapped.data());
    if (mapped.size() > 0 && bytes[0] != '{') {
      file->assign(bytes, bytes + mapped.size());
      return {};
    }
  }
  Recipe recipe;
  PINHOLE_RETURN_IF_ERROR(load_recipe(arguments->model, &recipe));
  const InputSpec& image = recipe.model.inputs[0];
  arguments->height = arguments->height > 0 ? arguments->height : std::max(recipe.data.patch, image.height);
  arguments->width = arguments->width > 0 ? arguments->width : std::max(recipe.data.patch, image.width);
  arguments->batch = arguments->batch > 0 ? arguments->batch : recipe.training.batch;
  options->plan.optimizer = recipe.optimizer.kind;
  OwnedModel model;
  PINHOLE_RETURN_IF_ERROR(build_model(recipe, 0, arguments->height, arguments->width, &model));
  return write_model(model.model, file);
}

// The caller's arrays: one for each input, filled once, and one for the output.
struct Arrays {
  std::vector<std::vector<float>> value;
};

int64_t row_floats(const View& view) {
  return int64_t{view.desc.w} * view.desc.c;
}

// Calls copy(view's pixels, array's pixels, floats) for runs of adjacent ones.
template <class Copy> void for_runs(std::vector<float>* array, const View& view, RowRange rows, Copy copy) {
  const bool packed = view.pixel_stride == view.desc.c;
  const int32_t runs = packed ? 1 : view.desc.w;
  const auto length = static_cast<size_t>(packed ? row_floats(view) : view.desc.c);
  for (int32_t n = 0; n < view.desc.n; ++n)
    for (int32_t y = rows.begin; y < rows.end; ++y)
      for (int32_t run = 0; run < runs; ++run)
        copy(view.row<float>(n, y) + run * view.pixel_stride,
             array->data() + (int64_t{n} * view.desc.h + y) * row_floats(view) + int64_t{run} * view.desc.c, length);
}

void load(void* context, ValueId value, const View& view, RowRange rows) {
  for_runs(&static_cast<Arrays*>(context)->value[static_cast<size_t>(value)], view, rows,
           [](float* to, const float* from, size_t floats) { std::memcpy(to, from, floats * sizeof(float)); });
}
void store(void* context, ValueId value, const View& view, RowRange rows) {
  for_runs(&static_cast<Arrays*>(context)->value[static_cast<size_t>(value)], view, rows,
           [](const float* from, float* to, size_t floats) { std::memcpy(to, from, floats * sizeof(float)); });
}

Arrays make_arrays(const Engine& engine) {
  Arrays arrays;
  arrays.value.resize(static_cast<size_t>(engine.plan.program.value_count));
  const auto take = [&](ValueId value) {
    std::vector<float>& array = arrays.value[static_cast<size_t>(value)];
    array.resize(static_cast<size_t>(engine.plan.program.values[value].desc.elements()));
    for (size_t i = 0; i < array.size(); ++i)
      array[i] = static_cast<float>(i * 2654435761u % 1009) / 1009.0f;
  };
  for (ValueId value : engine.plan.program.entry->inputs)
    take(value);
  for (ValueId value : engine.plan.program.entry->outputs)
    take(value);
  return arrays;
}

double seconds(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void print_list(const char* name, const std::vector<double>& numbers) {
  std::printf("\"%s\": [", name);
  for (size_t i = 0; i < numbers.size(); ++i)
    std::printf("%s%.7f", i > 0 ? ", " : "", numbers[i]);
  std::printf("]");
}

Status run_passes(int passes, Arrays* arrays, Engine* engine) {
  std::vector<double> wall, cpu;
  for (int pass = 0; pass < passes; ++pass) {
    const double wall_start = seconds(CLOCK_MONOTONIC), cpu_start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    PINHOLE_RETURN_IF_ERROR(run_engine(engine, {arrays, load, store}));
    wall.push_back(seconds(CLOCK_MONOTONIC) - wall_start);
    cpu.push_back(seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_start);
  }
  std::printf("{");
  print_list("wall", wall);
  std::printf(", ");
  print_list("cpu", cpu);
  std::printf("}\n");
  std::fflush(stdout);
  return {};
}

Status run(Arguments arguments) {
  EngineOptions options;
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(read_model(&arguments, &file, &options));
  if (!arguments.write.empty())
    return replace_file(arguments.write, file.data(), file.size());
  options.threads = arguments.threads;
  options.plan.program.mode = arguments.training ? Mode::training : Mode::inference;
  options.plan.program.batch = arguments.training && arguments.batch > 0 ? arguments.batch : 1;
  options.plan.program.height = arguments.height;
  options.plan.program.width = arguments.width;
  options.plan.rows_per_step = arguments.rows;
  HostEngine engine;
  PINHOLE_RETURN_IF_ERROR(engine.open(file, options));
  engine->state.learning_rate = 1e-3f;
  Arrays arrays = make_arrays(*engine);
  for (int passes = 0; std::scanf("%d", &passes) == 1;)
    PINHOLE_RETURN_IF_ERROR(run_passes(passes, &arrays, engine.get()));
  return {};
}

} // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, &arguments)) {
    std::fprintf(stderr, "usage: engine_bench infer|train MODEL [--size WxH] [--threads N] [--batch N] [--rows N] "
                         "[--write F.pinhole]\n");
    return 2;
  }
  if (const Status status = run(arguments); !status.ok()) {
    std::fprintf(stderr, "engine_bench: %s\n", status.text);
    return 1;
  }
  return 0;
}
