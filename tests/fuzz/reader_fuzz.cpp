// SPDX-License-Identifier: Apache-2.0
// Any bytes as a weights file: a checked Model or a Status, never a crash; and what is a Model can be planned, bound
// and run in a budget, or is refused. Each input runs twice: as it is, and with header and checksums made right, so
// that the checks behind them are reached.
#include "base/half.h"
#include "engine/engine.h"
#include "weights/aligned_bytes.h"
#include "weights/file_surgery.h"

#include <cmath>

namespace {

using pinhole::FileHeader;
using pinhole::Model;
using pinhole::testing::ReadFile;

void check(bool holds) {
  if (!holds)
    std::abort();
}

void check_finite(const pinhole::Value& value) {
  for (int64_t i = 0; i < value.desc.elements(); ++i)
    if (value.desc.dtype == pinhole::DType::f32)
      check(std::isfinite(static_cast<const float*>(value.data)[i]));
    else if (value.desc.dtype == pinhole::DType::f16)
      check(std::isfinite(pinhole::float_from_half(static_cast<const uint16_t*>(value.data)[i])));
}

// What everything behind the reader relies on.
void check_promises(const ReadFile& read) {
  const Model& model = read.model;
  check(read.arena.used() == read.measured);
  for (const pinhole::Value& value : model.values)
    if (value.data)
      check_finite(value);
  for (const pinhole::Node& node : model.nodes)
    for (int i = 0; i < node.n_in; ++i)
      check(node.in[i] >= 0 && node.in[i] < model.values.size);
  check(model.entries.size > 0);
}

void run(pinhole::testing::AlignedBytes& file, const pinhole::EntryPoint& entry) {
  pinhole::EngineOptions options;
  options.plan.program.entry = entry.name;
  options.plan.program.mode = entry.mode;
  options.plan.schedule = pinhole::Schedule::whole;
  options.plan.budget = size_t{4} << 20;
  size_t bytes = 0;
  if (!measure_setup(file.data(), file.size(), options, &bytes).ok())
    return;
  pinhole::testing::AlignedBytes setup(bytes);
  pinhole::Engine* engine = nullptr;
  if (!plan_file(file.data(), file.size(), options, setup.data(), bytes, &engine).ok())
    return;
  const pinhole::Plan& plan = engine->plan;
  pinhole::testing::AlignedBytes prepared(plan.prepared_bytes), state(plan.state_bytes), scratch(plan.scratch_bytes);
  check(bind_engine(engine, {{prepared.data(), plan.prepared_bytes},
                             {state.data(), plan.state_bytes},
                             {scratch.data(), plan.scratch_bytes}})
            .ok());
  const pinhole::Status ran = run_engine(engine, {});
  check(ran.ok() || ran.code == pinhole::Code::numeric);
  unbind_engine(engine);
}

void read(ReadFile&& file) {
  check(file.status.ok() == (file.status.text[0] == 0));
  check(file.status.code != pinhole::Code::too_little_memory);
  if (!file.status.ok())
    return;
  check_promises(file);
  for (const pinhole::EntryPoint& entry : file.model.entries)
    run(file.file, entry);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read(ReadFile(data, size));
  if (size >= sizeof(FileHeader)) {
    pinhole::testing::AlignedBytes sealed(data, size);
    pinhole::testing::repair_geometry(sealed.data(), size);
    pinhole::testing::reseal(sealed.data(), size);
    read(ReadFile(sealed.data(), size));
  }
  return 0;
}
