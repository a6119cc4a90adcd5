//! What the rules say of the facts of a case.

use casework::case::Rules;
use casework::proposal::{Opinion, ProposalError};
use casework::{Case, Proposal};
use feel::temporal::Date;
use jiff::Timestamp;
use policy::Library;
use policy::assess::Request;
use policy::assessment::{Outcome, OutcomeRef};
use serde_json::{Map, Value, json};

use crate::fields::shorten;
use crate::problem::{Problem, both};

/// Asks the rules: those of the day on which the application was handed in, at the place where it
/// is handled.
///
/// # Errors
///
/// The problem, where they give no result.
pub(crate) fn make(
    library: &Library,
    rules: Rules<'_>,
    case: &Case,
    now: Timestamp,
) -> Result<Proposal, Problem> {
    let programme = &rules.procedure.programme;
    let (on, place) = applied(library, rules, case, now);
    let facts = rules.procedure.facts_of_rules(&case.facts);
    if programme.is_empty() {
        let detail = "no rules decide in this procedure: send `propose-by-officer` with your \
                      reasons and what speaks against the person";
        return Err(Problem::invalid("proposal", "There is no proposal", detail)
            .say("problem-proposal-by-officer"));
    }
    Proposal::make(library, programme, &facts, &on, &place).map_err(|error| problem(&error))
}

/// What is put forward for decision: what the rules say, and what an officer says where they leave
/// the outcome open, or where there are none.
///
/// # Errors
///
/// The problem, where there is nothing to put forward.
pub(crate) fn put(
    library: &Library,
    rules: Rules<'_>,
    case: &Case,
    now: Timestamp,
    opinion: Option<Opinion>,
) -> Result<Proposal, Problem> {
    let Some(opinion) = opinion else { return make(library, rules, case, now) };
    let programme = &rules.procedure.programme;
    let (on, place) = applied(library, rules, case, now);
    let facts = rules.procedure.facts_of_rules(&case.facts);
    Proposal::by_officer(library, programme, &facts, &on, &place, opinion)
        .map_err(|error| problem(&error))
}

fn problem(error: &ProposalError) -> Problem {
    let problem = Problem::invalid("proposal", "There is no proposal", error.to_string())
        .say("problem-proposal");
    match error {
        ProposalError::Facts(_) => problem.at("#/what/propose", "correct the facts first"),
        ProposalError::Day(_) | ProposalError::Assess(_) => problem,
    }
}

/// The day and the place whose rules are applied: the day on which the application was handed in,
/// and where the case is handled; without that, the whole country.
fn applied(library: &Library, rules: Rules<'_>, case: &Case, now: Timestamp) -> (String, String) {
    let on = rules.office.day(case.submitted.unwrap_or(now)).to_string();
    let whole = || {
        let country = library.country(&rules.procedure.id)?;
        Some(country.places.all.first()?.code.to_string())
    };
    (on, case.place.clone().or_else(whole).unwrap_or_default())
}

/// The outcome that the rules give for the facts of a case as they stand, by which documents are
/// asked for or may be promised; none where the procedure has no rules, or they cannot tell yet.
pub(crate) fn category(
    library: &Library,
    rules: Rules<'_>,
    case: &Case,
    now: Timestamp,
) -> Option<OutcomeRef> {
    let programme = &rules.procedure.programme;
    let (on, place) = applied(library, rules, case, now);
    let facts = Value::Object(rules.procedure.facts_of_rules(&case.facts)).to_string();
    let profile = library.read_profile(&facts, programme).ok()?;
    let on = Date::parse(&on).ok()?;
    let request = Request { programme, profile: &profile, on, place: &place, improve: false };
    match library.assess(&request).ok()?.outcome {
        Outcome::Decided(outcome) => Some(outcome),
        Outcome::Undecided(_) => None,
    }
}

/// Makes sure that facts can be used: each is one that the rules know, or a particular of the
/// procedure.
///
/// # Errors
///
/// The problem, with every fact that cannot.
pub(crate) fn check_facts(
    library: &Library,
    rules: Rules<'_>,
    facts: &Map<String, Value>,
    pointer: &str,
) -> Result<(), Problem> {
    let procedure = rules.procedure;
    let seen = Value::Object(procedure.facts_of_rules(facts)).to_string();
    let mut errors: Vec<Value> = Vec::new();
    let place = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    if let Err(faults) = library.read_profile(&seen, &procedure.id) {
        errors.extend(faults.iter().take(100).map(|error| {
            json!({
                "pointer": place(&error.key),
                "detail": error.fault.to_string(),
                "message": both(&error.fault.message),
                "help": error.fault.help.as_ref().map(both),
            })
        }));
    }
    for particular in &procedure.particulars {
        let fine = match facts.get(&particular.id) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) if text.len() > 1_000 => false,
            Some(value) => particular.read(value).is_some(),
        };
        if !fine {
            let (id, kind) = (shorten(&particular.id), particular.kind);
            let values: Vec<&str> = particular.values.iter().map(|of| of.value.as_str()).collect();
            let detail = match values.as_slice() {
                [] => format!("`{id}` is a `{kind}`, and a text has at most 1000 bytes"),
                values => format!("`{id}` is one of: {}", values.join(", ")),
            };
            errors.push(json!({ "pointer": place(&particular.id), "detail": detail }));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let detail = format!("{} facts cannot be used", errors.len());
    Err(Problem::invalid("facts", "The facts have faults", detail)
        .say("problem-facts")
        .errors(errors))
}

/// A proposal as it is shown: what is kept as text is JSON again.
pub(crate) fn shown(proposal: &Proposal) -> Value {
    let read = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    json!({
        "programme": proposal.programme,
        "on": proposal.on,
        "place": proposal.place,
        "facts": read(&proposal.facts),
        "rules": proposal.rules,
        "result": read(&proposal.result),
        "adverse": proposal.adverse,
        "opinion": proposal.opinion,
    })
}
