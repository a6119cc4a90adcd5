//! Our calendar of China and our clocks beside those of an independent package.

use crate::common::{
    CHINA, OFFICE, at, day, event, ledger, resumed, served, spec, suspended, working_days,
};
use clock::{Act, Effect};
use jiff::civil::Date;

#[test]
fn every_day_is_worked_as_the_oracle_says() {
    let mut days = 0;
    for line in include_str!("fixtures/years.csv").lines().skip(1) {
        let (year, digits) = line.split_once(',').unwrap();
        // The last digit holds the first four days.
        let digits: Vec<u32> =
            digits.chars().rev().map(|digit| digit.to_digit(16).unwrap()).collect();
        let mut day = day(&format!("{year}-01-01"));
        let (mut count, year) = (0, day.year());
        while day.year() == year {
            let bits = digits.get(count / 4).copied().unwrap_or(0);
            assert_eq!(CHINA.is_working(day), bits >> (count % 4) & 1 == 1, "{day}");
            assert!(CHINA.knows(day));
            day = day.tomorrow().unwrap();
            count += 1;
        }
        days += count;
    }
    assert_eq!(days, 8_401);
    assert!(!CHINA.knows(Date::constant(2003, 12, 31)));
    assert!(!CHINA.knows(Date::constant(2027, 1, 1)));
}

/// A thousand clocks of the fixture, or as many as the file that `CLOCKS` names.
#[test]
fn clocks_are_due_as_the_oracle_says() {
    let given = std::env::var_os("CLOCKS").map(|path| std::fs::read_to_string(path).unwrap());
    let text = given.as_deref().unwrap_or(include_str!("fixtures/clocks.csv"));
    let names = ["a", "b", "c"];
    let mut count = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [start, budget, stops, due] = fields[..] else { panic!("{line}") };
        let mut events = vec![event("armed", start, Act::Armed { until: None })];
        for (stop, name) in stops.split_whitespace().zip(names) {
            let (from, until) = stop.split_once("..").unwrap();
            events.push(event(&format!("{name}1"), from, suspended(name, "hearing", None)));
            events.push(event(&format!("{name}2"), from, served(name)));
            events.push(event(&format!("{name}3"), until, resumed(name)));
        }
        let spec = spec(working_days(budget.parse().unwrap()), Effect::None);
        let state = ledger(spec, events).state(&OFFICE, at("2027-01-01"));
        let found = state.due.unwrap();
        assert_eq!((found.on, found.provisional), (day(due), None), "{line}");
        count += 1;
    }
    println!("{count} clocks are due as the oracle says");
    assert!(count >= 1_000);
}

#[test]
fn the_make_up_days_of_2026_are_worked() {
    for make_up in
        ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    {
        assert!(CHINA.is_working(day(make_up)), "{make_up}");
    }
    let worked = (1..=365).filter(|n| {
        let date = CHINA.known_through().with().day_of_year(*n).build().unwrap();
        CHINA.is_working(date) && date.weekday().to_monday_zero_offset() > 4
    });
    assert_eq!(worked.count(), 6, "and no other day of a weekend");
}
