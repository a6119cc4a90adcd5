//! What may be done next: each step is tried on a copy of the case, so that what is offered and
//! what is allowed are judged by the same rules.

use casework::action::{ActionKind, Verdict};
use casework::case::{ExtensionRequest, Refusal, Rules, Why};
use casework::procedure::Procedure;
use casework::proposal::{Opinion, UNTOLD};
use casework::{Action, Actor, Case, Proposal, What};
use clock::Status as ClockStatus;
use jiff::Timestamp;
use serde_json::Value;

/// The kinds of actions that somebody may take now, in the order of the procedure. An action of
/// such a kind can still be refused for what it says.
pub(crate) fn steps(
    rules: Rules<'_>,
    case: &Case,
    actor: &Actor,
    now: Timestamp,
) -> Vec<ActionKind> {
    let kinds = rules.procedure.steps.iter().map(|step| step.on);
    kinds
        .filter(|kind| {
            let tried = attempts(rules, case, *kind, now);
            tried.into_iter().any(|what| may(rules, case, actor, now, what))
        })
        .collect()
}

fn may(rules: Rules<'_>, case: &Case, actor: &Actor, now: Timestamp, what: What) -> bool {
    match attempt(rules, case, actor, now, what) {
        Ok(()) => true,
        // What is missing is for whoever acts to say.
        Err(refusal) => matches!(
            refusal.why,
            Why::NoReason
                | Why::NothingAsked
                | Why::NotAdverse(_)
                | Why::NoDate(_)
                | Why::SecondNotice
                | Why::Clock(_)
        ),
    }
}

/// Tries an action on a copy of the case.
///
/// # Errors
///
/// Why it would be refused.
pub(crate) fn attempt(
    rules: Rules<'_>,
    case: &Case,
    actor: &Actor,
    now: Timestamp,
    what: What,
) -> Result<(), Refusal> {
    let action = Action {
        id: String::new(),
        case: case.id.clone(),
        expected_version: case.version,
        at: now,
        actor: actor.clone(),
        on_behalf: None,
        what,
    };
    case.clone().apply(rules, &action)
}

/// Actions of a kind as they might be, said as little as possible.
fn attempts(rules: Rules<'_>, case: &Case, kind: ActionKind, now: Timestamp) -> Vec<What> {
    let none = String::new;
    let live: Vec<&str> = case
        .clocks()
        .iter()
        .filter(|clock| {
            let status = clock.present(rules.office, now).status;
            matches!(status, ClockStatus::Running | ClockStatus::Suspended { .. })
        })
        .map(|clock| clock.spec().id.as_str())
        .collect();
    let clocks = |wanted: &dyn Fn(&clock::ClockSpec) -> bool| -> Vec<String> {
        let of = |id: &&&str| rules.procedure.clock(id).is_some_and(|clock| wanted(&clock.law));
        live.iter().filter(of).map(|id| (*id).to_owned()).collect()
    };
    let one = match kind {
        ActionKind::SaveDraft => {
            What::SaveDraft { facts: serde_json::Map::new(), documents: Vec::new() }
        }
        ActionKind::Correct => {
            What::Correct { facts: serde_json::Map::new(), documents: Vec::new() }
        }
        ActionKind::Submit => What::Submit,
        ActionKind::Accept => What::Accept,
        ActionKind::NotAccept => What::NotAccept { reason: none() },
        ActionKind::RequestCorrection => {
            What::RequestCorrection { notice: none(), items: Vec::new() }
        }
        ActionKind::ServeCorrection => What::ServeCorrection { served: now },
        ActionKind::StartReview => What::StartReview,
        ActionKind::Verify => {
            let finding = casework::action::Verification::Unknown;
            What::Verify { fact: none(), finding, evidence: none(), valid_for: None }
        }
        ActionKind::Answer => return answers(rules.procedure, case),
        ActionKind::Propose => What::Propose { proposal: Box::new(proposal(rules, case, None)) },
        ActionKind::ConfirmAdverse => What::ConfirmAdverse { item: none() },
        ActionKind::ReturnToReview => What::ReturnToReview { reason: none() },
        ActionKind::Decide => What::Decide { verdict: Verdict::Granted, reasons: none() },
        ActionKind::ServeDecision => What::ServeDecision { served: now },
        ActionKind::AnnulDecision => What::AnnulDecision { reason: none() },
        ActionKind::Close => What::Close,
        ActionKind::Withdraw => What::Withdraw,
        ActionKind::Suspend => {
            let suspended = |clock| What::Suspend {
                clock,
                suspension: none(),
                ground: none(),
                notice: none(),
                expected: None,
            };
            return clocks(&|law| !law.grounds.is_empty()).into_iter().map(suspended).collect();
        }
        ActionKind::Resume => {
            let resumed = |clock| What::Resume { clock, suspension: none() };
            let open = clocks(&|law| !law.grounds.is_empty()).into_iter().filter(|id| {
                let state = case.clock(id).map(|clock| clock.present(rules.office, now));
                let open =
                    |state: clock::State| state.suspensions.iter().any(|one| one.until.is_none());
                state.is_some_and(open)
            });
            return open.map(resumed).collect();
        }
        ActionKind::RequestExtension => {
            let longer = |clock: String| {
                let by = rules.procedure.clock(&clock)?.law.extension.as_ref()?.by;
                Some(What::RequestExtension { clock, by, reason: none() })
            };
            let clocks = clocks(&|law| law.extension.is_some());
            return clocks.into_iter().filter_map(longer).collect();
        }
        ActionKind::Extend => {
            let longer = |(clock, asked): (&String, &ExtensionRequest)| What::Extend {
                clock: clock.clone(),
                by: asked.by,
                reason: none(),
                notice: none(),
            };
            return case.extensions.iter().map(longer).collect();
        }
        ActionKind::ServeNotice => What::ServeNotice { notice: none(), served: now },
        // These are steps of no procedure.
        ActionKind::Open
        | ActionKind::Record
        | ActionKind::SuspectDuplicate
        | ActionKind::ResolveDuplicate
        | ActionKind::DeclareConflict
        | ActionKind::Contest => return Vec::new(),
    };
    vec![one]
}

fn answers(procedure: &Procedure, case: &Case) -> Vec<What> {
    let open = procedure
        .tracks
        .iter()
        .filter(|track| case.tracks.get(&track.id).is_some_and(Option::is_none));
    open.map(|track| What::Answer {
        track: track.id.clone(),
        verdict: Verdict::Granted,
        reasons: String::new(),
    })
    .collect()
}

/// A proposal about the facts of the case that proposes nothing. What an officer says stands in it
/// as if the rules left everything open.
pub(crate) fn proposal(rules: Rules<'_>, case: &Case, opinion: Option<Opinion>) -> Proposal {
    Proposal {
        programme: rules.procedure.programme.clone(),
        on: String::new(),
        place: String::new(),
        facts: Value::Object(rules.procedure.facts_of_rules(&case.facts)).to_string(),
        rules: std::collections::BTreeMap::new(),
        result: UNTOLD.to_owned(),
        adverse: opinion.iter().flat_map(|opinion| opinion.adverse.iter().cloned()).collect(),
        opinion,
    }
}
