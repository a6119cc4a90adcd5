//! What the description says is so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Service;
use crate::cases::view::kind_name;
use crate::cases::wire::STATUSES;
use crate::description::{DESCRIPTION, ENDPOINTS};

#[test]
fn every_example_is_accepted() {
    let service = Service::new();
    let mut tried = 0;
    for endpoint in ENDPOINTS {
        for (name, example) in endpoint.body.iter().flat_map(|body| body.examples) {
            let mut example: Value = serde_json::from_str(example).unwrap();
            tried += 1;
            if endpoint.path == "/api/v1/webhooks" {
                service.post(&service.token("qian"), endpoint.path, &example).is(201);
                continue;
            }
            if endpoint.path == "/api/v1/webhooks/{webhook}/replay" {
                let token = service.token("qian");
                let hook = json!({ "url": "https://example.org/" });
                let made = service.post(&token, "/api/v1/webhooks", &hook);
                let path = endpoint.path.replace("{webhook}", made.json["id"].as_str().unwrap());
                service.post(&token, &path, &example).is(200);
                continue;
            }
            if endpoint.path == "/api/v1/cases" {
                service.post(&service.token("maria"), endpoint.path, &example).is(201);
                continue;
            }
            // Each example is sent to a case that is ready for it.
            let (case, person) = match *name {
                "save-draft" => (service.open("maria", "cn/work-permit"), "maria"),
                "submit" => {
                    let case = service.open("maria", "cn/work-permit");
                    let draft = json!({ "save-draft": super::draft() });
                    service.does("maria", &case, draft).is(201);
                    (case, "maria")
                }
                "decide" => {
                    let case = service.submitted("john");
                    service.does("zhao", &case, json!("accept")).is(201);
                    service.does("qian", &case, json!("start-review")).is(201);
                    service.does("qian", &case, json!("propose")).is(201);
                    service.confirm_all(&case);
                    for (other, _) in service.show("li", &case)["duplicates"].as_object().unwrap() {
                        let said = json!({ "of": other, "same": false, "reason": "twins" });
                        service.does("li", &case, json!({ "resolve-duplicate": said })).is(201);
                    }
                    (case, "li")
                }
                other => panic!("no case is ready for the example `{other}`"),
            };
            example["expected_version"] = service.show(person, &case)["version"].clone();
            let path = endpoint.path.replace("{case}", &case);
            service.post(&service.token(person), &path, &example).is(201);
        }
    }
    assert!(tried >= 4);
}

#[test]
fn references_lead_somewhere() {
    fn walk(value: &Value, seen: &mut usize) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let place = reference.strip_prefix('#').unwrap();
                    assert!(DESCRIPTION.pointer(place).is_some(), "{reference}");
                    *seen += 1;
                }
                members.values().for_each(|member| walk(member, seen));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, seen)),
            _ => {}
        }
    }
    let mut seen = 0;
    walk(&DESCRIPTION, &mut seen);
    assert!(seen > 50, "{seen}");
    let ids: Vec<&str> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let security = &DESCRIPTION["paths"]["/api/v1/cases"]["get"]["security"];
    assert_eq!(*security, json!([{ "token": [] }]));
    let parameters = DESCRIPTION["paths"]["/api/v1/cases"]["get"]["parameters"].to_string();
    assert!(parameters.contains("\"cursor\"") && !parameters.contains("null"), "{parameters}");
}

#[test]
fn names_are_those_that_are_answered() {
    use casework::Status;
    let all = [
        Status::Draft,
        Status::Submitted,
        Status::Accepted,
        Status::NotAccepted,
        Status::UnderReview,
        Status::Proposed,
        Status::Decided,
        Status::Served,
        Status::Closed,
    ];
    let names = all.map(|status| serde_json::to_value(status).unwrap());
    assert_eq!(names, STATUSES.map(Value::from));
    assert_eq!(kind_name(casework::ActionKind::SaveDraft), "save-draft");
}

#[test]
fn the_page_tells_of_every_address_in_both_languages() {
    for language in ["zh", "en"] {
        let page = super::super::get(&format!("/api?lang={language}"));
        page.is(200);
        for endpoint in ENDPOINTS {
            page.has(&format!("id=\"{}\"", endpoint.id));
            page.has(&format!("{} {}", endpoint.method.to_uppercase(), endpoint.path));
        }
        page.has("id=\"assess\"").has("id=\"shape-CaseState\"").has("cases:read");
        page.has("save-draft").has_no("api-open");
        for status in [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503] {
            page.has(&format!("<div><dt><code>{status}</code></dt>"));
        }
        // The title of every address is in the reader's language.
        let titles: Vec<_> = page.body.split("<h2 id=\"").skip(1).collect();
        assert!(titles.len() > ENDPOINTS.len(), "{}", titles.len());
        for title in titles {
            let title = title.split_once('>').and_then(|(_, rest)| rest.split_once("</h2>"));
            let title = title.unwrap().0;
            let chinese = title.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char));
            assert_eq!(chinese, language == "zh", "{title}");
        }
    }
}
