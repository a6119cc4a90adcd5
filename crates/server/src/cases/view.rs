//! What a case looks like to whoever asks: the person's side sees what it was told, officers see
//! the file.

use std::collections::BTreeMap;

use casework::action::{ActionKind, Role, What};
use casework::case::{self, Rules};
use casework::standing::Standing;
use casework::summary::Summary;
use casework::{Action, Case};
use clock::ledger::{self, Provisional};
use clock::{Ledger, Status as ClockStatus};
use fluent_bundle::FluentArgs;
use jiff::Timestamp;
use policy::assessment::OutcomeRef;
use serde_json::Value;

use super::access::{Caller, Sight};
use super::wire::{
    Acceptance, ActionLine, Adverse, CaseLine, CaseState, ClockState, Competent, Conflict,
    Correction, Decision, Documents, DueFirst, ExtensionRequested, LetterSent, MissingDocument,
    NextStep, Owner, Prepared, PromisedDocument, RequiredDocument, Suspension, Text, Track,
    Verified, Warning,
};
use super::{Cases, Found, next};
use crate::language::Language;
use crate::messages;

/// A case as it stands.
pub(crate) fn state(
    cases: &Cases,
    Found { log, case, rules, sight, now }: &Found<'_>,
    caller: &Caller,
) -> CaseState {
    let (rules, sight, now) = (*rules, *sight, *now);
    let procedure = rules.procedure;
    let officer = sight == Sight::Officer;
    let told = officer || is_told(case);
    let step = |kind: ActionKind| {
        let title = procedure.step(kind).map(|step| (&step.title).into());
        Some(NextStep { what: kind_name(kind), title: title? })
    };
    let category = super::proposal::category(&cases.library, rules, case, now);
    let value = category.as_ref().map(|category| &*category.value);
    let owners = case.waits_for(rules, now);
    let owners = procedure.owners.iter().filter(|owner| owners.contains(&owner.id));
    CaseState {
        case: case.id.clone(),
        version: case.version,
        procedure: procedure.id.clone(),
        title: (&procedure.title).into(),
        place: case.place.clone(),
        departments: departments(cases, procedure, case),
        applicant: case.applicant.clone(),
        status: case.status,
        outcome: case.outcome.filter(|_| told),
        flags: flags(case.flags(rules, now), officer),
        waits_for: owners.map(owner).collect(),
        next: next::steps(rules, case, &caller.actor, now).into_iter().filter_map(step).collect(),
        opened: case.opened,
        submitted: case.submitted,
        accepted: case
            .accepted
            .map(|accepted| Acceptance { on: accepted.on, by_silence: accepted.by_silence }),
        facts: case.facts.clone(),
        standings: standings(rules, case, now, officer),
        verified: case.verified.iter().filter(|_| officer).map(verified).collect(),
        documents: Documents {
            had: case.documents.iter().map(Into::into).collect(),
            missing: missing(procedure, case, value),
            promised: promised(procedure, case, category.as_ref()),
            elsewhere: BTreeMap::new(),
        },
        clocks: case.clocks().iter().map(|clock| clock_state(rules, clock, now, officer)).collect(),
        extensions_requested: if officer { extensions(case) } else { BTreeMap::new() },
        corrections: case
            .corrections
            .iter()
            .filter(|one| officer || one.served.is_some())
            .map(correction)
            .collect(),
        tracks: tracks(rules, case, officer),
        proposal: case.prepared.as_ref().filter(|_| officer).map(|put| prepared(case, put)),
        decision: case.decision.as_ref().filter(|_| told).map(|one| decision(one, officer)),
        remedies: procedure.remedies_at(rules, case, now).into_iter().map(Into::into).collect(),
        annulled: case
            .annulled
            .iter()
            .filter(|one| officer || one.served.is_some())
            .map(|one| decision(one, officer))
            .collect(),
        letters: letters(rules, log),
        duplicates: if officer { case.duplicates.clone() } else { Default::default() },
        conflicts: if officer { conflicts(case) } else { Vec::new() },
        reconsiders: case.reconsiders.clone(),
        contested_by: case.contested_by.clone(),
    }
}

/// The departments that deal with a case where it is handled.
fn departments(cases: &Cases, procedure: &casework::Procedure, case: &Case) -> Vec<Competent> {
    let owners = procedure.owners.iter().filter(|owner| !owner.party);
    let find = |owner: &casework::procedure::Owner| {
        let place = case.place.as_ref()?;
        Some(cases.desk.procedures.department(&procedure.id, &owner.id, place))
    };
    owners.map(|owner| Competent::of(&owner.id, find(owner))).collect()
}

/// The letters that went out.
pub(crate) fn letters(rules: Rules<'_>, log: &[Action]) -> Vec<LetterSent> {
    let sent = |(version, action): (u64, &Action)| {
        let id = rules.procedure.letter_of(&action.what)?;
        let known = rules.procedure.letters.iter().find(|letter| letter.id == *id);
        let title = known.map(|letter| (&letter.title).into());
        Some(LetterSent { version, letter: id.clone(), title })
    };
    (1..).zip(log).filter_map(sent).collect()
}

/// A case in a line.
pub(crate) fn line(summary: Summary, sight: Sight) -> CaseLine {
    let officer = sight == Sight::Officer;
    let told = officer
        || summary.flags.contains(&case::Flag::GrantedBySilence)
        || !matches!(summary.status, case::Status::Decided);
    CaseLine {
        case: summary.case,
        version: summary.version,
        procedure: summary.procedure,
        place: summary.place,
        applicant: summary.applicant,
        status: summary.status,
        outcome: summary.outcome.filter(|_| told),
        flags: flags(summary.flags, officer),
        waits_for: summary.waits_for.into_iter().collect(),
        due: summary.due.map(|due| DueFirst {
            on: due.on,
            clock: due.clock,
            provisional: due.provisional,
        }),
        opened: summary.opened,
        submitted: summary.submitted,
        latest: summary.latest,
        reconsiders: summary.reconsiders,
    }
}

/// An action of a log; none where the person has not been told of it.
pub(crate) fn action(
    case: &Case,
    action: &Action,
    version: u64,
    caller: &Caller,
    sight: Sight,
) -> Option<ActionLine> {
    let officer = sight == Sight::Officer;
    let party = is_party(action.actor.role);
    if !(officer || party || tells(case, &action.what)) {
        return None;
    }
    let shown = officer || party;
    let own = officer || action.actor.person == caller.actor.person;
    Some(ActionLine {
        id: own.then(|| action.id.clone()),
        version,
        at: action.at,
        person: shown.then(|| action.actor.person.clone()),
        role: action.actor.role,
        department: action.actor.department.clone(),
        on_behalf: action.on_behalf.clone(),
        kind: kind_name(action.what.kind()),
        what: serde_json::to_value(&action.what).unwrap_or(Value::Null),
    })
}

/// A kind of action by its name.
pub(crate) fn kind_name(kind: ActionKind) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Whether somebody of this role is on the person's side.
pub(crate) fn is_party(role: Role) -> bool {
    matches!(role, Role::Applicant | Role::EmployerAgent | Role::Intermediary)
}

/// Whether the person has been told how the case was decided: the decision was served, or the law
/// decided.
fn is_told(case: &Case) -> bool {
    case.served.is_some() || case.decision.as_ref().is_none_or(|decision| decision.by.is_none())
}

/// Whether the person is told of what an authority does, with its words.
fn tells(case: &Case, what: &What) -> bool {
    match what {
        What::Accept
        | What::NotAccept { .. }
        | What::ServeCorrection { .. }
        | What::StartReview
        | What::ServeDecision { .. }
        | What::ServeNotice { .. }
        | What::AnnulDecision { .. }
        | What::Contest { .. }
        | What::Close => true,
        What::RequestCorrection { notice, .. } => {
            let served = |one: &case::Correction| one.notice == *notice && one.served.is_some();
            case.corrections.iter().any(served)
        }
        // Each decision once it was itself served, also when it was set aside later.
        What::Decide { verdict, reasons } => {
            let this = |one: &&case::Decision| one.verdict == *verdict && one.reasons == *reasons;
            let all = case.annulled.iter().chain(&case.decision);
            all.filter(this).any(|decision| decision.served.is_some())
        }
        _ => false,
    }
}

/// What is particular about a case, without what concerns others.
fn flags(flags: impl IntoIterator<Item = case::Flag>, officer: bool) -> Vec<case::Flag> {
    let inner = [case::Flag::DuplicateSuspected, case::Flag::ConflictOfInterest];
    flags.into_iter().filter(|flag| officer || !inner.contains(flag)).collect()
}

pub(super) fn owner(owner: &casework::procedure::Owner) -> Owner {
    Owner { id: owner.id.clone(), title: (&owner.title).into(), party: owner.party }
}

pub(super) fn required(document: &casework::procedure::RequiredDocument) -> RequiredDocument {
    RequiredDocument {
        id: document.id.clone(),
        title: (&document.title).into(),
        when: document.when.as_ref().map(|when| when.get_ref().clone()),
        commitment_for: document.commitment_for.clone(),
        basis: (&document.basis).into(),
    }
}

/// What the case must have and has not, and what cannot be told yet.
fn missing(
    procedure: &casework::Procedure,
    case: &Case,
    category: Option<&str>,
) -> Vec<MissingDocument> {
    let missing = procedure.missing_documents(&case.facts, category, &case.documents);
    let missing = missing.into_iter().map(|needed| MissingDocument {
        document: required(needed.document),
        open: match needed.need {
            casework::procedure::Need::Open(facts) => Some(facts),
            _ => None,
        },
    });
    missing.collect()
}

/// What the case has not, and may promise because of its category.
fn promised(
    procedure: &casework::Procedure,
    case: &Case,
    category: Option<&OutcomeRef>,
) -> Vec<PromisedDocument> {
    let Some(category) = category else { return Vec::new() };
    let had = |id: &String| case.documents.iter().any(|had| had.kind == *id);
    let text = |language, title: &str| {
        let mut arguments = FluentArgs::new();
        arguments.set("category", title);
        messages::text(language, "document-promised", Some(&arguments))
    };
    let needed = procedure.documents_needed(&case.facts, Some(&category.value));
    needed
        .into_iter()
        .filter(|needed| needed.need == casework::procedure::Need::Promised)
        .filter(|needed| !had(&needed.document.id))
        .map(|needed| PromisedDocument {
            document: required(needed.document),
            message: Text {
                zh: text(Language::Chinese, &category.title.zh),
                en: text(Language::English, &category.title.en),
            },
        })
        .collect()
}

/// Who must not act, and of whom one person alone has said so.
fn conflicts(case: &Case) -> Vec<Conflict> {
    let declared = case.declared.iter().map(|(person, by)| Conflict {
        person: person.clone(),
        in_force: false,
        declared_by: by.iter().cloned().collect(),
    });
    let in_force = case.conflicts.iter().map(|person| Conflict {
        person: person.clone(),
        in_force: true,
        declared_by: Vec::new(),
    });
    in_force.chain(declared).collect()
}

fn verified((fact, verified): (&String, &case::Verified)) -> (String, Verified) {
    let case::Verified { finding, evidence, valid_until } = verified.clone();
    (fact.clone(), Verified { finding, evidence, valid_until })
}

/// How far each fact is to be believed.
fn standings(
    rules: Rules<'_>,
    case: &Case,
    now: Timestamp,
    officer: bool,
) -> BTreeMap<String, Standing> {
    let facts = case.facts.keys().filter(|_| officer);
    let standings = facts.filter_map(|fact| Some((fact.clone(), case.standing(rules, fact, now)?)));
    standings.collect()
}

fn correction(one: &case::Correction) -> Correction {
    Correction {
        notice: one.notice.clone(),
        items: one.items.iter().map(Into::into).collect(),
        served: one.served,
        answered: one.answered,
    }
}

fn tracks(rules: Rules<'_>, case: &Case, officer: bool) -> Vec<Track> {
    let tracks = rules.procedure.tracks.iter();
    tracks
        .map(|track| {
            let answer = case.tracks.get(&track.id).and_then(Option::as_ref);
            Track {
                id: track.id.clone(),
                title: (&track.title).into(),
                owner: track.owner.clone(),
                clock: track.clock.clone(),
                verdict: answer.filter(|_| officer).map(|answer| answer.verdict),
                answered: answer.is_some(),
            }
        })
        .collect()
}

fn prepared(case: &Case, prepared: &case::Prepared) -> Prepared {
    let adverse = case.adverse().into_iter().map(|item| {
        let looked = prepared.confirmed.iter().filter(|(what, _)| *what == item);
        let confirmed_by = looked.map(|(_, who)| who.clone()).collect();
        Adverse { item, confirmed_by }
    });
    Prepared {
        by: prepared.by.clone(),
        on: prepared.proposal.on.clone(),
        place: prepared.proposal.place.clone(),
        adverse: adverse.collect(),
        reasons: prepared.proposal.opinion.as_ref().map(|opinion| opinion.reasons.clone()),
    }
}

fn decision(decision: &case::Decision, officer: bool) -> Decision {
    Decision {
        verdict: decision.verdict,
        by_silence: decision.by.is_none(),
        by: decision.by.clone().filter(|_| officer),
        prepared_by: decision.prepared_by.clone().filter(|_| officer),
        reasons: decision.reasons.clone(),
        on: decision.on,
        served: decision.served,
    }
}

fn clock_state(rules: Rules<'_>, clock: &Ledger, now: Timestamp, officer: bool) -> ClockState {
    let state = clock.present(rules.office, now);
    let spec = clock.spec();
    ClockState {
        id: spec.id.clone(),
        title: rules.procedure.clock(&spec.id).map(|known| (&known.title).into()),
        basis: (&spec.basis).into(),
        status: match state.status {
            ClockStatus::Waiting => "waiting",
            ClockStatus::Running => "running",
            ClockStatus::Suspended { .. } => "suspended",
            ClockStatus::Met { .. } => "met",
            ClockStatus::Expired { .. } => "expired",
            ClockStatus::Unsettled => "unsettled",
            ClockStatus::Stopped { .. } => "stopped",
        },
        started: state.armed,
        due: state.due.map(|due| due.on),
        provisional: state.due.and_then(|due| due.provisional).map(|why| match why {
            Provisional::OpenSuspension => "open-suspension",
            Provisional::CalendarUnknown => "calendar-unknown",
        }),
        total: state.total,
        consumed: state.consumed,
        remaining: state.remaining,
        effect: state.effect,
        taken_from: state.taken.map(|taken| taken.from),
        extended: state.extended,
        warnings: state.warnings.into_iter().filter(|_| officer).map(warning).collect(),
        suspensions: state.suspensions.into_iter().map(suspension).collect(),
    }
}

fn extensions(case: &Case) -> BTreeMap<String, ExtensionRequested> {
    let requested = |asked: &case::ExtensionRequest| ExtensionRequested {
        by: asked.by,
        reason: asked.reason.clone(),
        requested_by: asked.requested_by.clone(),
    };
    case.extensions.iter().map(|(clock, asked)| (clock.clone(), requested(asked))).collect()
}

fn warning(warning: ledger::Warning) -> Warning {
    Warning { rung: warning.rung, on: warning.on, to: warning.to, given: warning.given }
}

fn suspension(one: ledger::Suspension) -> Suspension {
    Suspension { id: one.id, ground: one.ground, from: one.from, until: one.until }
}
