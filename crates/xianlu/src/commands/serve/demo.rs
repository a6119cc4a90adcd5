//! Cases to look at, and tokens to look at them with.

use std::net::SocketAddr;

use casework::action::Document;
use casework::{Action, Actor, Role, Store, What};
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value};
use server::{Cases, Scope};
use store::NewToken;

use crate::failure::Failure;
use crate::messages::Messages;

const AUTHORITY: &str = "foreign-expert-authority";

/// The people, with the message that says who each is.
const PEOPLE: [(&str, Role, &str); 5] = [
    ("maria", Role::Applicant, "demo-applicant"),
    ("zhao", Role::IntakeClerk, "demo-intake-clerk"),
    ("qian", Role::CaseOfficer, "demo-case-officer"),
    ("li", Role::Decider, "demo-decider"),
    ("john", Role::Applicant, "demo-applicant"),
];

/// The facts of people whose cases there are.
const DOCTOR: &str = include_str!("../../../../../examples/doctor-shanghai.json");
const ENGINEER: &str = include_str!("../../../../../examples/engineer-beijing.json");

/// Opens the cases, unless they are there, and prints tokens that are valid for a day.
pub async fn fill(cases: &Cases, address: SocketAddr, messages: &Messages) -> Result<(), Failure> {
    let now = Timestamp::now();
    let doctor =
        [("zhao", Role::IntakeClerk, What::Accept), ("qian", Role::CaseOfficer, What::StartReview)];
    tell(cases, now, "maria", "310000", DOCTOR, &doctor).await?;
    tell(cases, now, "john", "110000", ENGINEER, &[]).await?;
    anstream::println!("{}", messages.text("demo-cases"));
    for (person, role, who) in PEOPLE {
        let new = NewToken {
            name: "demo".to_owned(),
            actor: actor(person, role),
            scopes: Scope::ALL.iter().map(Scope::to_string).collect(),
            made: now,
            expires: now + 24.hours(),
        };
        let made = cases.desk().store.make_token(new).await;
        let (_, secret) = made.map_err(|error| Failure::Asked(error.to_string()))?;
        anstream::println!("  {person}  {}  {secret}", messages.text(who));
    }
    let server = format!("http://{address}");
    anstream::println!("{}", messages.format("demo-try", &[("server", &server)]));
    Ok(())
}

/// Opens a case, hands it in, and lets officers act in it. A case that is there is left alone.
async fn tell(
    cases: &Cases,
    now: Timestamp,
    person: &str,
    place: &str,
    profile: &str,
    officers: &[(&str, Role, What)],
) -> Result<(), Failure> {
    let case = cases.reference(person, "demo", 0);
    let known = cases.desk().store.summary(&case).await;
    if known.map_err(|error| Failure::Asked(error.to_string()))?.is_some() {
        return Ok(());
    }
    let open = What::Open {
        procedure: "cn/work-permit".to_owned(),
        place: Some(place.to_owned()),
        reconsiders: None,
    };
    let own =
        [open, What::SaveDraft { facts: facts(profile), documents: documents() }, What::Submit];
    let own = own.into_iter().map(|what| (person, Role::Applicant, what));
    for (number, (who, role, what)) in (0..).zip(own.chain(officers.iter().cloned())) {
        let action = Action {
            id: if number == 0 { "demo".to_owned() } else { format!("demo-{number}") },
            case: case.clone(),
            expected_version: number,
            at: now,
            actor: actor(who, role),
            on_behalf: None,
            what,
        };
        let taken = cases.desk().take(&action).await;
        taken.map_err(|error| Failure::Asked(error.to_string()))?;
    }
    Ok(())
}

fn actor(person: &str, role: Role) -> Actor {
    let department = role.is_officer().then(|| AUTHORITY.to_owned());
    Actor { person: person.to_owned(), role, department }
}

fn facts(profile: &str) -> Map<String, Value> {
    let mut facts: Map<String, Value> = serde_json::from_str(profile).unwrap_or_default();
    for key in ["on", "place", "programme"] {
        facts.remove(key);
    }
    facts
}

fn documents() -> Vec<Document> {
    let kinds = ["application-form", "passport", "contract", "degree", "photo"];
    let document = |kind: &str| Document {
        id: format!("{kind}-1"),
        kind: kind.to_owned(),
        digest: String::new(),
    };
    kinds.map(document).into()
}
