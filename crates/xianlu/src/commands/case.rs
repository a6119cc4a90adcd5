//! `xianlu case`: cases through the API of a server.

mod client;
mod documents;
mod print;

use std::path::Path;
use std::process::ExitCode;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::arguments::{Api, Case, CaseAct, CaseExport, CaseOpen, CaseQueue, Format, LogForm};
use crate::commands::read_text;
use crate::failure::Failure;
use client::{Client, Said};

/// How many entries are asked for at a time.
const PAGE: usize = 200;

/// Runs a command about cases.
pub fn run(command: &Case) -> Result<ExitCode, Failure> {
    match command {
        Case::Open(command) => open(command),
        Case::Show(one) => {
            let client = Client::new(&one.api);
            let said = client.get(&address(&one.case, ""))?;
            tell(&client, &one.api, said, print::state)
        }
        Case::Act(command) => act(command),
        Case::Propose(one) => {
            let client = Client::new(&one.api);
            let what = match &one.reasons {
                Some(reasons) => json!({
                    "propose-by-officer": { "adverse": one.adverse, "reasons": reasons }
                }),
                None => json!("propose"),
            };
            let said = send(&client, &one.case, &what, None, None)?;
            tell(&client, &one.api, said, print::receipt)
        }
        Case::Queue(command) => queue(command),
        Case::Log(one) => {
            let client = Client::new(&one.api);
            let said = all(&client, &address(&one.case, "/actions"), "actions", usize::MAX)?;
            tell(&client, &one.api, said, print::log)
        }
        Case::Letters(one) => {
            let client = Client::new(&one.api);
            let said = client.get(&address(&one.case, "/letters"))?;
            tell(&client, &one.api, said, print::letters)
        }
        Case::Upload(command) => documents::upload(command),
        Case::Documents(one) => documents::list(one),
        Case::Download(command) => documents::download(command),
        Case::Export(command) => export(command),
    }
}

fn open(command: &CaseOpen) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let body = json!({
        "id": name(command.id.as_deref())?,
        "procedure": command.procedure,
        "place": command.place,
        "on_behalf": command.on_behalf,
        "reconsiders": command.reconsiders,
    });
    let said = client.post("/api/v1/cases", &body)?;
    tell(&client, &command.api, said, print::receipt)
}

fn act(command: &CaseAct) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let given = match command.what.strip_prefix('@') {
        Some(file) => read_text(Path::new(file))?,
        None if command.what == "-" => read_text(Path::new("-"))?,
        None => command.what.clone(),
    };
    let trimmed = given.trim();
    let what = if trimmed.starts_with(['{', '"']) {
        serde_json::from_str(trimmed).map_err(|error| {
            Failure::Asked(client.messages.format("case-what", &[("error", &error.to_string())]))
        })?
    } else {
        Value::from(trimmed)
    };
    let said = send(&client, &command.case, &what, command.expect, command.id.as_deref())?;
    tell(&client, &command.api, said, print::receipt)
}

/// Sends an action; without an expected version, of the case as it is.
fn send(
    client: &Client<'_>,
    case: &str,
    what: &Value,
    expected: Option<u64>,
    id: Option<&str>,
) -> Result<Said, Failure> {
    let expected = match expected {
        Some(expected) => json!(expected),
        None => match client.get(&address(case, ""))? {
            Said::Yes(state) => state.get("version").cloned().unwrap_or_default(),
            no => return Ok(no),
        },
    };
    let body = json!({ "id": name(id)?, "expected_version": expected, "what": what });
    client.post(&address(case, "/actions"), &body)
}

fn queue(command: &CaseQueue) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let mine = command.mine.then(|| "true".to_owned());
    let filters = [
        ("owner", &command.owner),
        ("status", &command.status),
        ("procedure", &command.procedure),
        ("applicant", &command.applicant),
        ("place", &command.place),
        ("mine", &mine),
    ];
    let mut path = "/api/v1/cases?".to_owned();
    for (name, value) in filters {
        if let Some(value) = value {
            path.push_str(&format!("{name}={}&", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        }
    }
    let said = all(&client, path.trim_end_matches(['?', '&']), "cases", command.limit)?;
    tell(&client, &command.api, said, print::queue)
}

fn export(command: &CaseExport) -> Result<ExitCode, Failure> {
    let client = Client::new(&command.api);
    let form = match command.form {
        LogForm::Ocel => "ocel",
        LogForm::Csv => "csv",
    };
    let mut path = format!("/api/v1/export/{form}?limit={}", command.limit);
    if let Some(procedure) = &command.procedure {
        path.push_str(&format!("&procedure={}", utf8_percent_encode(procedure, NON_ALPHANUMERIC)));
    }
    if let Some(cursor) = &command.cursor {
        path.push_str(&format!("&cursor={}", utf8_percent_encode(cursor, NON_ALPHANUMERIC)));
    }
    let (part, next) = client.part(&path)?;
    anstream::print!("{part}");
    // People have their numbers in a part alone, so that parts are not put together here.
    if let Some(next) = &next {
        let more = client.messages.format("case-export-more", &[("cursor", next)]);
        anstream::eprintln!("{more}");
    }
    Ok(ExitCode::from(u8::from(next.is_some())))
}

/// The entries of a list, page by page.
fn all(client: &Client<'_>, path: &str, name: &str, limit: usize) -> Result<Said, Failure> {
    let mut entries: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    let mark = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = limit.saturating_sub(entries.len()).clamp(1, PAGE);
        let from = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let json = match client.get(&format!("{path}{mark}limit={page}{from}"))? {
            Said::Yes(json) => json,
            no => return Ok(no),
        };
        entries.extend(json.get(name).and_then(Value::as_array).into_iter().flatten().cloned());
        match json.get("next").and_then(Value::as_str) {
            Some(next) if entries.len() < limit => next.clone_into(&mut cursor),
            _ => return Ok(Said::Yes(json!({ name: entries }))),
        }
    }
}

/// Writes what a server said.
fn tell(
    client: &Client<'_>,
    api: &Api,
    said: Said,
    print: fn(&Client<'_>, &Value),
) -> Result<ExitCode, Failure> {
    match said {
        Said::Yes(json) => {
            match api.format {
                Format::Json => anstream::println!("{json:#}"),
                Format::Text => print(client, &json),
            }
            Ok(ExitCode::SUCCESS)
        }
        Said::No(words) => {
            anstream::eprintln!("{words}");
            Ok(ExitCode::from(1))
        }
    }
}

fn address(case: &str, rest: &str) -> String {
    format!("/api/v1/cases/{}{rest}", utf8_percent_encode(case, NON_ALPHANUMERIC))
}

/// What a request is called: as asked for, or a name that no other has.
fn name(asked: Option<&str>) -> Result<String, Failure> {
    if let Some(asked) = asked {
        return Ok(asked.to_owned());
    }
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Asked(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
