//! What a server says of cases, in text.

use serde_json::Value;

use super::client::{Client, title};
use crate::paint::{DIM, NOT_MET, STRONG, paint};

/// What became of an action.
pub fn receipt(client: &Client<'_>, json: &Value) {
    let status = status(client, text(json, "status"));
    let version = json.get("version").map(Value::to_string).unwrap_or_default();
    let repeated = json.get("repeated").and_then(Value::as_bool) == Some(true);
    let key = if repeated { "case-repeated" } else { "case-taken" };
    let arguments = [("status", status.as_str()), ("version", version.as_str())];
    let case = text(json, "case");
    anstream::println!("{}  {}", paint(STRONG, case), client.messages.format(key, &arguments));
}

/// What became of a document.
pub fn uploaded(client: &Client<'_>, json: &Value) {
    let is = |name: &str| json.get(name).and_then(Value::as_bool) == Some(true);
    let key = match (is("handed_in"), is("repeated")) {
        (false, _) => "case-document-waits",
        (true, false) => "case-document-received",
        (true, true) => "case-document-repeated",
    };
    let messages = &client.messages;
    let scan = scan(client, text(json, "scan"));
    let id = paint(STRONG, text(json, "id"));
    anstream::println!("{id}  {}; {scan}", messages.text(key));
    anstream::println!("  SHA-256 {}", text(json, "digest"));
}

/// The documents of a case.
pub fn documents(client: &Client<'_>, json: &Value) {
    let messages = &client.messages;
    for one in list(json, "documents") {
        let size = one.get("size").and_then(Value::as_u64).map(|size| size.to_string());
        let scan = match one.get("scan").and_then(Value::as_str) {
            Some(name) => scan(client, name),
            None => messages.text("case-document-elsewhere"),
        };
        let waits = match one.get("handed_in").and_then(Value::as_bool) {
            Some(false) => messages.text("case-document-waits"),
            _ => String::new(),
        };
        anstream::println!(
            "{}  {}  {}  {}  {}  {scan} {waits}",
            paint(STRONG, text(one, "id")),
            text(one, "kind"),
            text(one, "media_type"),
            size.unwrap_or_default(),
            text(one, "file_name"),
        );
        for other in list(one, "elsewhere") {
            let another = other.get("other_person").and_then(Value::as_bool) == Some(true);
            let key = if another { "case-same-bytes-other" } else { "case-same-bytes" };
            let (case, copy) = (text(other, "case"), text(other, "document"));
            let said = messages.format(key, &[("case", case), ("document", copy)]);
            anstream::println!("  {}", if another { paint(NOT_MET, said) } else { said });
        }
    }
}

/// What the search for malicious software found, in words.
fn scan(client: &Client<'_>, name: &str) -> String {
    let key = match name {
        "clean" => "scan-clean",
        "infected" => "scan-infected",
        "not-done" => "scan-not-done",
        other => return other.to_owned(),
    };
    client.messages.text(key)
}

/// A case as it stands.
pub fn state(client: &Client<'_>, json: &Value) {
    let messages = &client.messages;
    let named = |value: &Value, name: &str| {
        let named = title(value.get(name));
        named.map(|named| messages.pick(&named).to_owned()).unwrap_or_default()
    };
    anstream::println!("{}  {}", paint(STRONG, text(json, "case")), named(json, "title"));
    let version = json.get("version").map(Value::to_string).unwrap_or_default();
    let stands = status(client, text(json, "status"));
    let line = [("status", stands.as_str()), ("version", version.as_str())];
    anstream::println!("{}", messages.format("case-stands", &line));
    let heading = |key: &str, empty: bool| {
        if !empty {
            anstream::println!("{}", paint(STRONG, messages.text(key)));
        }
    };
    let clocks = list(json, "clocks");
    heading("case-clocks", clocks.is_empty());
    for clock in clocks {
        let number = |name: &str| clock.get(name).map(Value::to_string).unwrap_or_default();
        let left = [("left", number("remaining")), ("total", number("total"))];
        let left: Vec<(&str, &str)> = left.iter().map(|(name, of)| (*name, of.as_str())).collect();
        let due = text(clock, "due");
        let provisional = match clock.get("provisional").and_then(Value::as_str) {
            Some(_) => messages.text("case-provisional"),
            None => String::new(),
        };
        anstream::println!(
            "  {}  {}  {due} {provisional} {}",
            named(clock, "title"),
            running(client, text(clock, "status")),
            paint(DIM, messages.format("case-left", &left))
        );
    }
    let missing = json.pointer("/documents/missing").and_then(Value::as_array);
    let missing: Vec<&Value> = missing.into_iter().flatten().collect();
    heading("case-missing", missing.is_empty());
    for document in missing {
        anstream::println!("  {}  {}", named(document, "title"), paint(DIM, text(document, "id")));
    }
    let promised = json.pointer("/documents/promised").and_then(Value::as_array);
    let promised: Vec<&Value> = promised.into_iter().flatten().collect();
    heading("case-promised", promised.is_empty());
    for document in promised {
        let told = named(document, "message");
        anstream::println!("  {}  {}", named(document, "title"), paint(DIM, told));
    }
    let remedies = list(json, "remedies");
    heading("case-remedies", remedies.is_empty());
    for remedy in remedies {
        let to = named(remedy, "to");
        let last = match remedy.get("last_day").and_then(Value::as_str) {
            Some(day) => messages.format("case-last-day", &[("day", day)]),
            None => named(remedy, "how"),
        };
        anstream::println!("  {}  {to}  {last}", named(remedy, "title"));
    }
    let adverse = json.pointer("/proposal/adverse").and_then(Value::as_array);
    let adverse: Vec<&Value> = adverse.into_iter().flatten().collect();
    heading("case-adverse", adverse.is_empty());
    for item in adverse {
        anstream::println!("  {}", text(item, "item"));
    }
    let next = list(json, "next");
    heading("case-next", next.is_empty());
    for step in next {
        anstream::println!("  {}  {}", text(step, "what"), named(step, "title"));
    }
}

/// Cases in lines.
pub fn queue(client: &Client<'_>, json: &Value) {
    for case in list(json, "cases") {
        let due = case.pointer("/due/on").and_then(Value::as_str).unwrap_or("-");
        anstream::println!(
            "{}  {due:10}  {}  {}  {}",
            paint(STRONG, text(case, "case")),
            status(client, text(case, "status")),
            text(case, "procedure"),
            text(case, "applicant")
        );
    }
}

/// The log of a case.
pub fn log(_: &Client<'_>, json: &Value) {
    for one in list(json, "actions") {
        anstream::println!("{}", action(one));
    }
}

/// An action in a line.
pub fn action(one: &Value) -> String {
    let version = one.get("version").map(Value::to_string).unwrap_or_default();
    let who = one.get("person").and_then(Value::as_str).unwrap_or_else(|| text(one, "role"));
    format!("{version:>4}  {}  {}  {who}", text(one, "at"), text(one, "kind"))
}

/// The letters of a case.
pub fn letters(client: &Client<'_>, json: &Value) {
    for letter in list(json, "letters") {
        let named = title(letter.get("title"));
        let named = named.map(|named| client.messages.pick(&named).to_owned()).unwrap_or_default();
        anstream::println!("{}  {}", paint(STRONG, named), paint(DIM, text(letter, "letter")));
        if let Some(body) = title(letter.get("text")) {
            anstream::println!("{}\n", client.messages.pick(&body));
        }
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Where a case stands, in words.
fn status(client: &Client<'_>, name: &str) -> String {
    let key = match name {
        "draft" => "status-draft",
        "submitted" => "status-submitted",
        "accepted" => "status-accepted",
        "not-accepted" => "status-not-accepted",
        "under-review" => "status-under-review",
        "proposed" => "status-proposed",
        "decided" => "status-decided",
        "served" => "status-served",
        "closed" => "status-closed",
        // A newer server knows more.
        other => return other.to_owned(),
    };
    client.messages.text(key)
}

/// How a time limit stands, in words.
fn running(client: &Client<'_>, name: &str) -> String {
    let key = match name {
        "running" => "clock-running",
        "suspended" => "clock-suspended",
        "met" => "clock-met",
        "expired" => "clock-expired",
        "unsettled" => "clock-unsettled",
        "stopped" => "clock-stopped",
        other => return other.to_owned(),
    };
    client.messages.text(key)
}
