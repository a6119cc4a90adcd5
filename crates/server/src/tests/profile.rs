//! The common profile as a form.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use super::{Answer, LIBRARY, get, post};
use crate::fields::FieldKind;
use crate::form::Fields;
use crate::language::Language;
use crate::profile::{Node, Piece, Profile, SECTIONS, Section, Show};
use crate::ui::{Area, Ui};

const BIRTH: [(&str, &str); 3] =
    [("p.birth_date.year", "1996"), ("p.birth_date.month", "5"), ("p.birth_date.day", "14")];

/// What a browser would send back of a page.
fn sent(pieces: &[Piece]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Field(field) => match &field.kind {
                FieldKind::Number(value, _) | FieldKind::Text(value) => {
                    fields.push((field.name.clone(), value.clone()));
                }
                FieldKind::Date { year, month, day } => {
                    for (part, value) in [("year", year), ("month", month), ("day", day)] {
                        fields.push((format!("{}.{part}", field.name), value.clone()));
                    }
                }
                FieldKind::Select(groups) => {
                    let mut options = groups.iter().flat_map(|group| &group.options);
                    let first = options.clone().next().unwrap();
                    let chosen = options.find(|option| option.checked).unwrap_or(first);
                    fields.push((field.name.clone(), chosen.value.clone()));
                }
                FieldKind::One(options) | FieldKind::Many(options) => {
                    for option in options.iter().filter(|option| option.checked) {
                        let none = matches!(field.kind, FieldKind::Many(_)) && option.apart;
                        let name = field.name.clone() + if none { ".none" } else { "" };
                        fields.push((name, option.value.clone()));
                    }
                }
            },
            Piece::EndList { none: Some(none), none_name, .. } if none.checked => {
                fields.push((none_name.clone(), none.value.clone()));
            }
            _ => {}
        }
    }
    fields
}

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/people");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.display().to_string(), text)
    });
    texts.collect()
}

/// A value of which lists of texts are sorted: boxes that are ticked have no order.
fn sorted(value: Json) -> Json {
    match value {
        Json::Object(object) => {
            object.into_iter().map(|(key, value)| (key, sorted(value))).collect()
        }
        Json::Array(mut items) => {
            if items.iter().all(Json::is_string) {
                items.sort_by_key(Json::to_string);
            }
            items.into_iter().map(sorted).collect()
        }
        value => value,
    }
}

#[test]
fn what_a_profile_says_goes_through_the_form_unchanged() {
    let schema = LIBRARY.profile_schema().unwrap();
    let examples = examples();
    assert!(examples.len() >= 8);
    for language in [Language::Chinese, Language::English] {
        let ui = Ui::new(language, Area::Assess, "/assess/everywhere");
        for (path, text) in &examples {
            let profile: Profile = serde_json::from_str(text).unwrap();
            let mut through = profile.clone();
            for section in &SECTIONS {
                let mut nodes = section.read(schema, &profile);
                let errors = BTreeMap::new();
                let show = Show { ui: &ui, library: &LIBRARY, errors: &errors };
                let fields: Fields = sent(&show.section(&mut nodes)).into_iter().collect();
                let mut nodes = section.of_form(schema, &fields);
                nodes.iter_mut().for_each(Node::drop_blank);
                let (written, errors) = section.write(&ui, schema, &nodes, &through);
                assert_eq!(errors, [], "{path}: {}", section.id);
                through = written;
            }
            assert_eq!(through.remove("$schema"), Some(Json::from("urn:xianlu:profile:1")));
            assert_eq!(sorted(Json::Object(through)), sorted(Json::Object(profile)), "{path}");
        }
    }
}

/// The profile that a section's page carries.
#[track_caller]
fn carried(page: &Answer) -> String {
    let before = "<input type=\"hidden\" name=\"profile\" value=\"";
    let (_, after) = page.body.split_once(before).unwrap_or_else(|| panic!("{}", page.body));
    let (value, _) = after.split_once('"').unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&")
}

fn go(path: &str, profile: &str, section: &str, entered: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("profile", profile), ("section", section)];
    fields.extend_from_slice(entered);
    post(path, &fields)
}

#[test]
fn a_person_fills_in_the_form_and_is_assessed() {
    let page = get("/assess/everywhere?lang=en");
    page.is(200).has("Fill in what you know").has("0 of 11 parts done").has("Not started");
    get("/assess/everywhere/person?lang=en").is(200).has("Date of birth").has("Part 1 of 11");
    get("/assess/everywhere/nothing?lang=en").is(404);

    let page = go("/assess/everywhere/education?lang=en", "", "person", &BIRTH);
    page.is(200).has("<legend>Education 1</legend>").has("Bachelor’s degree").has_no("Education 2");
    let profile = carried(&page);
    assert!(profile.contains("\"birth_date\": \"1996-05-14\""), "{profile}");

    // One more block, with what was entered, right or wrong.
    let degree = [
        ("p.education[0].level", "bachelor"),
        ("p.education[0].field", "computing"),
        ("p.education[0].country", "BR"),
        ("p.education[0].years", "four"),
        ("p.education[0].end.year", "2017"),
        ("p.education[0].end.month", "12"),
        ("p.education[0].end.day", "15"),
    ];
    let mut more = degree.to_vec();
    more.push(("add", "education"));
    let page = go("/assess/everywhere/education?lang=en", &profile, "education", &more);
    page.is(200)
        .has("<legend>Education 2</legend>")
        .has("value=\"four\"")
        .has_no("is not a number");
    page.has("<option value=\"bachelor\" selected>").has("#p-education-2");
    // What was left blank goes; what is wrong is told beside its field, and nothing is lost.
    let mut more = degree.to_vec();
    more.push(("p.education[1].level", ""));
    let page = go("/assess/everywhere/work?lang=en", &profile, "education", &more);
    page.is(422).has("id=\"p-education-0-years-error\"").has("“four” is not a number");
    page.has("Education 1 · Years: ").has("value=\"2017\"").has_no("Education 2");
    assert_eq!(carried(&page), profile);
    // An item is taken away.
    let mut more = degree.to_vec();
    more.extend([("p.education[1].level", "master"), ("remove", "education[0]")]);
    let page = go("/assess/everywhere/education?lang=en", &profile, "education", &more);
    page.is(200).has("<option value=\"master\" selected>").has_no("value=\"bachelor\" selected");

    let mut right = degree.to_vec();
    right[3] = ("p.education[0].years", "4");
    let page = go("/assess/everywhere/work?lang=zh", &profile, "education", &right);
    page.is(200).has("工作经历").has("<legend>工作 1</legend>");
    let profile = carried(&page);
    let page =
        go("/assess/everywhere/languages?lang=zh", &profile, "work", &[("p.work.none", "1")]);
    let profile = carried(&page);
    assert!(profile.contains("\"work\": []"), "{profile}");

    // Back to all parts, without an answer; then with one.
    let page = go("/assess/everywhere?lang=en", &profile, "languages", &[]);
    page.is(200)
        .has("3 of 11 parts done")
        .has("Filled in")
        .has_no("Open:")
        .has("name=\"overview\"");
    let page = post("/assess/everywhere?lang=en", &[("profile", &profile)]);
    page.is(200).has("Facts are missing:").has("Change your answers").has("Keep the profile");
    let page = go("/assess/everywhere?lang=en", &profile, "languages", &[("assess", "1")]);
    page.is(200).has("Facts are missing:");
    // The switch of language asks for nothing new.
    let switch = [("profile", &*profile), ("overview", "1"), ("stay", "1")];
    post("/assess/everywhere?lang=zh", &switch)
        .is(200)
        .has("共 11 部分，已完成 3 部分")
        .has_no("缺少事实：");

    let kept = post("/assess/everywhere/profile.json", &[("profile", &profile)]);
    kept.is(200).has("\"level\": \"bachelor\"");
    assert_eq!(kept.header(axum::http::header::CONTENT_TYPE), "application/json");
    assert!(LIBRARY.read_person(&kept.body).is_ok());
    assert!(LIBRARY.is_common_profile(&kept.body));
    post("/assess/everywhere/profile.json", &[("profile", "{ \"a\"")]).is(422);
    post("/assess/everywhere/profile.json", &[("profile", " ")]).is(422);
}

#[test]
fn each_fault_stands_beside_its_field_with_what_is_allowed() {
    let test = [
        ("p.languages[0].language", "en"),
        ("p.languages[0].test", "ielts_general"),
        ("p.languages[0].scores.listening", "9.3"),
    ];
    let page = go("/assess/everywhere/offer?lang=en", "", "languages", &test);
    page.is(422).has("id=\"p-languages-0-scores-listening-error\"").has("between 0 and 9");
    let page = go("/assess/everywhere/offer?lang=zh", "", "languages", &test);
    page.is(422).has("id=\"p-languages-0-scores-listening-error\"").has("0 与 9");

    let pay = [
        ("p.offer.country", "SG"),
        ("p.offer.pay.amount", "9,000"),
        ("p.offer.pay.currency", "SGD"),
    ];
    let page = go("/assess/everywhere/partner?lang=en", "", "offer", &pay);
    page.is(422).has("id=\"p-offer-pay-period-error\"").has("Choose one of the list");
    page.has("value=\"9,000\"").has("<option value=\"SGD\" selected>");

    let jobs = [
        ("p.work[0].country", "CA"),
        ("p.work[0].start.year", "2015"),
        ("p.work[0].start.month", "1"),
        ("p.work[0].start.day", "1"),
        ("p.work[1].country", "CA"),
        ("p.work[1].start.year", "2018"),
        ("p.work[1].start.month", "6"),
        ("p.work[1].start.day", "1"),
    ];
    let page = go("/assess/everywhere/languages?lang=en", "", "work", &jobs);
    page.is(422)
        .has("href=\"#p-work-1\"")
        .has("overlaps")
        .has("class=\"item wrong\" id=\"p-work-1\"");
    page.has("that of “Work 1”").has("“Hours a week” below 30").has_no("work[0]`");
    let page = go("/assess/everywhere/languages?lang=zh", "", "work", &jobs);
    page.is(422).has("与“工作 1”的时间重叠");
    let mut unknown = jobs[..4].to_vec();
    unknown.push(("p.work[0].occupations.noc2021", "99999"));
    let page = go("/assess/everywhere/languages?lang=en", "", "work", &unknown);
    page.is(422)
        .has("id=\"p-work-0-occupations-noc2021-error\"")
        .has("<details class=\"folded\" open>");

    let both = [("p.stays.none", "1"), ("p.stays[0].country", "JP")];
    go("/assess/everywhere/assets?lang=en", "", "stays", &both).is(422).has("there are entries");
    let date =
        [("p.birth_date.year", "1996"), ("p.birth_date.month", "2"), ("p.birth_date.day", "30")];
    let page = go("/assess/everywhere/education?lang=en", "", "person", &date);
    page.is(422).has("id=\"p-birth_date-error\"").has("1996-02-30 is not a day");
}

#[test]
fn faults_between_sections_are_told_on_the_overview() {
    let profile = r#"{ "birth_date": "2001-01-01", "work": [],
        "education": [{ "level": "bachelor", "end": "1999-06-30" }] }"#;
    let page = post("/assess/everywhere?lang=en", &[("profile", profile)]);
    page.is(422).has("href=\"#part-education\"").has("To be corrected").has("2 of 11 parts done");
    let page = post("/assess/everywhere/education?lang=en", &[("profile", profile)]);
    page.is(422).has("id=\"p-education-0-end-error\"");
    // What the form has no field for is told where the profile stands as text.
    for profile in ["{ \"birth_date\": 1, \"educatoin\": [] }", "{ \"birth_date\"", "[1]"] {
        let page = post("/assess/everywhere/education?lang=en", &[("profile", profile)]);
        page.is(422).has("id=\"error-summary\"").has("<textarea id=\"profile\"");
    }
    // What only a country asks for stays.
    let profile = r#"{ "assets": {}, "ca": { "nomination": true } }"#;
    let page = go("/assess/everywhere/education?lang=en", profile, "person", &BIRTH);
    let carried: Json = serde_json::from_str(&carried(page.is(200))).unwrap();
    assert_eq!(carried["ca"]["nomination"], Json::Bool(true));
}

#[test]
fn hostile_forms_are_answered() {
    let many: Vec<(String, String)> = (0..1_900)
        .map(|i| (format!("p.education[{}].level", i * 1_000_000_007_usize), "x".to_owned()))
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (&**name, &**value)).collect();
    go("/assess/everywhere/work", "", "education", &many).is(422);
    let full = [("p.work[99].country", "CA"), ("add", "work")];
    go("/assess/everywhere/work?lang=en", "", "work", &full)
        .is(200)
        .has("Work 100")
        .has_no("Work 101");
    for (name, value) in [
        ("add", "work[0"),
        ("add", "]["),
        ("remove", "work[99999999999999999999]"),
        ("remove", "]"),
        ("p.work[18446744073709551615].country", "CA"),
        ("p.work[-1].country", "<script>"),
        ("p.work[0].country", "<script>alert(1)</script>"),
    ] {
        let page = go("/assess/everywhere/work?lang=en", "", "work", &[(name, value)]);
        assert!(matches!(page.status.as_u16(), 200 | 422), "{name}");
        page.has_no("<script>alert");
    }
    let deep = format!("{}{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    go("/assess/everywhere/work?lang=en", &deep, "person", &BIRTH).is(422);
    // The section that a page comes from is one that there is, or none.
    go("/assess/everywhere/work?lang=en", "", "nothing", &BIRTH).is(200);
    assert!(Section::find("nothing").is_none());
}
