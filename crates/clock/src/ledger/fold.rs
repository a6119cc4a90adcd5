//! From the events of a clock to its state.
//!
//! The fold sees sets, not a sequence: events are taken by the moment at which they happened in
//! law, so that a notice recorded late counts from when it was served.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::state::{
    Due, Fault, Finding, Provisional, State, Status, Suspension, TakenEffect, Warning,
};
use super::{Act, Event, Office};
use crate::calendar::Calendar;
use crate::day::{self, Day};
use crate::period::Period;
use crate::spec::{ClockSpec, Closing, EffectFrom};

/// The end of a suspension that is open: later than any day there is.
const OPEN: Day = i64::MAX / 4;

pub(super) fn fold(spec: &ClockSpec, events: &[Event], office: &Office, at: Timestamp) -> State {
    let mut state = State {
        status: Status::Waiting,
        armed: None,
        total: 0,
        consumed: 0,
        remaining: 0,
        due: None,
        told: None,
        effect: spec.effect,
        taken: None,
        warnings: Vec::new(),
        suspensions: Vec::new(),
        extended: false,
        findings: Vec::new(),
    };
    let happened = Happened::read(events, office, at, &mut state.findings);
    let Some(armed) = happened.armed(spec, &mut state.findings) else {
        happened.find_unarmed(&mut state.findings);
        return state;
    };
    let today = day::number(office.day(at));
    let count = Count::new(spec, &armed, &office.calendar);
    let stops = happened.stops(spec, &count, &mut state.findings);

    // With suspensions as they are: an open one has no end. Extensions are taken by the day on
    // which they take force, each against the limit as it was until then.
    let intervals = merge(stops.iter().filter_map(Stop::interval));
    let mut budget = count.budget;
    happened.extend(spec, &count, &intervals, &mut budget, &mut state);
    let due = count.due(budget, &intervals);
    happened.find_late_stops(&stops, due, &mut state.findings);

    // As it looks today: an open suspension ends as its notice said, but not before tomorrow.
    let projected = merge(stops.iter().filter_map(|stop| {
        let (from, until) = stop.interval()?;
        let end = stop.expected.map_or(today + 1, |expected| expected.max(today + 1));
        Some((from, if until == OPEN { end.max(from) } else { until }))
    }));
    let projection = count.due(budget, &projected);
    let open = due >= OPEN;
    let provisional = if open {
        Some(Provisional::OpenSuspension)
    } else {
        count.provisional(projection).then_some(Provisional::CalendarUnknown)
    };
    state.due = Some(Due { on: day::date(projection), provisional });
    state.armed = Some(day::date(armed.day));
    state.told = happened.told();
    state.suspensions = suspensions(&stops, due);
    let since = intervals.iter().find(|(from, until)| (*from..*until).contains(&today));
    let stopped = since.map(|interval| interval.0);
    state.status = happened.status(stopped, due, count.provisional(due), today, &mut state);
    let standing = match &state.status {
        Status::Met { on, .. } | Status::Stopped { on } => day::number(*on),
        _ => today,
    };
    let standing = standing.max(armed.day).min(projection);
    let clip = |days: Day| u32::try_from(days.max(0)).unwrap_or(u32::MAX);
    state.consumed = clip(count.running(armed.day, standing, &projected));
    state.remaining = clip(count.running(standing, projection, &projected));
    state.total = state.consumed.saturating_add(state.remaining);
    if let (Status::Expired { on, .. }, true) = (&state.status, spec.effect.is_deemed()) {
        let from = match spec.effect_from {
            EffectFrom::Expiry => *on,
            EffectFrom::Arming => day::date(armed.day),
        };
        state.taken = Some(TakenEffect { effect: spec.effect, from });
    }
    if matches!(state.status, Status::Running | Status::Unsettled) {
        state.warnings = warnings(spec, &office.calendar, &happened, day::date(projection));
    }
    happened.find_unknown_rungs(spec, &mut state.findings);
    state.findings.sort_by(|a, b| (&a.event, a.fault as u8).cmp(&(&b.event, b.fault as u8)));
    state
}

/// The events that happened, by their moment, each once.
struct Happened<'e> {
    events: Vec<(Day, &'e Event)>,
    /// The first day on which each notice was served.
    served: BTreeMap<&'e str, Day>,
}

/// How a clock was armed.
struct Armed {
    day: Day,
    until: Option<Day>,
}

/// A suspension as far as it has force by itself.
struct Stop<'e> {
    id: &'e str,
    event: &'e str,
    ground: &'e str,
    from: Option<Day>,
    until: Option<Day>,
    expected: Option<Day>,
    on_ground: bool,
}

impl Stop<'_> {
    fn interval(&self) -> Option<(Day, Day)> {
        let from = self.from.filter(|_| self.on_ground)?;
        Some((from, self.until.unwrap_or(OPEN).max(from)))
    }
}

impl<'e> Happened<'e> {
    fn read(
        events: &'e [Event],
        office: &Office,
        at: Timestamp,
        findings: &mut Vec<Finding>,
    ) -> Happened<'e> {
        let mut known: Vec<&Event> = events.iter().filter(|event| event.at <= at).collect();
        // What is recorded twice is written down in one order, whichever came first.
        known.sort_by(|a, b| {
            (a.at, &a.id).cmp(&(b.at, &b.id)).then_with(|| written(a).cmp(&written(b)))
        });
        let mut ids = BTreeSet::new();
        let mut happened = Vec::with_capacity(known.len());
        let mut served = BTreeMap::new();
        for (index, event) in known.iter().enumerate() {
            if !ids.insert(event.id.as_str()) {
                let copy = known.iter().take(index).any(|earlier| earlier == event);
                if !copy {
                    findings.push(Finding { event: event.id.clone(), fault: Fault::SameId });
                }
                continue;
            }
            let day = day::number(office.day(event.at));
            if let Act::Served { notice } = &event.act {
                served.entry(notice.as_str()).or_insert(day);
            }
            happened.push((day, *event));
        }
        Happened { events: happened, served }
    }

    /// The first arming that fits the clock.
    fn armed(&self, spec: &ClockSpec, findings: &mut Vec<Finding>) -> Option<Armed> {
        let mut armed = None;
        for (day, event) in &self.events {
            let Act::Armed { until } = &event.act else { continue };
            if until.is_some() == spec.within.is_some() {
                findings.push(Finding { event: event.id.clone(), fault: Fault::WrongArming });
            } else if armed.is_some() {
                findings.push(Finding { event: event.id.clone(), fault: Fault::ArmedTwice });
            } else {
                armed = Some(Armed { day: *day, until: until.map(day::number) });
            }
        }
        armed
    }

    /// Nothing but notices and stopping has force on a clock that has not started.
    fn find_unarmed(&self, findings: &mut Vec<Finding>) {
        for (_, event) in &self.events {
            if !matches!(event.act, Act::Armed { .. } | Act::Served { .. } | Act::Stopped { .. }) {
                findings.push(Finding { event: event.id.clone(), fault: Fault::NotArmed });
            }
        }
    }

    fn stops(
        &self,
        spec: &ClockSpec,
        count: &Count<'_>,
        findings: &mut Vec<Finding>,
    ) -> Vec<Stop<'e>> {
        let mut stops: Vec<Stop<'e>> = Vec::new();
        let mut fault = |event: &Event, fault| {
            findings.push(Finding { event: event.id.clone(), fault });
        };
        for (day, event) in &self.events {
            let Act::Suspended { suspension, ground, notice, expected } = &event.act else {
                continue;
            };
            // One that never could stop the clock does not take the name from one that does.
            if stops.iter().any(|stop| stop.on_ground && stop.id == suspension) {
                fault(event, Fault::SuspendedTwice);
                continue;
            }
            // A date that the law fixes does not move.
            let on_ground =
                spec.within.is_some() && spec.grounds.iter().any(|known| known.id == *ground);
            if !on_ground {
                fault(event, Fault::UnknownGround);
            }
            let from = self.served.get(notice.as_str()).map(|served| *served.max(day));
            let expected = from.zip(*expected).map(|(from, expected)| {
                day::number(expected.after(day::date(from), count.calendar))
            });
            let (id, event) = (suspension.as_str(), event.id.as_str());
            stops.push(Stop { id, event, ground, from, until: None, expected, on_ground });
        }
        for (day, event) in &self.events {
            let Act::Resumed { suspension } = &event.act else { continue };
            let named = stops.iter_mut().filter(|stop| stop.id == suspension);
            match named.max_by_key(|stop| stop.on_ground) {
                None => fault(event, Fault::UnknownSuspension),
                Some(stop) if stop.until.is_some() => fault(event, Fault::ResumedTwice),
                Some(stop) => stop.until = Some(*day),
            }
        }
        stops
    }

    /// Takes the extension that has force, if one has, into the budget.
    fn extend(
        &self,
        spec: &ClockSpec,
        count: &Count<'_>,
        intervals: &[(Day, Day)],
        budget: &mut Day,
        state: &mut State,
    ) {
        let mut extensions = Vec::new();
        for (day, event) in &self.events {
            let Act::Extended { by, requested_by, approved_by, notice, .. } = &event.act else {
                continue;
            };
            let allowed = spec.extension.as_ref().is_some_and(|extension| {
                extension.by.same_unit(*by) && by.amount() <= extension.by.amount()
            });
            let fault = if !allowed {
                Fault::NotExtendable
            } else if requested_by == approved_by {
                Fault::SelfApproved
            } else {
                // Without a notice it has no force yet; that is no fault.
                if let Some(served) = self.served.get(notice.as_str()) {
                    extensions.push((*served.max(day), event, *by));
                }
                continue;
            };
            state.findings.push(Finding { event: event.id.clone(), fault });
        }
        extensions.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
        for (from, event, by) in extensions {
            let fault = if state.extended {
                Fault::NotExtendable
            } else if from > count.due(*budget, intervals) {
                Fault::TooLate
            } else {
                *budget += count.length(by);
                state.extended = true;
                continue;
            };
            state.findings.push(Finding { event: event.id.clone(), fault });
        }
    }

    fn find_late_stops(&self, stops: &[Stop<'_>], due: Day, findings: &mut Vec<Finding>) {
        for stop in stops.iter().filter(|stop| stop.on_ground) {
            if stop.from.is_some_and(|from| from > due) {
                findings.push(Finding { event: stop.event.to_owned(), fault: Fault::TooLate });
            }
        }
    }

    fn told(&self) -> Option<Date> {
        self.events.iter().rev().find_map(|(_, event)| match &event.act {
            Act::Reprojected { to, .. } => Some(*to),
            _ => None,
        })
    }

    /// Where the clock stands: what ended it, if anything did, and otherwise whether it runs.
    fn status(
        &self,
        suspended: Option<Day>,
        due: Day,
        uncertain: bool,
        today: Day,
        state: &mut State,
    ) -> Status {
        let mut end = None;
        for (day, event) in &self.events {
            // The law's effect came to pass at the end of the last day, before what came later.
            if matches!(event.act, Act::Met | Act::Stopped { .. })
                && state.effect.is_deemed()
                && *day > due
                && !uncertain
            {
                let fault = Fault::TooLate;
                state.findings.push(Finding { event: event.id.clone(), fault });
                continue;
            }
            let ending = match &event.act {
                Act::Met => Status::Met { on: day::date(*day), late: *day > due },
                Act::Stopped { .. } => Status::Stopped { on: day::date(*day) },
                Act::Expired { due: last } => {
                    // What was recorded of a limit that had passed stands; a calendar that is
                    // edited later does not take a person's grant away.
                    let early = *day <= day::number(*last);
                    let fault = if early || *day <= due || uncertain {
                        Some(Fault::NotPassed)
                    } else if day::number(*last) != due {
                        Some(Fault::OtherDue)
                    } else {
                        None
                    };
                    if let Some(fault) = fault {
                        state.findings.push(Finding { event: event.id.clone(), fault });
                    }
                    if early {
                        continue;
                    }
                    Status::Expired { on: *last, recorded: true }
                }
                Act::Armed { .. }
                | Act::Suspended { .. }
                | Act::Served { .. }
                | Act::Resumed { .. }
                | Act::Extended { .. }
                | Act::Reprojected { .. }
                | Act::Warned { .. } => continue,
            };
            match (&end, &ending) {
                (None, _) => end = Some((*day, ending)),
                // What is done after a limit that broke no more than itself is done late.
                (Some((_, Status::Expired { .. })), Status::Met { .. })
                    if !state.effect.is_deemed() =>
                {
                    end = Some((*day, ending));
                }
                _ => {
                    let fault = Fault::Ended;
                    state.findings.push(Finding { event: event.id.clone(), fault });
                }
            }
        }
        match end {
            Some((_, ending)) => ending,
            None if today > due && uncertain => Status::Unsettled,
            None if today > due => Status::Expired { on: day::date(due), recorded: false },
            None => match suspended {
                Some(since) => Status::Suspended { since: day::date(since) },
                None => Status::Running,
            },
        }
    }

    fn find_unknown_rungs(&self, spec: &ClockSpec, findings: &mut Vec<Finding>) {
        for (_, event) in &self.events {
            if let Act::Warned { rung, .. } = &event.act
                && !spec.ladder.iter().any(|known| known.id == *rung)
            {
                findings.push(Finding { event: event.id.clone(), fault: Fault::UnknownRung });
            }
        }
    }
}

/// Text of an event by which events of one moment and identifier can be put in order.
fn written(event: &Event) -> String {
    format!("{:?}", event.act)
}

/// How days are counted against a clock.
struct Count<'c> {
    calendar: &'c Calendar,
    working: bool,
    closing: Closing,
    armed: Day,
    /// How many days of its own it has; for a clock until a date, through that date.
    budget: Day,
    months: i64,
    fixed: bool,
}

impl<'c> Count<'c> {
    fn new(spec: &ClockSpec, armed: &Armed, calendar: &'c Calendar) -> Count<'c> {
        let mut count = Count {
            calendar,
            working: matches!(spec.within, Some(Period::WorkingDays(_))),
            closing: spec.closing,
            armed: armed.day,
            budget: 0,
            months: 0,
            fixed: spec.within.is_none(),
        };
        count.budget = match (spec.within, armed.until) {
            (Some(period), _) => count.length(period),
            (None, until) => until.unwrap_or(armed.day) - armed.day,
        };
        if let Some(Period::Months(months)) = spec.within {
            count.months = i64::from(months.get());
        }
        count
    }

    /// A period in the days in which the clock is counted.
    fn length(&self, period: Period) -> Day {
        match period {
            Period::WorkingDays(days) | Period::Days(days) => i64::from(days.get()),
            Period::Months(more) => {
                let whole = u32::try_from(self.months).unwrap_or(0).saturating_add(more.get());
                let armed = day::date(self.armed);
                let end =
                    Period::months(whole).map_or(armed, |all| all.after(armed, self.calendar));
                day::number(end) - self.armed - self.budget
            }
        }
    }

    /// How many days count after `start`, through `end`.
    fn between(&self, start: Day, end: Day) -> Day {
        if end <= start {
            0
        } else if self.working {
            self.calendar.rank(end) - self.calendar.rank(start)
        } else {
            end - start
        }
    }

    /// The same without the days of suspensions, which do not overlap.
    fn running(&self, start: Day, end: Day, suspended: &[(Day, Day)]) -> Day {
        let stopped: Day = suspended
            .iter()
            .map(|(from, until)| self.between(start.max(from - 1), end.min(until - 1)))
            .sum();
        self.between(start, end) - stopped
    }

    fn advance(&self, day: Day, days: Day) -> Day {
        if days <= 0 {
            day
        } else if self.working {
            self.calendar.select(self.calendar.rank(day) + days)
        } else {
            day + days
        }
    }

    fn close(&self, day: Day) -> Day {
        match self.closing {
            Closing::NextWorkingDay if !self.fixed => self.calendar.forward(day),
            Closing::NextWorkingDay | Closing::AsItFalls => day,
        }
    }

    /// The last day of a budget, or [`OPEN`] while a suspension is open.
    ///
    /// A suspension has force only while the clock runs: one that starts after the last day, with
    /// those before it counted, changes nothing. The suspensions are in order and do not overlap.
    fn due(&self, budget: Day, suspended: &[(Day, Day)]) -> Day {
        if self.fixed {
            return self.armed + budget;
        }
        let (mut day, mut left) = (self.armed, budget);
        for &(from, until) in suspended {
            if from > self.close(self.advance(day, left)) {
                break;
            }
            if until >= OPEN {
                return OPEN;
            }
            // Suspended within the days by which a last day off is put off, it ends on the day
            // on which it runs again, or the next working day.
            left = (left - self.between(day, from - 1)).max(1);
            day = day.max(until - 1);
        }
        self.close(self.advance(day, left))
    }

    /// Whether a last day rests on days of which the calendar does not know if they are worked.
    fn provisional(&self, due: Day) -> bool {
        let rests = self.working || (self.closing == Closing::NextWorkingDay && !self.fixed);
        let from = if self.working { self.armed + 1 } else { due };
        rests
            && due < OPEN
            && due > self.armed
            && !(self.calendar.knows_day(from) && self.calendar.knows_day(due))
    }
}

/// Suspensions in order, those that overlap or touch as one; empty ones are left out.
fn merge(intervals: impl Iterator<Item = (Day, Day)>) -> Vec<(Day, Day)> {
    let mut sorted: Vec<(Day, Day)> = intervals.filter(|(from, until)| from < until).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(Day, Day)> = Vec::with_capacity(sorted.len());
    for (from, until) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

fn suspensions(stops: &[Stop<'_>], due: Day) -> Vec<Suspension> {
    let mut suspensions: Vec<Suspension> = stops
        .iter()
        .map(|stop| Suspension {
            id: stop.id.to_owned(),
            ground: stop.ground.to_owned(),
            from: stop.interval().map(|(from, _)| from).filter(|from| *from <= due).map(day::date),
            until: stop.until.map(day::date),
            expected: stop.expected.map(day::date),
        })
        .collect();
    suspensions.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    suspensions
}

fn warnings(
    spec: &ClockSpec,
    calendar: &Calendar,
    happened: &Happened<'_>,
    due: Date,
) -> Vec<Warning> {
    let given = |rung: &str| {
        happened.events.iter().any(|(_, event)| {
            matches!(&event.act, Act::Warned { rung: of, due: when } if of == rung && *when == due)
        })
    };
    let mut warnings: Vec<Warning> = spec
        .ladder
        .iter()
        .map(|rung| Warning {
            rung: rung.id.clone(),
            on: rung.before.before(due, calendar),
            to: rung.to.clone(),
            due,
            given: given(&rung.id),
        })
        .collect();
    warnings.sort_by(|a, b| (a.on, &a.rung).cmp(&(b.on, &b.rung)));
    warnings
}
