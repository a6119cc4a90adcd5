//! The literals of FEEL texts, and what stands one step beside them.

use std::ops::Range;

use feel::Number;

use crate::scalar;

/// A literal of a FEEL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    /// Where it stands in the text, without the quotes.
    pub at: Range<usize>,
    pub kind: Kind,
}

/// What a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Boolean,
    /// A date or a duration.
    Temporal,
    /// Any other text.
    Code,
}

/// The literals of a text, in order.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    let mut dated = false;
    while let Some((start, c)) = rest.next() {
        if c == '"' {
            let mut end = text.len();
            while let Some((at, c)) = rest.next() {
                match c {
                    '\\' => {
                        rest.next();
                    }
                    '"' => {
                        end = at;
                        break;
                    }
                    _ => {}
                }
            }
            let kind = if dated { Kind::Temporal } else { Kind::Code };
            found.push(Literal { at: start + 1..end, kind });
            dated = false;
        } else if c.is_ascii_digit() {
            let end = number_end(text, start);
            found.push(Literal { at: start..end, kind: Kind::Number });
            while rest.peek().is_some_and(|(at, _)| *at < end) {
                rest.next();
            }
            dated = false;
        } else if c.is_alphabetic() || c == '_' {
            let length = text.get(start..).unwrap_or("");
            let length = length.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let end = length.map_or(text.len(), |length| start + length);
            let word = text.get(start..end).unwrap_or("");
            if word == "true" || word == "false" {
                found.push(Literal { at: start..end, kind: Kind::Boolean });
            }
            dated = word == "date" || word == "duration";
            while rest.peek().is_some_and(|(at, _)| *at < end) {
                rest.next();
            }
        } else if c == '/' && rest.peek().is_some_and(|(_, next)| *next == '/') {
            while rest.peek().is_some_and(|(_, c)| *c != '\n') {
                rest.next();
            }
        } else if c == '@' {
            dated = true;
        } else if !(c == '(' || c.is_whitespace()) {
            dated = false;
        }
    }
    found
}

/// Where the number ends that begins at `start`; two dots behind it are an interval's.
fn number_end(text: &str, start: usize) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let whole = digits(start);
    let fraction = text.get(whole..).and_then(|rest| rest.strip_prefix('.'));
    match fraction {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => digits(whole + 1),
        _ => whole,
    }
}

/// What stands one step above and below a number, as it is written.
pub(super) fn steps(number: &str) -> Vec<String> {
    let Some(value) = scalar::number(number) else { return Vec::new() };
    let decimals = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let Some(step) = i32::try_from(decimals).ok().and_then(|scale| Number::from_scaled(1, scale))
    else {
        return Vec::new();
    };
    [value.checked_add(step), value.checked_sub(step)]
        .into_iter()
        .flatten()
        .map(|changed| changed.to_string())
        .collect()
}

/// What stands one step beside a date or a duration.
pub(super) fn moved(temporal: &str) -> Vec<String> {
    if let Some(date) = scalar::date(temporal) {
        let days = [date.add_days(1), date.add_days(-1)];
        return days.into_iter().flatten().map(|day| day.to_string()).collect();
    }
    let Some(end) = temporal.rfind(|c: char| c.is_ascii_digit()) else { return Vec::new() };
    let head = temporal.get(..=end).unwrap_or("");
    let start = head.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let parts = (temporal.get(..start), temporal.get(start..=end), temporal.get(end + 1..));
    let (Some(before), Some(count), Some(after)) = parts else { return Vec::new() };
    steps(count).into_iter().map(|count| format!("{before}{count}{after}")).collect()
}

/// A text with the part at `at` replaced.
pub(super) fn replaced(text: &str, at: &Range<usize>, new: &str) -> String {
    let before = text.get(..at.start).unwrap_or("");
    let after = text.get(at.end..).unwrap_or("");
    format!("{before}{new}{after}")
}

/// A list of codes with the one at `at` left out, with the comma beside it.
pub(super) fn without(text: &str, at: &Range<usize>) -> Option<String> {
    let before = text.get(..at.start)?.strip_suffix('"')?;
    let after = text.get(at.end..)?.strip_prefix('"')?;
    if let Some(after) = after.trim_start().strip_prefix(',') {
        return Some(format!("{before}{}", after.trim_start()));
    }
    let before = before.trim_end().strip_suffix(',')?;
    Some(format!("{before}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Kind)]) {
        let found: Vec<(&str, Kind)> =
            literals(text).into_iter().map(|l| (text.get(l.at).unwrap_or(""), l.kind)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn literals_of_cells() {
        use Kind::{Boolean, Code, Number, Temporal};
        check("[35..45)", &[("35", Number), ("45", Number)]);
        check("> 0.5, 1.25", &[("0.5", Number), ("1.25", Number)]);
        check(r#"not("a", "b\"c")"#, &[("a", Code), (r#"b\"c"#, Code)]);
        check(r#"< date("2026-12-31")"#, &[("2026-12-31", Temporal)]);
        check(r#">= on + @"P6M""#, &[("P6M", Temporal)]);
        check("table_1a + x2 // 5\n + 3", &[("3", Number)]);
        check("true or falsehood", &[("true", Boolean)]);
        check("\"open", &[("open", Code)]);
        check("-", &[]);
    }

    #[test]
    fn one_step_beside() {
        assert_eq!(steps("20"), ["21", "19"]);
        assert_eq!(steps("0.453"), ["0.454", "0.452"]);
        assert_eq!(moved("2024-02-29"), ["2024-03-01", "2024-02-28"]);
        assert_eq!(moved("P6M"), ["P7M", "P5M"]);
        assert_eq!(moved("P"), Vec::<String>::new());
    }

    #[test]
    fn a_code_left_out() {
        let text = r#""a", "b", "c""#;
        let left: Vec<Option<String>> =
            literals(text).iter().map(|literal| without(text, &literal.at)).collect();
        assert_eq!(left[0].as_deref(), Some(r#""b", "c""#));
        assert_eq!(left[1].as_deref(), Some(r#""a", "c""#));
        assert_eq!(left[2].as_deref(), Some(r#""a", "b""#));
        assert_eq!(without(r#""a""#, &(1..2)), None);
    }
}
