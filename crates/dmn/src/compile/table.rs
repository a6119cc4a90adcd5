//! Decision table as written to decision table ready to be evaluated.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use feel::typed::{Compiled, CompiledTests, Kind};
use feel::{Type, Value};

use super::{At, Compiler, Mode};
use crate::diagnostic::Code;
use crate::index::{Index, RuleSet};
use crate::model::{DecisionTable, HitPolicy, Text};
use crate::program::{self, DecisionId, Input, TableInput};
use crate::table::{Column, CompiledTable, Rule};

impl Compiler<'_> {
    /// Compiles a table; `None` after a fault, which is reported.
    pub(super) fn table(
        &mut self,
        at: &At<'_>,
        name: &Arc<str>,
        table: &DecisionTable,
        result: &Type,
        parameters: &[(Arc<str>, Type)],
        uses: &mut Vec<u32>,
    ) -> Option<CompiledTable> {
        let faults = self.diagnostics.len();
        let mut columns = Vec::with_capacity(table.inputs.len());
        for (number, clause) in table.inputs.iter().enumerate() {
            let at = At { column: Some(clause.expression.text.clone()), ..at.clone() };
            let Some(expression) = self.expression(&at, &clause.expression, parameters, uses)
            else {
                continue;
            };
            let input = self.tested(&expression, clause.allowed.as_ref());
            let mut cells: Vec<CompiledTests> = Vec::with_capacity(table.rules.len());
            for rule in &table.rules {
                let at = At { rule: Some(rule.id.text.clone()), ..at.clone() };
                let Some(cell) = rule.inputs.get(number) else { continue };
                cells.extend(self.tests(&at, cell, &input, parameters, uses));
            }
            if cells.len() == table.rules.len() {
                let index = Index::new(&cells);
                columns.push(Column { expression, cells, index });
            }
        }
        let types = self.output_types(at, table, result);
        let mut rules = Vec::with_capacity(table.rules.len());
        for rule in &table.rules {
            let at = At { rule: Some(rule.id.text.clone()), ..at.clone() };
            let outputs = self.outputs(&at, table, &rule.outputs, &types, parameters, uses);
            rules.push(Rule { id: rule.id.text.clone(), outputs });
        }
        let default = self.default(at, table, &types, parameters, uses);
        let priorities = self.priorities(at, table, &types);
        if self.diagnostics.len() > faults && self.mode == Mode::Strict {
            return None;
        }
        let compiled = CompiledTable {
            name: name.clone(),
            hit_policy: table.hit_policy,
            columns,
            outputs: table.outputs.iter().map(|o| o.name.text.as_str().into()).collect(),
            rules,
            default,
            priorities,
        };
        self.check_overlap(at, table, &compiled);
        if self.mode == Mode::Lenient {
            return Some(compiled);
        }
        self.check_allowed_outputs(at, table, &compiled, &types);
        let usable = self.diagnostics.len() == faults;
        self.check_meaning(at, table, &compiled);
        usable.then_some(compiled)
    }

    /// What the cells of a column test: an input's own allowed values hold for them too.
    fn tested(&self, expression: &Compiled, allowed: Option<&Text>) -> Input {
        let known = match expression.expr.kind {
            Kind::Global(index) => self.inputs.get(index as usize),
            _ => None,
        };
        let kind = expression.expr.ty.clone();
        let listed = allowed.and_then(|text| self.scope.values(text, &kind).ok().flatten());
        Input {
            name: known.map(|input| input.name.clone()).unwrap_or_default(),
            allowed: listed.or_else(|| known.and_then(|input| input.allowed.clone())),
            kind,
        }
    }

    /// The type of each output's cells.
    fn output_types(&mut self, at: &At<'_>, table: &DecisionTable, result: &Type) -> Vec<Type> {
        let single = match (table.hit_policy, result) {
            (
                HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect,
                Type::List(element),
            ) => (**element).clone(),
            (HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect, Type::Any) => {
                Type::Any
            }
            (HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect, other) => {
                let sign = table.hit_policy.sign();
                let message = format!("a `{sign}` table gives a list, but its type is {other}");
                let help = Some(format!("write `list<{other}>`, or another hit policy"));
                self.report(at, Code::Type, message, help, table.span);
                other.clone()
            }
            (HitPolicy::Count, kind) => {
                if !kind.overlaps(&Type::Number) {
                    let message = format!("a `C#` table gives a number, but its type is {kind}");
                    self.report(at, Code::Type, message, None, table.span);
                }
                Type::Any
            }
            (_, kind) => kind.clone(),
        };
        match table.outputs.as_slice() {
            [_] => vec![single],
            outputs => outputs
                .iter()
                .map(|output| single.entry(&output.name.text).cloned().unwrap_or(Type::Any))
                .collect(),
        }
    }

    fn outputs(
        &mut self,
        at: &At<'_>,
        table: &DecisionTable,
        cells: &[Text],
        types: &[Type],
        parameters: &[(Arc<str>, Type)],
        uses: &mut Vec<u32>,
    ) -> Vec<Compiled> {
        let mut outputs = Vec::with_capacity(cells.len());
        for ((cell, kind), clause) in cells.iter().zip(types).zip(&table.outputs) {
            let at = At { column: Some(clause.name.text.clone()), ..at.clone() };
            let Some(output) = self.expression(&at, cell, parameters, uses) else { continue };
            self.wants(&at, cell, &output.expr.ty, kind);
            outputs.push(output);
        }
        outputs
    }

    fn default(
        &mut self,
        at: &At<'_>,
        table: &DecisionTable,
        types: &[Type],
        parameters: &[(Arc<str>, Type)],
        uses: &mut Vec<u32>,
    ) -> Option<Vec<Compiled>> {
        let cells: Option<Vec<Text>> =
            table.outputs.iter().map(|output| output.default.clone()).collect();
        let cells = cells?;
        let at = At { rule: Some("default".to_owned()), ..at.clone() };
        // The default of a list is a list; that of its cells is one item.
        Some(self.outputs(
            &at,
            table,
            &cells,
            &default_types(table.hit_policy, types),
            parameters,
            uses,
        ))
    }

    fn priorities(
        &mut self,
        at: &At<'_>,
        table: &DecisionTable,
        types: &[Type],
    ) -> Vec<Vec<Value>> {
        if !matches!(table.hit_policy, HitPolicy::Priority | HitPolicy::OutputOrder) {
            return Vec::new();
        }
        let mut priorities = Vec::new();
        for (output, kind) in table.outputs.iter().zip(types) {
            let values = output.allowed.as_ref().map(|text| self.scope.values(text, kind));
            match values {
                Some(Ok(Some(values))) => priorities.push(values),
                Some(Err(fault)) => {
                    if let Some(text) = &output.allowed {
                        self.fault(at, text, &fault);
                    }
                }
                _ if self.mode == Mode::Lenient => {
                    // The order may also be that of the type's allowed values; else the output
                    // has no say.
                    let own = matches!(table.outputs.as_slice(), [_])
                        .then_some(&at.source.element.result);
                    let declared = output.kind.as_ref().or(own);
                    let values = declared.and_then(|text| self.scope.allowed_of(text));
                    priorities.push(values.unwrap_or_default());
                }
                _ => {
                    let sign = table.hit_policy.sign();
                    let name = &output.name.text;
                    let message =
                        format!("a `{sign}` table needs the allowed values of `{name}` in order");
                    let help = "add a row `allowed` with them, the first one first".to_owned();
                    self.report(at, Code::HitPolicy, message, Some(help), table.span);
                }
            }
        }
        priorities
    }

    /// Reports rules of a `U` table that match the same values, and of an `A` table that then
    /// disagree, as far as cells of constants tell.
    fn check_overlap(&mut self, at: &At<'_>, table: &DecisionTable, compiled: &CompiledTable) {
        if !matches!(table.hit_policy, HitPolicy::Unique | HitPolicy::Any) {
            return;
        }
        let count = compiled.rules.len();
        for (number, rule) in table.rules.iter().enumerate() {
            let mut shared = RuleSet::all(count);
            for column in &compiled.columns {
                shared.intersect(&column.index.sharing(number, count));
            }
            for other in shared.iter().filter(|other| *other > number) {
                if table.hit_policy == HitPolicy::Any && same_outputs(compiled, number, other) {
                    continue;
                }
                let Some(second) = table.rules.get(other) else { continue };
                let witness = witness(table, compiled, number, other);
                let how = match table.hit_policy {
                    HitPolicy::Any => "match at once and disagree",
                    _ => "match at once",
                };
                let message =
                    format!("rules `{}` and `{}` {how}{witness}", rule.id.text, second.id.text);
                let mut ends = compiled.columns.iter();
                let end = ends.find_map(|column| column.index.only_shared(number, other));
                let help = match end {
                    Some(end) => format!(
                        "leave {end} out of one of the two: `(` and `)` leave an end out, as do `>` and `<`"
                    ),
                    None => {
                        "narrow one of the two, or let the first one win with the hit policy `F`"
                            .to_owned()
                    }
                };
                let at = At { rule: Some(second.id.text.clone()), ..at.clone() };
                self.report(&at, Code::Overlap, message, Some(help), second.id.span);
            }
        }
    }

    /// What can be told of a table.
    pub(super) fn describe_table(
        &self,
        table: &DecisionTable,
        compiled: &CompiledTable,
        ids: &HashMap<usize, DecisionId>,
    ) -> program::Table {
        let texts = |texts: &[Text]| texts.iter().map(|text| text.text.clone()).collect();
        let inputs = table
            .inputs
            .iter()
            .zip(&compiled.columns)
            .map(|(clause, column)| {
                let mut uses = Vec::new();
                feel::check::globals(&column.expression.expr, &mut uses);
                let (inputs, decisions) = self.split(&uses, ids);
                TableInput {
                    expression: clause.expression.text.clone(),
                    kind: column.expression.expr.ty.clone(),
                    inputs,
                    decisions,
                }
            })
            .collect();
        let default: Option<Vec<String>> = table
            .outputs
            .iter()
            .map(|output| output.default.as_ref().map(|text| text.text.clone()))
            .collect();
        program::Table {
            hit_policy: table.hit_policy,
            inputs,
            outputs: compiled.outputs.clone(),
            annotations: table.annotations.clone(),
            rules: table
                .rules
                .iter()
                .map(|rule| program::Rule {
                    id: rule.id.text.clone(),
                    inputs: texts(&rule.inputs),
                    outputs: texts(&rule.outputs),
                    annotations: texts(&rule.annotations),
                })
                .collect(),
            default,
            default_annotations: texts(&table.default_annotations),
        }
    }
}

fn default_types(hit_policy: HitPolicy, types: &[Type]) -> Vec<Type> {
    types
        .iter()
        .map(|kind| match hit_policy {
            HitPolicy::RuleOrder | HitPolicy::OutputOrder | HitPolicy::Collect => Type::Any,
            HitPolicy::Count => Type::Number,
            _ => kind.clone(),
        })
        .collect()
}

/// Whether the outputs of two rules are the same constants.
fn same_outputs(table: &CompiledTable, a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (table.rules.get(a), table.rules.get(b)) else { return false };
    a.outputs.iter().zip(&b.outputs).all(|(a, b)| match (a.constant(), b.constant()) {
        (Some(a), Some(b)) => a == b,
        // What is no constant is compared when it is evaluated.
        _ => true,
    })
}

/// In words: values that both rules match.
fn witness(table: &DecisionTable, compiled: &CompiledTable, a: usize, b: usize) -> String {
    let parts: Vec<String> = table
        .inputs
        .iter()
        .zip(&compiled.columns)
        .filter_map(|(clause, column)| {
            let value = column.index.witness(a, b)?;
            Some(format!("`{}` {value}", clause.expression.text))
        })
        .collect();
    match parts.len().cmp(&0) {
        Ordering::Greater => format!(", for {}", parts.join(" and ")),
        _ => String::new(),
    }
}
