// SPDX-License-Identifier: Apache-2.0
// pinhole denoise: pictures in, clean pictures out.
#include "arguments.h"
#include "command.h"
#include "denoiser.h"
#include "image/file_bytes.h"
#include "image/listing.h"
#include "image/metrics.h"
#include "image_pairs.h"
#include "json.h"
#include "json_output.h"
#include "noise.h"
#include "option_checks.h"
#include "option_values.h"
#include "output_folder.h"
#include "output_paths.h"
#include "progress.h"
#include "shared_options.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

namespace pinhole::tool {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string model, out, noise, level = "auto", reference, range;
  std::vector<std::string> inputs;
};

struct Job {
  std::string input, output, reference;
};

// One job per picture; names are kept, and the format becomes PNG so that nothing is lost.
Status list_jobs(const Options& options, std::vector<Job>* jobs) {
  std::map<std::string, std::string> written; // to the input that it is made from
  for (const std::string& input : options.inputs) {
    std::vector<ImagePair> pairs;
    PINHOLE_RETURN_IF_ERROR(find_pairs(input, options.range, &pairs));
    if (const size_t others = count_other_pictures(input); others > 0)
      print_warning(short_path(input) + ": " + std::to_string(others) + (others == 1 ? " picture" : " pictures") +
                    " of other kinds left out: JPEG, PNG, PGM and PPM are read");
    for (const ImagePair& pair : pairs) {
      const fs::path name = fs::path(pair.input).filename();
      const std::string reference = options.reference.empty() ? "" : (fs::path(options.reference) / name).string();
      const std::string output = (fs::path(options.out) / name.stem()).string() + ".png";
      std::error_code missing; // the output of a first run is
      if (fs::equivalent(pair.input, output, missing))
        return error(Code::invalid_argument, "%s would be overwritten by its own result: give another --out",
                     pair.input.c_str());
      if (const auto [first, added] = written.emplace(output, pair.input); !added && first->second != pair.input)
        return error(
            Code::invalid_argument,
            "%s and %s would both be written as %s.png: denoise them in two runs, each with an --out of its own",
            short_path(first->second).c_str(), short_path(pair.input).c_str(), name.stem().c_str());
      jobs->push_back({pair.input, output, reference});
    }
  }
  return jobs->empty() ? error(Code::invalid_argument, "the inputs hold no picture") : Status();
}

// `corruption` of kind none: the pictures are noisy as they are. *note gets what a person may want to know of the
// input.
Status denoise_one(const Job& job, const Corruption& corruption, const Common& common, uint32_t item, float level,
                   Denoiser* denoiser, Json* row, std::string* note) {
  Image input;
  PINHOLE_RETURN_IF_ERROR(load_as(job.input, denoiser->channels(), &input, note));
  FloatImage noisy = to_float(input), clean;
  if (corruption.kind != CorruptionKind::none)
    PINHOLE_RETURN_IF_ERROR(add_noise(corruption, common.seed, item, &input, &noisy));
  float used = 0;
  PINHOLE_RETURN_IF_ERROR(denoiser->run(noisy, level, &clean, &used));
  const Image result = to_bytes(clean);
  PINHOLE_RETURN_IF_ERROR(save_image(job.output, result));
  *row = {{"input", job.input}, {"output", job.output}, {"level", used}};
  // With --noise the input itself is the clean version.
  Image reference = input;
  if (!job.reference.empty())
    PINHOLE_RETURN_IF_ERROR(load_as(job.reference, denoiser->channels(), &reference));
  else if (corruption.kind == CorruptionKind::none)
    return {};
  double before = 0, after = 0;
  PINHOLE_RETURN_IF_ERROR(psnr(to_bytes(noisy), reference, &before));
  PINHOLE_RETURN_IF_ERROR(psnr(result, reference, &after));
  (*row)["psnr_in"] = before;
  (*row)["psnr"] = after;
  (*row)["ssim"] = ssim_or_nan(result, reference);
  return {};
}

Status denoise(const Options& options, const Common& common) {
  float level = 0;
  PINHOLE_RETURN_IF_ERROR(parse_level(options.level, &level));
  Corruption corruption;
  if (!options.noise.empty())
    PINHOLE_RETURN_IF_ERROR(parse_corruption(options.noise.c_str(), &corruption));
  Denoiser denoiser;
  PINHOLE_RETURN_IF_ERROR(denoiser.open(options.model, common.thread_count()));
  PINHOLE_RETURN_IF_ERROR(denoiser.check_cleans(options.model));
  std::vector<Job> jobs;
  PINHOLE_RETURN_IF_ERROR(list_jobs(options, &jobs));
  PINHOLE_RETURN_IF_ERROR(make_output_folder("--out", options.out));
  Json rows = Json::array();
  ProgressLine line;
  uint32_t failed = 0;
  for (uint32_t i = 0; i < jobs.size(); ++i) {
    line.show_count(i, static_cast<int64_t>(jobs.size()), "pictures");
    Json row;
    std::string note;
    const Status status = denoise_one(jobs[i], corruption, common, i, level, &denoiser, &row, &note);
    if (!common.json || !status.ok() || !note.empty())
      line.clear();
    if (status.ok() && !note.empty())
      print_warning(short_path(jobs[i].input) + ": " + note);
    if (!status.ok()) { // one bad picture does not end the work on the others
      std::fprintf(stderr, "pinhole: %s; skipped\n", with_path_once(jobs[i].input, status).text);
      ++failed;
      continue;
    }
    rows.push_back(row);
    if (!common.json && row.contains("psnr"))
      std::printf("%s  level %.1f  PSNR %.2f -> %.2f dB  SSIM %s\n", jobs[i].output.c_str(), row["level"].get<double>(),
                  row["psnr_in"].get<double>(), row["psnr"].get<double>(),
                  similarity_text(row["ssim"].get<double>()).c_str());
    else if (!common.json)
      std::printf("%s  level %.1f\n", jobs[i].output.c_str(), row["level"].get<double>());
  }
  line.clear();
  if (common.json)
    print_json({{"model", options.model}, {"images", rows}, {"failed", failed}});
  return failed == 0 ? Status() : error(Code::io_error, "%u of %zu pictures failed", failed, jobs.size());
}

} // namespace

void add_denoise(CLI::App* app, const Common* common, Action* action) {
  auto options = std::make_shared<Options>();
  const Command command(app, "denoise", "clean pictures, or whole folders of them");
  command.option("model", &options->model, "weights file").required();
  command.option("inputs", &options->inputs, "pictures and folders").required();
  command.option("--out", &options->out, "folder for the results (PNG), none that is read, nor in one").required();
  add_level_option(command, &options->level);
  add_noise_option(command, &options->noise, "corrupt first: ");
  command.option("--reference", &options->reference, "folder of clean versions: PSNR and SSIM are printed");
  command.option("--range", &options->range, kRangeHelp).check(frame_range());
  command.footer("Reads JPEG, PNG, PGM and PPM: 16 bits a channel become 8, transparent pixels are laid over black.\n"
                 "Example: pinhole denoise m.pinhole pictures --out clean --level auto");
  command.then([=] {
    const Output out = {"--out", options->out, true};
    for (const std::string& input : options->inputs) {
      keep_out_of(input, {out});
      keep_from_beside(input, out);
    }
    keep_out_of(options->reference, {out});
    *action = [=] { return denoise(*options, *common); };
  });
}

} // namespace pinhole::tool
