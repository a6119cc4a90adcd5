//! Time zones.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::TemporalError;
use super::date::{DAYS_OF_CYCLE, Date, civil_from_days};
use super::scanner::Scanner;

/// The greatest distance from UTC, in seconds.
const GREATEST_OFFSET: i32 = 18 * 3600;

/// The zone of a time: none, an offset from UTC, or one by its IANA name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(
    // The kinds in one number: an offset in seconds as it is, a name by its index from
    // `FIRST_NAMED`.
    i32,
);

const LOCAL: i32 = i32::MIN;
const FIRST_NAMED: i32 = 1_000_000;

struct Named {
    name: String,
    zone: OnceLock<Option<TimeZone>>,
}

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static NAMES: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let mut names: Vec<String> = DATABASE.available().map(|name| name.to_string()).collect();
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names.into_iter().map(|name| Named { name, zone: OnceLock::new() }).collect()
});

/// What a local time is in a zone.
pub(super) enum Local {
    /// It comes once, at this offset from UTC in seconds.
    Once(i32),
    /// It comes twice.
    Twice { earlier: i32, later: i32 },
    /// It is skipped.
    Never,
}

impl Zone {
    /// No zone: local time.
    pub const LOCAL: Zone = Zone(LOCAL);
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(0);

    /// The zone at so many seconds east of UTC, at most 18 hours either way.
    pub fn offset(seconds: i32) -> Option<Zone> {
        (seconds.abs() <= GREATEST_OFFSET).then_some(Zone(seconds))
    }

    /// The zone of an IANA name, as `Asia/Shanghai`; upper and lower case are the same.
    pub fn named(name: &str) -> Option<Zone> {
        let wanted = name.to_ascii_lowercase();
        let index =
            NAMES.binary_search_by(|named| named.name.to_ascii_lowercase().cmp(&wanted)).ok()?;
        i32::try_from(index).ok()?.checked_add(FIRST_NAMED).map(Zone)
    }

    /// Whether there is no zone.
    pub fn is_local(self) -> bool {
        self.0 == LOCAL
    }

    /// The IANA name, if the zone was given by one.
    pub fn name(self) -> Option<&'static str> {
        self.entry().map(|named| named.name.as_str())
    }

    /// The offset from UTC in seconds, if it is the same on every day.
    pub fn fixed_offset(self) -> Option<i32> {
        match self.0 {
            LOCAL => None,
            offset if offset < FIRST_NAMED => Some(offset),
            _ => self.time_zone()?.to_fixed_offset().ok().map(|offset| offset.seconds()),
        }
    }

    fn entry(self) -> Option<&'static Named> {
        NAMES.get(usize::try_from(self.0.checked_sub(FIRST_NAMED)?).ok()?)
    }

    fn time_zone(self) -> Option<&'static TimeZone> {
        let named = self.entry()?;
        named.zone.get_or_init(|| DATABASE.get(&named.name).ok()).as_ref()
    }

    /// What a local time is in this zone; `None` for local time and for a broken database.
    pub(super) fn resolve(self, date: Date, second_of_day: u32) -> Option<Local> {
        if self.0 < FIRST_NAMED {
            return (!self.is_local()).then_some(Local::Once(self.0));
        }
        let part = |value: u32| i8::try_from(value).ok();
        let local = jiff::civil::DateTime::new(
            similar_year(i64::from(date.year())),
            i8::try_from(date.month()).ok()?,
            i8::try_from(date.day()).ok()?,
            part(second_of_day / 3600)?,
            part(second_of_day / 60 % 60)?,
            part(second_of_day % 60)?,
            0,
        );
        let ambiguous = self.time_zone()?.to_ambiguous_timestamp(local.ok()?);
        Some(match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => Local::Once(offset.seconds()),
            AmbiguousOffset::Gap { .. } => Local::Never,
            AmbiguousOffset::Fold { before, after } => {
                Local::Twice { earlier: before.seconds(), later: after.seconds() }
            }
        })
    }

    /// The offset at a moment, given in seconds since 1970.
    pub(super) fn offset_at(self, second: i64) -> Option<i32> {
        if self.0 < FIRST_NAMED {
            return (!self.is_local()).then_some(self.0);
        }
        let (year, ..) = civil_from_days(second.div_euclid(86_400));
        let cycles = (year - i64::from(similar_year(year))) / 400;
        let similar = second - cycles * DAYS_OF_CYCLE * 86_400;
        let timestamp = Timestamp::from_second(similar).ok()?;
        Some(self.time_zone()?.to_offset(timestamp).seconds())
    }

    /// Reads what may follow a time: nothing, `Z`, an offset or a name.
    pub(super) fn scan(scanner: &mut Scanner) -> Result<Zone, TemporalError> {
        if scanner.rest().is_empty() {
            return Ok(Zone::LOCAL);
        }
        if scanner.take('Z') {
            scanner.end()?;
            return Ok(Zone::UTC);
        }
        if scanner.take('@') {
            let name = scanner.rest();
            return Zone::named(name).ok_or_else(|| {
                scanner.range_error(&format!("there is no time zone `{}`", name.escape_debug()))
            });
        }
        let negative = match (scanner.take('+'), scanner.take('-')) {
            (true, false) => false,
            (false, true) => true,
            _ => return Err(scanner.error()),
        };
        let hours = i32::from(scanner.two_digits()?);
        scanner.expect(':')?;
        let minutes = i32::from(scanner.two_digits()?);
        let seconds = if scanner.take(':') { i32::from(scanner.two_digits()?) } else { 0 };
        scanner.end()?;
        let offset = hours * 3600 + minutes * 60 + seconds;
        let zone = Zone::offset(if negative { -offset } else { offset });
        match zone {
            Some(zone) if minutes < 60 && seconds < 60 => Ok(zone),
            _ => Err(scanner.range_error("offsets from UTC go up to 18 hours")),
        }
    }
}

/// A year that the tz database covers, with the same leap day and the same weekdays.
fn similar_year(year: i64) -> i16 {
    let similar = match year {
        -9_000..=9_000 => year,
        9_001.. => 8_400 + year.rem_euclid(400),
        _ => -8_800 + year.rem_euclid(400),
    };
    similar as i16
}

/// As it follows a time: nothing, `Z`, `+08:00` or `@Asia/Shanghai`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            LOCAL => Ok(()),
            0 => f.write_str("Z"),
            offset if offset < FIRST_NAMED => {
                let sign = if offset < 0 { '-' } else { '+' };
                let offset = offset.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", offset / 3600, offset / 60 % 60)?;
                match offset % 60 {
                    0 => Ok(()),
                    seconds => write!(f, ":{seconds:02}"),
                }
            }
            _ => write!(f, "@{}", self.name().unwrap_or_default()),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_local() { f.write_str("local") } else { write!(f, "{self}") }
    }
}
