// SPDX-License-Identifier: Apache-2.0
// A second anomaly beside one that lasts. A van that has parked keeps its alert open, and the score of a frame is that
// of the most conspicuous place: whoever walked past it would have no alert. So once an alert has been open for a
// while, what is scored outside the place where it is may have one too, open at the same time.
//
// The promise holds. At any time a false alert is opened either by the first ones or by these, and the score of a part
// of the frame is never higher than the whole frame's, whose clusters the calibration counts.
#pragma once

#include "anomaly/alerts_drift.h"
#include "base/status.h"

namespace pinhole {

struct SceneBeside {
  pinhole_alerts alerts;     // of what is outside the place
  pinhole_box place, coming; // of the first alert: in the period before, and in this one
  double period;             // when this one began, as the first alerts count time
};

// `rule`: of the first alerts.
Status start_beside(const pinhole_alert_options& rule, SceneBeside* beside);

// Where the first alert was last; empty while none is open.
pinhole_box latest_place(const SceneBeside& beside);

// Where the first alert is, before it is pushed `seen`, whose box is emptied when it is elsewhere; `within`: the score
// at its latest place. False: none is open, or not for long enough.
bool find_settled_place(const pinhole_alerts& first, double within, pinhole_observation* seen, SceneBeside* beside,
                        pinhole_box* place);

// One frame, after it was pushed to the first alerts; `seen`: what is outside the place, of no account unless
// `settled`. Meanwhile the slow change of its scores, which the first alerts do not see, moves the threshold. Appends
// to *events what opened or closed, and counts it among the alerts that `first` may give in a day.
Status push_beside(bool settled, const pinhole_observation& seen, pinhole_alerts* first, SceneBeside* beside,
                   pinhole_events* events);

// Frames are missing: no mean is taken over the gap.
void begin_run(SceneBeside* beside);

// The end of the stream: appends what closes.
void finish_beside(pinhole_alerts* first, SceneBeside* beside, pinhole_events* events);

} // namespace pinhole
