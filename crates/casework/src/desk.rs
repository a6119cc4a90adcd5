//! Where actions arrive: judged by the procedure, then kept.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::action::{Action, ActionKind, Actor, Role, What};
use crate::announcement::Announcement;
use crate::case::{Case, KindName, Refusal, Rules, Status, Why};
use crate::duplicate;
use crate::procedures::Procedures;
use crate::store::{Entry, Kept, Store, StoreError, place};
use crate::summary::{Summary, Waking};

/// How often an action of the system is tried again when a case moves on meanwhile.
const TRIES: usize = 8;

/// The most that the time alone does in a case at once; the rest is done the next time.
const MAX_RECORDS: usize = 32;

/// The system's name among the actors.
const SYSTEM: &str = "system";

/// Takes actions for the cases of authorities.
#[derive(Debug)]
pub struct Desk<S> {
    /// Where the cases are kept.
    pub store: S,
    /// The procedures.
    pub procedures: Procedures,
}

/// An action that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Whether it was new.
    pub kept: Kept,
    /// The case in a line, after it and after what the system did because of it.
    pub summary: Summary,
}

/// What the time alone did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The cases that were looked at.
    pub cases: usize,
    /// What was recorded: warnings, passed limits, due dates that moved.
    pub records: usize,
}

/// What was found by folding every case anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refolded {
    /// The cases that were folded.
    pub cases: usize,
    /// Those whose summary was not what the log says.
    pub differing: Vec<String>,
}

/// Why an action was not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// There is no such case, and this does not begin one.
    #[error("there is no case `{0}`")]
    UnknownCase(String),
    /// There is no such procedure.
    #[error("there is no procedure `{0}`")]
    UnknownProcedure(String),
    /// The procedure does not let it be done.
    #[error(transparent)]
    Refused(Refusal),
    /// It was not kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S: Store> Desk<S> {
    /// Takes an action. The very same one again gives the same answer and changes nothing.
    ///
    /// What follows from it is done too: a reconsideration that is handed in contests the decision
    /// of the other case in the same moment, or is not handed in; cases that may be the same are
    /// marked. A decision that meets such a case for the first time is a conflict, and carries the
    /// mark as what was done since.
    ///
    /// # Errors
    ///
    /// A conflict with what others did meanwhile, an action that the procedure does not let be
    /// done, or a failure of the storage.
    pub async fn take(&self, action: &Action) -> Result<Taken, DeskError> {
        let log = self.store.load(&action.case).await?;
        let rules = self.rules(log.first().unwrap_or(action))?;
        // Only what was judged as the next action of this log is put to the storage.
        let placed = place(&log, action)?;
        let mut case = Case::fold(rules, &action.case, &log).map_err(DeskError::Refused)?;
        if let Kept::Known(_) = placed {
            // Whoever sends it again may do so because what follows from it was not done.
            let marked = self.suspect_after(action, &case, rules).await?;
            let answered = || answered(rules, &log, action).map_err(DeskError::Refused);
            let summary = marked.map_or_else(answered, Ok)?;
            return Ok(Taken { kept: placed, summary });
        }
        let (kind, actor) = (action.what.kind(), &action.actor);
        if kind != ActionKind::DeclareConflict && !self.is_impartial(&case, actor).await? {
            let why = Why::ConflictOfInterest(actor.person.clone());
            return Err(DeskError::Refused(Refusal { kind: KindName(kind), why }));
        }
        if action.what.kind() == ActionKind::Decide {
            self.suspect(&case, rules, action.at).await?;
        }
        case.apply(rules, action).map_err(DeskError::Refused)?;
        let own = entry(rules, &case, action.clone());
        let mut summary = own.summary.clone();
        let kept = match &case.reconsiders {
            Some(contested) if action.what == What::Submit => {
                self.append_contesting(own, &case, contested).await?
            }
            _ => self.append(&[own]).await?,
        };
        if let Some(marked) = self.suspect_after(action, &case, rules).await? {
            summary = marked;
        }
        Ok(Taken { kept, summary })
    }

    /// Whether somebody may deal with a case as far as others go: whoever has dealt as an officer
    /// with the case that it reconsiders does not.
    ///
    /// # Errors
    ///
    /// When that case cannot be read.
    pub async fn is_impartial(&self, case: &Case, actor: &Actor) -> Result<bool, DeskError> {
        match &case.reconsiders {
            Some(contested) if actor.role.is_officer() => {
                Ok(!self.folded(contested).await?.0.was_dealt_with_by(&actor.person))
            }
            _ => Ok(true),
        }
    }

    /// Looks for cases that may be the same once others can find this one by its facts, and it
    /// them; gives its line if it was marked.
    async fn suspect_after(
        &self,
        action: &Action,
        case: &Case,
        rules: Rules<'_>,
    ) -> Result<Option<Summary>, DeskError> {
        let handed_in = matches!(action.what.kind(), ActionKind::Submit | ActionKind::Correct);
        if !handed_in || !self.suspect(case, rules, action.at).await? {
            return Ok(None);
        }
        Ok(self.store.summary(&case.id).await?)
    }

    /// A case as it stands at a moment.
    ///
    /// # Errors
    ///
    /// When there is no such case, its log does not hold together, or the storage fails.
    pub async fn case(&self, id: &str, now: Timestamp) -> Result<(Case, Rules<'_>), DeskError> {
        let (case, rules) = self.folded(id).await?;
        Ok((case.at(rules, now), rules))
    }

    /// Records what the time alone has done by now, reading so many cases at a time. Whoever asks
    /// for it answers for the wall clock; see [`clock::tick`].
    ///
    /// # Errors
    ///
    /// A failure of the storage, or a case that does not hold together; what is due in the others
    /// has been recorded then.
    pub async fn record_due(
        &self,
        now: Timestamp,
        at_a_time: usize,
    ) -> Result<Recorded, DeskError> {
        let mut recorded = Recorded::default();
        let mut wrong = None;
        let mut after: Option<Waking> = None;
        loop {
            let waking = self.store.waking(now, after.as_ref(), at_a_time).await?;
            for Waking { case, .. } in &waking {
                recorded.cases += 1;
                match self.record_due_in(case, now).await {
                    Ok(records) => recorded.records += records,
                    // Somebody else moved the case on, or recorded the same: it is looked at again.
                    Err(DeskError::Store(StoreError::Conflict { .. } | StoreError::IdTaken(_))) => {
                    }
                    Err(DeskError::Store(error @ StoreError::Unavailable(_))) => {
                        return Err(error.into());
                    }
                    // The time limits of the others pass all the same.
                    Err(error) => {
                        wrong.get_or_insert(error);
                    }
                }
            }
            match waking.into_iter().last() {
                Some(last) => after = Some(last),
                None => return wrong.map_or(Ok(recorded), Err),
            }
        }
    }

    /// Folds every case anew and puts right the summaries that are not what the logs say; when a
    /// calendar or a procedure has changed, that is how queues and due dates learn of it.
    ///
    /// # Errors
    ///
    /// A failure of the storage, or a case that does not hold together; the others have been put
    /// right then.
    pub async fn refold(&self) -> Result<Refolded, DeskError> {
        let mut refolded = Refolded::default();
        let mut wrong = None;
        let mut after: Option<String> = None;
        loop {
            let cases = self.store.cases(after.as_deref(), 1_000).await?;
            let Some(last) = cases.last() else { return wrong.map_or(Ok(refolded), Err) };
            after = Some(last.clone());
            for id in cases {
                refolded.cases += 1;
                match self.refold_one(&id).await {
                    Ok(true) => refolded.differing.push(id),
                    Ok(false) => {}
                    Err(DeskError::Store(error @ StoreError::Unavailable(_))) => {
                        return Err(error.into());
                    }
                    Err(error) => {
                        wrong.get_or_insert(error);
                    }
                }
            }
        }
    }

    /// Puts the summary of a case right, and says whether that was needed.
    async fn refold_one(&self, id: &str) -> Result<bool, DeskError> {
        for _ in 0..TRIES {
            let (case, rules) = self.folded(id).await?;
            let folded = Summary::of(rules, &case);
            match self.store.summary(id).await? {
                Some(kept) if kept.says_the_same(&folded) => {
                    // What the time does next may come on another day all the same.
                    if kept.wake != folded.wake {
                        self.store.replace_summary(&folded).await?;
                    }
                    return Ok(false);
                }
                // The case has moved on since it was folded.
                Some(kept) if kept.version > folded.version => {}
                _ => {
                    if self.store.replace_summary(&folded).await? {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Adds an action of a case that reconsiders a decision, together with what contests it.
    async fn append_contesting(
        &self,
        own: Entry,
        case: &Case,
        contested: &str,
    ) -> Result<Kept, DeskError> {
        let mut tried = 0;
        loop {
            let (mut other, rules) = self.folded(contested).await?;
            let contest = Action {
                id: format!("{SYSTEM}:contest:{}", case.id),
                case: contested.to_owned(),
                expected_version: other.version,
                at: own.action.at,
                actor: system(),
                on_behalf: None,
                what: What::Contest { by: case.id.clone() },
            };
            let refused =
                |why| DeskError::Refused(Refusal { kind: KindName(ActionKind::Submit), why });
            if other.applicant != case.applicant {
                return Err(refused(Why::OtherPerson(contested.to_owned())));
            }
            let own_procedure = own.summary.procedure.as_str();
            let mut remedies = rules.procedure.remedies.iter();
            if !remedies.any(|remedy| remedy.procedure.as_deref() == Some(own_procedure)) {
                return Err(refused(Why::NoRemedy));
            }
            // One after the other: while one is pending, no second one is heard.
            if let Some(earlier) = other.contested_by.as_ref().filter(|one| **one != case.id)
                && let Some(pending) = self.store.summary(earlier).await?
                && !matches!(pending.status, Status::Closed | Status::NotAccepted)
            {
                return Err(refused(Why::ContestPending(earlier.clone())));
            }
            other.apply(rules, &contest).map_err(DeskError::Refused)?;
            let entries = [own.clone(), entry(rules, &other, contest)];
            match self.append(&entries).await {
                Err(DeskError::Store(StoreError::Conflict { case: moved, .. }))
                    if moved == contested && tried < TRIES =>
                {
                    tried += 1;
                }
                done => return done,
            }
        }
    }

    /// Marks a case and those that may be the same, both ways; says whether it was marked anew.
    async fn suspect(
        &self,
        case: &Case,
        rules: Rules<'_>,
        at: Timestamp,
    ) -> Result<bool, DeskError> {
        let summary = Summary::of(rules, case);
        let shared = self.store.sharing(&summary.keys).await?;
        let mut marked = false;
        let mut seen = BTreeSet::new();
        for (key, other) in shared {
            let rule = duplicate::rule_of(&key).unwrap_or_default();
            if other != case.id && seen.insert(other.clone()) {
                marked |= self.mark(&case.id, &other, rule, at).await?;
                self.mark(&other, &case.id, rule, at).await?;
            }
        }
        Ok(marked)
    }

    /// Marks a case as perhaps the same as another one, unless it is or is over.
    async fn mark(&self, id: &str, of: &str, rule: &str, at: Timestamp) -> Result<bool, DeskError> {
        let mut tried = 0;
        loop {
            let (mut case, rules) = self.folded(id).await?;
            if case.duplicates.contains_key(of) || case.is_over() {
                return Ok(false);
            }
            let mark = Action {
                id: format!("{SYSTEM}:duplicate:{of}"),
                case: id.to_owned(),
                expected_version: case.version,
                at,
                actor: system(),
                on_behalf: None,
                what: What::SuspectDuplicate { of: of.to_owned(), rule: rule.to_owned() },
            };
            case.apply(rules, &mark).map_err(DeskError::Refused)?;
            match self.append(&[entry(rules, &case, mark)]).await {
                Ok(_) => return Ok(true),
                // Somebody else marked it, or did something else: look again.
                Err(DeskError::Store(StoreError::Conflict { .. } | StoreError::IdTaken(_)))
                    if tried < TRIES =>
                {
                    tried += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn record_due_in(&self, id: &str, now: Timestamp) -> Result<usize, DeskError> {
        let (mut case, rules) = self.folded(id).await?;
        let mut entries = Vec::new();
        // What is recorded can start another clock, whose due date is then told.
        while let Some(what) = case.due_records(rules, now).into_iter().next()
            && entries.len() < MAX_RECORDS
        {
            let action = Action {
                id: format!("{SYSTEM}:time:{}", case.version),
                case: id.to_owned(),
                expected_version: case.version,
                at: now,
                actor: system(),
                on_behalf: None,
                what,
            };
            case.apply(rules, &action).map_err(DeskError::Refused)?;
            entries.push(entry(rules, &case, action));
        }
        if entries.is_empty() {
            // The day that was waited for has moved.
            self.store.replace_summary(&Summary::at(rules, &case, now)).await?;
        } else {
            self.store.append(&entries).await?;
        }
        Ok(entries.len())
    }

    /// Adds entries, and says what became of the first.
    async fn append(&self, entries: &[Entry]) -> Result<Kept, DeskError> {
        let kept = self.store.append(entries).await?;
        let lost = || StoreError::Failed("the storage did not say what it kept".to_owned());
        Ok(kept.first().copied().ok_or_else(lost)?)
    }

    /// A case as of its latest action.
    async fn folded(&self, id: &str) -> Result<(Case, Rules<'_>), DeskError> {
        let log = self.store.load(id).await?;
        let first = log.first().ok_or_else(|| DeskError::UnknownCase(id.to_owned()))?;
        let rules = self.rules(first)?;
        Ok((Case::fold(rules, id, &log).map_err(DeskError::Refused)?, rules))
    }

    /// What a case is judged by.
    fn rules(&self, first: &Action) -> Result<Rules<'_>, DeskError> {
        let What::Open { procedure, .. } = &first.what else {
            return Err(DeskError::UnknownCase(first.case.clone()));
        };
        let unknown = || DeskError::UnknownProcedure(procedure.clone());
        self.procedures.rules(procedure).ok_or_else(unknown)
    }
}

/// An action with the case after it.
/// A case in a line as it was answered when an action of its log arrived: after it, and after what
/// the system did in the same moment because of it.
fn answered(rules: Rules<'_>, log: &[Action], action: &Action) -> Result<Summary, Refusal> {
    let mut then = Vec::new();
    let mut rest = log.iter();
    for one in rest.by_ref() {
        then.push(one.clone());
        if one.id == action.id {
            break;
        }
    }
    let at = then.last().map(|last| last.at);
    let followed = rest.take_while(|next| next.actor.role == Role::System && Some(next.at) == at);
    then.extend(followed.cloned());
    Ok(Summary::of(rules, &Case::fold(rules, &action.case, &then)?))
}

fn entry(rules: Rules<'_>, case: &Case, action: Action) -> Entry {
    let summary = Summary::of(rules, case);
    let announcement = Announcement::of(rules.procedure, case, &action);
    Entry { action, summary, announcement }
}

fn system() -> Actor {
    Actor { person: SYSTEM.to_owned(), role: Role::System, department: None }
}
