//! Days as numbers, so that counting them is arithmetic.

use jiff::civil::Date;

/// Days since 1 January 1970; wide enough that no sum of periods overflows.
pub(crate) type Day = i64;

/// The number of a date.
pub(crate) fn number(date: Date) -> Day {
    let (year, month, day) =
        (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    // Years are counted from March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a number; the first or last date there is where the number lies outside.
pub(crate) fn date(day: Day) -> Date {
    let clamped = day.clamp(number(Date::MIN), number(Date::MAX)) + 719_468;
    let era = clamped.div_euclid(146_097);
    let day_of_era = clamped.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let narrow = || {
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
            .ok()
    };
    narrow().unwrap_or(Date::MAX)
}

/// The day of the week, Monday = 0.
pub(crate) fn weekday(day: Day) -> i64 {
    (day + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_the_library_of_dates() {
        let mut day = Date::constant(1899, 12, 20);
        let end = Date::constant(2110, 1, 5);
        let epoch = Date::constant(1970, 1, 1);
        while day < end {
            assert_eq!(number(day), i64::from(epoch.until(day).unwrap().get_days()));
            assert_eq!(date(number(day)), day);
            assert_eq!(weekday(number(day)), i64::from(day.weekday().to_monday_zero_offset()));
            day = day.tomorrow().unwrap();
        }
        assert_eq!(date(number(Date::MIN)), Date::MIN);
        assert_eq!(date(number(Date::MAX)), Date::MAX);
        assert_eq!(date(i64::MAX / 4), Date::MAX);
        assert_eq!(date(i64::MIN / 4), Date::MIN);
    }
}
