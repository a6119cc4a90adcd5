//! Numbers and days as people write them.

use feel::Number;
use feel::temporal::Date;

use crate::language::Language;

/// A number with its thousands grouped.
pub(crate) fn number(number: Number) -> String {
    let text = number.to_string();
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if !whole.chars().all(|c| c.is_ascii_digit()) {
        return text;
    }
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// Year, month and day of a date.
pub(crate) fn parts(date: Date) -> (String, String, String) {
    (date.year().to_string(), date.month().to_string(), date.day().to_string())
}

/// A day in words.
pub(crate) fn day(date: Date, language: Language) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = parts(date);
    match language {
        Language::Chinese => format!("{year}年{month}月{day}日"),
        Language::English => {
            let index = usize::from(date.month()).checked_sub(1);
            let name = index.and_then(|index| MONTHS.get(index));
            format!("{day} {} {year}", name.unwrap_or(&""))
        }
    }
}
