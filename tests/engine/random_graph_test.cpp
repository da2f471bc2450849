// SPDX-License-Identifier: Apache-2.0
// What the planner lets share bytes, and what the schedules leave out, changes no number: random networks against the
// plain loops in double on memory that nothing shares.
#include "engine/random_graph.h"

#include "engine/graph_reference.h"
#include "engine/open_engine.h"

#include <cmath>
#include <cstring>
#include <map>

namespace pinhole::testing {
namespace {

struct Io {
  GraphReference* reference;
  std::map<ValueId, std::vector<float>> out;
};

// Calls body(number in the dense order, address).
template <class Body> void for_each_number(const View& view, RowRange rows, const Body& body) {
  for (int32_t n = 0; n < view.desc.n; ++n)
    for (int32_t y = rows.begin; y < rows.end; ++y)
      for (int32_t x = 0; x < view.desc.w; ++x)
        for (int32_t c = 0; c < view.desc.c; ++c)
          body(static_cast<size_t>(((int64_t{n} * view.desc.h + y) * view.desc.w + x) * view.desc.c + c),
               &view.row<float>(n, y)[x * view.pixel_stride + c]);
}

void load(void* context, ValueId value, const View& view, RowRange rows) {
  const auto* io = static_cast<Io*>(context);
  const std::vector<double>& from = io->reference->numbers[static_cast<size_t>(value)];
  for_each_number(view, rows, [&](size_t i, float* to) { *to = static_cast<float>(from[i]); });
}

void store(void* context, ValueId value, const View& view, RowRange rows) {
  auto* io = static_cast<Io*>(context);
  std::vector<float>& to = io->out.at(value);
  for_each_number(view, rows, [&](size_t i, const float* from) { to[i] = *from; });
}

void fill_inputs(const std::vector<ValueId>& inputs, uint32_t seed, GraphReference* reference) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (const ValueId input : inputs)
    for (double& number : reference->numbers[static_cast<size_t>(input)])
      number = static_cast<double>(uniform(random));
}

double distance(const std::vector<double>& expected, const float* got) {
  double worst = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double off = std::fabs(expected[i] - static_cast<double>(got[i]));
    if (std::isnan(off))
      return HUGE_VAL;
    worst = std::max(worst, off);
  }
  return worst;
}

double largest(const std::vector<double>& numbers, double least) {
  for (const double number : numbers)
    least = std::max(least, std::fabs(number));
  return least;
}

struct Way {
  Schedule schedule;
  int32_t rows, threads;
};

// Two passes, so that what the first leaves in the scratch is met, too.
std::map<ValueId, std::vector<float>> run(Engine* engine, const RandomGraph& graph, GraphReference* reference,
                                          int passes) {
  Io io = {reference, {}};
  for (const ValueId output : graph.outputs)
    io.out[output].assign(reference->numbers[static_cast<size_t>(output)].size(), NAN);
  for (int pass = 0; pass < passes; ++pass) {
    const Status status = run_engine(engine, {&io, load, store});
    EXPECT_TRUE(status.ok()) << status.text;
  }
  return io.out;
}

std::map<ValueId, std::vector<float>> run_as(const Way& way, const RandomGraph& graph, const Model& model,
                                             int32_t images, GraphReference* reference) {
  EngineOptions options;
  options.plan.program.batch = images;
  options.plan.schedule = way.schedule;
  options.plan.rows_per_step = way.rows;
  options.threads = way.threads;
  OpenEngine engine(model, options);
  return run(engine.get(), graph, reference, 2);
}

// Of a parameter; 0 where there is none that the loss depends on.
double largest_gradient(const Model& model, const GraphReference& reference) {
  double most = 0;
  for (ValueId v = 0; v < model.values.size; ++v)
    if (model.values[v].kind == ValueKind::parameter)
      most = largest(reference.gradients[static_cast<size_t>(v)], most);
  return most;
}

constexpr uint32_t kGraphs = PINHOLE_SANITIZED ? 150 : 1500;

void check_outputs(uint32_t seed, RandomGraph* graph) {
  graph->finish_inference();
  const Model& model = graph->builder.model();
  const int32_t images = seed % 4 == 0 ? 3 : 1;
  GraphReference reference(model, images, false);
  fill_inputs(graph->inputs, seed, &reference);
  reference.forward();
  std::map<ValueId, std::vector<float>> first;
  for (const Way& way : {Way{Schedule::whole, 0, 1}, Way{Schedule::whole, 0, 3}, Way{Schedule::rows, 0, 1},
                         Way{Schedule::rows, 1, 3}, Way{Schedule::rows, 3, 2}}) {
    const auto out = run_as(way, *graph, model, images, &reference);
    first = first.empty() ? out : first;
    for (const ValueId output : graph->outputs) {
      const auto& expected = reference.numbers[static_cast<size_t>(output)];
      ASSERT_LE(distance(expected, out.at(output).data()), 3e-4 * largest(expected, 1e-3)) << "seed " << seed;
      ASSERT_EQ(0, std::memcmp(out.at(output).data(), first.at(output).data(), expected.size() * sizeof(float)))
          << "seed " << seed << ", by " << way.rows << " rows, " << way.threads << " threads";
    }
  }
}

// Of all parameters, in one block, after they were compared with the reference's.
std::vector<float> checked_gradient(uint32_t seed, const RandomGraph& graph, const Model& model, int32_t images,
                                    int32_t threads, GraphReference* reference) {
  EngineOptions options;
  options.plan.program.mode = Mode::training;
  options.plan.program.batch = images;
  options.threads = threads;
  OpenEngine engine(model, options);
  engine->state.learning_rate = 0;
  run(engine.get(), graph, reference, 1);
  for (ValueId v = 0; v < model.values.size; ++v) {
    const ValueId gradient = engine->plan.program.gradient[v];
    const auto& expected = reference->gradients[static_cast<size_t>(v)];
    if (model.values[v].kind != ValueKind::parameter)
      continue;
    if (gradient == kNoValue)
      EXPECT_EQ(largest(expected, 0), 0) << "seed " << seed << ": " << model.values[v].name << " has none";
    else
      EXPECT_LE(distance(expected, engine->views[gradient].base<float>()), 2e-2 * largest(expected, 0) + 1e-3)
          << "seed " << seed << ": " << model.values[v].name;
  }
  const Array<float> all = parameter_section(*engine, 1);
  return {all.begin(), all.end()};
}

// Whether the loss depends on anything that is learned.
bool check_gradients(uint32_t seed, RandomGraph* graph) {
  graph->finish_training();
  const Model& model = graph->builder.model();
  const int32_t images = seed % 4 == 0 ? 3 : 1;
  GraphReference reference(model, images, true);
  fill_inputs(graph->inputs, seed, &reference);
  reference.forward();
  reference.backward(graph->outputs[0]);
  if (largest_gradient(model, reference) == 0)
    return false;
  const auto one = checked_gradient(seed, *graph, model, images, 1, &reference);
  const auto three = checked_gradient(seed, *graph, model, images, 3, &reference);
  EXPECT_EQ(0, std::memcmp(one.data(), three.data(), one.size() * sizeof(float))) << "seed " << seed << ", threads";
  return true;
}

TEST(RandomGraphs, PutOutWhatThePlainLoopsDo) {
  for (uint32_t seed = 0; seed < kGraphs && !HasFatalFailure(); ++seed)
    if (RandomGraph graph(seed); !graph.empty())
      check_outputs(seed, &graph);
}

TEST(RandomGraphs, HaveTheGradientsOfThePlainLoops) {
  uint32_t trained = 0;
  for (uint32_t seed = 0; seed < kGraphs && !HasFailure(); ++seed)
    if (RandomGraph graph(seed); !graph.empty())
      trained += check_gradients(seed, &graph);
  EXPECT_GT(trained, kGraphs / 3);
}

} // namespace
} // namespace pinhole::testing
