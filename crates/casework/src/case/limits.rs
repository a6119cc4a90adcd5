//! The clocks of a case, and what the law does when they pass.

use std::sync::Arc;

use clock::ledger::TakenEffect;
use clock::{Act, Effect, Event, Ledger, Status as ClockStatus};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Acceptance, Case, Decision, Outcome, Rules, Status, Why};
use crate::action::{ActionKind, Verdict, Verification, What};
use crate::procedure::Clock;

/// Who does what the law does.
const LAW: &str = "law";

impl Case {
    /// What must be recorded at a moment because of the time alone, each with its clock.
    pub fn due_records(&self, rules: Rules<'_>, now: Timestamp) -> Vec<What> {
        // What the law has done by then has ended clocks of which nothing can be recorded any more.
        let case = self.at(rules, now);
        let current = |clock: &&Ledger| {
            let id = &clock.spec().id;
            case.clock(id).is_some_and(|last| std::ptr::eq(last, *clock))
        };
        case.clocks
            .iter()
            .filter(current)
            .flat_map(|clock| {
                // Where the law acts when a limit passes, it is told of once the law has acted.
                let acted = case.has_acted(clock.spec().effect);
                let acts = clock.due_acts(rules.office, now).into_iter();
                acts.filter(move |act| acted || !matches!(act, Act::Expired { .. }))
                    .map(|act| What::Record { clock: clock.spec().id.clone(), act })
            })
            .collect()
    }

    /// Whether the law has done in the case what it does when such a limit passes; where it does
    /// nothing, there is nothing to wait for.
    fn has_acted(&self, effect: Effect) -> bool {
        match effect {
            Effect::None | Effect::Escalate => true,
            Effect::DeemedAccepted => self.accepted.is_some_and(|accepted| accepted.by_silence),
            Effect::DeemedGranted => {
                self.decision.iter().chain(&self.annulled).any(|decision| decision.by.is_none())
            }
            Effect::DeemedAbandoned => self.outcome == Some(Outcome::Abandoned),
        }
    }

    /// Lets the law do what it has done by this moment, in the order of the days.
    pub(super) fn settle(&mut self, rules: Rules<'_>, now: Timestamp) {
        // Each effect moves the case on, and there are fewer statuses than this.
        for _ in 0..4 {
            let mut taken: Vec<(Date, TakenEffect, String, Timestamp, usize)> = self
                .clocks
                .iter()
                .enumerate()
                .filter(|(place, _)| !self.passed.contains(place))
                .filter_map(|(place, clock)| {
                    let state = clock.state(rules.office, now);
                    let effect = state.taken?;
                    let due = state.due?.on;
                    let armed = clock.events().first()?.at;
                    Some((due, effect, clock.spec().id.clone(), armed, place))
                })
                .filter(|(_, taken, ..)| self.is_open_to(taken.effect))
                .collect();
            taken.sort_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
            let Some((due, effect, clock, armed, place)) = taken.into_iter().next() else {
                return;
            };
            self.passed.insert(place);
            self.take_effect(rules, due, effect, &clock, armed);
        }
    }

    /// Whether an effect of silence can still happen to the case.
    fn is_open_to(&self, effect: Effect) -> bool {
        match effect {
            Effect::None | Effect::Escalate => false,
            Effect::DeemedAccepted => self.status == Status::Submitted,
            Effect::DeemedAbandoned => {
                self.status == Status::Submitted && self.open_correction().is_some()
            }
            Effect::DeemedGranted => {
                matches!(self.status, Status::Accepted | Status::UnderReview | Status::Proposed)
            }
        }
    }

    fn take_effect(
        &mut self,
        rules: Rules<'_>,
        due: Date,
        taken: TakenEffect,
        clock: &str,
        armed: Timestamp,
    ) {
        let at = if taken.from == due { end_of_day(rules, due) } else { armed };
        match taken.effect {
            Effect::None | Effect::Escalate => {}
            Effect::DeemedAccepted => {
                self.status = Status::Accepted;
                self.accepted = Some(Acceptance { on: taken.from, by_silence: true });
                // What was asked for too late need not be answered.
                for correction in &mut self.corrections {
                    correction.answered = true;
                }
                self.done.insert(ActionKind::Accept);
                self.start_accepted(rules, at, &format!("{LAW}:{clock}"), LAW, Some(clock));
            }
            Effect::DeemedGranted => {
                self.status = Status::Decided;
                self.decision = Some(Decision {
                    verdict: Verdict::Granted,
                    by: None,
                    prepared_by: None,
                    reasons: String::new(),
                    on: taken.from,
                    at,
                    served: None,
                });
                self.outcome = Some(Outcome::Granted);
                self.prepared = None;
                self.done.insert(ActionKind::Decide);
                let event = format!("{LAW}:{clock}");
                self.run_clocks(rules, ActionKind::Decide, at, &event, LAW, Some(clock));
            }
            Effect::DeemedAbandoned => {
                self.status = Status::Closed;
                self.outcome = Some(Outcome::Abandoned);
                self.stop_clocks(rules, end_of_day(rules, due), LAW, LAW, Some(clock));
            }
        }
    }

    /// Starts what starts with acceptance: the clocks of the step, of the tracks and of the whole.
    pub(super) fn start_accepted(
        &mut self,
        rules: Rules<'_>,
        at: Timestamp,
        event: &str,
        actor: &str,
        passed: Option<&str>,
    ) {
        self.run_clocks(rules, ActionKind::Accept, at, event, actor, passed);
        for track in &rules.procedure.tracks {
            self.tracks.entry(track.id.clone()).or_insert(None);
            self.arm(rules, &track.clock, at, event, actor);
        }
        if let Some(joint) = &rules.procedure.joint {
            self.arm(rules, joint, at, event, actor);
        }
    }

    /// Meets and starts the clocks of a step. A clock that has passed, so that the law did the
    /// step, is not met.
    pub(super) fn run_clocks(
        &mut self,
        rules: Rules<'_>,
        kind: ActionKind,
        at: Timestamp,
        event: &str,
        actor: &str,
        passed: Option<&str>,
    ) {
        let Some(step) = rules.procedure.step(kind) else { return };
        for clock in step.meets.iter().filter(|clock| Some(clock.as_str()) != passed) {
            self.meet(rules, clock, at, event, actor);
        }
        if kind == ActionKind::Decide
            && let Some(joint) = &rules.procedure.joint
        {
            self.meet(rules, joint, at, event, actor);
        }
        for clock in &step.arms {
            self.arm(rules, clock, at, event, actor);
        }
    }

    /// A fact that is a date.
    pub(crate) fn date(&self, fact: &str) -> Option<Date> {
        self.facts.get(fact)?.as_str()?.parse().ok()
    }

    /// The days until which clocks without a length run, by the order of the procedure's clocks.
    pub(super) fn last_days(&self, rules: Rules<'_>) -> Vec<Option<Date>> {
        rules.procedure.clocks.iter().map(|clock| self.last_day(clock)).collect()
    }

    /// The day until which a clock without a length runs: the one that its fact gives, as long as
    /// no source denies that.
    fn last_day(&self, clock: &Clock) -> Option<Date> {
        let fact = clock.until.as_ref()?;
        let said = self.verified.get(fact);
        let denied = said.is_some_and(|said| said.finding == Verification::Denied);
        if denied { None } else { self.date(fact) }
    }

    /// Stops the clocks that ran until another day than now holds for them, and starts them for
    /// that day, if what starts them has been done.
    pub(super) fn follow_days(
        &mut self,
        rules: Rules<'_>,
        before: &[Option<Date>],
        at: Timestamp,
        event: &str,
        actor: &str,
    ) {
        let after = self.last_days(rules);
        let days = before.iter().zip(&after);
        let clocks = rules.procedure.clocks.iter().zip(days);
        for (clock, _) in clocks.filter(|(_, (before, after))| before != after) {
            let id = &clock.law.id;
            for (place, ledger) in self.clocks.iter_mut().enumerate() {
                if ledger.spec().id != *id {
                    continue;
                }
                // Where it has passed, it passed by a day that does not hold: nothing comes of it.
                self.passed.insert(place);
                if runs(ledger, rules, at) {
                    let reason = "the day until which it ran does not hold";
                    stop(ledger, rules, at, event, actor, reason);
                }
            }
            let mut steps = rules.procedure.steps.iter();
            if steps.any(|step| step.arms.contains(id) && self.done.contains(&step.on)) {
                self.arm(rules, id, at, event, actor);
            }
        }
    }

    /// Whether the application was filed too late for a clock to run.
    pub(super) fn is_late_for(&self, clock: &Clock, rules: Rules<'_>) -> bool {
        let late = || {
            let latest = clock
                .filed_before?
                .before(self.date(clock.until.as_ref()?)?, &rules.office.calendar);
            Some(rules.office.day(self.submitted?) > latest)
        };
        late().unwrap_or(false)
    }

    /// Starts a clock, unless the one of this name still runs.
    fn arm(&mut self, rules: Rules<'_>, id: &str, at: Timestamp, event: &str, actor: &str) {
        let runs = self.clock(id).is_some_and(|clock| runs(clock, rules, at));
        let Some(clock) = rules.procedure.clock(id).filter(|_| !runs) else { return };
        let until = self.last_day(clock);
        if until.is_some() != clock.until.is_some() || self.is_late_for(clock, rules) {
            return;
        }
        // A day that is over gives nobody time any more.
        if until.is_some_and(|until| until < rules.office.day(at)) {
            return;
        }
        let armed = Event {
            id: format!("{event}:{id}:armed"),
            at,
            actor: actor.to_owned(),
            act: Act::Armed { until },
        };
        // What was asked for the one before was not asked for this one.
        self.extensions.remove(id);
        self.clocks.push(Ledger::from_events(Arc::clone(&clock.law), vec![armed]));
    }

    pub(super) fn meet(
        &mut self,
        rules: Rules<'_>,
        id: &str,
        at: Timestamp,
        event: &str,
        actor: &str,
    ) {
        let office = rules.office;
        let Some(clock) = self.last_clock(id) else { return };
        // One that has ended, or at whose end the law has acted, has nothing to be met.
        let event =
            Event { id: format!("{event}:{id}:met"), at, actor: actor.to_owned(), act: Act::Met };
        let _ended = clock.append(event, office).is_err();
    }

    /// Whether the clock of this name that was started last runs at a moment.
    pub(super) fn is_running(&self, rules: Rules<'_>, id: &str, at: Timestamp) -> bool {
        self.clock(id).is_some_and(|clock| runs(clock, rules, at))
    }

    /// Stops a clock that runs, because the decision that started it is set aside.
    pub(super) fn stop(
        &mut self,
        rules: Rules<'_>,
        id: &str,
        at: Timestamp,
        event: &str,
        actor: &str,
    ) {
        let Some(clock) = self.last_clock(id).filter(|clock| runs(clock, rules, at)) else {
            return;
        };
        stop(clock, rules, at, event, actor, "the decision was set aside");
    }

    /// Stops the clocks that run when the case ends; one that has passed, so that the law ended the
    /// case, has not been stopped.
    pub(super) fn stop_clocks(
        &mut self,
        rules: Rules<'_>,
        at: Timestamp,
        event: &str,
        actor: &str,
        passed: Option<&str>,
    ) {
        for clock in &mut self.clocks {
            if runs(clock, rules, at) && Some(clock.spec().id.as_str()) != passed {
                stop(clock, rules, at, event, actor, "the case has ended");
            }
        }
    }

    /// Records an act on the clock of this name that was started last.
    pub(super) fn record(&mut self, rules: Rules<'_>, id: &str, event: Event) -> Result<(), Why> {
        let clock = self.last_clock(id).ok_or_else(|| Why::NoClock(id.to_owned()))?;
        clock.append(event, rules.office).map_err(|refused| Why::Clock(refused.to_string()))?;
        Ok(())
    }

    fn last_clock(&mut self, id: &str) -> Option<&mut Ledger> {
        self.clocks.iter_mut().rev().find(|clock| clock.spec().id == id)
    }
}

fn stop(
    clock: &mut Ledger,
    rules: Rules<'_>,
    at: Timestamp,
    event: &str,
    actor: &str,
    reason: &str,
) {
    let stopped = Event {
        id: format!("{event}:{}:stopped", clock.spec().id),
        at,
        actor: actor.to_owned(),
        act: Act::Stopped { reason: reason.to_owned() },
    };
    let _ended = clock.append(stopped, rules.office).is_err();
}

fn runs(clock: &Ledger, rules: Rules<'_>, at: Timestamp) -> bool {
    matches!(
        clock.present(rules.office, at).status,
        ClockStatus::Running | ClockStatus::Suspended { .. } | ClockStatus::Unsettled
    )
}

/// The last second of a day at the authority.
fn end_of_day(rules: Rules<'_>, day: Date) -> Timestamp {
    rules.office.zone.to_timestamp(day.at(23, 59, 59, 0)).unwrap_or(Timestamp::MAX)
}
