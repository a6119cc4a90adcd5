//! What the tests share: China's calendar and events at the office in Shanghai.

use std::sync::{Arc, LazyLock};

use clock::{Act, Basis, Calendar, ClockSpec, Closing, Effect, Event, Ledger, Office, Period};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const ABOUT: &str = include_str!("../../../../packs/cn/calendar/calendar.toml");
const DAYS: &str = include_str!("../../../../packs/cn/calendar/days.csv");

pub static CHINA: LazyLock<Arc<Calendar>> =
    LazyLock::new(|| Arc::new(Calendar::read(ABOUT, DAYS).unwrap()));

pub static OFFICE: LazyLock<Office> = LazyLock::new(|| Office {
    calendar: CHINA.clone(),
    zone: TimeZone::get("Asia/Shanghai").unwrap(),
});

/// The calendar without what was announced for the years from `year` on.
pub fn china_until(year: u16) -> Arc<Calendar> {
    let about = ABOUT.replace("2026-12-31", &format!("{}-12-31", year - 1));
    let about = about.replace("\"2026-11-28\"", &format!("\"{}-11-28\"", year - 1));
    let before = format!("{year}-");
    // Days of a year stand in order, below the header.
    let (header, days) = DAYS.split_once('\n').unwrap();
    let days: Vec<&str> = days.lines().take_while(|line| *line < before.as_str()).collect();
    let days = format!("{header}\n{}", days.join("\n"));
    Arc::new(Calendar::read(&about, &days).unwrap())
}

/// Office hours: nine in the morning in China, on a day as `2026-02-14`; or a moment.
pub fn at(moment: &str) -> Timestamp {
    let moment = if moment.len() == 10 { format!("{moment}T09:00:00") } else { moment.to_owned() };
    format!("{moment}+08:00").parse().unwrap()
}

pub fn event(id: &str, moment: &str, act: Act) -> Event {
    Event { id: id.to_owned(), at: at(moment), actor: "clerk".to_owned(), act }
}

pub fn basis(item: &str) -> Basis {
    Basis { instrument: "cn/licensing-law-2019".to_owned(), item: item.to_owned() }
}

pub fn spec(within: Option<Period>, effect: Effect) -> ClockSpec {
    ClockSpec {
        id: "test".to_owned(),
        basis: basis("art. 42"),
        within,
        closing: Closing::AsItFalls,
        extension: Some(clock::spec::Extension {
            by: match within {
                Some(Period::Days(_)) => Period::days(10).unwrap(),
                Some(Period::Months(_)) => Period::months(1).unwrap(),
                _ => Period::working_days(10).unwrap(),
            },
            basis: basis("art. 42"),
        }),
        grounds: ["hearing", "appraisal"]
            .map(|id| clock::spec::Ground { id: id.to_owned(), basis: basis("art. 45") })
            .into(),
        effect,
        effect_from: clock::spec::EffectFrom::Expiry,
        ladder: [("ten", 10), ("five", 5), ("two", 2)]
            .map(|(id, days)| clock::spec::Rung {
                id: id.to_owned(),
                before: Period::working_days(days).unwrap(),
                to: "decider".to_owned(),
            })
            .into(),
    }
}

pub fn working_days(days: u32) -> Option<Period> {
    Period::working_days(days)
}

pub fn suspended(name: &str, ground: &str, expected: Option<Period>) -> Act {
    Act::Suspended {
        suspension: name.to_owned(),
        ground: ground.to_owned(),
        notice: format!("notice-{name}"),
        expected,
    }
}

pub fn served(name: &str) -> Act {
    Act::Served { notice: format!("notice-{name}") }
}

pub fn resumed(name: &str) -> Act {
    Act::Resumed { suspension: name.to_owned() }
}

pub fn extended(days: u32, requested_by: &str, approved_by: &str) -> Act {
    Act::Extended {
        by: Period::working_days(days).unwrap(),
        requested_by: requested_by.to_owned(),
        approved_by: approved_by.to_owned(),
        reason: "two opinions are awaited".to_owned(),
        notice: "notice-extension".to_owned(),
    }
}

pub fn ledger(spec: ClockSpec, events: Vec<Event>) -> Ledger {
    Ledger::from_events(Arc::new(spec), events)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}
