/* SPDX-License-Identifier: Apache-2.0 */
/* Calibration: from the scores of normal frames to the threshold that keeps a promised number of false alarms a day.
 *
 *   pinhole_calibration_options options = pinhole_default_calibration_options();
 *   options.origin.model_hash = ...; options.frames_per_second = 12.5; options.asked_per_day = 1;
 *   pinhole_calibrate(&options, scores, count, run_starts, runs, &calibration);
 *   pinhole_calibration_check(&calibration, &origin);                     // after reading it back
 *   pinhole_calibration_update(&calibration, later, count, NULL, 0, 0);   // unalerted frames tighten it
 *
 * One alert is a cluster of frames whose score is above the threshold: a frame opens an alert when it is above and none
 * of the `run_length` frames before it was. An alert rule keeps the promise when its
 * cool-down is at least that long, but for a cluster whose scores stay above for as long.
 *
 * Asked rates are of two kinds. What the frames support (`supported_per_day` and above) rests on counted clusters
 * alone: with the stated confidence the true rate is at most the asked one, whatever the law of the scores. Below it
 * the promise is `provisional`, with the decades of extrapolation stated; where the frames are too few for the rate, a
 * generalised Pareto tail is fitted to the highest clusters.
 *
 * Nothing allocates; no memory but the struct is needed, neither for calibrating nor for updating. */
#ifndef PINHOLE_CALIBRATION_H
#define PINHOLE_CALIBRATION_H

#include "pinhole/pinhole.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PINHOLE_CALIBRATION_MAGIC 0x4c414350u /* "PCAL" */
#define PINHOLE_CALIBRATION_VERSION 2u
#define PINHOLE_CALIBRATION_PEAKS 256     /* clusters kept */
#define PINHOLE_CALIBRATION_MIN_FRAMES 10 /* fewer scores are refused */

/* What made the scores. A calibration holds for exactly this; all of it is compared. */
typedef struct pinhole_score_origin {
  uint64_t model_hash;         /* of the weights */
  uint64_t preprocessing_hash; /* of everything between the frame and the score: resizing, mask, pooling */
  int32_t width, height;       /* of the frames */
  int32_t format;              /* pinhole_format */
  int32_t smoothing;           /* frames over which the scores are the mean, as in pinhole_smoothing; 1: none */
} pinhole_score_origin;

typedef struct pinhole_calibration_options {
  pinhole_score_origin origin;
  double frames_per_second; /* 1e-6..1e6; for still images 1/86400 makes "per day" "per image" */
  double asked_per_day;     /* alerts, 1e-12..1e12 */
  double confidence;        /* that the true rate is at most the asked one: 0.5..0.999 */
  double shape_rate;        /* for provisional thresholds: how much heavier tails are disbelieved that the frames do not
                               show, 1..100. Small: high thresholds, promises kept for heavy tails too; 100: no tail is
                               taken for heavier than exponential. tests/results/promised_rate.md has the prices */
  double least_threshold;   /* no threshold is lower, -1e9..1e9: for what normal frames can score that these did not */
  int32_t run_length;       /* frames, at most 1024; 0: estimated. An alert rule's cool-down may be given */
} pinhole_calibration_options;

/* 1 a day at 25 frames per second, confidence 0.95, shape rate 10, no least threshold, run length estimated, no
 * smoothing, the rest of origin zero. */
pinhole_calibration_options pinhole_default_calibration_options(void);

/* No pointers, no padding: may be written and read as it is, on machines of the same byte order. */
typedef struct pinhole_calibration {
  uint32_t magic, version;
  pinhole_score_origin origin;
  double frames_per_second;
  double asked_per_day;
  double confidence;
  double shape_rate;
  /* The least rate that these frames support without extrapolation, each of `alerts_left_out` taken for a false one. */
  double supported_per_day;
  double bound_per_day;          /* upper confidence bound of the rate of alerts at `threshold`; provisional, with none
                                  * left out, and not held down by those dismissed: the asked one, by extrapolation */
  double decades;                /* log10(supported / asked); 0 when the asked rate is supported */
  double independent_frames;     /* frames / autocorrelation_frames */
  double autocorrelation_frames; /* frames that tell as much as one independent one, at least 1 */
  double extremal_index;         /* Ferro and Segers, 0..1: 1 / (mean frames above a high level per cluster) */
  /* Generalised Pareto of the peaks above tail_location, the likeliest one, for people; shape 0..1. A provisional
   * threshold is a mean over all that the peaks allow. */
  double tail_location, tail_scale, tail_shape;
  /* What counts: since the start or, when that is longer ago, since 128 to 256 of the asked alerts ago, a day at least.
   */
  uint64_t frames;          /* seen, those of updates included */
  uint64_t alerts_left_out; /* as told to updates, less those confirmed or dismissed */
  /* The later part of it, which stays when the earlier one is forgotten; all zero until there are 128 asked alerts. */
  uint64_t recent_frames;
  uint64_t recent_alerts_left_out;
  float threshold;          /* a frame whose score is greater is above */
  float lowest_threshold;   /* exceeded by a fifth of the first frames, or the least one asked; no threshold is lower */
  float left_out_threshold; /* the highest at which an alert was left out: no provisional threshold is lower */
  float recent_left_out_threshold;
  float quantile_10, quantile_50, quantile_90; /* of the first frames; the alert rule's `low`, `middle`, `high` */
  int32_t provisional;                         /* 1: the asked rate is below the supported one */
  int32_t run_length;                          /* frames below the threshold that separate two alerts */
  int32_t clusters;                            /* peaks above tail_location */
  int32_t peak_count, recent_peak_count;       /* of the arrays below */
  /* The highest clusters, by descending peak: cluster i is one alert at every threshold t with low[i] <= t < peak[i].
   */
  float peak[PINHOLE_CALIBRATION_PEAKS];
  float low[PINHOLE_CALIBRATION_PEAKS];
  float recent_peak[PINHOLE_CALIBRATION_PEAKS]; /* of the recent frames alone, in the same way */
  float recent_low[PINHOLE_CALIBRATION_PEAKS];
  uint32_t alerts_dismissed; /* since the start */
  uint32_t crc32c;           /* CRC-32C of every byte before it */
} pinhole_calibration;

/* Calibrates from `count` scores of normal frames that the model was not trained on, in the order of time. Frames
 * run_starts[i] .. run_starts[i + 1] - 1 are contiguous in time, run_starts[0] is 0; NULL with 0 runs: all of them are.
 * Errors: invalid_argument (options, run starts, fewer than PINHOLE_CALIBRATION_MIN_FRAMES scores), numeric (a NaN or
 * infinite score, by its index; scores that are all, or more than half of them, the highest). *calibration is then
 * unchanged. */
pinhole_status pinhole_calibrate(const pinhole_calibration_options* options, const float* scores, size_t count,
                                 const size_t* run_starts, size_t runs, pinhole_calibration* calibration);

/* Goes on calibrating with the scores of later frames, run starts as above; the threshold moves.
 *
 * What is long ago is forgotten, so that the threshold follows a scene that changes with the seasons, down as well as,
 * by frames that raised no alert or a dismissed one, up: once the frames stand for 128 asked alerts (128 days at one a
 * day), later ones are kept apart, too, and when those stand for as many, and for a day at least, they alone count.
 * Without alerts left out they are enough to support the rate. Where more than 128 alerts a day are asked for, the
 * threshold may be the lowest kept cluster, above what the rate would allow.
 *
 * Frames inside alerts are not given (pinhole_calibration_dismiss gives false ones). `alerts_left_out`: alerts in that
 * time that were neither dismissed nor confirmed as real; with one or more, `count` may be 0. Each may have been false,
 * and how high it would have been is not known, so until it is confirmed or dismissed it counts as one at every
 * threshold: in `supported_per_day` and `bound_per_day`, in the time that is missing, and in whether the asked rate is
 * supported. Where they are what it lacks, the threshold rests on the counted frames and is no lower than the highest
 * at which one was left out. Every run's start may count one cluster too many: give long runs. Run length and
 * autocorrelation stay as they were. Errors: those of the check (without an origin), invalid_argument (run starts, no
 * score), numeric (NaN or infinite score); *calibration is then unchanged. */
pinhole_status pinhole_calibration_update(pinhole_calibration* calibration, const float* scores, size_t count,
                                          const size_t* run_starts, size_t runs, size_t alerts_left_out);

/* So many of the alerts that updates left out were real after all, the latest ones: they no longer count. Those that
 * are forgotten can no longer be confirmed. The supported rate and the time that is missing get better by it at once;
 * so may the threshold, unless the tail fit alone asks for it. Errors: those of the check, invalid_argument (more than
 * were left out); *calibration is then unchanged. */
pinhole_status pinhole_calibration_confirm(pinhole_calibration* calibration, size_t alerts);

/* So many of the alerts that updates left out were false, and `scores` has the highest smoothed score of each: what an
 * event says that has closed. They count as clusters of normal frames from now on, and no longer as possible alerts of
 * unknown height: the threshold rises to where no more was seen above it than is asked for; where the frames are too
 * few for the rate, to the highest that was seen, or to what the tail fit says if that is more, but not beyond where it
 * was or twice the highest (from quantile_50 on): then bound_per_day is what was counted. A dismissal is taken back by
 * nothing but another copy of the struct, and is forgotten as frames are; that an alert is dismissed twice is not
 * noticed, nor that a score is another one's. Errors: those of the check, invalid_argument (more than were left out,
 * none; a score that no alert can have: not above lowest_threshold, beyond what a float holds); *calibration is then
 * unchanged. */
pinhole_status pinhole_calibration_dismiss(pinhole_calibration* calibration, const double* scores, size_t alerts);

/* The same frames, another asked rate: threshold, bound, decades and tail follow. Later updates remember as much as
 * this rate needs, so that under a higher one they forget more. Errors: those of the check, invalid_argument (rate). */
pinhole_status pinhole_calibration_ask(pinhole_calibration* calibration, double asked_per_day);

/* Whether these bytes are a whole calibration with sane numbers and, unless `origin` is NULL, one for this origin.
 * Errors: bad_file (magic, version, CRC, a number that cannot be), invalid_argument (another model, size, format,
 * preprocessing or smoothing). */
pinhole_status pinhole_calibration_check(const pinhole_calibration* calibration, const pinhole_score_origin* origin);

/* Seconds of normal time, without another alert, still to be seen until the asked rate is supported; 0 when it is. It
 * takes less where alerts that were left out are forgotten meanwhile. The calibration is a checked one; NULL: infinity.
 */
double pinhole_calibration_seconds_missing(const pinhole_calibration* calibration);

#ifdef __cplusplus
}
#endif

#endif
