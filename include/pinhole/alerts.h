/* SPDX-License-Identifier: Apache-2.0 */
/* From scores to alerts, and the camera's own events. Plain structs that the caller holds: sizeof is all the memory
 * there is; nothing allocates. The fields of pinhole_smoothing, pinhole_alerts and pinhole_camera are the library's
 * own.
 *
 *   pinhole_camera_push(&camera, &frame, number, seconds, &camera_state, &events);       // covered, frozen, moved ...
 *   log(&events);
 *   pinhole_observation seen = {number, seconds, score, box, camera_state};
 *   pinhole_alerts_push(&alerts, &seen, &events);                                        // anomaly, drift
 *   log(&events);
 *
 * One caller at a time for each struct. Where a pointer is NULL, calls that return a status refuse it, and the others
 * do nothing and return 0. */
#ifndef PINHOLE_ALERTS_H
#define PINHOLE_ALERTS_H

#include "pinhole/pinhole.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Events ------------------------------------------------------------------------------------------------------ */

/* The numbers never change. */
typedef enum pinhole_event_kind {
  PINHOLE_EVENT_ANOMALY = 0,
  PINHOLE_EVENT_DRIFT = 1,   /* the law of the normal scores has slowly changed: calibrate again */
  PINHOLE_EVENT_COVERED = 2, /* what the camera knows is no longer visible; also in complete darkness */
  PINHOLE_EVENT_FROZEN = 3,  /* frames arrive, but they are all the same */
  PINHOLE_EVENT_BLURRED = 4,
  PINHOLE_EVENT_MOVED = 5, /* the known view is shifted, or another view is seen */
  PINHOLE_EVENT_GONE = 6   /* no frames; closed when they are back */
} pinhole_event_kind;

/* "anomaly", "drift", "covered" ...; "unknown" for a number that is no kind. Static. */
const char* pinhole_event_name(int32_t kind);

/* Why an event was closed. The numbers never change. */
typedef enum pinhole_close_reason {
  PINHOLE_CLOSED_OVER = 0,      /* what it told of is over; also of an event that is open */
  PINHOLE_CLOSED_LINGERING = 1, /* an anomaly's score stayed under the threshold for linger_frames */
  PINHOLE_CLOSED_LONGEST = 2,   /* an anomaly was open for longest_seconds; it opens again where it is still there */
  PINHOLE_CLOSED_CAMERA =
      3,                 /* the camera is disturbed; its own event stands for it from here on, but for a short blur */
  PINHOLE_CLOSED_END = 4 /* anomaly and drift: the stream ended, or the watch was stopped */
} pinhole_close_reason;

/* "over", "lingering" ...; "unknown" for a number that is no reason. Static. */
const char* pinhole_close_reason_name(int32_t reason);

/* Why an anomaly is for the log alone. The numbers never change. */
typedef enum pinhole_suppression {
  PINHOLE_NOT_SUPPRESSED = 0,
  PINHOLE_SUPPRESSED_BY_LIMIT = 1,   /* as many alerts as may be have been given */
  PINHOLE_SUPPRESSED_BY_COOLDOWN = 2 /* it came and went in the cool-down */
} pinhole_suppression;

/* Pixels of the frame; empty when a side is 0 or less. */
typedef struct pinhole_box {
  int32_t x, y, width, height;
} pinhole_box;

/* What the score counts. anomaly: the smoothed score. drift: share of the scores beyond the calibrated 10 % or 90 %
 * quantile. covered: share of the view that is lost. frozen: equal frames in a row. blurred: share of the sharpness
 * that is left. moved: shift in parts of the frame's width. gone: seconds. */
typedef struct pinhole_event {
  int32_t kind;              /* pinhole_event_kind */
  int32_t open;              /* 1: opened, 0: closed */
  int32_t suppressed;        /* pinhole_suppression; not 0: for the log alone */
  int32_t reason;            /* pinhole_close_reason */
  int64_t first, peak, last; /* frame numbers. An anomaly's peak and last are of the frames alone that have a score of
                              * their own of at least the closing threshold */
  double score, threshold;   /* anomaly: the highest smoothed score, which the mean may reach a frame or two after the
                              * peak, and the threshold then; otherwise at the peak */
  pinhole_box box;           /* anomaly: the union of the frames' boxes; drift: empty; otherwise the whole frame */
  double time;               /* of the frame that opened or closed it, as it was given; where that was not finite, the
                              * latest one that was, or 0 */
} pinhole_event;

/* A call gives at most so many. */
#define PINHOLE_MOST_EVENTS 8
typedef struct pinhole_events {
  int32_t count;
  pinhole_event event[PINHOLE_MOST_EVENTS];
} pinhole_events;

/* --- Smoothing --------------------------------------------------------------------------------------------------- */

#define PINHOLE_MOST_SMOOTHING 32

/* Mean of the latest `frames` scores, the same for calibration and for alerts. */
typedef struct pinhole_smoothing {
  int32_t frames, count, next;
  double recent[PINHOLE_MOST_SMOOTHING];
} pinhole_smoothing;

/* `frames`: 1 (none) to PINHOLE_MOST_SMOOTHING; other numbers are clamped. */
void pinhole_smoothing_start(pinhole_smoothing* smoothing, int32_t frames);

/* Takes a score and stores the mean of the latest ones in *smoothed. Returns 1 when the window is full, so that the
 * mean may be compared with a threshold. A score that is not finite is left out, stores nothing and returns 0. */
int32_t pinhole_smooth(pinhole_smoothing* smoothing, double score, double* smoothed);

/* --- Alerts ------------------------------------------------------------------------------------------------------ */

#define PINHOLE_MOST_ALERTS 256

typedef struct pinhole_alert_options {
  double threshold; /* of the smoothed score: what is greater is above */
  /* An open alert lasts while the score is at least this; at most `threshold`, above `middle`. */
  double closing_threshold;
  int32_t smoothing;    /* frames, 1..PINHOLE_MOST_SMOOTHING */
  int32_t least_frames; /* so many in a row open an alert, and as many below the closing one close it; at least 1 */
  /* So many in a row below `threshold` close it too, though they are not below the closing one: what is usual has
   * changed, or hardly anything is left of the anomaly; 0: never. */
  int32_t linger_frames;
  double longest_seconds; /* an alert that is open for so long is closed; 0: no limit */
  int32_t hold_frames;    /* longest that an alert waits for the camera's own events to be decided; 0: not at all */
  /* After an alert has closed, none opens for so long. What comes meanwhile and stays opens then; what comes, goes and
   * comes again begins the cool-down anew, and all of it is one suppressed alert, given when the cool-down is over. */
  double cooldown_seconds;
  int32_t most_alerts;      /* in any `budget_seconds`, 0..PINHOLE_MOST_ALERTS; more are suppressed. 0: no limit */
  double budget_seconds;    /* a day, normally */
  double low, middle, high; /* 10 %, 50 % and 90 % quantile of the smoothed scores of normal frames; all 0: no drift */
  int32_t drift_frames;     /* time constant of what counts as slow */
} pinhole_alert_options;

/* Smoothing over 3 frames, at least 2 frames, lingering for at most 25, open for at most an hour, held for at most 6, 2
 * seconds of cool-down, no limit a day, no drift, 300 frames; closes at the threshold. The caller sets threshold and
 * quantiles. */
pinhole_alert_options pinhole_default_alert_options(double threshold);

/* What pinhole_camera_push and a scene's report say about a frame. */
typedef enum pinhole_camera_state {
  PINHOLE_CAMERA_CLEAR = 0,
  PINHOLE_CAMERA_DECIDING = 1,  /* something may be wrong; known within a few frames */
  PINHOLE_CAMERA_DISTURBED = 2, /* one of the camera's events is open, or was a moment ago, or the view is blurred, if
                                 * not for long enough to be told of: scores mean nothing */
  /* Only a scene that watches says so: 'moved' is open, or opens in some frames, and the score is that of what the
   * camera still shows of the scene, where it shows it now. Alerts open and close by it, but it says nothing of what is
   * normal. */
  PINHOLE_CAMERA_DISPLACED = 3
} pinhole_camera_state;

typedef struct pinhole_observation {
  int64_t frame;   /* number; gaps are allowed */
  double time;     /* seconds; may stand still, go backwards or be no finite number, which counts as no time passed. A
                    * step forward counts as no more than the longest of the options' times, and where it passes the
                    * furthest time so far, from that on: times that jump to and fro are no time. While none
                    * passes, cool-down and budget last: without a clock, set both to 0, or number / rate */
  double score;    /* not smoothed; within a float's range */
  pinhole_box box; /* of the anomalous area; may be empty */
  int32_t camera;  /* pinhole_camera_state */
} pinhole_observation;

/* Slow change of the scores' law. What has come and gone within an hour, as clouds do, says what the scene does by
 * itself: another change is told of once it has lasted longer than all of those. */
typedef struct pinhole_score_law {
  double above, below; /* share of the scores lately above the 90 % and below the 10 % quantile */
  double middle, high; /* 50 % and 90 % quantile lately */
  int32_t changing, changed;
  double changed_at;      /* in the alerts' elapsed seconds */
  double longest_passing; /* seconds that a change has lasted which came and went, at most 3600 */
  pinhole_event event;    /* open: it has been told of */
} pinhole_score_law;

typedef struct pinhole_alerts {
  pinhole_alert_options options;
  pinhole_smoothing smoothing;
  pinhole_score_law law;
  pinhole_event current; /* the alert that rises or is open */
  int32_t rising, falling, lingering, held, open, started;
  double latest_time, furthest_time;
  double elapsed, cool_until, opened; /* elapsed, which the others are of, never goes backwards */
  int64_t skipped;
  int32_t openings, next_opening;
  double opening[PINHOLE_MOST_ALERTS]; /* when the latest alerts opened */
} pinhole_alerts;

/* Begins anew, with nothing open. invalid_argument names the option that is out of range. */
pinhole_status pinhole_alerts_start(pinhole_alerts* alerts, const pinhole_alert_options* options);

/* One frame; *events gets what it opened or closed. A score that is not finite, or beyond a float's range, is skipped
 * and, while the camera is undisturbed, reported as numeric; time and *events are dealt with all the same, and the next
 * frame is welcome. invalid_argument: not started, or `camera` is no pinhole_camera_state; the frame then counts as not
 * pushed.
 *
 * While the scores' law has changed, whether that was told of or not, and in part while it is about to, the threshold
 * is raised by as much as the scores have slowly risen, and its distance from them grows with theirs from each other,
 * up to fourfold; events state the threshold that held. */
pinhole_status pinhole_alerts_push(pinhole_alerts* alerts, const pinhole_observation* seen, pinhole_events* events);

/* Another threshold from the next frame on, as a calibration that goes on gives it; everything else stays, an open
 * alert and the limit's count too. Errors as pinhole_alerts_start; nothing has changed then. */
pinhole_status pinhole_alerts_set_threshold(pinhole_alerts* alerts, double threshold, double closing_threshold);

/* The end of the stream: closes what is open. What counts against the limit and the cool-down stays. */
void pinhole_alerts_finish(pinhole_alerts* alerts, pinhole_events* events);

/* How many scores were reported as numeric. */
int64_t pinhole_alerts_skipped(const pinhole_alerts* alerts);

/* --- The camera itself ------------------------------------------------------------------------------------------- */

typedef struct pinhole_camera_options {
  int32_t learn_frames;   /* the first ones, at least 16, say what is normal; no events before */
  int32_t adapt_frames;   /* time constant of following the scene afterwards, learn_frames to 2^24 */
  int32_t frozen_frames;  /* so many equal frames at least are a frozen camera; at least 2 */
  int32_t blurred_frames; /* so many blurred frames, at least 1, are told of as an event, each sharp one meanwhile less
                           * one: a lens that looks for its focus is none. The camera is disturbed from the fourth on */
  double gone_seconds;    /* without a frame: gone */
} pinhole_camera_options;

/* 64, 2000, 10, 25 frames; 3 seconds. */
pinhole_camera_options pinhole_default_camera_options(void);

/* The frame is looked at as 64x36 mean luma values, whatever its size; parts of the view are 8x6 blocks of those. */
#define PINHOLE_LOOK_COLUMNS 64
#define PINHOLE_LOOK_ROWS 36
#define PINHOLE_LOOK_CELLS (PINHOLE_LOOK_COLUMNS * PINHOLE_LOOK_ROWS)
#define PINHOLE_LOOK_BLOCKS 48
#define PINHOLE_LOOK_LINE 328

/* What one pass over a frame gives. */
typedef struct pinhole_camera_look {
  float luma[PINHOLE_LOOK_CELLS];        /* 0..255 */
  float detail[PINHOLE_LOOK_CELLS];      /* log luma against its surroundings: exposure drops out */
  float sharpness[PINHOLE_LOOK_BLOCKS];  /* energy of the gradient, without the noise's */
  float brightness[PINHOLE_LOOK_BLOCKS]; /* mean luma */
  float line[3][PINHOLE_LOOK_LINE];      /* the latest rows, reduced to about 320 values */
} pinhole_camera_look;

/* What of it is ignored: 1. Blocks: for the most part. */
typedef struct pinhole_camera_mask {
  uint8_t cell[PINHOLE_LOOK_CELLS], block[PINHOLE_LOOK_BLOCKS];
  int32_t clock;         /* 1: so little that it may be a clock */
  int32_t leaves_enough; /* 1: the rest is judged by itself */
} pinhole_camera_mask;

/* What the camera normally sees. */
typedef struct pinhole_camera_view {
  float detail[PINHOLE_LOOK_CELLS], unrest[PINHOLE_LOOK_CELLS];                /* mean; mean deviation from it */
  float sharpness[PINHOLE_LOOK_BLOCKS], sharpness_unrest[PINHOLE_LOOK_BLOCKS]; /* per squared brightness */
  float brightness[PINHOLE_LOOK_BLOCKS], latest[PINHOLE_LOOK_BLOCKS];          /* log; the usual one, and lately */
  int32_t frames;
  pinhole_camera_mask mask;
} pinhole_camera_view;

#define PINHOLE_CAMERA_SAMPLES 64
/* A statistic of the normal frames: some of its values, evenly over the time of learning. */
typedef struct pinhole_camera_samples {
  int32_t count, stride, skipped;
  float value[PINHOLE_CAMERA_SAMPLES];
} pinhole_camera_samples;

typedef struct pinhole_camera {
  pinhole_camera_options options;
  pinhole_camera_look look;
  pinhole_camera_view view;
  float previous[PINHOLE_LOOK_CELLS];
  pinhole_camera_samples match, sharpness, shift;
  float usual_match, least_match, least_sharpness, most_shift; /* from the samples */
  int32_t poor_start;              /* the view was first learned from what shows nothing: the samples are taken again */
  float creep_columns, creep_rows; /* by how many cells the view has slowly shifted */
  float shift_columns, shift_rows; /* cells by which the latest frame shows the view shifted; 0: not, or unknown */
  int32_t moved;                   /* 1: it shows it moved, by that shift */
  int32_t width, height, learned, equal_run, longest_run, equal_limit;
  int32_t suspicious_frames, suspect_frames, clear_frames, other_frames, open, gone, started;
  int32_t settling;                  /* frames for which what was over may still show */
  int32_t told;                      /* of `current`, by an event */
  int32_t instead_frames;            /* in a row, under a blur that is not told of yet, that show other trouble */
  int32_t blurred;                   /* frames, less the sharp ones; blurred_frames at most */
  int32_t votes[PINHOLE_EVENT_GONE]; /* for each kind, of the suspect frames */
  pinhole_event current, absence;
  double latest_time;
  int64_t latest_frame, run_first;
} pinhole_camera;

/* Begins anew: learns what is normal from the next frames. */
pinhole_status pinhole_camera_start(pinhole_camera* camera, const pinhole_camera_options* options);

/* What is darker than half in `mask`, a frame of any size and format that is stretched over the picture, is ignored: it
 * may change though the picture is frozen, as the clock that a recorder draws into it, as long as it is no more than
 * about a fifth of the picture; and nothing that becomes of it, as of a screen that is switched off, makes the camera
 * covered, blurred or moved, unless so little is left (an eighth) that the rest cannot be judged by itself. After the
 * start, which forgets it. Errors: invalid_argument (not started), invalid_argument and bad_shape (no valid frame). A
 * scene's mask (pinhole_scene_ignore) does the same. */
pinhole_status pinhole_camera_ignore(pinhole_camera* camera, const pinhole_frame* mask);

/* One frame of any format and size, always the same size; `time` in seconds. *events gets what it opened or closed,
 * *state what the alerts should make of the frame's score. A frame that is not valid, or of another size than the
 * first, is refused (invalid_argument, bad_shape) and changes nothing. */
pinhole_status pinhole_camera_push(pinhole_camera* camera, const pinhole_frame* frame, int64_t number, double time,
                                   int32_t* state, pinhole_events* events);

/* To be called when no frame came: the event 'gone' opens as soon as gone_seconds are over. The next frame closes it;
 * it also gives both when nobody called this. */
void pinhole_camera_wait(pinhole_camera* camera, double time, pinhole_events* events);

/* The end of the stream: closes what is open; what was learned stays. */
void pinhole_camera_finish(pinhole_camera* camera, pinhole_events* events);

/* 1 once learn_frames were seen. */
int32_t pinhole_camera_has_learned(const pinhole_camera* camera);

#ifdef __cplusplus
}
#endif

#endif
