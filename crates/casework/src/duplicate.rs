//! Cases that may be about the same matter. Rules find them; a person says whether they are.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::procedure::Text;

/// When two cases may be one: all of these facts are given in both, and are the same.
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

impl DuplicateRule {
    /// Whether two cases may be one.
    ///
    /// A fact that is absent, null or an empty text is not given, and is the same as nothing.
    /// Zero and false are values like any other.
    pub fn holds(&self, one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
        let given = |facts: &Map<String, Value>, name: &String| {
            facts.get(name).and_then(comparable).filter(|value| !value.is_empty())
        };
        !self.same.is_empty()
            && self.same.iter().all(|name| {
                let one = given(one, name);
                one.is_some() && one == given(other, name)
            })
    }
}

/// A value as it is compared: texts without surrounding space and without regard to case.
fn comparable(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_lowercase()),
        other => Some(other.to_string()),
    }
}

/// The cases that may be the same as one with these facts, each with the first rule that says so.
pub fn find<'c>(
    rules: &'c [DuplicateRule],
    facts: &Map<String, Value>,
    others: impl IntoIterator<Item = (&'c str, &'c Map<String, Value>)>,
) -> Vec<(&'c str, &'c str)> {
    others
        .into_iter()
        .filter_map(|(id, other)| {
            let rule = rules.iter().find(|rule| rule.holds(facts, other))?;
            Some((id, rule.id.as_str()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_false_are_values_and_nothing_is_not() {
        let rule = |same: &[&str]| DuplicateRule {
            id: "r".to_owned(),
            title: Text { zh: "规则".to_owned(), en: "rule".to_owned() },
            same: same.iter().map(|name| (*name).to_owned()).collect(),
        };
        let facts = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let holds =
            |same: &[&str], one: &str, other: &str| rule(same).holds(&facts(one), &facts(other));
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
    }
}
