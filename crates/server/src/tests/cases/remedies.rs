//! What can be done against decisions, and who deals with a case where.

use serde_json::{Value, json};

use super::Service;

/// What the remedies of a case are, each with its last day.
fn remedies(state: &Value) -> Vec<(String, Value)> {
    let remedies = state["remedies"].as_array().unwrap().iter();
    remedies.map(|one| (one["id"].as_str().unwrap().to_owned(), one["last_day"].clone())).collect()
}

#[test]
fn a_served_refusal_shows_the_remedies_with_their_last_days() {
    let service = Service::new();
    let case = service.decided("maria", "refused");
    for person in ["maria", "li"] {
        assert_eq!(service.show(person, &case)["remedies"], json!([]), "not before it is served");
    }
    service.on("2026-11-05");
    let served = json!({ "serve-decision": { "served": "2026-11-03T01:00:00Z" } });
    service.does("qian", &case, served).is(201);
    for person in ["maria", "li"] {
        let state = service.show(person, &case);
        let expected = [
            ("reconsideration".to_owned(), json!("2027-01-02")),
            ("suit".to_owned(), json!("2027-05-03")),
        ];
        assert_eq!(remedies(&state), expected, "60 days and 6 months of the service");
        assert_eq!(state["remedies"][0]["decision"], "refused");
        assert_eq!(state["remedies"][0]["procedure"], "cn/reconsideration");
        assert_eq!(state["remedies"][0]["basis"]["instrument"], "cn/reconsideration-law-2023");
    }
    // The last day belongs to the person.
    let over = |day: &str| service.on(day).show("maria", &case)["remedies"][0]["over"].clone();
    assert_eq!(over("2027-01-02T23:59:59"), false);
    assert_eq!(over("2027-01-03T00:00:00"), true);
    assert_eq!(service.show("maria", &case)["remedies"][1]["over"], false);
}

#[test]
fn what_is_granted_or_withdrawn_leaves_nothing_to_contest() {
    let service = Service::new();
    let granted = service.decided("maria", "granted");
    let served = json!({ "serve-decision": { "served": "2026-11-02T01:00:00Z" } });
    service.does("qian", &granted, served).is(201);
    assert_eq!(service.show("maria", &granted)["remedies"], json!([]));
    let withdrawn = service.open("john", "cn/work-permit");
    service.does("john", &withdrawn, json!("withdraw")).is(201);
    assert_eq!(service.show("john", &withdrawn)["remedies"], json!([]));
}

#[test]
fn against_non_acceptance_and_silence_no_last_day_is_known() {
    let service = Service::new();
    let case = service.submitted("maria");
    service.does("zhao", &case, json!({ "not-accept": { "reason": "Not ours." } })).is(201);
    let state = service.show("maria", &case);
    // Nothing records when the person learnt of it.
    let expected = [("reconsideration".to_owned(), json!(null)), ("suit".to_owned(), json!(null))];
    assert_eq!(remedies(&state), expected);
    assert_eq!(state["remedies"][0]["decision"], "not-accepted");

    let silent = service.submitted("john");
    service.does("zhao", &silent, json!("accept")).is(201);
    service.on("2026-11-30");
    assert_eq!(service.show("john", &silent)["remedies"], json!([]), "the last day is not over");
    service.on("2026-12-01");
    let state = service.show("john", &silent);
    assert_eq!(remedies(&state), expected);
    assert_eq!(state["remedies"][0]["decision"], "silence");
}

#[test]
fn letters_name_the_remedies_that_the_case_shows() {
    let service = Service::new();
    let refused = service.decided("maria", "refused");
    let served = json!({ "serve-decision": { "served": "2026-11-02T01:00:00Z" } });
    service.does("qian", &refused, served).is(201);
    let residence = service.open("john", "cn/residence-permit");
    service.does("john", &residence, json!({ "save-draft": {} })).is(201);
    service.does("john", &residence, json!("submit")).is(201);
    let wu = json!({ "not-accept": { "reason": "Not here." } });
    let told = service.does("feng", &residence, wu);
    told.is(201);
    let mut kinds = Vec::new();
    for (person, case) in [("maria", &refused), ("john", &residence)] {
        let state = service.show(person, case);
        let version = state["letters"].as_array().unwrap().last().unwrap()["version"].clone();
        let remedies = state["remedies"].as_array().unwrap();
        assert!(!remedies.is_empty());
        for language in ["zh", "en"] {
            let path = format!("/api/v1/cases/{case}/letters/{version}?lang={language}");
            let letter = service.get(&service.token(person), &path);
            let told = letter.is(200).json["fields"]["remedies"].as_str().unwrap().to_owned();
            // A line for each, in the same order, that says the same.
            assert_eq!(told.lines().count(), remedies.len(), "{told}");
            for (line, remedy) in told.lines().zip(remedies) {
                kinds.push(remedy["kind"].as_str().unwrap().to_owned());
                let named: &[&str] = match remedy["kind"].as_str().unwrap() {
                    "open" => &["title", "to", "from", "how"],
                    "none" => &["title"],
                    _ => &["how"],
                };
                for part in named {
                    let text = remedy[part][language].as_str().unwrap();
                    assert!(line.contains(text), "`{text}` is not in: {line}");
                }
                for amount in ["days", "months"] {
                    if let Some(amount) = remedy["within"][amount].as_u64() {
                        assert!(line.contains(&amount.to_string()), "{amount} is not in: {line}");
                    }
                }
            }
        }
    }
    kinds.dedup();
    assert_eq!(kinds, ["open", "unsettled"]);
}

#[test]
fn a_procedure_tells_its_remedies_and_particulars() {
    let service = Service::new();
    let show = |id: &str| service.get("", &format!("/api/v1/procedures/{id}")).is(200).json.clone();
    let permit = show("cn/work-permit");
    let reconsideration = &permit["remedies"][0];
    assert_eq!(reconsideration["against"], json!(["refused", "not-accepted", "silence"]));
    assert_eq!(reconsideration["within"], json!({ "days": 60 }));
    assert_eq!(reconsideration["kind"], "open");
    assert!(reconsideration["to"]["zh"].as_str().unwrap().contains("人民政府"));
    let residence = show("cn/residence-permit");
    let kinds: Vec<_> =
        residence["remedies"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["none", "unsettled"], "what the police refuse is final");
    assert_eq!(residence["remedies"][0]["within"], json!(null));
    let particular = |id: &str| {
        let all = permit["particulars"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    assert_eq!(particular("passport_number")["type"], "string");
    assert_eq!(particular("changes_employer")["type"], "boolean");
    let change = show("cn/work-permit-change");
    let chosen = |one: &&Value| one["id"] == "change_of";
    let chosen = change["particulars"].as_array().unwrap().iter().find(chosen).unwrap();
    let name = json!({ "id": "name", "title": { "zh": "姓名", "en": "name" } });
    assert_eq!(chosen["values"][0], name);
}

#[test]
fn a_case_names_the_departments_that_deal_with_it_where_it_is() {
    let service = Service::new();
    let case = service.submitted("maria");
    let state = service.show("maria", &case);
    let department = |state: &Value, owner: &str| {
        let all = state["departments"].as_array().unwrap();
        all.iter().find(|one| one["owner"] == owner).unwrap().clone()
    };
    let authority = department(&state, "foreign-expert-authority");
    assert_eq!(authority["place"], "310000");
    assert_eq!(authority["level"], "province");
    assert!(authority["title"]["zh"].as_str().unwrap().starts_with("上海市"), "{authority}");
    assert_eq!(authority["unknown"], json!(null));
    // The letters are written by the same.
    let letter = service.get(&service.token("maria"), &format!("/api/v1/cases/{case}/letters/3"));
    assert_eq!(letter.json["fields"]["authority"], authority["title"]["zh"]);
    let all = state["departments"].as_array().unwrap();
    assert!(all.iter().all(|one| one["owner"] != "applicant-side"), "the person is no department");

    let opened = |place: Value| {
        let body = json!({
            "id": service.id(), "procedure": "cn/permanent-residence", "place": place
        });
        let told = service.post(&service.token("maria"), "/api/v1/cases", &body);
        let case = told.is(201).json["case"].as_str().unwrap().to_owned();
        department(&service.show("maria", &case), "city-police")
    };
    let nowhere = opened(json!(null));
    assert_eq!(
        (&nowhere["title"], &nowhere["unknown"]["code"]),
        (&json!(null), &json!("no-place"))
    );
    assert!(nowhere["unknown"]["message"]["zh"].as_str().unwrap().contains("办理地点"));
    assert_eq!(opened(json!("310000"))["unknown"]["code"], "too-large");
    let pudong = opened(json!("310115"));
    assert!(pudong["title"]["zh"].as_str().unwrap().contains("浦东"), "{pudong}");
}

#[test]
fn whoever_may_promise_a_document_is_told_so() {
    let service = Service::new();
    let ids = |documents: &Value| -> Vec<String> {
        let all = documents.as_array().unwrap().iter();
        all.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let filed = |facts: &str| {
        let mut facts: Value = serde_json::from_str(facts).unwrap();
        for key in ["on", "place", "programme"] {
            facts.as_object_mut().unwrap().remove(key);
        }
        let case = service.open("maria", "cn/work-permit");
        service.does("maria", &case, json!({ "save-draft": { "facts": facts } })).is(201);
        case
    };
    let documents = |person: &str, case: &str| service.show(person, case)["documents"].clone();

    let (doctor_a, doctor_b) = (
        include_str!("../../../../../examples/doctor-shanghai-hsk-1.json"),
        include_str!("../../../../../examples/doctor-shanghai.json"),
    );
    // Of category A by a single point, who may promise what others must hand in.
    let talent = filed(doctor_a);
    let said = service.show("maria", &talent);
    let (missing, promised) = (&said["documents"]["missing"], &said["documents"]["promised"]);
    let promised_ids = ids(promised);
    assert!(promised_ids.contains(&"health".to_owned()), "{promised}");
    assert!(promised_ids.iter().all(|id| !ids(missing).contains(id)), "{missing} {promised}");
    let health = promised.as_array().unwrap().iter().find(|one| one["id"] == "health").unwrap();
    assert!(health["message"]["zh"].as_str().unwrap().contains("承诺"), "{health}");
    assert!(health["message"]["en"].as_str().unwrap().contains("promise"), "{health}");
    assert_eq!(health["commitment_for"], json!(["A"]));
    // What was handed in after all is promised no more.
    let handed = json!({ "save-draft": {
        "documents": [{ "id": "h1", "kind": "health", "digest": "d" }]
    } });
    service.does("maria", &talent, handed).is(201);
    assert!(!ids(&documents("maria", &talent)["promised"]).contains(&"health".to_owned()));

    // Without facts the category cannot be told, and nothing may be promised.
    let bare = service.open("maria", "cn/work-permit");
    let bare = documents("maria", &bare);
    assert_eq!(bare["promised"], json!([]));
    assert!(ids(&bare["missing"]).contains(&"health".to_owned()));
    // Who is of category B may promise nothing.
    let other = filed(doctor_b);
    let other = documents("maria", &other);
    assert_eq!(other["promised"], json!([]), "{other}");
    assert!(ids(&other["missing"]).contains(&"health".to_owned()));
}
