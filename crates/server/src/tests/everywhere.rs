//! One person by every programme.

use super::{get, post};

const ENGINEER: &str = include_str!("../../../../examples/people/software-engineer.json");

#[test]
fn every_programme_answers_in_order() {
    get("/assess/everywhere?lang=en").is(200).has("Where could you go").has_no("Open:");
    let page = post("/assess/everywhere?lang=en", &[("profile", ENGINEER)]);
    page.is(200).has("By the rules of 2 November 2026").has("Open:");
    let order = ["Open:", "Facts are missing:", "Not open today:"];
    let places: Vec<usize> = order.iter().filter_map(|text| page.body.find(text)).collect();
    assert!(places.len() == 3 && places.is_sorted(), "{places:?}");
    for country in ["Canada", "Singapore", "Japan", "United Kingdom", "Australia", "Germany"] {
        page.has(country);
    }
    // What was sent is on the page again, and in no address.
    page.has("University of São Paulo").has_no("profile=");
}

#[test]
fn faults_are_told_with_key_line_and_what_is_allowed() {
    let profile = "{\n \"birth_date\": \"1990-01-01\",\n \"education\": [{ \"level\": \"bachelr\" }],\n \"languages\": [{ \"language\": \"en\", \"test\": \"ielts_general\", \"scores\": { \"listening\": 9.3 } }]\n}";
    let page = post("/assess/everywhere?lang=en", &[("profile", profile)]);
    page.is(422)
        .has("Education 1 · Level (education[0].level, line 3)")
        .has("Did you mean `bachelor`?");
    page.has("(languages[0].scores.listening, line 4)").has("between 0 and 9").has_no("Open:");
    let overlap = r#"{ "birth_date": "1990-01-01", "education": [], "work": [
        { "country": "CA", "start": "2015-01-01", "end": "2018-12-31" },
        { "country": "CA", "start": "2018-06-01" }] }"#;
    post("/assess/everywhere?lang=en", &[("profile", overlap)]).is(422).has("overlaps");
    post("/assess/everywhere?lang=zh", &[("profile", overlap)]).is(422).has("重叠");
    post("/assess/everywhere?lang=en", &[("profile", "")]).is(422).has("paste a profile");
    post("/assess/everywhere?lang=en", &[("profile", "{\"age\": 30}")]).is(422);
    post("/assess/everywhere?lang=en", &[("profile", "[]")]).is(422).has("object");
    // The switch of language asks for nothing.
    post("/assess/everywhere?lang=zh", &[("profile", ""), ("stay", "1")])
        .is(200)
        .has("您可以去哪里");
}

#[test]
fn the_schema_is_served() {
    get("/assess/profile.schema.json").is(200).has("https://json-schema.org/draft/2020-12/schema");
}
