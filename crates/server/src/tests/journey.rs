//! The self-assessment, page by page.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Answer, ask, get, post};

/// The facts of the first worked case, as they travel.
const DOCTOR: &str = r#"{"v":1,"programme":"cn/work-permit","place":"310000","on":"2026-11-23","facts":{"filing_kind":{"s":"first"},"short_term":{"b":false},"birth_date":{"s":"1996-05-04"},"education_level":{"s":"doctorate"},"university":{"s":"foreign_high_level"},"relevant_work_years":{"n":"6"},"consecutive_work_years":{"n":"0"},"career_highlights":{"l":[]},"language_teaching":{"l":[]},"job_offer":{"b":true},"post_kind":{"s":"manager_or_technical"},"senior_post":{"s":"none"},"annual_salary":{"n":"460000"},"months_in_china_per_year":{"n":"12"},"work_region":{"s":"elsewhere"},"employer_in_good_standing":{"b":true},"special_need":{"b":true},"minimum_wage_met":{"b":true},"sector_approval":{"b":true},"fits_development_needs":{"b":true},"hsk_level":{"n":"0"},"degree_taught_in_chinese":{"b":false},"former_chinese_national":{"b":false},"talent_programme":{"b":false},"achievements":{"l":[]},"other_grounds":{"l":[]},"local_grounds":{"l":[]},"local_bonus_points":{"n":"0"},"skill_level":{"s":"none"},"healthy":{"b":true},"no_criminal_record":{"b":true},"passport_expiry":{"s":"2030-01-01"}}}"#;

/// The state that a page carries.
fn state(answer: &Answer) -> String {
    let (_, after) = answer.body.split_once("name=\"state\" value=\"").unwrap();
    let (value, _) = after.split_once('"').unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&#39;", "'")
}

fn start(programme: &str, place: &str, day: (&str, &str, &str)) -> Answer {
    let state = state(&get("/assess?lang=en"));
    post(
        "/assess/tasks?lang=en",
        &[
            ("state", &state),
            ("page", "start"),
            ("programme", programme),
            ("place", place),
            ("on.year", day.0),
            ("on.month", day.1),
            ("on.day", day.2),
        ],
    )
}

#[test]
fn a_journey_from_start_to_result() {
    let tasks = start("cn/work-permit", "310000", ("2026", "11", "23"));
    tasks.is(200).has("Your situation").has("Education and skills").has("Not started");
    let next = post(
        "/assess/check?lang=en",
        &[
            ("state", &state(&tasks)),
            ("page", "matter:education"),
            ("f.education_level", "doctorate"),
            ("f.university", "foreign_high_level"),
            ("f.graduation_date.year", "2020"),
            ("f.graduation_date.month", "6"),
            ("f.graduation_date.day", "30"),
        ],
    );
    next.is(200).has("Check your answers").has("Doctorate").has("30 June 2020");
    let result = post("/assess/result?lang=en", &[("state", &state(&next)), ("page", "check")]);
    result.is(200).has("This cannot be decided yet").has("What is missing");
}

#[test]
fn the_first_worked_case_is_one_point_short() {
    let fields = [("state", DOCTOR), ("page", "check")];
    let result = post("/assess/result?lang=en", &fields);
    result.is(200).has("Category B").has("84").has("1 short").has("24 above").has("HSK");
    result.has("role=\"img\"").has("<table>");
    let result = post("/assess/result?lang=zh", &fields);
    result.is(200).has("还差 1 分").has("<html lang=\"zh-CN\">");
}

#[test]
fn a_result_is_downloaded() {
    let answer = post("/assess/result.json?lang=en", &[("state", DOCTOR), ("page", "result")]);
    answer.is(200);
    assert!(answer.header(header::CONTENT_DISPOSITION).starts_with("attachment;"));
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(json["outcome"], "B");
    assert_eq!(json["score"].to_string(), "84");
}

#[test]
fn the_language_switch_keeps_what_was_typed() {
    let page = post(
        "/assess/matters/you?lang=en",
        &[
            ("state", DOCTOR),
            ("page", "matter:you"),
            ("stay", "1"),
            ("f.birth_date.year", "2001"),
            ("f.birth_date.month", "2"),
            ("f.birth_date.day", "30"),
        ],
    );
    page.is(200).has("<html lang=\"en\">").has("value=\"2001\"").has("value=\"30\"");
    page.has_no("error-summary");
    let kept: serde_json::Value = serde_json::from_str(&state(&page)).unwrap();
    let sent: serde_json::Value = serde_json::from_str(DOCTOR).unwrap();
    assert_eq!(kept["facts"], sent["facts"]);
}

#[test]
fn wrong_entries_are_told_beside_the_field_and_kept() {
    let page = post(
        "/assess/check?lang=en",
        &[
            ("state", DOCTOR),
            ("page", "matter:you"),
            ("f.birth_date.year", "2001"),
            ("f.birth_date.month", "2"),
            ("f.birth_date.day", "30"),
        ],
    );
    page.is(422).has("2001-02-30 is not a day of the calendar").has("id=\"error-summary\"");
    page.has("value=\"30\"").has("href=\"#f-birth_date\"").has("id=\"f-birth_date\"");
    let page = post(
        "/assess/check?lang=en",
        &[("state", DOCTOR), ("page", "matter:job"), ("f.annual_salary", "-5")],
    );
    page.is(422).has("too small").has("value=\"-5\"").has("aria-invalid=\"true\"");
    let page = post(
        "/assess/check?lang=en",
        &[("state", DOCTOR), ("page", "matter:job"), ("f.annual_salary", "much")],
    );
    page.is(422).has("is not a number");
    let page = post(
        "/assess/check?lang=en",
        &[
            ("state", DOCTOR),
            ("page", "matter:achievements"),
            ("f.achievements", "nobel_prize"),
            ("f.achievements.none", "1"),
        ],
    );
    page.is(422).has("Keep one or the other");
}

#[test]
fn an_entry_that_is_emptied_is_unknown() {
    let fields = [("state", DOCTOR), ("page", "matter:chinese"), ("f.hsk_level", "")];
    let check = post("/assess/check?lang=en", &fields);
    check.is(200);
    assert!(!state(&check).contains("hsk_level"));
}

#[test]
fn what_was_tampered_with_is_told() {
    let place = DOCTOR.replace("310000", "999999");
    let page = post("/assess/result?lang=en", &[("state", &place), ("page", "check")]);
    page.is(422).has("There is no place “999999”");
    assert!(state(&page).contains("460000"), "the answers are kept");
    let fields = [("state", place.as_str()), ("page", "matter:chinese")];
    post("/assess/result?lang=en", &fields).is(422).has("There is no place “999999”");
    let programme = DOCTOR.replace("cn/work-permit", "cn/work-permits");
    post("/assess/result?lang=en", &[("state", &programme)]).is(422).has("work-permits");
    let fact = DOCTOR.replace("hsk_level", "hsk_levle");
    let page = post("/assess/check?lang=en", &[("state", &fact), ("page", "check")]);
    page.is(422).has("There is no fact “hsk_levle”").has("Doctorate");
    let value = DOCTOR.replace("\"doctorate\"", "\"wizard\"");
    post("/assess/check?lang=en", &[("state", &value)]).is(422).has("wizard");
    let date = DOCTOR.replace("2026-11-23", "2026-11-31");
    post("/assess/result?lang=en", &[("state", &date)]).is(422).has("not a day of the calendar");
    for nonsense in ["", "{", "[]", "{\"v\":2}", "null", "\u{0}"] {
        let page = post("/assess/check?lang=en", &[("state", nonsense), ("page", "check")]);
        page.is(422).has("cannot be read");
        let page = post("/assess/result?lang=en", &[("state", nonsense), ("page", "check")]);
        page.is(422).has("cannot be read").has("Check your answers");
    }
    post("/assess/check?lang=en", &[("state", DOCTOR), ("page", "matter:nothing")]).is(422);
}

#[test]
fn a_day_before_any_rule_is_told_with_the_first() {
    let page = start("cn/work-permit", "310000", ("2010", "1", "1"));
    page.is(422).has("1 October 2016").has("value=\"2010\"");
    start("cn/work-permit", "310000", ("2026", "", "1")).is(422).has("Enter year, month and day");
    start("cn/nothing", "310000", ("2026", "1", "1")).is(422).has("cn/nothing");
}

#[test]
fn too_much_is_refused_with_a_page() {
    let large = "x".repeat(10 << 20);
    let page = post("/assess/check?lang=en", &[("state", &large)]);
    page.is(413).has("What was sent is too large");
    let many: Vec<(&str, &str)> = std::iter::repeat_n(("f", "x"), 3_000).collect();
    post("/assess/check?lang=en", &many).is(413);
    let request = Request::post("/assess/check?lang=en")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("state={}"));
    ask(request.unwrap()).is(400).has("cannot be read");
}

#[test]
fn no_address_holds_an_answer() {
    let page = post("/assess/result?lang=en", &[("state", DOCTOR), ("page", "check")]);
    for part in page.body.split("href=\"").skip(1).chain(page.body.split("action=\"").skip(1)) {
        let address = part.split('"').next().unwrap();
        for answer in ["460000", "doctorate", "1996", "2030"] {
            assert!(!address.contains(answer), "{address}");
        }
    }
}

#[test]
fn answers_are_escaped() {
    let evil = DOCTOR.replace("cn/work-permit", "\\\"><script>alert(1)</script>");
    let page = post("/assess/tasks?lang=en", &[("state", &evil)]);
    page.is(422).has_no("<script>alert");
}

#[test]
fn deep_links_show_a_fresh_page() {
    get("/assess/matters/education?lang=en").is(200).has("What is your highest degree?");
    let answer = get("/assess/result?lang=en");
    answer.is(303);
    assert_eq!(answer.header(header::LOCATION), "/assess?lang=en");
}

#[test]
fn sums_and_parts_of_factors_are_shown_by_their_titles() {
    let state = r#"{"v":1,"programme":"ca/express-entry-crs","place":"CA","on":"2026-11-02","facts":{"age":{"n":"30"},"with_spouse":{"b":false}}}"#;
    for (lang, caption, sections) in [
        ("en", "Sums and parts of factors", ["Section A", "Section D"]),
        ("zh", "各部分小计和分项", ["A部分", "D部分"]),
    ] {
        let fields = [("state", state), ("page", "check")];
        let page = post(&format!("/assess/result?lang={lang}"), &fields);
        let table = page.is(200).body.split("class=\"sub-scores\"").nth(1).unwrap();
        let table = table.split("</table>").next().unwrap();
        for text in sections.into_iter().chain([caption]) {
            assert!(table.contains(text), "no `{text}` in {table}");
        }
        assert_eq!(table.matches("scope=\"row\"").count(), table.matches("<td").count());
        assert!(table.matches("<td").count() >= 12, "{table}");
    }
    // The work permit's form prints no such sums.
    post("/assess/result?lang=en", &[("state", DOCTOR), ("page", "check")]).has_no("sub-scores");
}
