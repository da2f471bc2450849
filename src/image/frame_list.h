// SPDX-License-Identifier: Apache-2.0
// The frames of a folder and their numbers. A frame's number is the one that its file's name ends in, so that a file
// that is missing moves no other frame: --range, labels, scores and times mean the same frame with it and without it.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <vector>

namespace pinhole {

// The number before the extension: 123 of "a/cam_000123.jpg", 17 of "17"; -1 where there is none, or one of more than
// kMostFrameDigits.
int64_t number_in_name(const std::string& path);

// For each of the names, in natural order, its number: the one that it ends in, where all names do and the numbers
// count frames; else its position, from 0. Numbers that do not ascend, or more often skip than not, count none: those
// of several folders, times of day, every tenth frame, pictures' identities. *reason, where it is not null, says why
// the numbers in the names were not taken; "" when they were, or when there are none.
std::vector<int64_t> frame_numbers(const std::vector<std::string>& names, std::string* reason);

struct FrameFile {
  std::string path;
  int64_t number;
};

struct FrameList {
  std::vector<FrameFile> frames; // by ascending number
  std::string missing;           // "frames 57-60 and 80 are missing": in the range, or between first and last
  std::string counted;           // why the numbers in the names were not taken
};

// Those of `paths`, in natural order, that `range` names by their numbers; "" all.
// Errors: those of choose_frames; where frames are counted, with the reason.
Status number_frames(const std::vector<std::string>& paths, const std::string& range, FrameList* list);

// The same of the pictures of a folder, or of one picture, as list_images has them. Errors: its own, too.
Status list_frames(const std::string& path, bool recursive, const std::string& range, FrameList* list);

// What a person should know about the numbers of the frames in `folder`, or in the file that names them: that some are
// missing, or that they are counted and why; "" when there is nothing to say.
std::string notice_of(const FrameList& list, const std::string& folder);

// The indices of the numbers, which ascend, that `range` names; "" all. invalid_argument: no numbers, what check_range
// refuses, an end beyond the last number, a part of the range in which there is none.
Status choose_frames(const std::string& range, const std::vector<int64_t>& numbers, std::vector<size_t>* indices);

} // namespace pinhole
