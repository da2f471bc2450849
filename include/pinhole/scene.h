/* SPDX-License-Identifier: Apache-2.0 */
/* A scene: what one camera sees. The firmware shows it normal frames; it learns them, calibrates itself on later ones
 * and then watches, all inside memory that was counted beforehand.
 *
 *   pinhole_scene_options options = pinhole_default_scene_options();
 *   options.width = 640, options.height = 480, options.frames_per_second = 25, options.false_alarms_per_day = 1;
 *   pinhole_scene_measure(file, file_bytes, &options, &setup_bytes);
 *   pinhole_scene_plan(file, file_bytes, &options, setup, setup_bytes, &scene);
 *   pinhole_sizes sizes = pinhole_scene_planned(scene);                         // the exact bill
 *   pinhole_scene_bind(scene, prepared, state, scratch);                        // nothing allocates after this
 *   for (;;) {
 *     pinhole_scene_push(scene, &frame, number, seconds, &report);              // every frame, in every phase
 *     send(&report.events);
 *     if (report.phase == PINHOLE_SCENE_LEARNING) pinhole_scene_learn(scene, &progress); // as often as there is time
 *   }
 *
 * Collecting -> learning -> calibrating -> watching. A threshold never rests on frames that were trained on: those of
 * the calibration come later, from the tenth after the last of them on. What is learned is what `pinhole train scene`
 * learns from the same pictures, but for the recipe's running mean of the weights. Once it is learned, every frame is
 * held against it: a camera that shows nothing of the scene is covered, or sees another view (moved), from its first
 * frame on too, and such frames calibrate nothing. One that is pushed or turned while it watches, or moved while it
 * does not, or whose mount sags, goes on watching what it still shows of the scene (PINHOLE_CAMERA_DISPLACED), once
 * that has looked usual for 25 frames. A deadline has to allow for more than a still frame's time: one of a camera that
 * sways takes up to twice, of one that rolls three times as long, and an unusual frame may be scored twice, to find
 * where the scene is. One caller at a time for each scene; scenes do not know of one another. A call needs less than 64
 * KiB of stack. */
#ifndef PINHOLE_SCENE_H
#define PINHOLE_SCENE_H

#include "pinhole/alerts.h"
#include "pinhole/calibration.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers never change. */
typedef enum pinhole_scene_phase {
  /* Undisturbed frames, each unlike the one before, are kept, evenly over collect_frames of them. When the camera has
   * moved for 250 frames in a row, what it sees now is the scene: collecting begins anew, from learning and
   * calibrating too. */
  PINHOLE_SCENE_COLLECTING = 0,
  PINHOLE_SCENE_LEARNING = 1,    /* pinhole_scene_learn trains; pushed frames are only looked at for camera events */
  PINHOLE_SCENE_CALIBRATING = 2, /* pushed frames are scored, until calibrate_frames of them are; not those in which a
                                    third or more of what was learned is hidden, for as long as it is */
  PINHOLE_SCENE_WATCHING = 3     /* pushed frames are scored and alerted on; quiet ones go on calibrating */
} pinhole_scene_phase;

/* "collecting" and so on; "unknown" for a number that is no phase. Static. */
const char* pinhole_scene_phase_name(int32_t phase);

typedef struct pinhole_scene_options {
  int32_t width, height;        /* of the frames, required */
  int32_t format;               /* pinhole_format of the frames */
  int32_t threads;              /* 1..64, the calling one included */
  int32_t pictures;             /* most frames kept for learning, 16..65536: one byte per value of the model's input */
  int32_t collect_frames;       /* normal frames from which they are taken, at least `pictures` */
  int32_t learn_steps;          /* training steps, at least 1 */
  int32_t batch;                /* pictures per step, 1..256 */
  float learning_rate;          /* Adam's, 1e-9..1, at its peak: warm-up, then down along a cosine */
  int32_t calibrate_frames;     /* at least PINHOLE_CALIBRATION_MIN_FRAMES + smoothing; twelve bytes each.
                                 * The call that completes them calibrates, and takes longer the more they are */
  int32_t least_cells;          /* cells of 4x4 model pixels that an anomaly must have, 1..64 */
  double frames_per_second;     /* 1e-6..1e4 */
  double false_alarms_per_day;  /* asked, 1e-9..1e9 */
  double least_threshold;       /* no threshold is lower, 0..1e9 */
  int32_t most_alerts;          /* reported in any day, at most 256; 0: no limit */
  double longest_alert_seconds; /* 0..1e9, after which an alert is closed, to open again where it is still there; 0: no
                                 * limit */
  uint64_t seed;                /* of the training */
} pinhole_scene_options;

/* GRAY8, one thread, 256 pictures of 1024 frames, 3000 steps of 16, rate 3e-3, 1024 frames to calibrate, 2 cells, 25
 * frames a second, one false alarm a day, thresholds of at least 25, any number of alerts a day, of an hour at most.
 * The caller sets width and height; outdoors also collect_frames, to a whole day of them: what the sun, its shadows and
 * the night look like is not unusual then. */
pinhole_scene_options pinhole_default_scene_options(void);

/* A scene lives in the setup memory; there is nothing to free. */
typedef struct pinhole_scene pinhole_scene;

/* Bytes of setup memory. `file` is a training file of the recipe `scene` (weights/scene.pinhole is one that has learned
 * nothing yet), 64-byte aligned, untrusted; whether it is a scene's, and whole, pinhole_scene_plan says. Errors:
 * bad_file, invalid_argument (an option, by name). */
pinhole_status pinhole_scene_measure(const void* file, size_t file_bytes, const pinhole_scene_options* options,
                                     size_t* setup_bytes);

/* Reads, checks and plans. `file` is the scene's from now on: what is learned is written into it, so that it can be
 * kept. Errors, *scene is then NULL: bad_file, unsupported (no model of a scene), too_little_memory,
 * invalid_argument. */
pinhole_status pinhole_scene_plan(void* file, size_t file_bytes, const pinhole_scene_options* options, void* setup,
                                  size_t setup_bytes, pinhole_scene** scene);

/* Exact bytes of the three regions. state: kept pictures, parameters, moments, map, scores, alerts. Learning and
 * watching never run at the same time, so they share prepared and scratch. */
pinhole_sizes pinhole_scene_planned(const pinhole_scene* scene);

/* Takes the regions and starts the threads, once for learning and watching; the phase is collecting, with whatever the
 * file has learned before as a start. Errors as pinhole_bind. */
pinhole_status pinhole_scene_bind(pinhole_scene* scene, pinhole_memory prepared, pinhole_memory state,
                                  pinhole_memory scratch);

/* Joins the threads. Afterwards every byte is the caller's again. */
void pinhole_scene_unbind(pinhole_scene* scene);

/* What is known after a frame. */
typedef struct pinhole_scene_report {
  int32_t phase;  /* pinhole_scene_phase, after the frame */
  float progress; /* of the phase, 0..1; watching: 1 */
  int32_t camera; /* pinhole_camera_state */
  /* So many frames up to this one are the same as the one before them: a camera that delivers the same frame again, or
   * is frozen. They are not collected, and from the 8th on not calibrated on. */
  int32_t repeated;
  int32_t hidden;  /* calibrating and watching: 1 where a third of the learned scene or more is not seen. Such a
                    * frame, whatever `camera` is, calibrates nothing: progress stands still */
  int32_t alert;   /* 1 while an anomaly alert is open that is not suppressed, and with the frame that tells of one
                    * that opens and closes at once: it waited for the camera, and is over */
  float score;     /* calibrating and watching: of this frame, not smoothed */
  float smoothed;  /* what is compared with the threshold */
  float threshold; /* watching */
  float gain;      /* contrast against the reconstruction */
  pinhole_box box; /* of the highest residual, in the frame's pixels */
  /* Opened or closed by this frame. Ten seconds after an anomaly has opened, another one elsewhere in the frame may
   * open beside it; the two are told apart by `first`. */
  pinhole_events events;
} pinhole_scene_report;

/* One frame of the planned size and format. `number` and `seconds` as in pinhole_observation; seconds are best those of
 * a monotonic clock: one that is set forward by more than three looks like a camera that was gone. The frame's own
 * timestamp is not used. Where as many frames are missing between two numbers as the smoothing spans (3), or a number
 * is no higher than the one before, mean and run of the scores begin anew: fields are numbered apart. A frame that is
 * not valid is refused (invalid_argument, bad_shape) and changes nothing; *report then says where the scene stands.
 * invalid_argument too, calibrating and watching, where no three frames in a row among the latest 64 have followed one
 * another: no mean is ever full, so nothing can be alerted on; the frame is dealt with all the same. numeric: the
 * scores of the calibration are constant, it begins anew. */
pinhole_status pinhole_scene_push(pinhole_scene* scene, const pinhole_frame* frame, int64_t number, double seconds,
                                  pinhole_scene_report* report);

/* No frame came: see pinhole_camera_wait. A time that is not finite is ignored. An anomaly stays open meanwhile: the
 * next frame, or pinhole_scene_finish, closes it. */
void pinhole_scene_wait(pinhole_scene* scene, double seconds, pinhole_events* events);

/* The end of the stream: closes what is open, and what was gathered goes into the calibration. The phase stays. */
void pinhole_scene_finish(pinhole_scene* scene, pinhole_events* events);

typedef struct pinhole_scene_progress {
  int32_t phase;      /* calibrating once everything is learned */
  int32_t step, most; /* done and to do; the last ones, without a loss, tell each place's usual residual */
  float loss;         /* of the latest training step */
} pinhole_scene_progress;

/* One piece of the learning, of bounded time: a training step (the last one and another that proves it, without an
 * update), or a picture for the map. Only in the phase learning (invalid_argument otherwise). Once the training is done
 * the parameters go into the file. numeric: the loss is not finite; learning begins anew, with other random numbers and
 * the file's parameters. */
pinhole_status pinhole_scene_learn(pinhole_scene* scene, pinhole_scene_progress* progress);

/* What is darker than half in `mask` never counts, nor does a cell of 4x4 model pixels that any of it touches: no
 * score, light, gain or sway is taken from there, and the camera's events ignore it as pinhole_camera_ignore says. The
 * exposure that is taken out before the network is the whole picture's, and so are the code and its divergence, where
 * these have a weight. A frame of any size and format, stretched over the picture. Before the map is learned. Errors:
 * invalid_argument (the map has learned from a picture, or less is left than an anomaly must have), invalid_argument
 * and bad_shape (no valid frame). */
pinhole_status pinhole_scene_ignore(pinhole_scene* scene, const pinhole_frame* mask);

/* How far each pixel of the latest watched frame is from what is usual: GRAY8 of any size, 255 at twice the threshold.
 * Errors: invalid_argument (not watching yet, or no GRAY8), invalid_argument and bad_shape (no valid frame). */
pinhole_status pinhole_scene_heat(const pinhole_scene* scene, pinhole_frame* heat);

/* The calibration in force, which goes on: after a thousand quiet frames or two its statement is tighter, and the
 * threshold follows. NULL before the phase watching. */
const pinhole_calibration* pinhole_scene_calibration(const pinhole_scene* scene);

/* Another rate of false alarms: the threshold follows at once, from the same frames; the statement in the calibration
 * says whether they support it. Errors: invalid_argument (not watching, a rate beyond 1e-12..1e12). */
pinhole_status pinhole_scene_ask(pinhole_scene* scene, double false_alarms_per_day);

/* The operator says that so many of the alerts so far were real: they do not count against the promise. Others count
 * as one possible false alarm each, see pinhole_calibration_update. invalid_argument: there were not so many, or a
 * number below 0. */
pinhole_status pinhole_scene_confirm(pinhole_scene* scene, int32_t alerts);

/* The operator says that an alert was false; `event` is what told that it has closed. It counts as what normal frames
 * show: the threshold rises to its score at least, unless the frames so far allow for such alerts at the asked rate (of
 * what comes again and again, ever less raises one). With few frames it rises beyond, up to about twice the score: see
 * pinhole_calibration_dismiss. Whatever scores no more raises no alert from then on, until it is forgotten, 128 asked
 * alerts later or more. Nothing takes it back but a scene saved before, restored where one is bound anew. Errors:
 * invalid_argument (not watching; no anomaly, or one that opens; one closed by an event of the camera, whose score is
 * no normal frame's: confirm it; one of the last 16 dismissed since the start or the restore; a score that no alert
 * has; no alert is left that is neither confirmed, dismissed nor forgotten). */
pinhole_status pinhole_scene_dismiss(pinhole_scene* scene, const pinhole_event* event);

/* What was learned beyond the file: map, calibration, mask, in `bytes` of pinhole_scene_saved_bytes, with a checksum.
 * Kept in flash beside the file, it lets a scene go on watching after a restart. Phase watching only. The bytes are
 * those of this machine's byte order, need no alignment, and are as many from pinhole_scene_plan on: exactly so many
 * are given to save and to restore. Quiet scores that have not gone into the calibration yet are not among them;
 * pinhole_scene_finish, which closes what is open, puts them there.
 * Against a power cut: write `file` to flash once, when the phase becomes calibrating, and the saved bytes whenever
 * they matter, each under another name first. Restore refuses a pair that does not belong together. Before the phase
 * watching nothing is saved: a restart then collects anew, from the parameters in the file. */
size_t pinhole_scene_saved_bytes(const pinhole_scene* scene);
pinhole_status pinhole_scene_save(const pinhole_scene* scene, void* saved, size_t bytes);

/* While the scene collects: goes on watching with what was saved for exactly this file (keep it too: what the network
 * has learned is there), these frames and this rule (frames_per_second, least_cells). false_alarms_per_day,
 * least_threshold and the rest are those of the options; a lower least_threshold than the saved one changes nothing.
 * The camera's own events begin anew: it learns its view from the next 64 frames that show the scene, where it was or,
 * if the camera was moved meanwhile, where it is found; so do cool-down and the alerts of the day. Errors: bad_file
 * (damaged), invalid_argument (another model, size, format or rule); the scene then still collects. */
pinhole_status pinhole_scene_restore(pinhole_scene* scene, const void* saved, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
