//! Clocks as ledgers: what happened to a time limit, and what follows from it.

mod fold;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::period::Period;
use crate::spec::ClockSpec;
pub use state::{
    Due, Fault, Finding, Provisional, State, Status, Suspension, TakenEffect, Warning,
};

/// The authority that keeps a clock: whose calendar counts, and where its days begin and end.
#[derive(Debug, Clone)]
pub struct Office {
    /// Its working days.
    pub calendar: Arc<Calendar>,
    /// Its time zone.
    pub zone: TimeZone,
}

impl Office {
    /// The day on which a moment falls at the authority.
    pub fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}

/// Something that happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Made by whoever recorded it; the same event twice has the same identifier.
    pub id: String,
    /// When it happened in law, as the day of service of a notice.
    pub at: Timestamp,
    /// Who recorded it.
    pub actor: String,
    /// What happened.
    pub act: Act,
}

/// What can happen to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Act {
    /// It started. The day itself is not counted.
    Armed {
        /// The last day, for clocks that run until a date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// It was stopped on a ground. That holds from the day on which the notice of it is served.
    Suspended {
        /// What this suspension is called.
        suspension: String,
        /// A ground of the clock.
        ground: String,
        /// The notice that tells the person of it.
        notice: String,
        /// How long it is expected to last, as the notice says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Period>,
    },
    /// A notice was served.
    Served {
        /// The notice.
        notice: String,
    },
    /// The ground of a suspension fell away. The day is counted again.
    Resumed {
        /// The suspension.
        suspension: String,
    },
    /// It was made longer. That holds if the notice was served before it ran out.
    Extended {
        /// By how much.
        by: Period,
        /// Who asked for it.
        requested_by: String,
        /// Who approved it: someone else.
        approved_by: String,
        /// Why, as the notice says.
        reason: String,
        /// The notice that tells the person of it.
        notice: String,
    },
    /// The due date that had been told changed.
    Reprojected {
        /// The version of the calendar that it was worked out with.
        calendar: String,
        /// The due date that was told before, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        /// The due date as it is told now.
        to: Date,
        /// Whether it is still provisional.
        provisional: bool,
        /// Why it changed, as [`Ledger::due_acts`] names it.
        reason: String,
    },
    /// A warning was given. Each rung warns once of each due date.
    Warned {
        /// The rung of the ladder.
        rung: String,
        /// The due date that it warned of.
        due: Date,
    },
    /// What the limit was for was done.
    Met,
    /// It was found that the limit had passed, and the effect was put before a person.
    Expired {
        /// The last day.
        due: Date,
    },
    /// It no longer matters, as when an application is withdrawn.
    Stopped {
        /// Why.
        reason: String,
    },
}

/// The events of one clock. Nothing is ever taken out of it.
///
/// The same events give the same state, in whatever order they were recorded.
///
/// ```
/// # use std::sync::Arc;
/// # use clock::{Act, Basis, Calendar, ClockSpec, Event, Ledger, Office, Period, Status};
/// # use jiff::{Timestamp, civil::date, tz::TimeZone};
/// # let about = "id = 'zz'\nversion = '1'\ntitle = { zh = '例', en = 'e' }\n\
/// #   working_weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']\n\
/// #   known_from = 2026-01-01\nknown_through = 2026-12-31\nsource = { zh = '例', en = 'e' }";
/// # let calendar = Arc::new(Calendar::read(about, "date,kind,name_zh,name_en\n").unwrap());
/// # let spec: ClockSpec = serde_json::from_str(
/// #   r#"{"id": "decision", "basis": {"instrument": "zz/law", "item": "art. 1"},
/// #       "within": {"working_days": 5}}"#).unwrap();
/// let office = Office { calendar, zone: TimeZone::get("Asia/Shanghai").unwrap() };
/// let mut ledger = Ledger::new(Arc::new(spec));
/// let armed = Event {
///     id: "1".to_owned(),
///     at: "2026-11-02T09:00:00+08:00".parse().unwrap(),
///     actor: "clerk".to_owned(),
///     act: Act::Armed { until: None },
/// };
/// ledger.append(armed, &office).unwrap();
/// let now: Timestamp = "2026-11-04T12:00:00+08:00".parse().unwrap();
/// let state = ledger.state(&office, now);
/// assert_eq!(state.status, Status::Running);
/// assert_eq!((state.consumed, state.remaining), (2, 3));
/// assert_eq!(state.due.unwrap().on, date(2026, 11, 9));
/// ```
#[derive(Debug, Clone)]
pub struct Ledger {
    spec: Arc<ClockSpec>,
    events: Vec<Event>,
}

/// Whether an event was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It was added.
    New,
    /// The very same event was there already.
    Known,
}

/// Why an event was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event `{event}` cannot be recorded on the clock `{clock}`: {finding}")]
pub struct Refused {
    /// The event.
    pub event: String,
    /// The clock.
    pub clock: String,
    /// What is wrong with it.
    pub finding: Finding,
}

impl Ledger {
    /// A clock to which nothing has happened.
    pub fn new(spec: Arc<ClockSpec>) -> Ledger {
        Ledger { spec, events: Vec::new() }
    }

    /// A clock with its events as they were stored. Faulty ones are findings of its state.
    pub fn from_events(spec: Arc<ClockSpec>, events: Vec<Event>) -> Ledger {
        Ledger { spec, events }
    }

    /// What the law says of it.
    pub fn spec(&self) -> &ClockSpec {
        &self.spec
    }

    /// What happened, in the order in which it was recorded.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The moment of its latest event.
    pub fn latest(&self) -> Option<Timestamp> {
        self.events.iter().map(|event| event.at).max()
    }

    /// Adds an event. The very same one again changes nothing.
    ///
    /// # Errors
    ///
    /// An event that the law gives no force, or that contradicts what is there.
    pub fn append(&mut self, event: Event, office: &Office) -> Result<Appended, Refused> {
        if self.events.contains(&event) {
            return Ok(Appended::Known);
        }
        let id = event.id.clone();
        let last = self.latest().map_or(event.at, |latest| latest.max(event.at));
        self.events.push(event);
        let found = self.state(office, last).findings;
        match found.into_iter().find(|finding| finding.event == id) {
            None => Ok(Appended::New),
            Some(finding) => {
                self.events.pop();
                Err(Refused { event: id, clock: self.spec.id.clone(), finding })
            }
        }
    }

    /// The state at a moment: what happened later is left out.
    pub fn state(&self, office: &Office, at: Timestamp) -> State {
        fold::fold(&self.spec, &self.events, office, at)
    }

    /// The state now. A wall clock that fell behind does not undo what has been recorded.
    pub fn present(&self, office: &Office, now: Timestamp) -> State {
        self.state(office, self.latest().map_or(now, |latest| latest.max(now)))
    }

    /// What must be recorded now because of the time alone: warnings that have fallen due, a limit
    /// that has passed, and a due date that is no longer the one that was told.
    ///
    /// Why it is not is `first-told`; `extension` or `suspension`, if one has had force since;
    /// `calendar`, if it was told by another version of it; else `law`: the limit is another one.
    pub fn due_acts(&self, office: &Office, now: Timestamp) -> Vec<Act> {
        let state = self.present(office, now);
        let today = office.day(self.latest().map_or(now, |latest| latest.max(now)));
        let mut acts = Vec::new();
        if let (Status::Running | Status::Suspended { .. } | Status::Unsettled, Some(due)) =
            (&state.status, state.due)
            && state.told != Some(due.on)
            && due.provisional != Some(Provisional::OpenSuspension)
        {
            acts.push(Act::Reprojected {
                calendar: office.calendar.version().to_owned(),
                from: state.told,
                to: due.on,
                provisional: due.provisional.is_some(),
                reason: self.cause(office).to_owned(),
            });
        }
        for warning in state.warnings.iter().filter(|warning| !warning.given && warning.on <= today)
        {
            acts.push(Act::Warned { rung: warning.rung.clone(), due: warning.due });
        }
        if let Status::Expired { on, recorded: false } = &state.status {
            acts.push(Act::Expired { due: *on });
        }
        acts
    }

    /// Why the due date is not the one that was told last.
    fn cause(&self, office: &Office) -> &'static str {
        let mut notices = BTreeMap::new();
        let mut told: Option<&str> = None;
        let mut since = None;
        for event in &self.events {
            match &event.act {
                Act::Extended { notice, .. } => {
                    notices.insert(notice.as_str(), "extension");
                }
                Act::Suspended { notice, .. } => {
                    notices.insert(notice.as_str(), "suspension");
                }
                // Only what was served has force; notices of other limits come by here too.
                Act::Served { notice } => since = notices.get(notice.as_str()).copied().or(since),
                Act::Resumed { .. } => since = Some("suspension"),
                Act::Reprojected { calendar, .. } => {
                    (told, since) = (Some(calendar.as_str()), None)
                }
                _ => {}
            }
        }
        match (told, since) {
            (None, _) => "first-told",
            (_, Some(since)) => since,
            (Some(told), None) if told != office.calendar.version() => "calendar",
            _ => "law",
        }
    }
}
