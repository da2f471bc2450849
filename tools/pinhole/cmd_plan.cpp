// SPDX-License-Identifier: Apache-2.0
// pinhole plan: every byte, before anything is allocated.
#include "arguments.h"
#include "command.h"
#include "denoiser.h"
#include "json_output.h"
#include "option_checks.h"
#include "option_values.h"
#include "output_paths.h"
#include "plan_report.h"
#include "shared_options.h"

#include "engine/c_status.h"
#include "image/file_bytes.h"
#include "io/verify_plan.h"
#include "json.h"
#include "train/host_engine.h"
#include "weights/mapped_file.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>

namespace pinhole::tool {
namespace {

struct Options {
  std::string model, size, schedule = "auto", header, picture;
  bool train = false, scene = false, verify = false;
  int32_t batch = 0, rows = 0;                // batch 0: 1, of a scene its default
  int32_t pictures = 0, calibrate_frames = 0; // of a scene; 0: its default
  size_t budget = 0;
};

Json proof_json(const PlanProof& proof) {
  Json json = Json::object();
  const char* names[] = {"setup", "prepared", "state", "scratch"};
  for (int region = 0; region < kRegions; ++region)
    json[names[region]] = {{"planned", proof.region[region].planned},
                           {"used", proof.region[region].used},
                           {"one_byte_less_refused", proof.region[region].one_less_refused}};
  json["exact"] = proof.exact();
  return json;
}

void print_proof(const PlanProof& proof) {
  const char* names[] = {"setup", "prepared", "state", "scratch"};
  std::printf("\nverified in painted, fenced memory:\n");
  for (int region = 0; region < kRegions; ++region)
    std::printf("  %-9s used %s of %s planned, one byte less %s\n", names[region],
                with_commas(static_cast<int64_t>(proof.region[region].used)).c_str(),
                with_commas(static_cast<int64_t>(proof.region[region].planned)).c_str(),
                proof.region[region].one_less_refused ? "refused" : "NOT refused");
}

// What plans the same again.
std::string command_of(const Options& options, const Common& common) {
  std::string command =
      "pinhole --threads " + std::to_string(common.thread_count()) + " plan " + short_path(options.model);
  for (const auto& [set, flag] : {std::pair{options.train, " --train"}, std::pair{options.scene, " --scene"}})
    command += set ? flag : "";
  command += options.size.empty() ? "" : " --size " + options.size;
  command += options.batch > 0 ? " --batch " + std::to_string(options.batch) : "";
  command += options.pictures > 0 ? " --pictures " + std::to_string(options.pictures) : "";
  command += options.calibrate_frames > 0 ? " --calibrate-frames " + std::to_string(options.calibrate_frames) : "";
  command += options.rows > 0 ? " --rows " + std::to_string(options.rows) : "";
  return command + (options.schedule == "auto" ? "" : " --schedule " + options.schedule);
}

// Runs the proof where it is asked for, and prints what is not printed yet.
Status finish(const Options& options, const Common& common, Json* json,
              const std::function<Status(PlanProof*)>& verify) {
  bool exact = true;
  if (options.verify) {
    PlanProof proof;
    PINHOLE_RETURN_IF_ERROR(verify(&proof));
    exact = proof.exact();
    (*json)["verify"] = proof_json(proof);
    if (!common.json)
      print_proof(proof);
  }
  if (common.json)
    print_json(*json);
  if (!options.header.empty())
    PINHOLE_RETURN_IF_ERROR(
        write_plan_header(options.header, command_of(options, common), common.thread_count(), *json));
  return exact ? Status() : error(Code::invalid_argument, "the plan is not exact: this is a defect, please report it");
}

Status make_scene_options(const Options& options, const Common& common, pinhole_scene_options* scene) {
  *scene = pinhole_default_scene_options();
  scene->threads = common.thread_count();
  scene->batch = options.batch > 0 ? options.batch : scene->batch;
  scene->pictures = options.pictures > 0 ? options.pictures : scene->pictures;
  scene->collect_frames = std::max(scene->collect_frames, scene->pictures);
  scene->calibrate_frames = options.calibrate_frames > 0 ? options.calibrate_frames : scene->calibrate_frames;
  return parse_size(options.size, &scene->width, &scene->height);
}

Status plan_scene(const Options& options, const Common& common) {
  pinhole_scene_options scene_options;
  PINHOLE_RETURN_IF_ERROR(make_scene_options(options, common, &scene_options));
  std::vector<uint8_t> bytes;
  PINHOLE_RETURN_IF_ERROR(read_file(options.model, &bytes));
  AlignedBytes file, setup;
  size_t setup_bytes = 0;
  pinhole_scene* scene = nullptr;
  if (!file.resize(bytes.size()))
    return error(Code::too_little_memory, "no %zu bytes of memory for the file", bytes.size());
  std::copy(bytes.begin(), bytes.end(), file.data());
  const auto named = [&](const pinhole_status& status) {
    return status.code == PINHOLE_OK ? Status() : with_path(options.model, from_c(status));
  };
  PINHOLE_RETURN_IF_ERROR(named(pinhole_scene_measure(file.data(), file.size(), &scene_options, &setup_bytes)));
  if (!setup.resize(setup_bytes))
    return error(Code::too_little_memory, "no %zu bytes of memory for planning", setup_bytes);
  PINHOLE_RETURN_IF_ERROR(
      named(pinhole_scene_plan(file.data(), file.size(), &scene_options, setup.data(), setup_bytes, &scene)));
  const pinhole_sizes sizes = pinhole_scene_planned(scene);
  const size_t total = sizes.prepared + sizes.state + sizes.scratch;
  if (options.budget > 0 && total > options.budget)
    return error(Code::too_little_memory,
                 "%s: the scene needs %zu bytes of prepared, state and scratch, the budget is %zu",
                 short_path(options.model).c_str(), total, options.budget);
  Json json = {{"sizes",
                {{"setup", setup_bytes},
                 {"prepared", sizes.prepared},
                 {"state", sizes.state},
                 {"scratch", sizes.scratch},
                 {"file", file.size()},
                 {"saved", pinhole_scene_saved_bytes(scene)}}},
               {"pictures", scene_options.pictures},
               {"batch", scene_options.batch},
               {"calibrate_frames", scene_options.calibrate_frames}};
  if (!common.json) {
    std::printf("a scene of %dx%d, %d pictures kept, batches of %d, %d scores to calibrate; bytes:\n",
                scene_options.width, scene_options.height, scene_options.pictures, scene_options.batch,
                scene_options.calibrate_frames);
    for (const auto& [name, count] : json["sizes"].items())
      std::printf("  %-9s %s%s\n", name.c_str(), with_commas(count.get<int64_t>()).c_str(),
                  name == "file"    ? ", written"
                  : name == "saved" ? ", where the scene is saved"
                                    : "");
  }
  return finish(options, common, &json,
                [&](PlanProof* proof) { return verify_scene(bytes.data(), bytes.size(), scene_options, proof); });
}

Status plan(const Options& options, const Common& common) {
  PINHOLE_RETURN_IF_ERROR(check_distinct({options.header, options.picture}, {options.model}));
  if (options.scene)
    return plan_scene(options, common);
  EngineOptions engine_options;
  engine_options.threads = common.thread_count();
  PlanOptions* plan_options = &engine_options.plan;
  PINHOLE_RETURN_IF_ERROR(parse_size(options.size, &plan_options->program.width, &plan_options->program.height));
  plan_options->program.batch = std::max(options.batch, 1);
  plan_options->program.mode = options.train ? Mode::training : Mode::inference;
  plan_options->schedule = options.schedule == "rows"    ? Schedule::rows
                           : options.schedule == "whole" ? Schedule::whole
                                                         : Schedule::automatic;
  plan_options->rows_per_step = options.rows;
  plan_options->budget = options.budget;
  MappedFile file;
  PINHOLE_RETURN_IF_ERROR(file.open(options.model));
  size_t setup_bytes = 0;
  Engine* engine = nullptr;
  AlignedBytes setup;
  auto named = [&](const Status& status) { return error(status.code, "%s: %s", options.model.c_str(), status.text); };
  if (Status status = measure_setup(file.data(), file.size(), engine_options, &setup_bytes); !status.ok())
    return named(status);
  if (!setup.resize(setup_bytes))
    return error(Code::io_error, "no %zu bytes of memory for planning", setup_bytes);
  if (Status status = plan_file(file.data(), file.size(), engine_options, setup.data(), setup_bytes, &engine);
      !status.ok())
    return named(status);
  Json json = plan_json(*engine, setup_bytes, file.size());
  if (!common.json)
    print_plan(*engine, json);
  if (!options.picture.empty())
    PINHOLE_RETURN_IF_ERROR(draw_plan(options.picture, engine->plan));
  return finish(options, common, &json,
                [&](PlanProof* proof) { return verify_plan(file.data(), file.size(), engine_options, 3, proof); });
}

} // namespace

void add_plan(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "plan", "every byte that a model needs, before anything is allocated");
  command.option("model", &options->model, "weights file").required();
  const Option size =
      command.option("--size", &options->size, "frame or training patch, WIDTHxHEIGHT; default: as in the file")
          .check(frame_size());
  const Option train = command.flag("--train", &options->train, "plan training steps instead of inference");
  command.option("--batch", &options->batch, "images per run").check(whole_number(1, 65535));
  const Option schedule = command.option("--schedule", &options->schedule, "auto, rows or whole")
                              .show_default()
                              .one_of({"auto", "rows", "whole"})
                              .excludes(train); // which runs whole
  const Option rows = command.option("--rows", &options->rows, "rows schedule: output rows per round")
                          .check(whole_number(1, kLargestSide))
                          .excludes(train);
  command.option("--budget", &options->budget, "most bytes of prepared + state + scratch; more is an error")
      .check(whole_number(1));
  command.flag("--verify", &options->verify, "run it in painted, fenced memory and compare with the plan");
  command.option("--header", &options->header,
                 "write a C header with the sizes, for static memory; they hold for this processor's kind");
  const Option picture = command.option("--picture", &options->picture, "draw the scratch region over the steps (PNG)");
  const Option scene =
      command.flag("--scene", &options->scene, "plan what a firmware needs to learn a scene and to watch it")
          .needs(size)
          .excludes(train)
          .excludes(schedule)
          .excludes(rows)
          .excludes(picture);
  command.option("--pictures", &options->pictures, "of a scene: frames kept for learning (256)")
      .needs(scene)
      .check(whole_number(16, 65536));
  command.option("--calibrate-frames", &options->calibrate_frames, "of a scene: frames to calibrate on (1024)")
      .needs(scene)
      .check(whole_number(PINHOLE_CALIBRATION_MIN_FRAMES + 1));
  command.footer("Example: pinhole plan m.pinhole --size 640x480 --verify --json");
  command.then([=] {
    check_rows(options->schedule, options->rows);
    *action = [=] { return plan(*options, *common); };
  });
}

} // namespace pinhole::tool
