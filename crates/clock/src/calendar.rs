//! Calendars of working days.

mod file;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::day::{self, Day};
pub use file::CalendarError;

/// The working days of a jurisdiction: a week, and the announced days that depart from it.
///
/// # Known and unknown days
///
/// Holidays and make-up days are announced, and cannot be computed. A calendar is therefore known
/// from a first day through a last one. Outside, only the week is known: arithmetic goes on by the
/// week alone, and what rests on it is provisional ([`Calendar::knows`]).
///
/// ```
/// use clock::{Calendar, DayKind};
/// use jiff::civil::date;
///
/// let about = r#"
/// id = "zz"
/// version = "1"
/// title = { zh = "示例", en = "Example" }
/// working_weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
/// known_from = 2026-01-01
/// known_through = 2026-12-31
/// source = { zh = "示例", en = "example" }
/// "#;
/// let days = "date,kind,name_zh,name_en\n\
///             2026-02-13,holiday,节日,Holiday\n\
///             2026-02-14,make-up,节日,Holiday\n";
/// let calendar = Calendar::read(about, days).unwrap();
/// assert!(calendar.is_working(date(2026, 2, 14)), "a Saturday that makes up for the holiday");
/// assert_eq!(calendar.working_day_after(date(2026, 2, 12), 1), date(2026, 2, 14));
/// assert!(matches!(calendar.kind(date(2026, 2, 15)), DayKind::Weekend));
/// assert!(!calendar.knows(date(2027, 1, 1)));
/// ```
#[derive(Debug, Clone)]
pub struct Calendar {
    id: Arc<str>,
    version: Arc<str>,
    title: Text,
    source: Text,
    week: Week,
    known_from: Day,
    known_through: Day,
    exceptions: BTreeMap<Day, Exception>,
    /// Working days as bits: bit `n` of word `w` is the day `known_from + 64 * w + n`.
    words: Vec<u64>,
    /// How many working days lie before each word.
    before: Vec<i64>,
    /// How many working days are known.
    total: i64,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Why a day is worked or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'c> {
    /// A day of the working week.
    Weekday,
    /// A day off of every week.
    Weekend,
    /// An announced holiday, or a day off in lieu of one.
    Holiday(&'c Text),
    /// A day off of the week that is worked to make up for a holiday.
    MakeUp(&'c Text),
}

#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) working: bool,
    pub(crate) name: Text,
}

/// Which days of the week are worked. At least one is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Week {
    /// Bit `n` is the weekday `n`, Monday = 0.
    bits: u8,
}

impl Calendar {
    /// Reads a calendar from its description (`calendar.toml`) and its days (`days.csv`).
    ///
    /// # Errors
    ///
    /// The first fault, with file and line.
    pub fn read(about: &str, days: &str) -> Result<Calendar, CalendarError> {
        file::read(about, days)
    }

    pub(crate) fn build(
        about: file::About,
        week: Week,
        span: (Day, Day),
        exceptions: BTreeMap<Day, Exception>,
    ) -> Calendar {
        let (known_from, known_through) = span;
        let mut words: Vec<u64> = Vec::new();
        let mut before = Vec::new();
        let mut total = 0;
        let mut day = known_from;
        while day <= known_through {
            before.push(total);
            let mut word = 0_u64;
            for bit in 0..64.min(known_through - day + 1) {
                let worked = match exceptions.get(&(day + bit)) {
                    Some(exception) => exception.working,
                    None => week.works(day + bit),
                };
                word |= u64::from(worked) << bit;
            }
            total += i64::from(word.count_ones());
            words.push(word);
            day += 64;
        }
        Calendar {
            id: about.id.into(),
            version: about.version.into(),
            title: about.title,
            source: about.source,
            week,
            known_from,
            known_through,
            exceptions,
            words,
            before,
            total,
        }
    }

    /// The identifier, as `cn`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version: two calendars of one identifier and version have the same days.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The title.
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// Where the days were taken from.
    pub fn source(&self) -> &Text {
        &self.source
    }

    /// The first day that is known.
    pub fn known_from(&self) -> Date {
        day::date(self.known_from)
    }

    /// The last day that is known.
    pub fn known_through(&self) -> Date {
        day::date(self.known_through)
    }

    /// Whether it is known if this day is worked.
    pub fn knows(&self, date: Date) -> bool {
        self.knows_day(day::number(date))
    }

    /// Whether a day is worked: as announced where known, by the week elsewhere.
    pub fn is_working(&self, date: Date) -> bool {
        self.works(day::number(date))
    }

    /// Why a day is worked or not.
    pub fn kind(&self, date: Date) -> DayKind<'_> {
        let day = day::number(date);
        match self.exceptions.get(&day) {
            Some(Exception { working: true, name }) => DayKind::MakeUp(name),
            Some(Exception { working: false, name }) => DayKind::Holiday(name),
            None if self.week.works(day) => DayKind::Weekday,
            None => DayKind::Weekend,
        }
    }

    /// How many working days lie after `start`, up to and with `end`; negative if `end` is before.
    pub fn working_days_between(&self, start: Date, end: Date) -> i64 {
        self.rank(day::number(end)) - self.rank(day::number(start))
    }

    /// The `count`-th working day after a day, which is itself not counted; for 0 the day itself.
    pub fn working_day_after(&self, date: Date, count: u32) -> Date {
        let day = day::number(date);
        day::date(if count == 0 { day } else { self.select(self.rank(day) + i64::from(count)) })
    }

    /// The `count`-th working day before a day, which is itself not counted; for 0 the day itself.
    pub fn working_day_before(&self, date: Date, count: u32) -> Date {
        day::date(self.back(day::number(date), i64::from(count)))
    }

    /// The day itself if it is worked, or else the next working day.
    pub fn working_day_from(&self, date: Date) -> Date {
        day::date(self.forward(day::number(date)))
    }

    pub(crate) fn knows_day(&self, day: Day) -> bool {
        (self.known_from..=self.known_through).contains(&day)
    }

    pub(crate) fn works(&self, day: Day) -> bool {
        self.rank(day) != self.rank(day - 1)
    }

    pub(crate) fn forward(&self, day: Day) -> Day {
        self.select(self.rank(day - 1) + 1)
    }

    pub(crate) fn back(&self, day: Day, count: i64) -> Day {
        if count == 0 { day } else { self.select(self.rank(day - 1) - count + 1) }
    }

    /// How many working days there are from the first known day through `day`; negative before.
    pub(crate) fn rank(&self, day: Day) -> i64 {
        if day < self.known_from {
            return self.week.rank(day) - self.week.rank(self.known_from - 1);
        }
        if day > self.known_through {
            return self.total + self.week.rank(day) - self.week.rank(self.known_through);
        }
        let offset = day - self.known_from;
        let (index, bit) = (usize::try_from(offset / 64).unwrap_or(0), offset % 64);
        let word = self.words.get(index).copied().unwrap_or(0);
        let before = self.before.get(index).copied().unwrap_or(0);
        before + i64::from((word & (u64::MAX >> (63 - bit))).count_ones())
    }

    /// The first day whose rank is `rank`: that working day itself.
    pub(crate) fn select(&self, rank: i64) -> Day {
        if rank < 1 {
            return self.week.select(rank + self.week.rank(self.known_from - 1));
        }
        if rank > self.total {
            return self.week.select(rank - self.total + self.week.rank(self.known_through));
        }
        // The last word before which fewer than `rank` working days lie.
        let index = self.before.partition_point(|before| *before < rank).saturating_sub(1);
        let mut word = self.words.get(index).copied().unwrap_or(0);
        for _ in 1..rank - self.before.get(index).copied().unwrap_or(0) {
            word &= word.wrapping_sub(1);
        }
        let offset = i64::try_from(index).unwrap_or(0) * 64 + i64::from(word.trailing_zeros());
        self.known_from + offset
    }
}

impl Week {
    /// A week with these days worked; none without a single one.
    pub(crate) fn new(weekdays: impl IntoIterator<Item = i64>) -> Option<Week> {
        let bits = weekdays.into_iter().fold(0, |bits, day| bits | 1_u8 << day.rem_euclid(7));
        (bits != 0).then_some(Week { bits })
    }

    fn works(self, day: Day) -> bool {
        self.bits >> day::weekday(day) & 1 == 1
    }

    fn length(self) -> i64 {
        i64::from(self.bits.count_ones())
    }

    /// Working days from the Monday before the epoch through `day`, by the week alone.
    fn rank(self, day: Day) -> i64 {
        let through = self.bits & (u8::MAX >> (7 - day::weekday(day)));
        (day + 3).div_euclid(7) * self.length() + i64::from(through.count_ones())
    }

    fn select(self, rank: i64) -> Day {
        let weeks = (rank - 1).div_euclid(self.length());
        let mut left = (rank - 1).rem_euclid(self.length()) + 1;
        let monday = weeks * 7 - 3;
        let mut day = monday - 1;
        while left > 0 {
            day += 1;
            left -= i64::from(self.works(day));
        }
        day
    }
}
