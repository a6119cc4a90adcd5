//! `xianlu rules mutate`: which changes of the rules no worked case notices.

use std::path::Path;
use std::process::ExitCode;

use feel::Number;
use policy::mutation::{Group, Mutant, Mutation, MutationError};
use serde_json::json;

use crate::arguments::{Format, Lang, Packs};
use crate::failure::{Failure, unknown_name};
use crate::messages::Messages;
use crate::packs;
use crate::paint::{DIM, MET, NOT_MET, STRONG, paint};

/// What is asked for.
pub struct Asked<'a> {
    /// A programme, a pack or a file; none stands for all.
    pub id: Option<&'a str>,
    /// The share in per cent that is wanted.
    pub at_least: Option<Number>,
    /// The file that lists what no case notices.
    pub survivors: Option<&'a Path>,
    /// The form of the answer.
    pub format: Format,
    /// The language of the answer.
    pub lang: Lang,
}

/// Runs the command.
pub fn run(asked: &Asked<'_>, packs: &Packs) -> Result<ExitCode, Failure> {
    let library = packs::load(packs)?;
    let messages = Messages::new(asked.lang);
    let mutation = library.mutate(asked.id).map_err(|error| {
        Failure::Asked(match &error {
            MutationError::Failing(names) => {
                let name = names.first().map_or("", String::as_str);
                let count = names.len().to_string();
                messages.format("mutation-failing", &[("count", &count), ("name", name)])
            }
            MutationError::Unknown(unknown) => unknown_name(unknown, &messages),
        })
    })?;
    let (caught, total) = (mutation.caught(), mutation.total());
    let enough = asked.at_least.is_none_or(|percent| reaches(caught, total, percent));
    if let Some(file) = asked.survivors {
        write_survivors(file, &mutation)?;
    }
    match asked.format {
        Format::Json => print_json(&mutation),
        Format::Text => print_text(&mutation, asked.at_least.filter(|_| !enough), &messages),
    }
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Whether `caught` of `total` are `percent` or more.
fn reaches(caught: usize, total: usize, percent: Number) -> bool {
    let whole = |count: usize| i64::try_from(count).map(Number::from).ok();
    let caught = whole(caught).and_then(|caught| caught.checked_mul(Number::from(100)));
    let wanted = whole(total).and_then(|total| total.checked_mul(percent));
    caught.zip(wanted).is_some_and(|(caught, wanted)| caught >= wanted)
}

/// A share in per cent with one decimal, never rounded up to more than there is.
fn percent(caught: usize, total: usize) -> String {
    let per_mille = caught.saturating_mul(1000).checked_div(total).unwrap_or(1000);
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// Lists in a CSV file what no case notices, whole or not at all.
fn write_survivors(path: &Path, mutation: &Mutation) -> Result<(), Failure> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let mut written =
        file.write_record(["group", "file", "decision", "row", "column", "old", "new"]);
    for mutant in mutation.groups.iter().flat_map(|group| &group.survivors) {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (row, column) = (optional(&mutant.row), optional(&mutant.column));
        let cells = [
            &*mutant.group,
            &mutant.file,
            &mutant.element,
            &row,
            &column,
            &mutant.old,
            &mutant.new,
        ];
        written = written.and_then(|()| file.write_record(cells));
    }
    let why = |why: &dyn std::fmt::Display| {
        let why = why.to_string();
        Failure::file(path, "cannot-be-written", [("why", why)])
    };
    written.map_err(|error| why(&error))?;
    let bytes = file.into_inner().map_err(|error| why(error.error()))?;
    std::fs::write(path, bytes).map_err(|error| why(&error))
}

fn print_json(mutation: &Mutation) {
    let survivor = |mutant: &Mutant| {
        json!({
            "file": *mutant.file,
            "decision": mutant.element,
            "row": mutant.row,
            "column": mutant.column,
            "old": mutant.old,
            "new": mutant.new,
        })
    };
    let group = |group: &Group| {
        json!({
            "id": group.id,
            "caught": group.caught,
            "total": group.total(),
            "refused": group.refused,
            "survivors": group.survivors.iter().map(survivor).collect::<Vec<_>>(),
        })
    };
    let answer = json!({
        "caught": mutation.caught(),
        "total": mutation.total(),
        "refused": mutation.refused(),
        "groups": mutation.groups.iter().map(group).collect::<Vec<_>>(),
    });
    anstream::println!("{answer:#}");
}

fn print_text(mutation: &Mutation, wanted: Option<Number>, messages: &Messages) {
    for group in &mutation.groups {
        let (caught, total) = (group.caught.to_string(), group.total().to_string());
        let share = percent(group.caught, group.total());
        let arguments =
            [("id", &*group.id), ("caught", &caught), ("total", &total), ("percent", &share)];
        anstream::println!("{}", paint(STRONG, messages.format("mutation-group", &arguments)));
        if group.refused > 0 {
            let refused = group.refused.to_string();
            let line = messages.format("mutation-refused", &[("refused", &refused)]);
            anstream::println!("  {}", paint(DIM, line));
        }
        if !group.survivors.is_empty() {
            anstream::println!("  {}", messages.text("mutation-survivors"));
        }
        for mutant in &group.survivors {
            print_survivor(mutant, messages);
        }
    }
    let (caught, total) = (mutation.caught().to_string(), mutation.total().to_string());
    let share = percent(mutation.caught(), mutation.total());
    let arguments = [("caught", &*caught), ("total", &total), ("percent", &share)];
    let line = messages.format("mutation-total", &arguments);
    match wanted {
        None => anstream::println!("{}", paint(MET, line)),
        Some(wanted) => {
            let below = messages.format("mutation-below", &[("percent", &wanted.to_string())]);
            anstream::println!("{}", paint(NOT_MET, format!("{line}; {below}")));
        }
    }
}

fn print_survivor(mutant: &Mutant, messages: &Messages) {
    let mut place = format!("{}: {}", mutant.file, mutant.element);
    if let Some(row) = &mutant.row {
        place.push_str(", ");
        place.push_str(&messages.format("mutation-row", &[("row", row)]));
    }
    if let Some(column) = &mutant.column {
        place.push_str(", ");
        place.push_str(&messages.format("mutation-column", &[("column", column)]));
    }
    let change = messages.format("mutation-change", &[("old", &mutant.old), ("new", &mutant.new)]);
    anstream::println!("    {}: {change}", paint(DIM, place));
}
