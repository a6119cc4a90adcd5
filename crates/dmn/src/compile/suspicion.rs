//! What can be evaluated, but is hardly what its author meant: outputs that no one expects, values
//! that fall between two rows, numbers that are read otherwise than they look.

use feel::nearest::nearest;
use feel::{Number, Type, Value};

use super::{At, Compiler};
use crate::diagnostic::{Code, Severity, quote};
use crate::model::{DecisionTable, HitPolicy, Text};
use crate::table::CompiledTable;

impl Compiler<'_> {
    /// Reports constants among the outputs that the allowed values exclude.
    pub(super) fn check_allowed_outputs(
        &mut self,
        at: &At<'_>,
        table: &DecisionTable,
        compiled: &CompiledTable,
        types: &[Type],
    ) {
        if table.hit_policy == HitPolicy::Count {
            return;
        }
        for (number, (output, kind)) in table.outputs.iter().zip(types).enumerate() {
            let own = || {
                let [_] = table.outputs.as_slice() else { return None };
                self.scope.allowed_of(&at.source.element.result)
            };
            let listed = output.allowed.as_ref();
            let listed = listed.and_then(|text| self.scope.values(text, kind).ok().flatten());
            let Some(values) = listed.or_else(own) else { continue };
            for (rule, written) in compiled.rules.iter().zip(&table.rules) {
                let constant = rule.outputs.get(number).and_then(|output| output.constant());
                let Some((value, text)) = constant.zip(written.outputs.get(number)) else {
                    continue;
                };
                if value.is_null() || matches!(value, Value::List(_)) || values.contains(value) {
                    continue;
                }
                let message = format!("{value} is no allowed value of `{}`", output.name.text);
                let texts = values.iter().filter_map(text_of);
                let help = match text_of(value).and_then(|text| nearest(text, texts)) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => {
                        let known: Vec<String> = values.iter().map(Value::to_string).collect();
                        format!("the values are {}", known.join(", "))
                    }
                };
                let at = At {
                    rule: Some(written.id.text.clone()),
                    column: Some(output.name.text.clone()),
                    ..at.clone()
                };
                self.report(&at, Code::NotAllowed, message, Some(help), text.span);
            }
        }
    }

    /// Warns of what is probably meant otherwise.
    pub(super) fn check_meaning(
        &mut self,
        at: &At<'_>,
        table: &DecisionTable,
        compiled: &CompiledTable,
    ) {
        for (number, (clause, column)) in table.inputs.iter().zip(&compiled.columns).enumerate() {
            let at = At { column: Some(clause.expression.text.clone()), ..at.clone() };
            let numbers = column.expression.expr.ty == Type::Number;
            for rule in table.rules.iter().filter(|_| numbers) {
                let Some(cell) = rule.inputs.get(number) else { continue };
                let at = At { rule: Some(rule.id.text.clone()), ..at.clone() };
                if let Some((message, help)) = difference(cell).or_else(|| groups(cell)) {
                    self.warn(&at, Code::Type, message, help, cell);
                }
            }
            for (point, below, above) in column.index.excluded_ends() {
                let (Some(below), Some(above)) = (table.rules.get(below), table.rules.get(above))
                else {
                    continue;
                };
                let Some(cell) = above.inputs.get(number) else { continue };
                let message = format!(
                    "no rule holds for {} {point}, between the rules `{}` and `{}`",
                    quote(&clause.expression.text),
                    below.id.text,
                    above.id.text
                );
                let help = format!(
                    "take {point} into one of the two: `[` and `]` take an end in, as do `>=` and `<=`"
                );
                let at = At { rule: Some(above.id.text.clone()), ..at.clone() };
                self.warn(&at, Code::Gap, message, help, cell);
            }
        }
    }

    fn warn(&mut self, at: &At<'_>, code: Code, message: String, help: String, cell: &Text) {
        self.report(at, code, message, Some(help), cell.span);
        if let Some(last) = self.diagnostics.last_mut() {
            last.severity = Severity::Warning;
        }
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// `18-25` is no interval, but the number -7.
fn difference(cell: &Text) -> Option<(String, String)> {
    let (low, high) = cell.text.split_once('-')?;
    let number = |text: &str| Number::parse(text.trim()).filter(|_| !text.trim().is_empty());
    let (from, to) = (number(low)?, number(high)?);
    let difference = feel::ops::sub(&Value::Number(from), &Value::Number(to));
    let message = format!("{} is the number {difference}", quote(&cell.text));
    let help = format!("an interval is written `[{}..{}]`", low.trim(), high.trim());
    Some((message, help))
}

/// `100,000` is two numbers.
fn groups(cell: &Text) -> Option<(String, String)> {
    let text = cell.text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut groups = text.split(',');
    let first = groups.next()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if first.is_empty() || first.len() > 3 || !digits(first) {
        return None;
    }
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() || !rest.iter().all(|group| group.len() == 3 && digits(group)) {
        return None;
    }
    let together = format!("{first}{}", rest.concat());
    let message = format!("{} is {} tests", quote(&cell.text), rest.len() + 1);
    let help = format!(
        "the digits of a number stand together, as `{together}`; \
         between tests, write a blank behind the comma"
    );
    Some((message, help))
}
