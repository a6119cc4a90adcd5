//! Why an action was not taken, as a problem.

use axum::http::{StatusCode, header};
use casework::case::Why;
use casework::desk::DeskError;
use casework::store::StoreError;
use serde_json::{Value, json};

use super::access::{Caller, no_case};
use super::{Found, page, view};
use crate::problem::Problem;

/// A failure of the desk that is no conflict of a case that the caller sees.
pub(crate) fn desk_problem(error: DeskError) -> Problem {
    match error {
        DeskError::UnknownCase(_) => no_case(),
        DeskError::UnknownProcedure(id) => {
            let detail = format!("there is no procedure `{}`", crate::fields::shorten(&id));
            Problem::invalid("procedure", "There is no such procedure", detail)
                .say("problem-procedure")
                .at("#/procedure", "see /api/v1/procedures")
        }
        DeskError::Refused(refusal) => {
            let code = code(&refusal.why);
            Problem::invalid("refused", "The action is not allowed", refusal.to_string())
                .say(code)
                .with("code", code.trim_start_matches("refused-"))
                .at("#/what", refusal.why.to_string())
        }
        DeskError::Store(error) => store_problem(&error),
    }
}

/// A failure of the storage.
pub(crate) fn store_problem(error: &StoreError) -> Problem {
    match error {
        StoreError::Conflict { .. } => {
            let detail = "others acted in the same moment; look again and decide again";
            Problem::new(StatusCode::CONFLICT, "conflict", "The case has moved on", detail)
                .say("problem-conflict")
        }
        StoreError::IdTaken(id) => {
            let detail =
                format!("another action has the identifier `{}`", crate::fields::shorten(id));
            Problem::invalid("id-taken", "The identifier is taken", detail)
                .say("problem-id-taken")
                .at("#/id", "give each action an identifier of its own")
        }
        StoreError::Unavailable(_) => {
            let detail = "the storage is away; nothing was done, and the same can be sent again";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Problem::new(status, "storage", "The storage is not available", detail)
                .say("problem-storage")
                .header(header::RETRY_AFTER, "5")
        }
        StoreError::Failed(_) => {
            let detail = "the storage failed; whoever runs this service must look at it";
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Problem::new(status, "storage-failed", "The storage failed", detail)
                .say("problem-storage-failed")
        }
    }
}

/// A conflict of a case that the caller sees.
pub(crate) fn conflict(expected: u64, actual: u64) -> Problem {
    let detail = format!("version {expected} was expected, the case is at {actual}");
    Problem::new(StatusCode::CONFLICT, "conflict", "The case has moved on", detail)
        .say("problem-conflict")
        .at("#/expected_version", "look at what was done since, and decide again")
        .with("version", actual)
}

/// A conflict with what was done up to the version `actual` that the caller may see: the first of
/// it, as many as a page of the log has.
pub(crate) fn with_since(
    problem: Problem,
    found: &Found<'_>,
    actual: u64,
    since: &[casework::Action],
    caller: &Caller,
) -> Problem {
    let first = actual.saturating_sub(u64::try_from(since.len()).unwrap_or(0));
    let lines: Vec<Value> = (first + 1..)
        .zip(since)
        .filter_map(|(version, one)| view::action(&found.case, one, version, caller, found.sight))
        .take(page::MOST)
        .filter_map(|line| serde_json::to_value(line).ok())
        .collect();
    problem.with("since", json!(lines))
}

/// The message of a refusal.
fn code(why: &Why) -> &'static str {
    match why {
        Why::Conflict { .. } => "refused-conflict",
        Why::OtherCase => "refused-other-case",
        Why::OtherPerson(_) => "refused-other-person",
        Why::OtherProcedure => "refused-other-procedure",
        Why::WrongStatus(_) => "refused-wrong-status",
        Why::NoStep => "refused-no-step",
        Why::TooEarly => "refused-too-early",
        Why::NotYours => "refused-not-yours",
        Why::ConflictOfInterest(_) => "refused-conflict-of-interest",
        Why::SamePerson => "refused-same-person",
        Why::Declared(_) => "refused-declared",
        Why::RulesDecide => "refused-rules-decide",
        Why::NoReason => "refused-no-reason",
        Why::NothingAsked => "refused-nothing-asked",
        Why::UnknownDocument(_) => "refused-unknown-document",
        Why::SecondNotice => "refused-second-notice",
        Why::TooMuch => "refused-too-much",
        Why::CopyTaken(_) => "refused-copy-taken",
        Why::NoDate(_) => "refused-no-date",
        Why::CorrectionPending => "refused-correction-pending",
        Why::NoCorrection => "refused-no-correction",
        Why::UnknownTrack(_) => "refused-unknown-track",
        Why::Answered(_) => "refused-answered",
        Why::Unanswered(_) => "refused-unanswered",
        Why::OtherFacts => "refused-other-facts",
        Why::Unconfirmed(_) => "refused-unconfirmed",
        Why::NotAdverse(_) => "refused-not-adverse",
        Why::DuplicateUnresolved(_) => "refused-duplicate-unresolved",
        Why::NotSuspected(_) => "refused-not-suspected",
        Why::NoClock(_) => "refused-no-clock",
        Why::NotOfTime => "refused-not-of-time",
        Why::ServedLater => "refused-served-later",
        Why::ServedEarly => "refused-served-early",
        Why::TrackRefused(_) => "refused-track-refused",
        Why::NothingAgainst => "refused-nothing-against",
        Why::NoticeTaken(_) => "refused-notice-taken",
        Why::NoNotice(_) => "refused-no-notice",
        Why::NotRunning(_) => "refused-not-running",
        Why::NotRequested(_) => "refused-not-requested",
        Why::ContestPending(_) => "refused-contest-pending",
        Why::NoRemedy => "refused-no-remedy",
        Why::Clock(_) => "refused-clock",
        _ => "refused-other",
    }
}
