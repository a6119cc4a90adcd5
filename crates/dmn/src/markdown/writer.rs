//! Writing a document in canonical form.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::reader::without_blank_start;
use super::{ALLOWED, DEFAULT, exchanged};
use crate::model::{
    Block, DecisionTable, Element, InputData, ItemDefinition, Logic, Model, Section, Text, Title,
};
use crate::xml;

/// Cells wider than this do not widen their column: one long remark would make every row long.
const MAX_WIDTH: usize = 80;

/// Writes a model as a document in canonical form.
///
/// Reading the text gives the model again, but for places, and writing that gives the same text.
/// This holds for every model that was read without errors; `docs/rule-language.md` says what the
/// notation cannot express.
///
/// What the notation cannot express of a model that was read from DMN XML stands in a block marked
/// `dmn`.
pub fn write(model: &Model) -> String {
    if model.remainder.is_none() {
        return write_native(model);
    }
    let native = exchanged::native(model);
    let block = xml::beside(model, &native);
    if block.is_empty() {
        return write_native(&native);
    }
    let marks = marks_around(&block);
    let mut out = write_native(&native);
    out.push('\n');
    line(&mut out, &format!("## {}\n\n{marks}{}", exchanged::HEADING, exchanged::MARK));
    out.push_str(&block);
    line(&mut out, &marks);
    out
}

fn write_native(model: &Model) -> String {
    let mut out = String::from("---\n");
    let imports: Vec<&str> = model.imports.iter().map(|import| import.text.as_str()).collect();
    let keys = [
        ("id", model.id.clone()),
        ("title", title(&model.title)),
        ("instrument", model.instrument.as_ref().map_or(String::new(), |text| text.text.clone())),
        ("confidence", model.confidence.as_ref().map_or(String::new(), |text| text.text.clone())),
        ("import", imports.join(", ")),
        ("namespace", model.namespace.clone().unwrap_or_default()),
    ];
    for (key, value) in keys.into_iter().filter(|(_, value)| !value.is_empty()) {
        line(&mut out, &format!("{key}: {}", one_line(&value)));
    }
    out.push_str("---\n");
    for section in &model.sections {
        write_section(section, &mut out);
    }
    out
}

fn write_section(section: &Section, out: &mut String) {
    if section.level > 0 {
        let mut heading = "#".repeat(usize::from(section.level.min(6)));
        for part in
            [title(&section.title), section.element.as_ref().map_or(String::new(), signature)]
        {
            if !part.is_empty() {
                heading.push(' ');
                heading.push_str(&part);
            }
        }
        out.push('\n');
        line(out, &heading);
    }
    let element = section.element.as_ref();
    let logic = element.and_then(|element| Some((element, element.logic.as_ref()?)));
    let mut is_written = false;
    for block in &section.blocks {
        match block {
            Block::Prose(text) if text.trim().is_empty() => {}
            Block::Prose(text) => {
                out.push('\n');
                line(out, text);
            }
            Block::Inputs(inputs) => write_inputs(inputs, out),
            Block::Types(types) => write_types(types, out),
            Block::Logic => {
                if let Some((element, logic)) = logic.filter(|_| !is_written) {
                    write_logic(element, logic, out);
                    is_written = true;
                }
            }
        }
    }
    if let Some((element, logic)) = logic.filter(|_| !is_written) {
        write_logic(element, logic, out);
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn title(title: &Title) -> String {
    one_line(&title.to_string())
}

/// What a heading says of its element, from the arrow on.
pub(super) fn signature(element: &Element) -> String {
    let mut text = format!("→ {}", element.name.text);
    if let Some(parameters) = &element.parameters {
        let parameters: Vec<String> =
            parameters.iter().map(|p| format!("{}: {}", p.name.text, p.kind.text)).collect();
        // Writing to a string does not fail.
        let _ = write!(text, "({})", parameters.join(", "));
    }
    let _ = write!(text, ": {}", element.result.text);
    one_line(&text)
}

fn write_logic(element: &Element, logic: &Logic, out: &mut String) {
    match logic {
        Logic::Literal(text) => write_literal(text, out),
        Logic::Table(table) => write_decision(element, table, out),
        // Boxed expressions have no form in the notation; they stand in the block marked `dmn`.
        _ => {}
    }
}

fn write_literal(text: &Text, out: &mut String) {
    let text = text.text.replace("\r\n", "\n").replace('\r', "\n");
    let marks = marks_around(&text);
    out.push('\n');
    line(out, &format!("{marks}feel"));
    line(out, without_blank_start(&text).trim_end());
    line(out, &marks);
}

/// The marks of a fenced block, longer than any in its text.
fn marks_around(text: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

fn write_inputs(inputs: &[InputData], out: &mut String) {
    let rows =
        inputs.iter().map(|input| [Some(&input.name), Some(&input.kind), input.allowed.as_ref()]);
    write_declarations(["input", "type", "allowed"], rows, out);
}

fn write_types(types: &[ItemDefinition], out: &mut String) {
    let rows = types.iter().map(|item| [Some(&item.name), Some(&item.base), item.allowed.as_ref()]);
    write_declarations(["type", "base", "allowed"], rows, out);
}

fn write_declarations<'m>(
    names: [&str; 3],
    rows: impl Iterator<Item = [Option<&'m Text>; 3]> + Clone,
    out: &mut String,
) {
    let has_allowed = rows.clone().any(|[_, _, allowed]| allowed.is_some());
    let columns = if has_allowed { 3 } else { 2 };
    let mut table = vec![names.iter().take(columns).map(|name| (*name).to_owned()).collect()];
    for row in rows {
        let cells = row.into_iter().take(columns);
        table.push(cells.map(|text| text.map_or(String::new(), |text| cell(&text.text))).collect());
    }
    write_table(&table, out);
}

fn write_decision(element: &Element, decision: &DecisionTable, out: &mut String) {
    let DecisionTable {
        hit_policy, inputs, outputs, annotations, rules, default_annotations, ..
    } = decision;
    // The name of a single output is that of its decision, whatever another notation called it.
    let name = |output: &Text| {
        let name = if outputs.len() == 1 { &element.name } else { output };
        cell(&name.text)
    };
    let mut header = vec![hit_policy.sign().to_owned()];
    header.extend(inputs.iter().map(|input| cell(&input.expression.text)));
    header.extend(outputs.iter().map(|output| name(&output.name)));
    header.extend(annotations.iter().map(|name| words(name)));
    let mut table = vec![header];
    let optional =
        |text: &Option<Text>| text.as_ref().map_or(String::new(), |text| cell(&text.text));
    let has_allowed = inputs.iter().any(|input| input.allowed.is_some())
        || outputs.iter().any(|output| output.allowed.is_some());
    if has_allowed {
        let mut row = vec![ALLOWED.to_owned()];
        row.extend(inputs.iter().map(|input| optional(&input.allowed)));
        row.extend(outputs.iter().map(|output| optional(&output.allowed)));
        row.extend(annotations.iter().map(|_| String::new()));
        table.push(row);
    }
    for rule in rules {
        let mut row = vec![words(&rule.id.text)];
        row.extend(rule.inputs.iter().chain(&rule.outputs).map(|text| cell(&text.text)));
        row.extend(rule.annotations.iter().map(|text| words(&text.text)));
        table.push(row);
    }
    if outputs.iter().any(|output| output.default.is_some()) {
        let mut row = vec![DEFAULT.to_owned()];
        row.extend(inputs.iter().map(|_| String::new()));
        // An output without default is null then, which the notation wants said.
        let default =
            |text: &Option<Text>| text.as_ref().map_or("null".to_owned(), |text| cell(&text.text));
        row.extend(outputs.iter().map(|output| default(&output.default)));
        let mut annotation = default_annotations.iter();
        let annotation = annotations
            .iter()
            .map(|_| annotation.next().map_or(String::new(), |text| words(&text.text)));
        row.extend(annotation);
        table.push(row);
    }
    write_table(&table, out);
}

/// Writes a table, its first row the header.
fn write_table(table: &[Vec<String>], out: &mut String) {
    let mut widths: Vec<usize> = Vec::new();
    for row in table {
        for (column, cell) in row.iter().enumerate() {
            let width = cell.width();
            let width = if width > MAX_WIDTH { 1 } else { width.max(1) };
            match widths.get_mut(column) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    out.push('\n');
    for (index, row) in table.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            out.push_str("| ");
            out.push_str(cell);
            out.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 1));
        }
        out.push_str("|\n");
        if index == 0 {
            widths.iter().for_each(|width| out.push_str(&format!("|{}", "-".repeat(width + 2))));
            out.push_str("|\n");
        }
    }
}

/// A text that is not FEEL as a cell has it: on one line, `|` escaped.
fn words(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

/// A FEEL text as a cell has it: on one line, `|` escaped.
fn cell(text: &str) -> String {
    feel_line(text).replace('|', "\\|")
}

fn one_line(text: &str) -> String {
    text.trim().replace("\r\n", "\n").replace(['\n', '\r'], " ")
}

/// A FEEL text without line breaks. A comment that a line break ends is closed otherwise.
fn feel_line(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    if !text.contains(['\n', '\r']) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut is_string = false;
    let mut is_comment = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' | '\n' => {
                if is_comment {
                    out.push_str(" */");
                    is_comment = false;
                }
                out.push(' ');
            }
            '\\' if is_string => {
                out.push('\\');
                out.extend(characters.next_if(|c| !matches!(c, '\r' | '\n')));
            }
            '/' if !is_string && !is_comment && characters.peek() == Some(&'/') => {
                characters.next();
                out.push_str("/*");
                is_comment = true;
            }
            '*' if is_comment && characters.peek() == Some(&'/') => out.push_str("* "),
            '"' if !is_comment => {
                is_string = !is_string;
                out.push('"');
            }
            character => out.push(character),
        }
    }
    if is_comment {
        out.push_str(" */");
    }
    out
}
