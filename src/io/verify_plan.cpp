// SPDX-License-Identifier: Apache-2.0
#include "io/verify_plan.h"

#include <initializer_list>

namespace pinhole {

bool PlanProof::exact() const {
  for (const RegionProof& proof : region)
    if (proof.used != proof.planned || !proof.one_less_refused)
      return false;
  return true;
}

namespace {

constexpr int kSetup = static_cast<int>(Region::setup), kPrepared = static_cast<int>(Region::prepared),
              kState = static_cast<int>(Region::state), kScratch = static_cast<int>(Region::scratch);

// Numbers in 0..1 that differ from element to element.
void fill_rows(void*, ValueId, const View& view, RowRange rows) {
  for (int32_t n = 0; n < view.desc.n; ++n)
    for (int32_t y = rows.begin; y < rows.end; ++y)
      for (int32_t x = 0; x < view.desc.w; ++x)
        for (int32_t c = 0; c < view.desc.c; ++c)
          view.row<float>(n, y)[x * view.pixel_stride + c] =
              static_cast<float>((n * 131 + y * 37 + x * 11 + c * 5) % 97 + 1) / 98.0f;
}

struct EngineLife {
  const void* data;
  size_t bytes;
  const EngineOptions& options;
  int32_t runs;
};

Status live(const void* context, const size_t (&shortfall)[kRegions], unsigned char pattern,
            FencedMemory (&memory)[kRegions], size_t (&planned)[kRegions]) {
  const auto& file = *static_cast<const EngineLife*>(context);
  const EngineOptions& options = file.options;
  PINHOLE_RETURN_IF_ERROR(measure_setup(file.data, file.bytes, options, &planned[kSetup]));
  PINHOLE_RETURN_IF_ERROR(memory[kSetup].allocate(planned[kSetup]));
  memory[kSetup].paint(pattern);
  Engine* engine = nullptr;
  PINHOLE_RETURN_IF_ERROR(
      plan_file(file.data, file.bytes, options, memory[kSetup].data(), planned[kSetup] - shortfall[kSetup], &engine));
  planned[kPrepared] = engine->plan.prepared_bytes;
  planned[kState] = engine->plan.state_bytes;
  planned[kScratch] = engine->plan.scratch_bytes;
  for (const int region : {kPrepared, kState, kScratch}) {
    PINHOLE_RETURN_IF_ERROR(memory[region].allocate(planned[region]));
    memory[region].paint(pattern);
  }
  auto given = [&](int region) { return Memory{memory[region].data(), planned[region] - shortfall[region]}; };
  PINHOLE_RETURN_IF_ERROR(bind_engine(engine, {given(kPrepared), given(kState), given(kScratch)}));
  Status status;
  for (int32_t run = 0; run < file.runs && status.ok(); ++run)
    status = run_engine(engine, {nullptr, fill_rows, nullptr});
  unbind_engine(engine);
  return status;
}

} // namespace

Status prove_plan(const PlannedLife& life, PlanProof* proof) {
  size_t planned[kRegions] = {0, 0, 0, 0};
  // Two patterns: a byte that happens to be written with one of them differs from the other.
  for (const unsigned char pattern : {uint8_t{0xA5}, uint8_t{0x5A}}) {
    FencedMemory memory[kRegions];
    PINHOLE_RETURN_IF_ERROR(life.live(life.context, {0, 0, 0, 0}, pattern, memory, planned));
    for (int region = 0; region < kRegions; ++region) {
      RegionProof* of = &proof->region[region];
      of->planned = planned[region];
      of->used = max_of(of->used, align_up(memory[region].touched(pattern), Arena::kAlignment));
    }
  }
  for (int region = 0; region < kRegions; ++region) {
    if (planned[region] == 0) {
      proof->region[region].one_less_refused = true; // there is no byte to take away
      continue;
    }
    FencedMemory memory[kRegions];
    size_t shortfall[kRegions] = {0, 0, 0, 0};
    shortfall[region] = 1;
    const Status status = life.live(life.context, shortfall, 0xA5, memory, planned);
    proof->region[region].one_less_refused = status.code == Code::too_little_memory;
  }
  return {};
}

Status verify_plan(const void* file, size_t file_bytes, const EngineOptions& options, int32_t runs, PlanProof* proof) {
  const EngineLife life = {file, file_bytes, options, runs};
  return prove_plan({&life, live}, proof);
}

} // namespace pinhole
