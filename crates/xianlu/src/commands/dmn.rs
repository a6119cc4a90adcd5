//! `xianlu dmn`: work with a decision model on its own.

use std::path::Path;
use std::process::ExitCode;

use dmn::columnar::Columnar;
use dmn::program::{Cell, DecisionId, Limits, Program, TableTrace, Trace};
use feel::eval::Exhausted;
use feel::nearest::nearest;
use feel::value::{Null, Value};

use super::{convert, read_text, tck};
use crate::arguments::Dmn;
use crate::failure::Failure;
use crate::models;
use crate::paint::{DIM, NOT_MET, STRONG, paint};
use crate::values;

/// Runs the command.
pub fn run(command: &Dmn) -> Result<ExitCode, Failure> {
    match command {
        Dmn::Eval { model, decision, input, trace, bounds } => {
            evaluate(model, decision, input, *trace, bounds.limits())
        }
        Dmn::Info { model } => info(model),
        Dmn::Convert { input, output, version } => convert::run(input, output, *version),
        Dmn::Tck { folder, failures, bounds } => {
            tck::run(folder, failures.as_deref(), bounds.limits())
        }
    }
}

fn evaluate(
    path: &Path,
    decision: &str,
    input: &str,
    trace: bool,
    limits: Limits,
) -> Result<ExitCode, Failure> {
    let program = models::load(path)?;
    for warning in program.warnings() {
        anstream::eprintln!("{warning}");
    }
    let Some(id) = program.decision(decision) else {
        let known = program.decisions().iter().map(|decision| &*decision.name);
        let name = ("name", decision.to_owned());
        return Err(match nearest(decision, known) {
            Some(near) => {
                Failure::file(path, "no-decision-near", [name, ("near", near.to_owned())])
            }
            None => Failure::file(path, "no-decision", [name]),
        });
    };
    let text = match input.strip_prefix('@') {
        Some(file) => read_text(Path::new(file))?,
        None => input.to_owned(),
    };
    let inputs = values::inputs(&text, program.inputs())
        .map_err(|message| Failure::Asked(format!("--input: {message}")))?;
    let evaluation = program
        .evaluate(&inputs, &[id], limits, trace)
        .map_err(|why| Failure::input(path, format!("`{decision}`: {why}{}", more(why))))?;
    if trace {
        print_trace(&program, &evaluation);
    }
    let value = evaluation.values.get(id.0).cloned().flatten().unwrap_or(Value::NULL);
    anstream::println!("{value}");
    match &value {
        Value::Null(Null::Failed(failure)) => {
            anstream::eprintln!("{}: {}", paint(NOT_MET.bold(), "null because"), failure.message);
            Ok(ExitCode::from(1))
        }
        Value::Null(Null::Unknown(unknown)) => {
            anstream::eprintln!("cannot be decided: missing {}", unknown.facts.join(", "));
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The option that allows more.
fn more(why: Exhausted) -> String {
    let option = match why {
        Exhausted::Fuel => "fuel",
        Exhausted::Depth => "depth",
        Exhausted::Size => "size",
        Exhausted::Time => "time",
        _ => return String::new(),
    };
    format!("; `--{option}` sets the limit")
}

fn print_trace(program: &Program, evaluation: &dmn::program::Evaluation) {
    for id in program.order() {
        let (Some(decision), Some(Some(value)), Some(Some(trace))) = (
            program.decisions().get(id.0),
            evaluation.values.get(id.0),
            evaluation.traces.get(id.0),
        ) else {
            continue;
        };
        anstream::println!("{} = {value}", paint(STRONG, &decision.name));
        if let (Some(table), Trace::Table(trace)) = (&decision.table, trace) {
            print_table(table, trace);
        }
    }
}

fn print_table(table: &dmn::program::Table, trace: &TableTrace) {
    for (input, value) in table.inputs.iter().zip(&trace.inputs) {
        anstream::println!("    {} = {value}", input.expression);
    }
    for (number, rule) in table.rules.iter().enumerate() {
        let cells: String = (0..table.inputs.len())
            .map(|column| match trace.cells.get(number, column) {
                Cell::Holds => '✓',
                Cell::Fails => '✗',
                Cell::Unknown => '?',
            })
            .collect();
        let hit = if trace.matched.contains(&number) { "→" } else { " " };
        let outputs = rule.outputs.join(", ");
        anstream::println!("  {hit} {:<8} {} {outputs}", rule.id, paint(DIM, cells));
    }
    if trace.default {
        anstream::println!("  → default");
    }
}

fn info(path: &Path) -> Result<ExitCode, Failure> {
    let program = models::load(path)?;
    anstream::println!("{}", paint(STRONG, "Inputs"));
    for input in program.inputs() {
        let allowed = input.allowed.as_ref().map(|values| {
            let values: Vec<String> = values.iter().map(Value::to_string).collect();
            format!("  {}", paint(DIM, values.join(", ")))
        });
        anstream::println!("  {}: {}{}", input.name, input.kind, allowed.unwrap_or_default());
    }
    anstream::println!("{}", paint(STRONG, "Decisions"));
    for decision in program.decisions() {
        let logic = match &decision.table {
            Some(table) => {
                format!("table {}, {} rules", table.hit_policy.sign(), table.rules.len())
            }
            None => "expression".to_owned(),
        };
        let required: Vec<&str> = decision
            .inputs
            .iter()
            .filter_map(|id| program.inputs().get(id.0).map(|input| &*input.name))
            .chain(
                decision
                    .decisions
                    .iter()
                    .filter_map(|id| program.decisions().get(id.0).map(|d| &*d.name)),
            )
            .collect();
        anstream::println!(
            "  {}: {}  {}",
            decision.name,
            decision.kind,
            paint(DIM, format!("{logic}; requires {}", required.join(", ")))
        );
    }
    let functions: Vec<String> = program
        .functions()
        .map(|(name, parameters)| {
            let parameters: Vec<String> =
                parameters.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
            format!("  {name}({})", parameters.join(", "))
        })
        .collect();
    if !functions.is_empty() {
        anstream::println!("{}\n{}", paint(STRONG, "Functions"), functions.join("\n"));
    }
    print_profile(&program);
    for warning in program.warnings() {
        anstream::println!("{warning}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Says of each decision that cannot be evaluated in columns which expression keeps it out.
fn print_profile(program: &Program) {
    anstream::println!("{}", paint(STRONG, "In columns"));
    let outside: Vec<_> = (0..program.decisions().len())
        .filter_map(|decision| Columnar::new(program, &[DecisionId(decision)]).err())
        .collect();
    if outside.is_empty() {
        anstream::println!("  all decisions");
    }
    let mut said: Vec<String> = Vec::new();
    for outside in outside {
        let part = paint(DIM, outside.part());
        let line = format!("  not {}: {}: {part}", outside.decision, outside.why);
        if !said.contains(&line) {
            anstream::println!("{line}");
            said.push(line);
        }
    }
}
