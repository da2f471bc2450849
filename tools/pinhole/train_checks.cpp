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

// By the layouts that eval knows.
bool has_known_defects(const fs::path& folder) {
  std::error_code ignored;
  const auto holds = [&](const fs::path& name) { return fs::is_directory(folder / name, ignored); };
  const bool masked = is_masked_folder(folder.string()) && (holds("ground_truth") || holds(fs::path("train") / kGood));
  return masked || is_boxed_folder(folder.string());
}

// The folder with known defects among `data`, those below it, all of which are read, and those that it is the
// defective part of. Empty: none.
fs::path find_known_defects(const fs::path& data) {
  std::error_code failure;
  if (!fs::is_directory(data, failure))
    return {};
  if (has_known_defects(data))
    return data;
  for (fs::recursive_directory_iterator entry(data, failure), end; !failure && entry != end; entry.increment(failure))
    if (std::error_code unknown; entry->is_directory(unknown) && has_known_defects(entry->path()))
      return entry->path();
  fs::path part = fs::canonical(data, failure);
  if (failure || part.filename() == kGood)
    return {};
  for (int levels = 0; levels < 2 && part.has_relative_path(); ++levels, part = part.parent_path())
    if (part.filename() != "train" && part.filename() != "template" && has_known_defects(part.parent_path()))
      return part.parent_path();
  return {};
}

Status check_data(const std::string& data) {
  const fs::path folder = find_known_defects(data);
  if (folder.empty())
    return {};
  std::error_code ignored;
  const fs::path good = folder / "train" / kGood;
  const bool has_good = fs::is_directory(good, ignored);
  return error(Code::invalid_argument,
               "--data %s: holds pictures with known defects, and train reads all folders in it: %s%s",
               short_path(data).c_str(), has_good ? "give " : "give a folder of good ones alone",
               has_good ? short_path(good.string()).c_str() : "");
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
