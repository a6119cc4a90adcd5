//! Dates, times and durations.
//!
//! Dates are proleptic Gregorian with years from -999,999,999 to 999,999,999.
//! Time zones come from the tz database that is compiled in, so that the same expression has the
//! same value on every machine.

mod date;
mod date_time;
mod duration;
mod scanner;
mod time;
mod zone;

pub use date::Date;
pub use date_time::DateTime;
pub use duration::{DaysDuration, YearsDuration};
pub use time::Time;
pub use zone::Zone;

/// A text or numbers that do not make a date, time or duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemporalError {
    kind: ErrorKind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ErrorKind {
    Syntax,
    Range,
}

impl TemporalError {
    fn syntax(message: impl Into<String>) -> TemporalError {
        TemporalError { kind: ErrorKind::Syntax, message: message.into() }
    }

    fn range(message: impl Into<String>) -> TemporalError {
        TemporalError { kind: ErrorKind::Range, message: message.into() }
    }

    /// Whether the form is right and a component, or the whole, is out of range.
    pub fn is_range(&self) -> bool {
        self.kind == ErrorKind::Range
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil};
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn moment(text: &str) -> DateTime {
        DateTime::parse(text).unwrap()
    }

    #[test]
    fn values_are_small() {
        assert!(size_of::<Date>() <= 8 && size_of::<Time>() <= 12 && size_of::<DateTime>() <= 20);
        assert!(size_of::<crate::Value>() <= 24, "{}", size_of::<crate::Value>());
    }

    #[test]
    fn dates_are_read_and_written() {
        for text in
            ["2026-11-23", "-2017-12-31", "999999999-12-31", "-999999999-01-01", "0000-02-29"]
        {
            assert_eq!(date(text).to_string(), text);
        }
        let wrong = [
            "",
            "2012-12-25T",
            "2012/12/25",
            "998-12-31",
            "01211-12-31",
            "+2012-12-02",
            "2012-1-01",
            "2012-01-1",
            "-0000-01-01",
            "２０12-01-01",
            "2012-01-01 ",
        ];
        for text in wrong {
            assert!(!Date::parse(text).unwrap_err().is_range(), "{text}");
        }
        for text in ["2017-13-10", "2017-12-32", "9999999999-12-25", "2023-02-29", "1900-02-29"] {
            assert!(Date::parse(text).unwrap_err().is_range(), "{text}");
        }
        assert_eq!(
            Date::parse("23.11.2026").unwrap_err().to_string(),
            "`23.11.2026` is not a date as \"2026-11-23\""
        );
    }

    #[test]
    fn times_are_read_and_written() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Time::parse(text).unwrap().to_string(), expected);
        };
        check("10:30:00", "10:30:00");
        check("10:30:00.120", "10:30:00.12");
        check("10:30:00+00:00", "10:30:00Z");
        check("10:30:00-05:30", "10:30:00-05:30");
        check("11:59:45+02:45:55", "11:59:45+02:45:55");
        check("10:30:00@asia/shanghai", "10:30:00@Asia/Shanghai");
        check("24:00:00", "00:00:00");
        for text in ["10:30", "10:30:00.", "10:30:00+1:00", "10:30:00 Z", "T10:30:00", "10:30:00ZZ"]
        {
            assert!(!Time::parse(text).unwrap_err().is_range(), "{text}");
        }
        for text in ["10:60:00", "24:00:01", "10:30:00+19:00", "10:30:00@Foo/Bar", "10:30:00@"] {
            assert!(Time::parse(text).unwrap_err().is_range(), "{text}");
        }
    }

    #[test]
    fn durations_are_read_and_written() {
        let days = |text: &str, expected: &str| {
            assert_eq!(DaysDuration::parse(text).unwrap().to_string(), expected);
        };
        days("P1DT2H3M4.123456789S", "P1DT2H3M4.123456789S");
        days("PT1000M0.999999999S", "PT16H40M0.999999999S");
        days("PT0.S", "PT0S");
        days("-P0D", "PT0S");
        days("-PT1H2M", "-PT1H2M");
        days("-PT0.5S", "-PT0.5S");
        days("P2DT274M", "P2DT4H34M");
        for text in
            ["P", "PT", "P1DT", "P1H", "1D", "P1D2D", "PT1.5H", "P1Y", "PT1S1M", "P0", "+P1D"]
        {
            assert!(!DaysDuration::parse(text).unwrap_err().is_range(), "{text}");
        }
        assert!(DaysDuration::parse("P99999999999999999999D").unwrap_err().is_range());
        let years = |text: &str, expected: &str| {
            assert_eq!(YearsDuration::parse(text).unwrap().to_string(), expected);
        };
        years("P1Y27M", "P3Y3M");
        years("-P100M", "-P8Y4M");
        years("P0Y", "P0M");
        years("P12M", "P1Y");
        for text in ["P", "P1M1Y", "P1D", "P1Y2", "PY", "P1Y1Y"] {
            assert!(YearsDuration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn months_are_cut_to_their_length() {
        let check = |text: &str, months: i64, expected: &str| {
            assert_eq!(date(text).add_months(months).unwrap().to_string(), expected);
        };
        check("2026-01-31", 1, "2026-02-28");
        check("2024-01-31", 1, "2024-02-29");
        check("2026-03-31", -1, "2026-02-28");
        check("2024-02-29", 12, "2025-02-28");
        check("2021-01-01", -13, "2019-12-01");
        assert!(Date::MAX.add_months(1).is_none() && Date::MIN.add_days(-1).is_none());
        assert!(date("2020-01-01").add_months(i64::MAX).is_none());
    }

    #[test]
    fn months_between_dates() {
        let check = |from: &str, to: &str, expected: &str| {
            assert_eq!(date(from).months_until(date(to)).to_string(), expected);
        };
        check("2011-12-22", "2013-08-24", "P1Y8M");
        check("2013-08-24", "2011-12-22", "-P1Y8M");
        check("2016-09-30", "2017-12-28", "P1Y2M");
        check("-2016-01-30", "-2017-02-28", "-P11M");
        check("2016-01-31", "2016-02-29", "P0M");
    }

    #[test]
    fn clocks_skip_and_repeat_times() {
        assert!(DateTime::parse("2026-03-29T02:30:00@Europe/Paris").unwrap_err().is_range());
        let hour = DaysDuration::from_seconds(3600);
        let first = moment("2026-10-25T02:30:00@Europe/Paris");
        let second = first.add_duration(hour).unwrap();
        assert_eq!(second.to_string(), "2026-10-25T02:30:00@Europe/Paris");
        assert_eq!(second.since(first), Some(hour));
        assert_eq!(second.offset().unwrap().to_string(), "PT1H");
        let before = moment("2026-03-29T01:30:00@Europe/Paris");
        let after = before.add_duration(hour).unwrap();
        assert_eq!(after.to_string(), "2026-03-29T03:30:00@Europe/Paris");
        assert!(moment("2026-02-28T02:30:00@Europe/Paris").add_months(1).is_some());
        assert!(moment("2026-02-28T02:30:00@Europe/Paris").add_duration(hour).is_some());
        assert!(moment("2025-12-29T02:30:00@Europe/Paris").add_months(3).is_none());
    }

    #[test]
    fn zones_reach_beyond_their_database() {
        let far = moment("123456-07-01T12:00:00@Europe/Paris");
        assert_eq!(far.offset().unwrap().to_string(), "PT2H");
        let winter = moment("123456-01-01T12:00:00@Europe/Paris");
        assert_eq!(winter.offset().unwrap().to_string(), "PT1H");
        let old = moment("-50000-07-01T12:00:00@Asia/Shanghai");
        assert_eq!(old.since(old), Some(DaysDuration::ZERO));
    }

    #[test]
    fn moments_compare_across_zones() {
        let order = |a: &str, b: &str| moment(a).compare(moment(b));
        use std::cmp::Ordering::{Equal, Less};
        assert_eq!(
            order("2018-10-08T00:00:00+02:00", "2018-10-08T00:00:00@Europe/Paris"),
            Some(Equal)
        );
        assert_eq!(order("2002-04-02T12:00:00-01:00", "2002-04-02T17:00:00+04:00"), Some(Equal));
        assert_eq!(order("2002-04-02T12:00:00", "2002-04-02T12:00:01"), Some(Less));
        assert_eq!(order("2002-04-02T12:00:00", "2002-04-02T12:00:00Z"), None);
        let time = |text: &str| Time::parse(text).unwrap();
        assert_eq!(time("10:30:00Z").compare(time("11:30:00+01:00")), Some(Equal));
        assert_eq!(time("10:30:00@Europe/Paris").compare(time("11:30:00+01:00")), None);
        assert_eq!(
            time("10:30:00@Asia/Kolkata").compare(time("10:30:00@Asia/Kolkata")),
            Some(Equal)
        );
    }

    #[test]
    fn the_end_of_a_day_is_the_next_midnight() {
        assert_eq!(moment("2021-01-01T24:00:00").to_string(), "2021-01-02T00:00:00");
        assert!(DateTime::parse("999999999-12-31T24:00:00").is_err());
    }

    fn civil_date() -> impl Strategy<Value = civil::Date> {
        (-719_162..2_932_896_i64)
            .prop_map(|days| civil::date(1970, 1, 1).checked_add(days.days()).unwrap())
    }

    fn ours(date: civil::Date) -> Date {
        Date::new(i32::from(date.year()), date.month() as u8, date.day() as u8).unwrap()
    }

    fn any_date() -> impl Strategy<Value = Date> {
        (Date::MIN.to_days()..=Date::MAX.to_days()).prop_map(|days| Date::from_days(days).unwrap())
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        prop_oneof![
            Just(Zone::LOCAL),
            Just(Zone::UTC),
            (-64_800..=64_800).prop_map(|seconds| Zone::offset(seconds).unwrap()),
            Just(Zone::named("Asia/Shanghai").unwrap()),
            Just(Zone::named("Europe/Paris").unwrap()),
        ]
    }

    fn any_time() -> impl Strategy<Value = Time> {
        let fraction = prop_oneof![Just(0), 0..1_000_000_000_u32];
        (0..24_u8, 0..60_u8, 0..60_u8, fraction, any_zone())
            .prop_map(|(h, m, s, n, zone)| Time::new(h, m, s, n, zone).unwrap())
    }

    proptest! {
        #[test]
        fn dates_agree_with_jiff(date in civil_date(), days in -100_000..100_000_i64, months in -5_000..5_000_i64) {
            let our = ours(date);
            prop_assert_eq!(i64::from(our.weekday()), i64::from(date.weekday().to_monday_one_offset()));
            prop_assert_eq!(i64::from(our.day_of_year()), i64::from(date.day_of_year()));
            prop_assert_eq!(i64::from(our.week_of_year()), i64::from(date.iso_week_date().week()));
            if let Ok(later) = date.checked_add(days.days())
                && later.year() >= 1
            {
                prop_assert_eq!(our.add_days(days), Some(ours(later)));
            }
            if let Ok(later) = date.checked_add(months.months())
                && later.year() >= 1
            {
                prop_assert_eq!(our.add_months(months), Some(ours(later)));
            }
        }

        #[test]
        fn moments_agree_with_jiff(second in -60_000_000_000..250_000_000_000_i64, hours in -100_000..100_000_i64) {
            let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
            let theirs = jiff::Timestamp::from_second(second).unwrap().to_zoned_datetime(zone);
            let our = DateTime::from_unix(second, 0, Zone::named("Europe/Paris").unwrap()).unwrap();
            prop_assert_eq!(our.unix_seconds(), second);
            prop_assert_eq!(i64::from(our.time().hour()), i64::from(theirs.hour()));
            prop_assert_eq!(our.date(), ours(theirs.date()));
            if let Ok(later) = theirs.checked_add(hours.hours()) {
                let our = our.add_duration(DaysDuration::from_seconds(hours * 3600)).unwrap();
                prop_assert_eq!(our.unix_seconds(), later.timestamp().as_second());
                prop_assert_eq!(our.date(), ours(later.date()));
            }
        }

        #[test]
        fn everything_reads_as_it_is_written(date in any_date(), time in any_time(), nanoseconds in any::<i128>(), months in any::<i64>()) {
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
            prop_assert_eq!(Time::parse(&time.to_string()), Ok(time));
            if let Some(moment) = DateTime::new(date, time) {
                prop_assert_eq!(DateTime::parse(&moment.to_string()), Ok(moment));
            }
            let duration = DaysDuration::from_nanoseconds(nanoseconds >> 40).unwrap();
            prop_assert_eq!(DaysDuration::parse(&duration.to_string()), Ok(duration));
            let duration = YearsDuration::from_months(months / 2);
            prop_assert_eq!(YearsDuration::parse(&duration.to_string()), Ok(duration));
        }

        #[test]
        fn days_count_dates(date in any_date(), days in -1_000_000..1_000_000_i64) {
            if let Some(later) = date.add_days(days) {
                prop_assert_eq!(later.to_days() - date.to_days(), days);
                prop_assert_eq!(later.cmp(&date), days.cmp(&0));
            }
        }

        #[test]
        fn times_run_around_the_clock(time in any_time(), seconds in any::<i64>()) {
            let duration = DaysDuration::from_seconds(seconds / 2);
            let there = time.add_duration(duration);
            prop_assert_eq!(there.add_duration(duration.checked_neg().unwrap()), time);
        }

        #[test]
        fn hostile_texts_end(text in "[-+PTYMDHSZ0-9:.@A-Za-z/]{0,40}") {
            let _ = (Date::parse(&text), Time::parse(&text), DateTime::parse(&text));
            let _ = (DaysDuration::parse(&text), YearsDuration::parse(&text));
        }
    }
}
