//! Pages without answers, and what every answer carries.

use axum::body::Body;
use axum::http::{Request, header};

use super::{LIBRARY, ask, get, post, site};

const PAGES: [&str; 11] = [
    "/",
    "/assess",
    "/assess/matters/education",
    "/rules",
    "/rules/cn/work-permit?on=2026-11-23&place=310000",
    "/rules/cn/work-permit?on=2010-01-01",
    "/rules/cn/r-visa?on=2026-11-23",
    "/rules/instruments",
    "/rules/coverage",
    "/healthz",
    "/readyz",
];

#[test]
fn pages_answer() {
    for path in PAGES {
        get(path).is(200);
    }
}

#[test]
fn every_answer_carries_the_headers_of_security() {
    for path in PAGES.iter().chain(&["/no-such-page", "/api/v1/programmes", "/api/v1/none"]) {
        let answer = get(path);
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer", "{path}");
        assert!(!answer.header(header::CACHE_CONTROL).is_empty(), "{path}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{path}");
    }
}

#[test]
fn what_carries_answers_is_never_kept() {
    assert_eq!(get("/assess").header(header::CACHE_CONTROL), "no-store");
    assert_eq!(post("/assess/tasks", &[]).header(header::CACHE_CONTROL), "no-store");
    assert_eq!(get("/").header(header::CACHE_CONTROL), "no-cache");
}

#[test]
fn assets_are_kept_for_good_and_small() {
    let assets = &crate::assets::ASSETS;
    for asset in [&assets.style, &assets.script, &assets.seal, &assets.icon] {
        let answer = get(&asset.href());
        assert!(answer.is(200).header(header::CACHE_CONTROL).contains("immutable"));
    }
    assert!(assets.style.content.len() < 30 * 1024);
    assert!(assets.script.content.len() < 5 * 1024);
    get("/assets/xianlu-0000000000000000.css").is(404);
}

#[test]
fn the_language_is_chosen() {
    get("/").is(200).has("lang=\"zh-CN\"");
    get("/?lang=en").is(200).has("<html lang=\"en\">");
    let request = Request::get("/").header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.8,zh;q=0.5");
    ask(request.body(Body::empty()).unwrap()).has("<html lang=\"en\">");
}

#[test]
fn what_is_not_there_is_said() {
    get("/no-such-page?lang=en").is(404).has("There is no such page");
    get("/rules/cn/no-such-programme").is(404);
    get("/assess/matters/no-such-matter").is(404);
    get("/assess/no/such/step").is(404);
    post("/rules?lang=en", &[]).is(405).has("cannot be opened in that way");
    get("/assets/..%2fCargo.toml").is(404);
}

#[test]
fn rules_are_shown_by_day_and_place() {
    let now = get("/rules/cn/work-permit?on=2026-11-23&place=310000&lang=en");
    now.is(200).has("id=\"salary_points--1\"").has("<caption").has("scope=\"row\"");
    now.has("replaces the national rule");
    let trial = get("/rules/cn/work-permit?on=2017-03-31&place=310000&lang=en");
    trial.is(200).has("id=\"salary_points\"");
    let before = get("/rules/cn/work-permit?on=2010-01-01&lang=en");
    before.is(200).has("There are no rules for this day").has("1 October 2016");
    before.has("on=2016-10-01&#38;place=110000");
    let bad = get("/rules/cn/work-permit?on=2026-02-30&lang=en");
    bad.is(422).has("not a day of the calendar").has("value=\"2026-02-30\"");
    get("/rules/cn/work-permit?place=Atlantis&lang=en").is(422).has("There is no place");
}

#[test]
fn every_row_of_every_table_is_shown_with_its_anchor() {
    let programme = LIBRARY.programme("cn/work-permit").unwrap();
    let on = feel::temporal::Date::parse("2026-11-23").unwrap();
    let rules = LIBRARY.in_force(programme, on, "000000").unwrap();
    let page = get("/rules/cn/work-permit?on=2026-11-23");
    for (_, element) in rules.document.model.elements() {
        page.has(&format!("id=\"{}\"", element.name.text));
        if let Some(dmn::model::Logic::Table(table)) = &element.logic {
            for rule in &table.rules {
                page.has(&format!("id=\"{}--{}\"", element.name.text, rule.id.text));
            }
        }
    }
}

#[test]
fn the_register_lists_every_instrument() {
    let page = get("/rules/instruments?lang=en");
    for instrument in LIBRARY.instruments() {
        page.has(&format!("id=\"{}\"", crate::ui::anchor(&instrument.id)));
    }
}

#[test]
fn the_registry_shows_what_is_checked_and_what_is_not_covered() {
    for (language, until, undated, missing) in [
        ("en", "6 December 2025", "no dated source", "not obtained"),
        ("zh-CN", "2025年12月6日", "来源无日期", "未取得"),
    ] {
        let page = get(&format!("/rules/coverage?lang={language}"));
        page.is(200).has(until).has(undated).has(missing).has("id=\"cn-bj\"");
        for programme in LIBRARY.programmes() {
            page.has(&format!("href=\"/rules/{}?", programme.id));
        }
        for gap in LIBRARY.coverage().iter().flat_map(|covered| covered.gaps) {
            let text = if language == "en" { &gap.text.en } else { &gap.text.zh };
            let plain = text.split(['"', '\'', '&', '<']).next().unwrap();
            page.has(plain);
        }
        // It works without scripts: nothing is loaded later.
        page.has_no("data-src").has_no("hidden>");
    }
    get("/rules?lang=en").has("href=\"/rules/coverage?lang=en#gb\"");
    get("/rules/gb/skilled-worker?lang=en").has("href=\"/rules/coverage?lang=en#gb\"");
}

#[test]
fn text_from_addresses_is_escaped() {
    let page = get("/rules/cn/work-permit?on=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&x=%3Cb%3E");
    page.is(422).has_no("<script>alert").has_no("<b>");
}

#[test]
fn pages_are_compressed() {
    let request = Request::get("/").header(header::ACCEPT_ENCODING, "gzip");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let response = runtime.block_on(async {
        let router = crate::router(site(None));
        tower::ServiceExt::oneshot(router, request.body(Body::empty()).unwrap()).await.unwrap()
    });
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
}
