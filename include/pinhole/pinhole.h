/* SPDX-License-Identifier: Apache-2.0 */
/* Pinhole: compact autoencoders beside the camera, inside memory that the firmware hands over. Frames,
 * engines and training; scene.h, calibration.h and alerts.h are for watching.
 *
 *   pinhole_options options = pinhole_default_options();
 *   options.width = 640, options.height = 480;
 *   size_t setup_bytes;
 *   pinhole_measure(file, file_bytes, &options, &setup_bytes);               // how much memory planning itself takes
 *   pinhole_plan(file, file_bytes, &options, setup, setup_bytes, &engine);   // file -> model -> plan, inside `setup`
 *   pinhole_sizes sizes = pinhole_planned(engine);                           // the exact bill
 *   pinhole_bind(engine, prepared, state, scratch);                          // nothing allocates after this
 *   pinhole_denoise(engine, &frame_in, PINHOLE_LEVEL_AUTO, &frame_out);      // per frame
 *   pinhole_unbind(engine);                                                  // the memory stays the caller's
 *
 * Every function that can fail returns a pinhole_status. The library never exits, aborts, prints or throws. A null
 * pointer is invalid_argument wherever the text does not allow it. An engine serves one thread at a time; engines of
 * the same file may share its bytes. Its worker threads have the system's default stack, which is in no bill here, and
 * block all signals but those of faults and of profilers; a call takes less than 16 KiB of the caller's stack. The
 * variable PINHOLE_SIMD (plain, sse4, avx2, avx512, neon) chooses the kernels below the fastest that the processor has
 * (unsupported: one that it has not; empty: as if it were not set); the first call of a process looks at it, and sizes
 * planned with one hold for that one alone. */
#ifndef PINHOLE_PINHOLE_H
#define PINHOLE_PINHOLE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers never change. */
typedef enum pinhole_code {
  PINHOLE_OK = 0,
  PINHOLE_INVALID_ARGUMENT = 1,  /* the caller broke a stated rule */
  PINHOLE_BAD_SHAPE = 2,         /* sizes that do not fit together */
  PINHOLE_BAD_FILE = 3,          /* a damaged or hostile file */
  PINHOLE_TOO_LITTLE_MEMORY = 4, /* a region or a budget is too small; the text names the bytes missing */
  PINHOLE_UNSUPPORTED = 5,       /* legal, but not in this build or on this device */
  PINHOLE_IO_ERROR = 6,          /* the operating system refused something */
  PINHOLE_DEVICE_ERROR = 7,      /* CUDA or cuDNN failed */
  PINHOLE_NUMERIC = 8            /* a NaN or an infinity where none may be */
} pinhole_code;

typedef struct pinhole_status {
  int32_t code;   /* pinhole_code */
  char text[244]; /* "what, where, what to do"; empty when ok; always zero-terminated */
} pinhole_status;

/* "bad_file" for PINHOLE_BAD_FILE, and so on. The string is static. */
const char* pinhole_code_name(int32_t code);

/* "0.1.0"; static. */
const char* pinhole_version(void);

/* --- Frames ------------------------------------------------------------------------------------------------------ */

typedef enum pinhole_format {
  PINHOLE_GRAY8 = 0,  /* plane 0: height rows of width bytes */
  PINHOLE_GRAY16 = 1, /* plane 0: height rows of width 16-bit numbers, host order, 0..65535 */
  PINHOLE_RGB24 = 2,  /* plane 0: R G B bytes */
  PINHOLE_BGR24 = 3,  /* plane 0: B G R bytes */
  PINHOLE_NV12 = 4,   /* plane 0: Y; plane 1: height/2 rows of interleaved U V; BT.601 limited range; even sizes */
  PINHOLE_YUYV = 5    /* plane 0: Y U Y V; BT.601 limited range; even width */
} pinhole_format;

/* A picture in the caller's memory. Any width and height from 1 to 16384 that the format allows, at any address but for
 * GRAY16, whose address and pitch are even. Nothing is kept of it after the call; a frame that goes in is only read,
 * and of the last row no more than its pixels. */
typedef struct pinhole_frame {
  int32_t format; /* pinhole_format */
  int32_t width, height;
  void* plane[2];
  size_t pitch[2];         /* bytes from one row down to the next, at least a row's */
  uint64_t timestamp_usec; /* copied from the input frame to the output frame */
} pinhole_frame;

/* --- Opening ----------------------------------------------------------------------------------------------------- */

typedef enum pinhole_mode { PINHOLE_INFERENCE = 0, PINHOLE_TRAINING = 1 } pinhole_mode;
typedef enum pinhole_schedule {
  PINHOLE_SCHEDULE_AUTO = 0,  /* rows for frames, whole for the rest */
  PINHOLE_SCHEDULE_WHOLE = 1, /* every layer over the whole frame */
  PINHOLE_SCHEDULE_ROWS = 2   /* depth first over a few rows: little memory; the same bytes come out */
} pinhole_schedule;
typedef enum pinhole_optimizer { PINHOLE_SGD = 0, PINHOLE_ADAM = 1, PINHOLE_ADAMW = 2 } pinhole_optimizer;

typedef struct pinhole_options {
  const char* entry;     /* entry point; NULL: the first of the mode */
  int32_t mode;          /* pinhole_mode */
  int32_t width, height; /* of the frames or training patches; 0: as in the file */
  int32_t batch;         /* images per run; frames need 1 */
  int32_t threads;       /* 1..64, the calling one included */
  int32_t schedule;      /* pinhole_schedule; training always runs whole */
  int32_t rows_per_step; /* rows schedule: output rows per round; 0: chosen by rule */
  int32_t optimizer;     /* pinhole_optimizer; training only */
  size_t budget;         /* most bytes of prepared + state + scratch; 0: no limit */
} pinhole_options;

/* One frame at a time, one thread, Adam, no budget, sizes as in the file. */
pinhole_options pinhole_default_options(void);

/* Exact bytes of the three regions that pinhole_bind needs. */
typedef struct pinhole_sizes {
  size_t prepared; /* weights repacked for the kernels; rebuildable */
  size_t state;    /* what survives between steps: trained parameters, gradients, moments */
  size_t scratch;  /* activations and every workspace */
} pinhole_sizes;

typedef struct pinhole_memory {
  void* data; /* 64-byte aligned; may be NULL when 0 bytes are planned */
  size_t bytes;
} pinhole_memory;

/* An engine lives in the setup memory; there is nothing to free. */
typedef struct pinhole_engine pinhole_engine;

/* Bytes of setup memory for this file and these options. `file` is a whole .pinhole file, 64-byte aligned (a mapping
 * is), untrusted. Errors: bad_file, invalid_argument, unsupported. */
pinhole_status pinhole_measure(const void* file, size_t file_bytes, const pinhole_options* options,
                               size_t* setup_bytes);

/* Reads, checks and plans. `setup`: 64-byte aligned, apart from the file. The file's bytes must stay where they are
 * while the engine lives. Errors, *engine is then NULL: bad_file, bad_shape, too_little_memory (setup or budget),
 * invalid_argument, unsupported. */
pinhole_status pinhole_plan(const void* file, size_t file_bytes, const pinhole_options* options, void* setup,
                            size_t setup_bytes, pinhole_engine** engine);

/* All 0 for NULL. */
pinhole_sizes pinhole_planned(const pinhole_engine* engine);

/* Takes the regions, packs the weights, starts the threads. A region that is one byte too small is refused, by name,
 * and so are regions that overlap each other, the file or the setup memory. Errors: too_little_memory,
 * invalid_argument, io_error (threads). */
pinhole_status pinhole_bind(pinhole_engine* engine, pinhole_memory prepared, pinhole_memory state,
                            pinhole_memory scratch);

/* Joins the threads. Afterwards every byte is the caller's again. Nothing happens where nothing is bound, or to NULL.
 */
void pinhole_unbind(pinhole_engine* engine);

/* --- Running ----------------------------------------------------------------------------------------------------- */

/* For `level`: estimate the noise from the frame. */
#define PINHOLE_LEVEL_AUTO (-1.0f)

/* Runs a frame through an image-to-image entry. `level`: standard deviation of the noise on the 0..255 scale, 0..255,
 * or PINHOLE_LEVEL_AUTO; ignored by models that are not conditioned on it. `in` and `out` have the planned size, may
 * differ in format and must not overlap: side by side in one buffer they do not, if their pitches are the same. Nor may
 * `out` lie in the engine's memory. Pointers, sizes, pitches and overlap are checked on every call (invalid_argument,
 * bad_shape). */
pinhole_status pinhole_denoise(pinhole_engine* engine, const pinhole_frame* in, float level, pinhole_frame* out);

/* The estimate that PINHOLE_LEVEL_AUTO uses: standard deviation of the noise on the 0..255 scale. Gray frames: of white
 * noise. Colour frames: also of noise that the camera has smoothed, as long as it has left colour in it. */
pinhole_status pinhole_estimate_level(const pinhole_frame* in, float* level);

/* --- Tensors and training ---------------------------------------------------------------------------------------- */

/* A tensor inside the engine's scratch: floats in N, H, W, C order; strides in floats; channels are adjacent. */
typedef struct pinhole_tensor {
  float* data;
  int32_t n, h, w, c;
  int64_t image_stride, row_stride, pixel_stride;
} pinhole_tensor;

/* An input (to fill before a run) or an output (to read after it) by its name in the file: `pinhole inspect` lists
 * those of each entry. What `train` makes has `image`, for training `target` beside it, and where the network is told
 * the noise `level`, n x 1 x 1 x 1: its standard deviation in units of the pixels, so 25.0f / 255 for a level of 25.
 * Values are pixels in 0..1, unless the file's preprocessing says otherwise. Inputs share their bytes with what is
 * computed later: fill all of them before every run or step. Whole schedule only; after bind, and anew after another
 * one. Errors: invalid_argument when the entry has no such tensor. */
pinhole_status pinhole_get_tensor(const pinhole_engine* engine, const char* name, pinhole_tensor* tensor);

/* Runs the entry on tensors that the caller has filled. */
pinhole_status pinhole_run(pinhole_engine* engine);

/* torch.optim's names and meanings. */
typedef struct pinhole_update {
  float learning_rate;
  double beta1, beta2; /* adam, adamw */
  float epsilon;       /* adam, adamw */
  float momentum;      /* sgd */
  int32_t nesterov;    /* sgd: 0 or 1 */
  float weight_decay;
  float max_gradient_norm; /* 0: no clipping */
} pinhole_update;

/* 1e-3, 0.9, 0.999, 1e-8, no momentum, decay or clipping. */
pinhole_update pinhole_default_update(void);

/* One step on the inputs that the caller has filled: forward, backward, update. *loss is the value before the update.
 * Errors: numeric (the loss, which *loss tells, or a gradient is no finite number: parameters and moments have not
 * changed then, running statistics hold nothing that is not finite, and the next step may follow), invalid_argument
 * (not bound for training; a field of the update that is negative or not finite, a beta of 1 or more, nesterov neither
 * 0 nor 1, an epsilon of 0 with adam or adamw). */
pinhole_status pinhole_train_step(pinhole_engine* engine, const pinhole_update* update, float* loss);

/* The trained parameters as one flat block of *count floats inside the state region, to be read: copy it out to keep
 * it. pinhole_set_parameters gives the engine others, such as such a copy; moments and running statistics stay as they
 * are, and values are not looked at: the next step says it where one is no number. */
pinhole_status pinhole_get_parameters(pinhole_engine* engine, float** parameters, size_t* count);
pinhole_status pinhole_set_parameters(pinhole_engine* engine, const float* parameters, size_t count);

/* Puts what a training engine has learned into `file`: a writable, 64-byte aligned copy of the bytes that it was
 * planned from (or those bytes themselves). Checksums are renewed, so the copy can be planned for inference, or kept.
 * Errors: invalid_argument (no training engine, or another file), bad_file, numeric; the copy is then unchanged. */
pinhole_status pinhole_store_parameters(const pinhole_engine* engine, void* file, size_t file_bytes);

#ifdef __cplusplus
}
#endif

#endif
