//! A case in a line: what queues and searches need of it. It is derived from the log, and can be
//! made again from it at any time.

use std::collections::BTreeSet;

use clock::ledger::Provisional;
use clock::{Office, Status as ClockStatus};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::action::ActionKind;
use crate::case::{Case, Flag, Outcome, Rules, Status};
use crate::duplicate;

/// A case in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The case.
    pub case: String,
    /// How many actions it has.
    pub version: u64,
    /// Its procedure.
    pub procedure: String,
    /// The place where it is handled.
    pub place: Option<String>,
    /// The person whom it is about.
    pub applicant: String,
    /// Where it stands.
    pub status: Status,
    /// What it ended with, once it has.
    pub outcome: Option<Outcome>,
    /// What is particular about it, as of its latest action.
    pub flags: BTreeSet<Flag>,
    /// Whose move it is: owners of the procedure's steps; none once the case is over.
    pub waits_for: BTreeSet<String>,
    /// The time limit that ends first of those that run.
    pub due: Option<DueFirst>,
    /// When the time alone does something next: a warning, a passed limit.
    pub wake: Option<Timestamp>,
    /// When it was begun.
    pub opened: Timestamp,
    /// When it was handed in.
    pub submitted: Option<Timestamp>,
    /// When something was last done.
    pub latest: Timestamp,
    /// What is the same in cases that may be the same as this one; none of a draft, and none once
    /// it is over.
    pub keys: Vec<String>,
    /// The case that it reconsiders.
    pub reconsiders: Option<String>,
    /// The case in which it is contested.
    #[serde(default)]
    pub contested_by: Option<String>,
    /// The people who must not act in it.
    #[serde(default)]
    pub conflicts: BTreeSet<String>,
}

/// The time limit that ends first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DueFirst {
    /// Its last day.
    pub on: Date,
    /// The clock.
    pub clock: String,
    /// Whether the day may still change without anybody acting on the clock.
    pub provisional: bool,
}

/// The place of a case in a queue: the nearest time limit first, cases without one last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    /// Its last day; the end of time for a case without a limit.
    pub due: Date,
    /// The case.
    pub case: String,
}

/// A case in which the time alone does something, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waking {
    /// When.
    pub wake: Timestamp,
    /// The case.
    pub case: String,
}

impl Summary {
    /// A case in a line, as of its latest action.
    pub fn of(rules: Rules<'_>, case: &Case) -> Summary {
        Summary::at(rules, case, case.latest())
    }

    /// A case in a line at a moment, with what the law has done by then.
    pub fn at(rules: Rules<'_>, case: &Case, now: Timestamp) -> Summary {
        let settled = case.at(rules, now);
        Summary {
            case: case.id.clone(),
            version: case.version,
            procedure: rules.procedure.id.clone(),
            place: case.place.clone(),
            applicant: case.applicant.clone(),
            status: settled.status,
            outcome: settled.outcome,
            flags: case.flags(rules, now),
            waits_for: settled.waits_for(rules, now),
            due: settled.due_first(rules.office, now),
            wake: settled.wake(rules, now),
            opened: case.opened,
            submitted: case.submitted,
            latest: case.latest(),
            keys: if settled.status == Status::Draft || settled.outcome.is_some() {
                Vec::new()
            } else {
                duplicate::keys(rules.procedure, &case.facts)
            },
            reconsiders: case.reconsiders.clone(),
            contested_by: case.contested_by.clone(),
            conflicts: case.conflicts.clone(),
        }
    }

    /// Whether two lines say the same of a case, but for when it is looked at next.
    pub fn says_the_same(&self, other: &Summary) -> bool {
        Summary { wake: None, ..self.clone() } == Summary { wake: None, ..other.clone() }
    }

    /// Its place in a queue.
    pub fn rank(&self) -> Rank {
        let due = self.due.as_ref().map_or(Date::MAX, |due| due.on);
        Rank { due, case: self.case.clone() }
    }
}

impl Case {
    /// Whose move it is: owners of the procedure's steps. None once the case is over.
    pub fn waits_for(&self, rules: Rules<'_>, now: Timestamp) -> BTreeSet<String> {
        let procedure = rules.procedure;
        let mut next = Vec::new();
        let mut tracks = BTreeSet::new();
        match self.status {
            Status::Draft => next.push(ActionKind::Submit),
            Status::Submitted => next.push(match self.open_correction() {
                // Once the time to correct is over, it is for the authority to say what follows.
                Some(_) if self.is_late_to_correct(rules, now) => ActionKind::NotAccept,
                Some(notice) if notice.served.is_some() => ActionKind::Correct,
                Some(_) => ActionKind::ServeCorrection,
                None => ActionKind::Accept,
            }),
            Status::Accepted | Status::UnderReview => {
                let open = self.tracks.iter().filter(|(_, answer)| answer.is_none());
                tracks.extend(open.filter_map(|(id, _)| Some(&procedure.track(id)?.owner)));
                next.push(match self.status {
                    Status::Accepted => ActionKind::StartReview,
                    _ => ActionKind::Propose,
                });
            }
            Status::Proposed => next.push(ActionKind::Decide),
            Status::Decided => next.push(ActionKind::ServeDecision),
            Status::Served | Status::NotAccepted => next.push(ActionKind::Close),
            Status::Closed => {}
        }
        let owners = next.into_iter().filter_map(|kind| Some(&procedure.step(kind)?.owner));
        owners.chain(tracks).cloned().collect()
    }

    /// The time limit that ends first of those that run.
    fn due_first(&self, office: &Office, now: Timestamp) -> Option<DueFirst> {
        let running = self.clocks().iter().filter_map(|clock| {
            let state = clock.present(office, now);
            let runs = matches!(
                state.status,
                ClockStatus::Running | ClockStatus::Suspended { .. } | ClockStatus::Unsettled
            );
            let due = state.due.filter(|_| runs)?;
            Some(DueFirst {
                on: due.on,
                clock: clock.spec().id.clone(),
                provisional: due.provisional == Some(Provisional::CalendarUnknown),
            })
        });
        running.min_by(|a, b| (a.on, &a.clock).cmp(&(b.on, &b.clock)))
    }

    /// When the time alone does something next.
    fn wake(&self, rules: Rules<'_>, now: Timestamp) -> Option<Timestamp> {
        if !self.due_records(rules, now).is_empty() {
            return Some(now);
        }
        let office = rules.office;
        let days = self.clocks().iter().flat_map(|clock| {
            let state = clock.present(office, now);
            let runs = matches!(state.status, ClockStatus::Running | ClockStatus::Suspended { .. });
            let warnings = state.warnings.iter().filter(|warning| !warning.given);
            let mut days: Vec<Date> = warnings.map(|warning| warning.on).collect();
            // A limit whose last day is not certain does not pass; that day will move.
            let due = state.due.filter(|due| due.provisional.is_none());
            days.extend(due.and_then(|due| due.on.tomorrow().ok()));
            if runs { days } else { Vec::new() }
        });
        let moments = days.filter_map(|day| office.zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
        moments.filter(|moment| *moment > now).min()
    }
}
