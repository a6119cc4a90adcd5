//! Cases that may be about the same matter. Rules find them; a person says whether they are.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::procedure::{Procedure, Text};

/// When two cases may be one: all of these facts are given in both, and are the same.
///
/// A fact that is absent, null or an empty text is not given, and is the same as nothing. Zero and
/// false are values like any other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateRule {
    /// What it is called.
    pub id: String,
    /// What it is called in words.
    pub title: Text,
    /// The facts that are compared.
    pub same: Vec<String>,
}

/// A value as it is compared: texts without surrounding space and without regard to case.
fn comparable(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_lowercase()),
        other => Some(other.to_string()),
    }
}

/// What a case has in common with those that may be the same: for each rule whose facts are all
/// given, `procedure rule digest`. Cases that share one of these may be one. The digest hides the
/// facts from whoever sees an index, not from whoever can guess them.
pub fn keys(procedure: &Procedure, facts: &Map<String, Value>) -> Vec<String> {
    let given =
        |name: &String| facts.get(name).and_then(comparable).filter(|value| !value.is_empty());
    let rules = procedure.duplicates.iter().filter(|rule| !rule.same.is_empty());
    let keys = rules.filter_map(|rule| {
        let values: Vec<String> = rule.same.iter().map(given).collect::<Option<_>>()?;
        let text = serde_json::to_string(&values).ok()?;
        let mut key = format!("{} {} ", procedure.id, rule.id);
        for byte in Sha256::digest(text) {
            let _infallible = write!(key, "{byte:02x}");
        }
        Some(key)
    });
    keys.collect()
}

/// The rule of a key.
pub fn rule_of(key: &str) -> Option<&str> {
    key.split(' ').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::tests::bare;

    #[test]
    fn zero_and_false_are_values_and_nothing_is_not() {
        let holds = |same: &[&str], one: &str, other: &str| {
            let mut procedure = bare("cn/p");
            procedure.duplicates = vec![DuplicateRule {
                id: "r".to_owned(),
                title: Text { zh: "规则".to_owned(), en: "rule".to_owned() },
                same: same.iter().map(|name| (*name).to_owned()).collect(),
            }];
            let facts = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
            let one = keys(&procedure, &facts(one));
            let other = keys(&procedure, &facts(other));
            assert!(one.iter().all(|key| rule_of(key) == Some("r")));
            one.iter().any(|key| other.contains(key))
        };
        assert!(holds(&["n"], r#"{"n":0}"#, r#"{"n":0}"#));
        assert!(holds(&["n"], r#"{"n":false}"#, r#"{"n":false}"#));
        assert!(!holds(&["n"], r#"{"n":0}"#, r#"{"n":false}"#));
        assert!(!holds(&["n"], r#"{"n":""}"#, r#"{"n":" "}"#), "an empty field is no match");
        assert!(!holds(&["n"], r#"{"n":null}"#, r#"{"n":null}"#));
        assert!(!holds(&["n"], "{}", "{}"));
        assert!(!holds(&[], r#"{"n":1}"#, r#"{"n":1}"#), "a rule that compares nothing");
        assert!(holds(&["p", "n"], r#"{"p":"E123 ","n":0}"#, r#"{"n":0,"p":"e123"}"#));
        // A clause whose value is zero must not drop out of the rule.
        assert!(!holds(&["p", "n"], r#"{"p":"E123","n":0}"#, r#"{"p":"E123","n":1}"#));
        // Values do not run into each other.
        assert!(!holds(&["p", "n"], r#"{"p":"a","n":"b,c"}"#, r#"{"p":"a,b","n":"c"}"#));
    }
}
