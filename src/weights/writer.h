// SPDX-License-Identifier: Apache-2.0
// Model -> file bytes. May use the standard library; nothing of the core includes it.
#pragma once

#include "base/status.h"
#include "model/model.h"

#include <string>
#include <vector>

namespace pinhole {

// The bytes of a .pinhole file holding `model` (values of kind gradient are not allowed). Deterministic: equal models
// give equal bytes. Parameter data may be any dtype that a file stores; it is written as it is.
Status write_model(const Model& model, std::vector<uint8_t>* bytes);

// Writes `bytes` to `path` so that `path` holds either the old or the new content after a crash: temporary name in the
// same folder, fsync, rename, fsync of the folder. A full disk leaves the old file alone and says so.
Status replace_file(const std::string& path, const void* bytes, size_t size);

// The two ends of replace_file, for what is written over a longer time.
// Where the bytes of `path` belong when it is a link. invalid_argument when that is no file: a rename would replace a
// device by a file, and a link that leads nowhere by a file in the wrong place. *mode: of the file that is there, 0
// without one.
Status resolve_target(const std::string& path, std::string* target, uint32_t* mode);
// Syncs and closes the file `written`, of the same folder, and gives it the name and the mode of the target. When that
// fails, both files stay.
Status move_into_place(int descriptor, const std::string& written, const std::string& target, uint32_t mode);

// Whether replace_file could start: `path` is no folder or device, and its folder takes new files. For work that takes
// long before it writes.
Status check_replaceable(const std::string& path);

} // namespace pinhole
