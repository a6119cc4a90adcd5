//! Functions on strings. Positions and lengths count Unicode characters.

mod pattern;

use super::numeric::spend;
use super::{Builtin, Host};
use crate::number::Number;
use crate::ops::LONGEST_TEXT;
use crate::types::Type;
use crate::value::{FailureCode, Null, Value};

use pattern::{Pattern, Replacement};

pub(super) const ALL: &[&Builtin] = &[
    &SUBSTRING,
    &STRING_LENGTH,
    &UPPER_CASE,
    &LOWER_CASE,
    &SUBSTRING_BEFORE,
    &SUBSTRING_AFTER,
    &CONTAINS,
    &STARTS_WITH,
    &ENDS_WITH,
    &MATCHES,
    &REPLACE,
    &SPLIT,
    &STRING_JOIN,
];

builtin! {
    /// The characters from a position, all or so many; negative positions count from the end.
    SUBSTRING = "substring" (Whole)
    ("string" String, "start position" Number, "length" Number optional)
    -> |_| Type::String;
    |_, arguments| {
        let (Some(Value::String(text)), Some(Value::Number(start))) =
            (arguments.first(), arguments.get(1))
        else {
            return Value::NULL;
        };
        let count = text.chars().count();
        let skipped = start.truncate().to_i64().and_then(|start| match start {
            0 => None,
            1.. => usize::try_from(start - 1).ok().filter(|skipped| *skipped <= count),
            _ => count.checked_sub(usize::try_from(start.unsigned_abs()).ok()?),
        });
        let Some(skipped) = skipped else {
            let message = format!("there is no character {start} in a text of {count}");
            return Value::failed(FailureCode::Domain, message);
        };
        let length = match arguments.get(2) {
            Some(Value::Number(length)) => {
                let whole = length.truncate().to_i64();
                match whole.and_then(|length| usize::try_from(length).ok()) {
                    Some(length) => length,
                    None => {
                        let message = format!("a text cannot have the length {length}");
                        return Value::failed(FailureCode::Domain, message);
                    }
                }
            }
            _ => count,
        };
        Value::string(text.chars().skip(skipped).take(length).collect::<String>())
    };
    "substring(\"foobar\", 3)" => "\"obar\"",
    "substring(\"foobar\", 3, 3)" => "\"oba\"",
    "substring(\"foobar\", -2, 1)" => "\"a\"",
    "substring(\"上海\", 2)" => "\"海\"",
    "substring(\"foobar\", 0)" => "null",
}

builtin! {
    /// The number of characters.
    STRING_LENGTH = "string length" (Whole)
    ("string" String)
    -> |_| Type::Number;
    |_, arguments| match arguments {
        [Value::String(text)] => Value::Number(Number::from(text.chars().count() as u64)),
        _ => Value::NULL,
    };
    "string length(\"foo\")" => "3",
    "string length(\"上海\")" => "2",
}

builtin! {
    /// The text in upper case.
    UPPER_CASE = "upper case" (Whole)
    ("string" String)
    -> |_| Type::String;
    |_, arguments| on_text(arguments, |text| Value::string(text.to_uppercase()));
    "upper case(\"aBc4\")" => "\"ABC4\"",
}

builtin! {
    /// The text in lower case.
    LOWER_CASE = "lower case" (Whole)
    ("string" String)
    -> |_| Type::String;
    |_, arguments| on_text(arguments, |text| Value::string(text.to_lowercase()));
    "lower case(\"aBc4\")" => "\"abc4\"",
}

fn on_text(arguments: &[Value], apply: fn(&str) -> Value) -> Value {
    match arguments {
        [Value::String(text)] => apply(text),
        _ => Value::NULL,
    }
}

fn on_texts(arguments: &[Value], apply: fn(&str, &str) -> Value) -> Value {
    match arguments {
        [Value::String(a), Value::String(b)] => apply(a, b),
        _ => Value::NULL,
    }
}

builtin! {
    /// What stands before the first `match`; nothing if it is not there.
    SUBSTRING_BEFORE = "substring before" (Whole)
    ("string" String, "match" String)
    -> |_| Type::String;
    |_, arguments| on_texts(arguments, |text, wanted| {
        Value::from(text.split_once(wanted).map_or("", |(before, _)| before))
    });
    "substring before(\"foobar\", \"bar\")" => "\"foo\"",
    "substring before(\"foobar\", \"xyz\")" => "\"\"",
}

builtin! {
    /// What stands after the first `match`; nothing if it is not there.
    SUBSTRING_AFTER = "substring after" (Whole)
    ("string" String, "match" String)
    -> |_| Type::String;
    |_, arguments| on_texts(arguments, |text, wanted| {
        Value::from(text.split_once(wanted).map_or("", |(_, after)| after))
    });
    "substring after(\"foobar\", \"ob\")" => "\"ar\"",
    "substring after(\"foobar\", \"\")" => "\"foobar\"",
    "substring after(\"foobar\", \"xyz\")" => "\"\"",
}

builtin! {
    /// Whether the text has `match` in it.
    CONTAINS = "contains" (Whole)
    ("string" String, "match" String)
    -> |_| Type::Boolean;
    |_, arguments| on_texts(arguments, |text, wanted| Value::Boolean(text.contains(wanted)));
    "contains(\"foobar\", \"of\")" => "false",
    "contains(\"foobar\", \"ob\")" => "true",
}

builtin! {
    /// Whether the text begins with `match`.
    STARTS_WITH = "starts with" (Whole)
    ("string" String, "match" String)
    -> |_| Type::Boolean;
    |_, arguments| on_texts(arguments, |text, wanted| Value::Boolean(text.starts_with(wanted)));
    "starts with(\"foobar\", \"fo\")" => "true",
}

builtin! {
    /// Whether the text ends with `match`.
    ENDS_WITH = "ends with" (Whole)
    ("string" String, "match" String)
    -> |_| Type::Boolean;
    |_, arguments| on_texts(arguments, |text, wanted| Value::Boolean(text.ends_with(wanted)));
    "ends with(\"foobar\", \"r\")" => "true",
}

/// The pattern of an argument with the flags of another, and its work paid for.
fn pattern(
    host: &mut dyn Host,
    input: &str,
    pattern: &Value,
    flags: Option<&Value>,
) -> Result<Pattern, Value> {
    let Value::String(source) = pattern else { return Err(Value::NULL) };
    let flags = match flags {
        Some(Value::String(flags)) => flags,
        _ => "",
    };
    if !spend(host, 16 + source.len() + input.len() / 16) {
        return Err(Value::NULL);
    }
    Pattern::new(source, flags).map_err(|message| Value::failed(FailureCode::Parse, message))
}

builtin! {
    /// Whether a part of the input matches a regular expression of XPath, without back-references.
    /// Flags: `s` lets `.` match line ends, `m` lets `^` and `$` match at lines, `i` ignores case,
    /// `x` drops white space from the pattern, `q` takes the pattern as plain text.
    MATCHES = "matches" (Whole)
    ("input" String, "pattern" String, "flags" String optional nullable)
    -> |_| Type::Boolean;
    |host, arguments| match arguments {
        [Value::String(input), source, flags @ ..] => {
            match pattern(host, input, source, flags.first()) {
                Ok(pattern) => Value::Boolean(pattern.is_match(input)),
                Err(failure) => failure,
            }
        }
        _ => Value::NULL,
    };
    "matches(\"foobar\", \"^fo*b\")" => "true",
    "matches(\"abc\", \"ABC\", \"i\")" => "true",
    "matches(\"x\", \"[A-Z-[OI]]\", \"i\")" => "true",
    "matches(\"abc\", \"(a)\\\\1\")" => "null",
}

builtin! {
    /// The input with every match of a pattern replaced; `$1` stands for the first group, `$0` for
    /// the whole match. Flags as for `matches`.
    REPLACE = "replace" (Whole)
    ("input" String, "pattern" String, "replacement" String, "flags" String optional nullable)
    -> |_| Type::String;
    |host, arguments| match arguments {
        [Value::String(input), source, Value::String(replacement), flags @ ..] => {
            let literal =
                matches!(flags.first(), Some(Value::String(flags)) if flags.contains('q'));
            let pattern = match pattern(host, input, source, flags.first()) {
                Ok(pattern) => pattern,
                Err(failure) => return failure,
            };
            let replacement = match Replacement::new(replacement, literal, pattern.groups()) {
                Ok(replacement) => replacement,
                Err(message) => return Value::failed(FailureCode::Parse, message),
            };
            match pattern.replace(input, &replacement, LONGEST_TEXT, &mut |bytes| {
                spend(host, 1 + bytes / 64)
            }) {
                Some(text) => Value::string(text),
                None => too_long(),
            }
        }
        _ => Value::NULL,
    };
    "replace(\"abracadabra\", \"bra\", \"*\")" => "\"a*cada*\"",
    "replace(\"darted\", \"^(.*?)d(.*)$\", \"$1c$2\")" => "\"carted\"",
    "replace(\"facetiously\", \"[iouy]\", \"[$0]\")" => "\"facet[i][o][u]sl[y]\"",
}

builtin! {
    /// The parts of the text between matches of a pattern.
    SPLIT = "split" (Whole)
    ("string" String, "delimiter" String)
    -> |_| Type::list(Type::String);
    |host, arguments| match arguments {
        [Value::String(input), source] => match pattern(host, input, source, None) {
            Ok(pattern) => {
                let mut parts = Vec::new();
                for part in pattern.split(input) {
                    if !spend(host, 1 + part.len() / 64) {
                        return Value::NULL;
                    }
                    parts.push(Value::from(part));
                }
                Value::list(parts)
            }
            Err(failure) => failure,
        },
        _ => Value::NULL,
    };
    "split(\"John Doe\", \"\\\\s\")" => "[\"John\", \"Doe\"]",
    "split(\"a;b;c;;\", \";\")" => "[\"a\", \"b\", \"c\", \"\", \"\"]",
}

builtin! {
    /// The texts one after the other, with a delimiter between; nulls are left out.
    STRING_JOIN = "string join" (Whole)
    ("list" Strings, "delimiter" String optional nullable)
    -> |_| Type::String;
    |host, arguments| match arguments {
        [Value::List(items), delimiter @ ..] => {
            let delimiter = match delimiter.first() {
                Some(Value::String(delimiter)) => delimiter,
                _ => "",
            };
            let mut joined = String::new();
            let mut first = true;
            for item in items.iter() {
                let text = match item {
                    Value::String(text) => text,
                    Value::Null(Null::Failed(_)) => return item.clone(),
                    _ => continue,
                };
                if !spend(host, 1 + (text.len() + delimiter.len()) / 64) {
                    return Value::NULL;
                }
                if joined.len() + text.len() + delimiter.len() > LONGEST_TEXT {
                    return too_long();
                }
                if !first {
                    joined.push_str(delimiter);
                }
                joined.push_str(text);
                first = false;
            }
            Value::string(joined)
        }
        _ => Value::NULL,
    };
    "string join([\"a\", \"b\", \"c\"], \"_and_\")" => "\"a_and_b_and_c\"",
    "string join([\"a\", null, \"c\"])" => "\"ac\"",
    "string join([])" => "\"\"",
}

fn too_long() -> Value {
    Value::failed(FailureCode::Overflow, "the text is too long")
}
