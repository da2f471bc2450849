// SPDX-License-Identifier: Apache-2.0
#include "evaluation.h"

#include "denoiser.h"
#include "image/file_bytes.h"
#include "image/metrics.h"
#include "image_pairs.h"
#include "json.h"
#include "noise.h"
#include "option_values.h"
#include "progress.h"

#include <cmath>
#include <cstdio>

namespace pinhole::tool {
namespace {

// A noisy picture with its clean version: corrupted here, or shot that way.
Status load_case(const ImagePair& pair, const EvalOptions& options, const Common& common, int32_t channels,
                 uint32_t item, Image* clean, FloatImage* noisy) {
  if (!options.noise.empty()) {
    Corruption corruption;
    PINHOLE_RETURN_IF_ERROR(parse_corruption(options.noise.c_str(), &corruption));
    PINHOLE_RETURN_IF_ERROR(load_as(pair.input, channels, clean));
    return add_noise(corruption, common.seed, item, clean, noisy);
  }
  Image shot;
  PINHOLE_RETURN_IF_ERROR(load_as(pair.input, channels, &shot));
  PINHOLE_RETURN_IF_ERROR(load_as(pair.reference, channels, clean));
  *noisy = to_float(shot);
  return {};
}

Status measure(const Image& clean, const FloatImage& noisy, const FloatImage& denoised, EvalTotals* totals, Json* row) {
  double psnr_in = 0, psnr_out = 0;
  const Image noisy_bytes = to_bytes(noisy), denoised_bytes = to_bytes(denoised);
  PINHOLE_RETURN_IF_ERROR(psnr(noisy_bytes, clean, &psnr_in));
  PINHOLE_RETURN_IF_ERROR(psnr(denoised_bytes, clean, &psnr_out));
  const double ssim_in = ssim_or_nan(noisy_bytes, clean), ssim_out = ssim_or_nan(denoised_bytes, clean);
  totals->psnr_in += psnr_in;
  totals->psnr += psnr_out;
  if (!std::isnan(ssim_out)) {
    totals->ssim_in += ssim_in;
    totals->ssim += ssim_out;
    ++totals->similar;
  }
  ++totals->images;
  (*row)["psnr_in"] = psnr_in;
  (*row)["psnr"] = psnr_out;
  (*row)["ssim"] = ssim_out;
  return {};
}

// Noise is added to clean pictures, and nothing else; real noise needs both pictures of each pair.
Status check_pairs(const std::vector<ImagePair>& pairs, const EvalOptions& options) {
  for (const ImagePair& pair : pairs) {
    if (options.noise.empty() && pair.reference.empty())
      return error(Code::invalid_argument,
                   "%s has no clean reference: give --noise KIND, or pairs named _real and _mean",
                   short_path(pair.input).c_str());
    if (!options.noise.empty() && !pair.reference.empty())
      return error(Code::invalid_argument,
                   "%s has real noise, and a clean version beside it: leave --noise out, or give a folder of clean "
                   "pictures alone",
                   short_path(pair.input).c_str());
  }
  return pairs.empty() ? error(Code::invalid_argument, "%s holds no picture", short_path(options.data).c_str())
                       : Status();
}

Status evaluate_one(const ImagePair& pair, uint32_t item, const EvalOptions& options, const Common& common, float level,
                    Denoiser* denoiser, EvalTotals* totals, Json* row) {
  Image clean;
  FloatImage noisy, denoised;
  float used = 0;
  PINHOLE_RETURN_IF_ERROR(load_case(pair, options, common, denoiser->channels(), item, &clean, &noisy));
  PINHOLE_RETURN_IF_ERROR(denoiser->run(noisy, level, &denoised, &used));
  *row = {{"image", base_name(pair.input)}, {"level", used}};
  PINHOLE_RETURN_IF_ERROR(measure(clean, noisy, denoised, totals, row));
  totals->level += static_cast<double>(used);
  return {};
}

} // namespace

Status evaluate(const EvalOptions& options, const Common& common, EvalTotals* totals, Json* rows) {
  std::vector<uint8_t> file;
  PINHOLE_RETURN_IF_ERROR(read_file(options.model, &file));
  return evaluate_file(file, options, common, totals, rows);
}

Status evaluate_file(const std::vector<uint8_t>& file, const EvalOptions& options, const Common& common,
                     EvalTotals* totals, Json* rows) {
  float level = 0;
  PINHOLE_RETURN_IF_ERROR(parse_level(options.level, &level));
  Denoiser denoiser;
  PINHOLE_RETURN_IF_ERROR(denoiser.open_bytes(options.model, file, common.thread_count()));
  PINHOLE_RETURN_IF_ERROR(denoiser.check_cleans(options.model));
  std::vector<ImagePair> pairs;
  PINHOLE_RETURN_IF_ERROR(find_pairs(options.data, options.range, &pairs));
  PINHOLE_RETURN_IF_ERROR(check_pairs(pairs, options));
  *totals = {};
  *rows = Json::array();
  ProgressLine line;
  for (uint32_t i = 0; i < pairs.size(); ++i) {
    line.show_count(i, static_cast<int64_t>(pairs.size()), "pictures");
    Json row;
    const Status status = evaluate_one(pairs[i], i, options, common, level, &denoiser, totals, &row);
    if (status.ok()) {
      rows->push_back(row);
      continue;
    }
    line.clear(); // one bad picture does not end the work on the others
    std::fprintf(stderr, "pinhole: %s; left out\n", with_path_once(pairs[i].input, status).text);
    ++totals->failed;
  }
  return totals->images > 0 ? Status() : check_all_used(*totals);
}

Status check_all_used(const EvalTotals& totals) {
  const int64_t all = totals.failed + totals.images;
  return totals.failed == 0
             ? Status()
             : error(Code::io_error, "%lld of %lld pictures could not be used: see what is wrong with them",
                     static_cast<long long>(totals.failed), static_cast<long long>(all));
}

} // namespace pinhole::tool
