//! What an author probably meant who wrote what FEEL does not have.

use crate::span::Span;
use crate::syntax::{BinaryOp, Expr, ExprKind};
use crate::types::Type;

/// What is meant where the grammar expects something else: `span` is the token that stands there,
/// and `wanted` what should.
pub(crate) fn syntax(source: &str, span: Span, wanted: &str) -> Option<String> {
    let token = span.of(source)?;
    let before = source.get(..span.start as usize)?;
    let after = source.get(span.end as usize..)?;
    let last = before.chars().next_back();
    let help = match (token, last) {
        ("", _) => return missing(wanted),
        ("=", Some('=')) => "equality is written with one `=`",
        ("=", Some('!')) => "write `!=`",
        (">", Some('<')) => "that two values differ is written `!=`",
        (">", Some('=')) => "write `>=`",
        ("<", Some('=')) => "write `<=`",
        ("&", _) => "write `and`",
        ("|", _) => "write `or`",
        ("!", _) => "write `not(…)` or `!=`",
        ("'", _) => "texts stand between double quotes, as \"doctorate\"",
        ("%", _) => return Some(unit(before, token)),
        (".." | "...", _) => return interval(before, after),
        (",", Some('0'..='9')) if after.starts_with(|c: char| c.is_ascii_digit()) => {
            let decimal = format!("{}.{}", digits_before(before), digits_after(after));
            return Some(format!("a decimal is written with a point, as `{decimal}`"));
        }
        (word, Some('0'..='9')) if word.starts_with('_') => {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            let number = format!("{}{digits}", digits_before(before));
            return Some(format!("the digits of a number stand together, as `{number}`"));
        }
        (word, Some('0'..='9')) if word.starts_with(char::is_alphabetic) => {
            return Some(unit(before, word));
        }
        ("and" | "<" | "<=" | ">" | ">=", _) if is_comparison(before) => {
            "write both ends as an interval, as `(18..25)`; a comma means `or`"
        }
        (word, _) => return small(word),
    };
    Some(help.to_owned())
}

/// What is missing at the end.
fn missing(wanted: &str) -> Option<String> {
    let help = match wanted {
        "`else`" => "say what holds otherwise, as `else null`",
        "`then`" => "say what holds if the condition does, as `then 1 else 0`",
        "`)`" => "close what `(` opens",
        "`]` or `)`" => "`]` takes the end into the interval, `)` leaves it out",
        "`}`" => "close what `{` opens",
        _ => return None,
    };
    Some(help.to_owned())
}

fn unit(before: &str, unit: &str) -> String {
    let number = digits_before(before);
    format!("a number has no unit: write `{number}`, and `{unit}` in the name of what it counts")
}

fn interval(before: &str, after: &str) -> Option<String> {
    let low = before.split_whitespace().next_back()?;
    let high = after.split_whitespace().next()?;
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
    let example =
        if plain(low) && plain(high) { format!("[{low}..{high}]") } else { "[18..25]".to_owned() };
    Some(format!("an interval stands in brackets, as `{example}`; `(` and `)` leave an end out"))
}

/// Whether the text is a comparison with the value of its column.
fn is_comparison(before: &str) -> bool {
    before.trim_start().starts_with(['<', '>'])
}

/// A word of FEEL in other letters.
fn small(word: &str) -> Option<String> {
    let small = word.to_ascii_lowercase();
    let known = ["and", "or", "not", "if", "then", "else", "in", "between", "return", "satisfies"];
    let differs = small != word && known.contains(&&*small);
    differs.then(|| format!("FEEL's words are written in small letters: `{small}`"))
}

fn digits_before(text: &str) -> &str {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let start = text.rfind(|c: char| !number(c));
    let start = start.map_or(0, |at| at + text.get(at..).and_then(first).map_or(1, char::len_utf8));
    text.get(start..).unwrap_or_default()
}

fn digits_after(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn first(text: &str) -> Option<char> {
    text.chars().next()
}

/// What is meant by a name that nothing defines.
pub(crate) fn name(name: &str) -> Option<&'static str> {
    match name {
        "TRUE" | "True" | "yes" | "Yes" | "YES" | "是" => Some("true"),
        "FALSE" | "False" | "no" | "No" | "NO" | "否" => Some("false"),
        "NULL" | "Null" | "nil" | "None" | "none" | "无" => Some("null"),
        _ => None,
    }
}

/// What is meant by a value of one type where another is wanted; `text` is how it is written.
pub fn conversion(given: &Type, wanted: &Type, text: &str) -> Option<String> {
    let help = match (given, wanted) {
        (Type::String, Type::Number) => "write the number without quotes",
        (Type::String, Type::Boolean) => "write `true` or `false`",
        (Type::String | Type::Number, Type::Date) => return Some(date(text)),
        (Type::Number, Type::String) => "a text stands between quotes",
        (element, Type::List(of)) if element.overlaps(of) => {
            return Some(format!("a list stands in brackets, as `[{text}]`"));
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// The text of what may stand for a date: a text, or a difference of numbers as `2026-11-23`.
pub(crate) fn written_date(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::String(text) => Some(text.to_string()),
        ExprKind::Number(number) => Some(number.to_string()),
        ExprKind::Binary(BinaryOp::Subtract, left, right) => {
            let (left, right) = (written_date(left)?, written_date(right)?);
            Some(format!("{left}-{right}"))
        }
        _ => None,
    }
}

/// How the date is written that a text or a difference of numbers stands for.
pub(crate) fn date(text: &str) -> String {
    let text = text.trim().trim_matches('"');
    let parts: Vec<&str> = text.split('-').map(str::trim).collect();
    let numbers = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    let date = match parts.as_slice() {
        [year, month, day] if numbers => format!("{year:0>4}-{month:0>2}-{day:0>2}"),
        _ => "2026-11-23".to_owned(),
    };
    format!("a date is written as `date(\"{date}\")`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_and_after_a_sign() {
        assert_eq!(digits_before(">= 12"), "12");
        assert_eq!(digits_before("1.5"), "1.5");
        assert_eq!(digits_before("万12"), "12");
        assert_eq!(digits_after("50, 3"), "50");
    }

    #[test]
    fn dates_in_other_forms() {
        assert_eq!(date("2020-1-1"), "a date is written as `date(\"2020-01-01\")`");
        assert_eq!(date("\"2020-12-31\""), "a date is written as `date(\"2020-12-31\")`");
        assert_eq!(date("18"), "a date is written as `date(\"2026-11-23\")`");
    }
}
