//! What each action needs and does.

use std::collections::BTreeSet;

use clock::{Act, Event, Period};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    Acceptance, Answer, Case, Contradiction, Correction, DISAGREES, Decision, ExtensionRequest,
    Notice, Outcome, Prepared, Refusal, Rules, Status, Verified, Why,
};
use crate::action::{Action, ActionKind, Document, Role, Shortcoming, Verdict, Verification, What};
use crate::proposal::Proposal;

/// The most documents of a case.
const MAX_DOCUMENTS: usize = 500;

/// The longest name or digest of a document, in bytes.
const MAX_NAME: usize = 200;

/// How many actions a case may have before nothing can be handed in any more: each is read whenever
/// the case is.
const MAX_ACTIONS: u64 = 2_000;

impl Case {
    /// Takes an action that arrives, if the actor may and it can be done.
    pub(super) fn judge(&mut self, rules: Rules<'_>, action: &Action) -> Result<(), Why> {
        self.belongs(action)?;
        // What the time has done by then can make a step possible, or impossible.
        self.settle(rules, self.moment(action)?);
        self.may(rules, action)?;
        self.take(rules, action)
    }

    /// Whether the action is the next one of this log.
    pub(super) fn belongs(&self, action: &Action) -> Result<(), Why> {
        if action.case != self.id {
            return Err(Why::OtherCase);
        }
        if action.expected_version != self.version {
            let (expected, actual) = (action.expected_version, self.version);
            return Err(Why::Conflict { expected, actual });
        }
        let kind = action.what.kind();
        if (kind == ActionKind::Open) != (self.version == 0) {
            return Err(Why::WrongStatus(self.status));
        }
        Ok(())
    }

    /// When an action counts. A wall clock that fell back does not bring back what was over; what
    /// was served counts from then, even if that is recorded later.
    fn moment(&self, action: &Action) -> Result<Timestamp, Why> {
        let now = action.at.max(self.latest);
        let Some(served) = action.what.served() else { return Ok(now) };
        let made = match &action.what {
            What::ServeCorrection { .. } => self.corrections.last().map(|one| one.made),
            What::ServeDecision { .. } => self.decision.as_ref().map(|decision| decision.at),
            What::ServeNotice { notice, .. } => self.notices.get(notice).map(|notice| notice.made),
            _ => None,
        };
        if served > now {
            return Err(Why::ServedLater);
        }
        if made.is_some_and(|made| served < made) {
            return Err(Why::ServedEarly);
        }
        Ok(served)
    }

    /// Nothing comes of an action that is in the log.
    pub(super) fn contradict(&mut self, rules: Rules<'_>, action: &Action, refusal: Refusal) {
        self.latest = action.at.max(self.latest);
        self.version += 1;
        self.contradictions.push(Contradiction { version: self.version, refusal });
        self.settle(rules, self.latest);
    }

    /// Does what an action does, whoever takes it.
    pub(super) fn take(&mut self, rules: Rules<'_>, action: &Action) -> Result<(), Why> {
        let kind = action.what.kind();
        let moment = self.moment(action)?;
        self.settle(rules, moment);
        let days = self.last_days(rules);
        self.act(rules, action, moment)?;
        self.appear(action);
        self.follow_days(rules, &days, moment, &action.id, &action.actor.person);
        if kind == ActionKind::Accept {
            self.start_accepted(rules, moment, &action.id, &action.actor.person, None);
        } else {
            self.run_clocks(rules, kind, moment, &action.id, &action.actor.person, None);
        }
        self.letters.extend(rules.procedure.letter_of(&action.what).cloned());
        self.done.insert(kind);
        self.latest = action.at.max(self.latest);
        self.version += 1;
        self.settle(rules, self.latest);
        Ok(())
    }

    /// Remembers on which side somebody has acted.
    fn appear(&mut self, action: &Action) {
        let person = action.actor.person.clone();
        match action.actor.role {
            Role::System => false,
            role if role.is_officer() => self.officers.insert(person),
            _ => self.side.insert(person),
        };
    }

    /// Whether the actor may do this step now.
    fn may(&self, rules: Rules<'_>, action: &Action) -> Result<(), Why> {
        let (kind, actor) = (action.what.kind(), &action.actor);
        // Nobody deals with what concerns themselves.
        let person = &actor.person;
        let concerned = *person == self.applicant || self.side.contains(person);
        if actor.role.is_officer() && (concerned || self.conflicts.contains(person)) {
            return Err(Why::ConflictOfInterest(person.clone()));
        }
        // An officer of a department that has a part in the procedure.
        let takes_part = || {
            let department = actor.department.as_ref();
            let steps = rules.procedure.steps.iter().map(|step| &step.owner);
            let tracks = rules.procedure.tracks.iter().map(|track| &track.owner);
            actor.role.is_officer() && steps.chain(tracks).any(|owner| Some(owner) == department)
        };
        let everywhere = match kind {
            ActionKind::Record | ActionKind::Contest => actor.role == Role::System,
            ActionKind::SuspectDuplicate => takes_part() || actor.role == Role::System,
            ActionKind::ResolveDuplicate | ActionKind::DeclareConflict => takes_part(),
            _ => {
                let step = rules.procedure.step(kind).ok_or(Why::NoStep)?;
                // A track is answered by its own department.
                let owner = match &action.what {
                    What::Answer { track, .. } => rules.procedure.track(track).map(|of| &of.owner),
                    _ => Some(&step.owner),
                };
                let home = !actor.role.is_officer() || actor.department.as_ref() == owner;
                if !step.roles.contains(&actor.role) || !home {
                    return Err(Why::NotYours);
                }
                if !step.after.is_empty() && !step.after.iter().any(|one| self.done.contains(one)) {
                    return Err(Why::TooEarly);
                }
                return Ok(());
            }
        };
        if everywhere { Ok(()) } else { Err(Why::NotYours) }
    }

    fn act(&mut self, rules: Rules<'_>, action: &Action, at: Timestamp) -> Result<(), Why> {
        let person = &action.actor.person;
        match &action.what {
            What::Open { procedure, place, reconsiders } => {
                if *procedure != rules.procedure.id {
                    return Err(Why::OtherProcedure);
                }
                self.opened = at;
                self.applicant.clone_from(action.on_behalf.as_ref().unwrap_or(person));
                self.place.clone_from(place);
                self.reconsiders.clone_from(reconsiders);
            }
            What::SaveDraft { facts, documents } => {
                self.needs(&[Status::Draft])?;
                self.hand_in(rules, facts, documents)?;
            }
            What::Submit => {
                self.needs(&[Status::Draft])?;
                self.has_dates(rules)?;
                self.status = Status::Submitted;
                self.submitted = Some(at);
            }
            What::Accept => {
                self.needs(&[Status::Submitted])?;
                if self.open_correction().is_some() {
                    return Err(Why::CorrectionPending);
                }
                self.status = Status::Accepted;
                self.accepted = Some(Acceptance { on: rules.office.day(at), by_silence: false });
            }
            What::NotAccept { reason } => {
                self.needs(&[Status::Submitted])?;
                // Whoever has been given time to put it right has that time.
                if self.open_correction().is_some_and(|open| open.served.is_some())
                    && self.correcting(rules, at)
                {
                    return Err(Why::CorrectionPending);
                }
                given(reason)?;
                self.status = Status::NotAccepted;
                self.outcome = Some(Outcome::NotAccepted);
                self.stop_clocks(rules, at, &action.id, person, None);
            }
            What::RequestCorrection { notice, items } => {
                self.request_correction(rules, at, notice, items)?;
            }
            What::ServeCorrection { served } => {
                self.needs(&[Status::Submitted])?;
                let open = self.corrections.last_mut();
                let open = open.filter(|one| one.served.is_none() && !one.answered);
                open.ok_or(Why::NoCorrection)?.served = Some(*served);
            }
            What::Correct { facts, documents } => {
                self.needs(&[Status::Submitted])?;
                let open = self.corrections.last();
                if !open.is_some_and(|one| one.served.is_some() && !one.answered) {
                    return Err(Why::NoCorrection);
                }
                self.hand_in(rules, facts, documents)?;
                self.has_dates(rules)?;
                if let Some(open) = self.corrections.last_mut() {
                    open.answered = true;
                }
            }
            What::StartReview => {
                self.needs(&[Status::Accepted])?;
                self.status = Status::UnderReview;
            }
            What::Verify { fact, finding, evidence, valid_for } => {
                self.needs(&[Status::Accepted, Status::UnderReview])?;
                given(evidence)?;
                let office = rules.office;
                let valid_until =
                    valid_for.map(|period| period.after(office.day(at), &office.calendar));
                let (finding, evidence) = (*finding, evidence.clone());
                let verified = Verified { finding, evidence, valid_until };
                // That a source cannot tell takes back nothing that one has told.
                if finding != Verification::Unknown || !self.verified.contains_key(fact) {
                    self.verified.insert(fact.clone(), verified);
                }
            }
            What::Answer { track, verdict, reasons } => {
                self.answer(rules, action, at, (track, *verdict, reasons))?;
            }
            What::Propose { proposal } => self.propose(rules, person, proposal)?,
            What::ConfirmAdverse { item } => {
                self.needs(&[Status::Proposed])?;
                let adverse = self.adverse();
                let prepared = self.prepared.as_mut().ok_or(Why::TooEarly)?;
                if prepared.by == *person {
                    return Err(Why::SamePerson);
                }
                if !adverse.contains(item) {
                    return Err(Why::NotAdverse(item.clone()));
                }
                prepared.confirmed.insert((item.clone(), person.clone()));
            }
            What::ReturnToReview { reason } => {
                self.needs(&[Status::Proposed])?;
                given(reason)?;
                self.prepared = None;
                self.status = Status::UnderReview;
            }
            What::Decide { verdict, reasons } => {
                self.decide(rules, person, at, *verdict, reasons)?;
            }
            What::ServeDecision { served } => {
                self.needs(&[Status::Decided])?;
                self.served = Some(*served);
                if let Some(decision) = &mut self.decision {
                    decision.served = Some(*served);
                }
                self.status = Status::Served;
            }
            What::AnnulDecision { reason } => self.annul(rules, action, at, reason)?,
            What::Close => {
                self.needs(&[Status::Served, Status::NotAccepted])?;
                self.status = Status::Closed;
            }
            What::Withdraw => {
                self.needs(&[
                    Status::Draft,
                    Status::Submitted,
                    Status::Accepted,
                    Status::UnderReview,
                    Status::Proposed,
                ])?;
                self.status = Status::Closed;
                self.outcome = Some(Outcome::Withdrawn);
                self.stop_clocks(rules, at, &action.id, person, None);
            }
            What::Suspend { clock, suspension, ground, notice, expected } => {
                self.announce(rules, at, clock, notice)?;
                let act = Act::Suspended {
                    suspension: suspension.clone(),
                    ground: ground.clone(),
                    notice: notice.clone(),
                    expected: *expected,
                };
                self.record(rules, clock, event(action, clock, at, act))?;
            }
            What::Resume { clock, suspension } => {
                let act = Act::Resumed { suspension: suspension.clone() };
                self.record(rules, clock, event(action, clock, at, act))?;
            }
            What::RequestExtension { clock, by, reason } => {
                given(reason)?;
                self.request_extension(rules, action, at, clock, *by, reason)?;
            }
            What::Extend { clock, by, reason, notice } => {
                given(reason)?;
                let asked = self
                    .extensions
                    .remove(clock)
                    .filter(|asked| asked.by.same_unit(*by) && by.amount() <= asked.by.amount());
                let asked = asked.ok_or_else(|| Why::NotRequested(clock.clone()))?;
                if asked.requested_by == *person {
                    return Err(Why::SamePerson);
                }
                if self.conflicts.contains(&asked.requested_by) {
                    return Err(Why::ConflictOfInterest(asked.requested_by));
                }
                self.announce(rules, at, clock, notice)?;
                let act = Act::Extended {
                    by: *by,
                    requested_by: asked.requested_by,
                    approved_by: person.clone(),
                    reason: reason.clone(),
                    notice: notice.clone(),
                };
                self.record(rules, clock, event(action, clock, at, act))?;
            }
            What::ServeNotice { notice, served } => {
                let waits = self.notices.get_mut(notice).filter(|notice| !notice.served);
                waits.ok_or_else(|| Why::NoNotice(notice.clone()))?.served = true;
                for clock in &mut self.clocks {
                    let act = Act::Served { notice: notice.clone() };
                    let event = event(action, &clock.spec().id, *served, act);
                    clock
                        .append(event, rules.office)
                        .map_err(|refused| Why::Clock(refused.to_string()))?;
                }
            }
            What::Record { clock, act } => {
                if !matches!(
                    act,
                    Act::Warned { .. } | Act::Expired { .. } | Act::Reprojected { .. }
                ) {
                    return Err(Why::NotOfTime);
                }
                self.record(rules, clock, event(action, clock, at, act.clone()))?;
            }
            What::SuspectDuplicate { of, .. } => {
                if self.is_over() {
                    return Err(Why::WrongStatus(self.status));
                }
                if *of == self.id {
                    return Err(Why::OtherCase);
                }
                // What a person has said of it stands.
                self.duplicates.entry(of.clone()).or_insert(None);
            }
            What::ResolveDuplicate { of, same, reason } => {
                given(reason)?;
                let found =
                    self.duplicates.get_mut(of).ok_or_else(|| Why::NotSuspected(of.clone()))?;
                *found = Some(*same);
            }
            What::DeclareConflict { person: of, reason } => {
                given(reason)?;
                self.declare_conflict(person, of)?;
            }
            What::Contest { by } => {
                if *by == self.id {
                    return Err(Why::OtherCase);
                }
                if !rules.procedure.is_contestable(rules, self, at) {
                    return Err(Why::WrongStatus(self.status));
                }
                self.contested_by = Some(by.clone());
            }
        }
        Ok(())
    }

    /// A notice of a suspension or an extension of a clock that runs is made.
    fn announce(
        &mut self,
        rules: Rules<'_>,
        at: Timestamp,
        clock: &str,
        notice: &str,
    ) -> Result<(), Why> {
        if self.clock(clock).is_some() && !self.is_running(rules, clock, at) {
            return Err(Why::NotRunning(clock.to_owned()));
        }
        if self.notices.contains_key(notice) {
            return Err(Why::NoticeTaken(notice.to_owned()));
        }
        self.notices.insert(notice.to_owned(), Notice { made: at, served: false });
        Ok(())
    }

    /// More time is asked for, as much as the law gives for a limit that runs.
    fn request_extension(
        &mut self,
        rules: Rules<'_>,
        action: &Action,
        at: Timestamp,
        clock: &str,
        by: Period,
        reason: &str,
    ) -> Result<(), Why> {
        let ledger = self.clock(clock).ok_or_else(|| Why::NoClock(clock.to_owned()))?;
        if !self.is_running(rules, clock, at) {
            return Err(Why::NotRunning(clock.to_owned()));
        }
        let requested_by = action.actor.person.clone();
        // What could not be approved is not asked for either: it is tried on a copy.
        let approved = Act::Extended {
            by,
            requested_by: requested_by.clone(),
            approved_by: String::new(),
            reason: reason.to_owned(),
            notice: String::new(),
        };
        let tried = ledger.clone().append(event(action, clock, at, approved), rules.office);
        tried.map_err(|refused| Why::Clock(refused.to_string()))?;
        let asked = ExtensionRequest { by, reason: reason.to_owned(), requested_by };
        self.extensions.insert(clock.to_owned(), asked);
        Ok(())
    }

    /// Whether the time that the person has for a correction runs.
    fn correcting(&self, rules: Rules<'_>, at: Timestamp) -> bool {
        let step = rules.procedure.step(ActionKind::ServeCorrection);
        let mut clocks = step.iter().flat_map(|step| &step.arms);
        clocks.any(|clock| self.is_running(rules, clock, at))
    }

    /// Whether the time that the person had for a correction is over; where the law gives none, it
    /// never is.
    pub(crate) fn is_late_to_correct(&self, rules: Rules<'_>, at: Timestamp) -> bool {
        let step = rules.procedure.step(ActionKind::ServeCorrection);
        let mut clocks = step.iter().flat_map(|step| &step.arms);
        let given = clocks.any(|clock| self.clock(clock).is_some());
        given && !self.correcting(rules, at)
    }

    fn needs(&self, statuses: &[Status]) -> Result<(), Why> {
        if statuses.contains(&self.status) { Ok(()) } else { Err(Why::WrongStatus(self.status)) }
    }

    /// The dates until which clocks run must be there before one of them is to start.
    fn has_dates(&self, rules: Rules<'_>) -> Result<(), Why> {
        let facts = rules.procedure.clocks.iter().filter_map(|clock| clock.until.as_ref());
        match facts.into_iter().find(|fact| self.date(fact).is_none()) {
            Some(fact) => Err(Why::NoDate(fact.clone())),
            None => Ok(()),
        }
    }

    fn hand_in(
        &mut self,
        rules: Rules<'_>,
        facts: &Map<String, Value>,
        documents: &[Document],
    ) -> Result<(), Why> {
        if self.documents.len() + documents.len() > MAX_DOCUMENTS || self.version >= MAX_ACTIONS {
            return Err(Why::TooMuch);
        }
        for document in documents {
            if document.id.len() > MAX_NAME || document.digest.len() > MAX_NAME {
                return Err(Why::TooMuch);
            }
            if !rules.procedure.documents.iter().any(|known| known.id == document.kind) {
                return Err(Why::UnknownDocument(document.kind.clone()));
            }
            if self.documents.iter().any(|had| had.id == document.id) {
                return Err(Why::CopyTaken(document.id.clone()));
            }
            self.documents.push(document.clone());
        }
        for (name, value) in facts {
            if self.facts.get(name) != Some(value) {
                self.facts.insert(name.clone(), value.clone());
                // What a source said was about another value.
                self.verified.remove(name);
            }
        }
        Ok(())
    }

    /// Everything is asked for at once: a second notice may only fault what was not there for the
    /// first.
    fn request_correction(
        &mut self,
        rules: Rules<'_>,
        made: Timestamp,
        notice: &str,
        items: &[Shortcoming],
    ) -> Result<(), Why> {
        self.needs(&[Status::Submitted])?;
        if self.open_correction().is_some() {
            return Err(Why::CorrectionPending);
        }
        if items.is_empty() {
            return Err(Why::NothingAsked);
        }
        for item in items {
            if !rules.procedure.documents.iter().any(|known| known.id == item.document) {
                return Err(Why::UnknownDocument(item.document.clone()));
            }
            given(&item.why)?;
            if let Some(earlier) = self.corrections.last() {
                let copy = item.copy.as_ref().filter(|copy| !earlier.seen.contains(*copy));
                let new = |copy: &String| {
                    self.documents.iter().any(|had| had.id == *copy && had.kind == item.document)
                };
                if !copy.is_some_and(new) {
                    return Err(Why::SecondNotice);
                }
            }
        }
        let seen: BTreeSet<String> = self.documents.iter().map(|had| had.id.clone()).collect();
        self.corrections.push(Correction {
            notice: notice.to_owned(),
            made,
            items: items.to_vec(),
            served: None,
            answered: false,
            seen,
        });
        Ok(())
    }

    fn answer(
        &mut self,
        rules: Rules<'_>,
        action: &Action,
        at: Timestamp,
        (track, verdict, reasons): (&String, Verdict, &String),
    ) -> Result<(), Why> {
        self.needs(&[Status::Accepted, Status::UnderReview])?;
        let unknown = || Why::UnknownTrack(track.clone());
        let clock = rules.procedure.track(track).ok_or_else(unknown)?.clock.clone();
        if verdict == Verdict::Refused {
            given(reasons)?;
        }
        let answer = self.tracks.get_mut(track).ok_or_else(unknown)?;
        let by = action.actor.person.clone();
        let said = Answer { verdict, reasons: reasons.clone(), by };
        // A department may correct what it said, as long as nothing is proposed.
        if answer.as_ref() == Some(&said) {
            return Err(Why::Answered(track.clone()));
        }
        *answer = Some(said);
        self.meet(rules, &clock, at, &action.id, &action.actor.person);
        Ok(())
    }

    fn propose(&mut self, rules: Rules<'_>, by: &str, proposal: &Proposal) -> Result<(), Why> {
        self.needs(&[Status::UnderReview])?;
        let unanswered = self.tracks.iter().find(|(_, answer)| answer.is_none());
        if let Some((track, _)) = unanswered {
            return Err(Why::Unanswered(track.clone()));
        }
        let facts: Option<Map<String, Value>> = serde_json::from_str(&proposal.facts).ok();
        let own = rules.procedure.facts_of_rules(&self.facts);
        if facts.as_ref() != Some(&own) || proposal.programme != rules.procedure.programme {
            return Err(Why::OtherFacts);
        }
        match &proposal.opinion {
            None if rules.procedure.programme.is_empty() => return Err(Why::NoReason),
            None => {}
            Some(opinion) => {
                given(&opinion.reasons)?;
                opinion.adverse.iter().try_for_each(|item| given(item))?;
                if !proposal.is_open() {
                    return Err(Why::RulesDecide);
                }
                let named = |item: &String| proposal.adverse.contains(item);
                if !opinion.adverse.iter().all(named) {
                    return Err(Why::OtherFacts);
                }
            }
        }
        let confirmed = BTreeSet::new();
        self.prepared = Some(Prepared { proposal: proposal.clone(), by: by.to_owned(), confirmed });
        self.status = Status::Proposed;
        Ok(())
    }

    fn decide(
        &mut self,
        rules: Rules<'_>,
        by: &String,
        at: Timestamp,
        verdict: Verdict,
        reasons: &str,
    ) -> Result<(), Why> {
        self.needs(&[Status::Proposed])?;
        let prepared = self.prepared.as_ref().ok_or(Why::TooEarly)?;
        if prepared.by == *by {
            return Err(Why::SamePerson);
        }
        // The machine proposes; a person gives the reasons, whichever way it goes.
        given(reasons)?;
        // What was prepared by somebody who must not act is examined anew.
        let answered = self.tracks.values().flatten().map(|answer| &answer.by);
        let mut prepared_by = answered.chain([&prepared.by]);
        if let Some(barred) = prepared_by.find(|person| self.conflicts.contains(*person)) {
            return Err(Why::ConflictOfInterest(barred.clone()));
        }
        let adverse = self.adverse();
        let open = |item: &&String| !prepared.confirmed.contains(&((*item).clone(), by.clone()));
        if let Some(item) = adverse.iter().find(open) {
            return Err(Why::Unconfirmed(item.clone()));
        }
        match verdict {
            // The rules hold nothing against the person, nor does anybody else. A decision that is
            // reconsidered is upheld for reasons that rules know nothing of.
            Verdict::Refused
                if adverse.is_empty()
                    && prepared.proposal.opinion.is_none()
                    && self.reconsiders.is_none() =>
            {
                return Err(Why::NothingAgainst);
            }
            Verdict::Refused => {}
            Verdict::Granted => {
                let refused = adverse.iter().find_map(|item| item.strip_prefix(DISAGREES));
                if let Some(track) = refused {
                    return Err(Why::TrackRefused(track.to_owned()));
                }
            }
        }
        if let Some((of, _)) = self.duplicates.iter().find(|(_, said)| said.is_none()) {
            return Err(Why::DuplicateUnresolved(of.clone()));
        }
        self.decision = Some(Decision {
            verdict,
            by: Some(by.clone()),
            prepared_by: Some(prepared.by.clone()),
            reasons: reasons.to_owned(),
            on: rules.office.day(at),
            at,
            served: None,
        });
        self.outcome = Some(match verdict {
            Verdict::Granted => Outcome::Granted,
            Verdict::Refused => Outcome::Refused,
        });
        self.status = Status::Decided;
        Ok(())
    }

    /// What people say of themselves counts at once; what they say of another counts when a second
    /// person says it too, so that nobody alone keeps another from a case.
    fn declare_conflict(&mut self, by: &String, of: &String) -> Result<(), Why> {
        if self.conflicts.contains(of) {
            return Ok(());
        }
        if by != of {
            let declared = self.declared.entry(of.clone()).or_default();
            if !declared.insert(by.clone()) {
                return Err(Why::Declared(of.clone()));
            }
            if declared.len() < 2 {
                return Ok(());
            }
        }
        self.declared.remove(of);
        self.conflicts.insert(of.clone());
        Ok(())
    }

    /// A decision is never edited: it is set aside, and the case is examined again. One that is
    /// contested can be set aside after the case was closed.
    fn annul(
        &mut self,
        rules: Rules<'_>,
        action: &Action,
        at: Timestamp,
        reason: &str,
    ) -> Result<(), Why> {
        let closed = self.status == Status::Closed && self.contested_by.is_some();
        if !closed {
            self.needs(&[Status::Decided, Status::Served])?;
        }
        given(reason)?;
        let by = &action.actor.person;
        let decision = self.decision.clone().ok_or(Why::WrongStatus(self.status))?;
        if decision.by.as_ref() == Some(by) {
            return Err(Why::SamePerson);
        }
        // What was to follow from the decision need not follow.
        for kind in [ActionKind::Decide, ActionKind::ServeDecision] {
            for clock in rules.procedure.step(kind).iter().flat_map(|step| &step.arms) {
                self.stop(rules, clock, at, &action.id, by);
            }
        }
        self.decision = None;
        self.annulled.push(decision);
        self.prepared = None;
        self.outcome = None;
        self.served = None;
        self.status = Status::UnderReview;
        Ok(())
    }
}

impl What {
    /// When something was served, for what records that.
    pub(crate) fn served(&self) -> Option<Timestamp> {
        match self {
            What::ServeCorrection { served }
            | What::ServeDecision { served }
            | What::ServeNotice { served, .. } => Some(*served),
            _ => None,
        }
    }
}

fn given(reason: &str) -> Result<(), Why> {
    if reason.trim().is_empty() { Err(Why::NoReason) } else { Ok(()) }
}

fn event(action: &Action, clock: &str, at: Timestamp, act: Act) -> Event {
    Event { id: format!("{}:{clock}", action.id), at, actor: action.actor.person.clone(), act }
}
