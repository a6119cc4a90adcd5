//! Rules in words: labels for expressions, values with their units, and FEEL tests of the common
//! shapes in both languages. Anything else stays FEEL.

use std::sync::Arc;

mod clauses;
mod counterexample;
mod operand;

use dmn::model::Title;
use dmn::program::Program;
use feel::parser::{self, Names};
use feel::syntax::{Arguments, BinaryOp, Expr, ExprKind, UnaryTests};
use feel::value::Possible;
use feel::{Null, Value};

use crate::library::Country;
use crate::pack::Fact;
use crate::scalar;
use crate::words;
pub(crate) use clauses::{Clause, Operand, clauses};
pub(crate) use counterexample::counterexample;

/// What things are called in a country's rules.
#[derive(Clone, Copy)]
pub(crate) struct Glossary<'l> {
    pub country: &'l Country,
    /// The rules whose decisions are named, where there are any.
    pub program: Option<&'l Program>,
    /// The values of named things, where they are known.
    pub values: Option<&'l dyn Named>,
}

/// Values by name.
pub(crate) trait Named {
    /// The value of an input or a decision.
    fn named(&self, name: &str) -> Option<&Value>;
}

impl<'l> Glossary<'l> {
    /// What an expression stands for: a fact, a decision, or itself.
    pub(crate) fn label(&self, expression: &str) -> Title {
        let name = expression.trim();
        match name {
            "on" => return words::day_label(),
            "place" => return words::place_label(),
            _ => {}
        }
        if let Some(fact) = self.fact(name) {
            return fact.label.clone();
        }
        let program = self.program;
        let decision =
            program.and_then(|program| program.decisions().iter().find(|d| &*d.name == name));
        if let Some(decision) = decision {
            return decision.title.clone();
        }
        if self.country.parameters.contains_key(name) {
            return self.parameter_label(name);
        }
        words::same(name)
    }

    /// What a parameter is called.
    pub(crate) fn parameter_label(&self, name: &str) -> Title {
        let known = self.country.vocabulary.parameters.iter().find(|known| *known.name == *name);
        known.map_or_else(|| words::parameter(name), |known| known.label.clone())
    }

    fn fact(&self, name: &str) -> Option<&'l Arc<Fact>> {
        self.country.vocabulary.fact(name.trim())
    }

    /// A value of an expression.
    pub(crate) fn value(&self, expression: &str, value: &Value) -> Title {
        let fact = self.fact(expression).map(|fact| &**fact);
        match value {
            Value::String(code) if expression.trim() == "place" => {
                match self.country.places.get(code) {
                    Some(place) => place.title.clone(),
                    None => words::same(&**code),
                }
            }
            _ => value_in_words(fact, value),
        }
    }

    /// What a cell asks of the value of an expression.
    pub(crate) fn test(&self, expression: &str, test: &str) -> Title {
        match parser::unary_tests(test, &Names::new()) {
            Ok(tests) => self.tests(expression, &tests, test),
            Err(_) => words::same(test.trim()),
        }
    }

    fn tests(&self, expression: &str, tests: &UnaryTests, source: &str) -> Title {
        if tests.tests.is_empty() {
            return words::anything();
        }
        if let ([test], true) = (tests.tests.as_slice(), tests.negated) {
            return self.negated(expression, test, source);
        }
        let parts: Vec<Title> =
            tests.tests.iter().map(|test| self.one_test(expression, test, source)).collect();
        let joined = words::join_or(&parts);
        if tests.negated { words::except(&joined) } else { joined }
    }

    fn one_test(&self, expression: &str, test: &Expr, source: &str) -> Title {
        let operand = |operand: &Expr| self.operand(expression, operand, source);
        match &test.kind {
            ExprKind::Open(op, limit) => compared(*op, &operand(limit), self.is_date(limit)),
            ExprKind::Binary(op, left, right) if is_input(left) && is_comparison(*op) => {
                compared(*op, &operand(right), self.is_date(right))
            }
            ExprKind::Interval(interval) => {
                let (low, high) = (operand(&interval.low), operand(&interval.high));
                if interval.low_closed && interval.high_closed {
                    return words::from_to(&low, &high);
                }
                let above =
                    if interval.low_closed { BinaryOp::GreaterEqual } else { BinaryOp::Greater };
                let below = if interval.high_closed { BinaryOp::LessEqual } else { BinaryOp::Less };
                let date = self.is_date(&interval.low);
                words::and(&compared(above, &low, date), &compared(below, &high, date))
            }
            ExprKind::Null => words::not_set(),
            ExprKind::Call(callee, Arguments::Positional(arguments)) => {
                match (&callee.kind, arguments.as_slice()) {
                    (ExprKind::Name(name), [list, item])
                        if &**name == "list contains" && is_input(list) =>
                    {
                        words::contains(&operand(item))
                    }
                    (ExprKind::Name(name), [inner]) if &**name == "not" => {
                        self.negated(expression, inner, source)
                    }
                    _ => operand(test),
                }
            }
            ExprKind::Binary(BinaryOp::Or, left, right) => {
                let parts = [left, right].map(|part| self.one_test(expression, part, source));
                words::join_or(&parts)
            }
            ExprKind::Binary(BinaryOp::And, left, right) => {
                let [left, right] =
                    [left, right].map(|part| self.one_test(expression, part, source));
                words::and(&left, &right)
            }
            _ => operand(test),
        }
    }

    fn negated(&self, expression: &str, test: &Expr, source: &str) -> Title {
        match &test.kind {
            ExprKind::Call(callee, Arguments::Positional(arguments)) => {
                match (&callee.kind, arguments.as_slice()) {
                    (ExprKind::Name(name), [list, item])
                        if &**name == "list contains" && is_input(list) =>
                    {
                        words::contains_no(&self.operand(expression, item, source))
                    }
                    _ => words::except(&self.one_test(expression, test, source)),
                }
            }
            _ => words::except(&self.one_test(expression, test, source)),
        }
    }

    /// A part of a test that is a value or names one.
    fn operand(&self, expression: &str, operand: &Expr, source: &str) -> Title {
        if let Some(value) = constant(operand) {
            return self.value(expression, &value);
        }
        let now = self.values.and_then(|values| operand::evaluate(operand, values));
        let now = now.map(|value| self.value(expression, &value));
        let with_value = |label: Title| match &now {
            Some(value) => words::with_value(&label, value),
            None => label,
        };
        match &operand.kind {
            ExprKind::Name(name) => with_value(self.label(name)),
            ExprKind::Binary(BinaryOp::Multiply, left, right) => {
                let plain = Glossary { values: None, ..*self };
                let factors = [left, right].map(|factor| plain.operand("", factor, source));
                let [left, right] = &factors;
                with_value(words::times(left, right))
            }
            _ => {
                now.unwrap_or_else(|| words::same(operand.span.of(source).unwrap_or(source).trim()))
            }
        }
    }

    /// Whether a part of a test is a day.
    fn is_date(&self, operand: &Expr) -> bool {
        let value = match self.values {
            Some(values) if constant(operand).is_none() => operand::evaluate(operand, values),
            _ => constant(operand),
        };
        matches!(value, Some(Value::Date(_)))
    }

    /// A whole expression, as far as it compares and combines named things.
    pub(crate) fn expression(&self, source: &str) -> Title {
        match parser::expression(source, &Names::new()) {
            Ok(expr) => self.clause(&expr, source),
            Err(_) => words::same(source.trim()),
        }
    }

    fn clause(&self, expr: &Expr, source: &str) -> Title {
        if let Some(value) = constant(expr) {
            return value_in_words(None, &value);
        }
        match &expr.kind {
            ExprKind::Name(name) => self.label(name),
            ExprKind::Binary(BinaryOp::And, left, right) => {
                words::join_and(&[self.clause(left, source), self.clause(right, source)])
            }
            ExprKind::Binary(BinaryOp::Or, left, right) => {
                words::join_or(&[self.clause(left, source), self.clause(right, source)])
            }
            ExprKind::Binary(op, left, right) if is_comparison(*op) => {
                let of = left.span.of(source).unwrap_or("");
                let test = compared(*op, &self.operand(of, right, source), self.is_date(right));
                match &left.kind {
                    ExprKind::Name(name) => words::asked(&self.label(name), &test),
                    _ => words::asked(&words::same(of.trim()), &test),
                }
            }
            ExprKind::In(left, tests) => {
                let of = left.span.of(source).unwrap_or("");
                let parts: Vec<Title> =
                    tests.iter().map(|test| self.one_test(of, test, source)).collect();
                words::asked(&self.label(of), &words::join_or(&parts))
            }
            ExprKind::Call(callee, Arguments::Positional(arguments)) => {
                match (&callee.kind, arguments.as_slice()) {
                    (ExprKind::Name(name), [inner]) if &**name == "not" => {
                        words::not_so(&self.clause(inner, source))
                    }
                    (ExprKind::Name(name), [list, item]) if &**name == "list contains" => {
                        let of = list.span.of(source).unwrap_or("");
                        let item = self.operand(of, item, source);
                        words::asked(&self.label(of), &words::contains(&item))
                    }
                    _ => words::same(expr.span.of(source).unwrap_or(source).trim()),
                }
            }
            _ => words::same(expr.span.of(source).unwrap_or(source).trim()),
        }
    }
}

/// A value, by the labels and the unit of its fact.
pub(crate) fn value_in_words(fact: Option<&Fact>, value: &Value) -> Title {
    match value {
        Value::Null(Null::Unknown(unknown)) => match &unknown.possible {
            Possible::Between(low, high) => words::from_to(
                &words::same(words::number(*low)),
                &words::same(words::number(*high)),
            ),
            _ => words::not_known(),
        },
        Value::Null(_) => words::not_set(),
        Value::Boolean(value) => words::yes_no(*value),
        Value::Number(number) => words::quantity(*number, fact.and_then(|fact| fact.unit.as_ref())),
        Value::String(text) => match fact.and_then(|fact| fact.value_label(text)) {
            Some(label) => label.clone(),
            None => words::same(&**text),
        },
        Value::Date(date) => words::day(*date),
        Value::List(items) if items.is_empty() => words::nothing(),
        Value::List(items) => {
            let items: Vec<Title> = items.iter().map(|item| value_in_words(fact, item)).collect();
            words::join_items(&items)
        }
        other => words::same(other.to_string()),
    }
}

fn compared(op: BinaryOp, limit: &Title, is_date: bool) -> Title {
    match (op, is_date) {
        (BinaryOp::GreaterEqual, false) => words::at_least(limit),
        (BinaryOp::GreaterEqual, true) => words::not_before(limit),
        (BinaryOp::Greater, false) => words::more_than(limit),
        (BinaryOp::Greater, true) => words::later_than(limit),
        (BinaryOp::LessEqual, false) => words::at_most(limit),
        (BinaryOp::LessEqual, true) => words::not_after(limit),
        (BinaryOp::Less, false) => words::less_than(limit),
        (BinaryOp::Less, true) => words::earlier_than(limit),
        (BinaryOp::NotEqual, _) => words::except(limit),
        _ => limit.clone(),
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | Greater | GreaterEqual | Less | LessEqual | NotEqual)
}

fn is_input(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if &**name == "?")
}

/// The value of a literal.
fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Boolean(value) => Some(Value::Boolean(*value)),
        ExprKind::Number(number) => Some(Value::Number(*number)),
        ExprKind::String(text) => Some(Value::String(text.clone())),
        ExprKind::At(text) => scalar::date(text).map(Value::Date),
        ExprKind::Negate(inner) => match constant(inner)? {
            Value::Number(number) => Some(Value::Number(-number)),
            _ => None,
        },
        ExprKind::Call(callee, Arguments::Positional(arguments)) => {
            match (&callee.kind, arguments.as_slice()) {
                (ExprKind::Name(name), [argument]) if &**name == "date" => match &argument.kind {
                    ExprKind::String(text) => scalar::date(text).map(Value::Date),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the words of a cell in both languages.
    #[track_caller]
    fn check(test: &str, zh: &str, en: &str) {
        let country = Country {
            id: "zz".into(),
            vocabulary: crate::pack::Vocabulary::default(),
            places: crate::pack::Places::default(),
            catalogues: std::collections::BTreeMap::new(),
            parameters: std::collections::BTreeMap::new(),
            derivation: None,
        };
        let glossary = Glossary { country: &country, program: None, values: None };
        let words = glossary.test("x", test);
        assert_eq!((words.zh.as_str(), words.en.as_str()), (zh, en));
    }

    #[test]
    fn comparisons() {
        check(">= 45", "不低于 45", "at least 45");
        check("> 45", "高于 45", "more than 45");
        check("<= -1.5", "不高于 -1.5", "at most -1.5");
        check("< 1000000", "低于 1,000,000", "less than 1,000,000");
        check("? >= 6", "不低于 6", "at least 6");
        check("!= 3", "不是3", "not 3");
    }

    #[test]
    fn days() {
        check(">= date(\"2026-02-01\")", "2026年2月1日或以后", "on or after 1 February 2026");
        check("< @\"2026-02-01\"", "2026年2月1日以前", "before 1 February 2026");
    }

    #[test]
    fn intervals() {
        check("[26..45]", "26 至 45", "26 to 45");
        check("[35..45)", "不低于 35 且低于 45", "at least 35 and less than 45");
        check("(0..1]", "高于 0 且不高于 1", "more than 0 and at most 1");
        check("< 18, > 60", "低于 18或高于 60", "less than 18 or more than 60");
    }

    #[test]
    fn values() {
        check("true", "是", "yes");
        check("\"a\", \"b\"", "a或b", "a or b");
        check("not(\"a\", \"b\")", "不是a或b", "not a or b");
        check("list contains(?, \"a\")", "包含a", "includes a");
        check("not(list contains(?, \"a\"))", "不包含a", "does not include a");
        check("null", "为空", "empty");
        check("-", "不限", "any");
    }

    #[test]
    fn anything_else_stays_feel() {
        check(
            "some y in ? satisfies y > 1",
            "some y in ? satisfies y > 1",
            "some y in ? satisfies y > 1",
        );
        check(">= 6 * wage", "不低于 6 × wage", "at least 6 × wage");
        check(">= a + b", "不低于 a + b", "at least a + b");
        check("(((", "(((", "(((");
    }
}
