// SPDX-License-Identifier: Apache-2.0
#include "train_checks.h"

#include "defect_folder.h"
#include "image/file_bytes.h"
#include "output_paths.h"
#include "train/dataset.h"
#include "train/history.h"

#include <cstdio>
#include <filesystem>
#include <vector>

namespace pinhole::tool {

namespace fs = std::filesystem;

namespace {

Status check_checkpoint(const TrainOptions& options) {
  std::error_code ignored;
  const bool there = fs::exists(options.checkpoint, ignored);
  if (options.resume && !there)
    std::fprintf(stderr, "pinhole: %s is not there: the training begins anew\n",
                 short_path(options.checkpoint).c_str());
  if (options.resume || !there)
    return {};
  return error(Code::invalid_argument,
               "--checkpoint %s: it is there already: give --resume to go on from it, or remove it to begin anew",
               short_path(options.checkpoint).c_str());
}

Status check_data(const std::string& data) {
  std::error_code ignored;
  const std::string good = (fs::path(data) / "train" / kGood).string();
  const bool has_good = fs::is_directory(good, ignored);
  const bool masked = is_masked_folder(data) && fs::is_directory(fs::path(data) / "ground_truth", ignored);
  if (!has_good && !masked && !is_boxed_folder(data))
    return {};
  return error(Code::invalid_argument,
               "--data %s: holds pictures with known defects, and train reads all folders in it: %s%s",
               short_path(data).c_str(), has_good ? "give " : "give a folder of good ones alone",
               has_good ? short_path(good).c_str() : "");
}

} // namespace

Status check_training_files(const std::string& recipe, const TrainOptions& options, bool untrained) {
  const std::string idx = idx_file(options.data), history = beside(options.out, ".history.csv");
  std::vector<std::string> outputs = {options.out};
  if (!untrained)
    outputs.insert(outputs.end(),
                   {options.checkpoint, history, History::partial(history), beside(options.out, ".loss.png")});
  return check_distinct(outputs, {recipe, idx.empty() ? options.data : idx, options.initial});
}

Status check_training(const std::string& recipe, const TrainOptions& options) {
  PINHOLE_RETURN_IF_ERROR(check_training_files(recipe, options, false));
  PINHOLE_RETURN_IF_ERROR(check_data(options.data));
  return check_checkpoint(options);
}

} // namespace pinhole::tool
