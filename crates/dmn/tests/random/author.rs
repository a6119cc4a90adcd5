//! Writes random models, and thinks out random people.

use std::fmt::Write as _;

use dmn::program::Program;
use feel::{Number, Value};

use super::{Dice, HEAD, date, missing, n};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Boolean,
    Text,
    Date,
    Months,
}

const TEXTS: [&str; 4] = ["\"red\"", "\"green\"", "\"blue\"", "\"other\""];
const NUMBERS: [&str; 9] = ["0", "1", "2.5", "-3", "10", "7.25", "18", "100", "0.1"];
const DATES: [&str; 4] =
    ["@\"2020-02-29\"", "@\"1999-12-31\"", "@\"2024-03-01\"", "@\"2010-06-15\""];

/// Writes a random model.
struct Author {
    dice: Dice,
    names: Vec<(String, Kind)>,
    text: String,
}

impl Author {
    fn name(&mut self, kind: Kind) -> String {
        let names: Vec<String> =
            self.names.iter().filter(|(_, k)| *k == kind).map(|(n, _)| n.clone()).collect();
        if names.is_empty() {
            self.constant(kind)
        } else {
            names[self.dice.roll(names.len())].clone()
        }
    }

    fn constant(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Number => self.dice.one(&NUMBERS),
            Kind::Boolean => self.dice.one(&["true", "false"]),
            Kind::Text => self.dice.one(&TEXTS),
            Kind::Date => self.dice.one(&DATES),
            Kind::Months => self.dice.one(&["@\"P1Y\"", "@\"P18M\"", "@\"-P5M\""]),
        }
        .to_owned()
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.chance(35) {
            let kind = Kind::Number;
            return if self.dice.chance(30) { self.constant(kind) } else { self.name(kind) };
        }
        let d = depth - 1;
        match self.dice.roll(9) {
            0 => format!("{} + {}", self.number(d), self.number(d)),
            1 => format!("{} - ({})", self.number(d), self.number(d)),
            2 => format!("({}) * {}", self.number(d), self.constant(Kind::Number)),
            3 => format!("({}) * ({})", self.number(d), self.number(0)),
            4 => format!("-({})", self.number(d)),
            5 => format!("if {} then {} else {}", self.boolean(d), self.number(d), self.number(d)),
            6 => format!("floor({})", self.number(d)),
            7 => format!("({}) / {}", self.number(d), self.dice.one(&["10", "4", "0.5", "1000"])),
            _ => {
                let (from, to) = (self.name(Kind::Date), self.name(Kind::Date));
                let part = self.dice.one(&["years", "months"]);
                format!("years and months duration({from}, {to}).{part}")
            }
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.chance(20) {
            return self.name(Kind::Boolean);
        }
        let d = depth - 1;
        match self.dice.roll(11) {
            0 => format!("({}) and ({})", self.boolean(d), self.boolean(d)),
            1 => format!("({}) or ({})", self.boolean(d), self.boolean(d)),
            2 => format!("not({})", self.boolean(d)),
            3 | 4 => {
                let sign = self.dice.one(&["<", "<=", ">", ">=", "=", "!="]);
                format!("{} {sign} {}", self.number(d), self.number(0))
            }
            5 => format!("{} = {}", self.name(Kind::Text), self.constant(Kind::Text)),
            6 => format!("{} between {} and {}", self.number(0), self.number(0), self.number(0)),
            7 => format!("{} in ({})", self.number(0), self.cell(Kind::Number)),
            8 => {
                let name = self.name(Kind::Text);
                format!("list contains([\"red\", \"blue\"], {name})")
            }
            9 => format!("list contains(marks, {})", self.dice.one(&["\"x\"", "\"y\"", "\"z\""])),
            _ => {
                let sign = self.dice.one(&["<", "<=", ">", ">="]);
                let (a, b) = (self.name(Kind::Date), self.date());
                format!("{a} {sign} {b}")
            }
        }
    }

    fn date(&mut self) -> String {
        match self.dice.roll(3) {
            0 => self.constant(Kind::Date),
            1 => self.name(Kind::Date),
            _ => format!("{} + {}", self.name(Kind::Date), self.constant(Kind::Months)),
        }
    }

    fn expression(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Number => self.number(3),
            Kind::Boolean => self.boolean(3),
            Kind::Text => match self.dice.roll(3) {
                0 => self.name(Kind::Text),
                1 => format!(
                    "if {} then {} else {}",
                    self.boolean(1),
                    self.name(kind),
                    self.constant(kind)
                ),
                _ => self.constant(Kind::Text),
            },
            Kind::Date => self.date(),
            Kind::Months => self.constant(Kind::Months),
        }
    }

    /// A unary test.
    fn cell(&mut self, kind: Kind) -> String {
        if self.dice.chance(15) {
            return "-".to_owned();
        }
        match kind {
            Kind::Number | Kind::Date | Kind::Months => {
                let mut ends = [self.constant(kind), self.constant(kind)];
                let order = |text: &String| match kind {
                    Kind::Number => Number::parse(text),
                    _ => Some(Number::from(
                        DATES.iter().position(|d| d == text).map_or(0, |p| [2, 0, 3, 1][p]) as i64,
                    )),
                };
                ends.sort_by_key(order);
                let [low, high] = ends;
                match self.dice.roll(8) {
                    0 => format!("[{low}..{high}]"),
                    1 => format!("({low}..{high}]"),
                    2 => format!("[{low}..{high})"),
                    3 => format!("not({low})"),
                    4 => low,
                    5 if kind != Kind::Months => format!("< {}", self.name(kind)),
                    _ => format!("{} {low}", self.dice.one(&["<", "<=", ">", ">="])),
                }
            }
            Kind::Boolean => self.constant(kind),
            Kind::Text => match self.dice.roll(4) {
                0 => format!("not({})", self.constant(kind)),
                1 => format!("{}, {}", self.constant(kind), self.constant(kind)),
                _ => self.constant(kind),
            },
        }
    }

    fn decision(&mut self, number: usize) {
        let name = format!("d{number}");
        let kind =
            [Kind::Number, Kind::Number, Kind::Boolean, Kind::Text, Kind::Date][self.dice.roll(5)];
        let (kind, table) = if self.dice.chance(65) && kind != Kind::Date {
            (kind, self.table(&name, kind))
        } else {
            let expression = self.expression(kind);
            (kind, format!("```feel\n{expression}\n```\n"))
        };
        let written = match kind {
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::Text => "string",
            Kind::Date => "date",
            Kind::Months => "years and months duration",
        };
        writeln!(self.text, "## D{number} → {name}: {written}\n\n{table}").unwrap();
        self.names.push((name, kind));
    }

    fn table(&mut self, name: &str, kind: Kind) -> String {
        let policy = match kind {
            Kind::Number => self.dice.one(&["U", "F", "F", "A", "C+", "C<", "C>", "C#", "P"]),
            _ => self.dice.one(&["U", "F", "F", "A", "P"]),
        };
        let columns = 1 + self.dice.roll(3);
        let mut inputs = Vec::new();
        for _ in 0..columns {
            let kind = [Kind::Number, Kind::Boolean, Kind::Text, Kind::Date][self.dice.roll(4)];
            let expression = match kind {
                Kind::Number if self.dice.chance(25) => self.number(1),
                kind => self.name(kind),
            };
            inputs.push((expression, kind));
        }
        let marks = self.dice.chance(20);
        let mut text = format!("| {policy} |");
        for (expression, _) in &inputs {
            write!(text, " {expression} |").unwrap();
        }
        if marks {
            text += " marks |";
        }
        write!(text, " {name} |\n|---|").unwrap();
        text += &"---|".repeat(columns + 1 + usize::from(marks));
        text += "\n";
        let outputs: Vec<String> = (0..3).map(|_| self.constant(kind)).collect();
        if policy == "P" {
            let mut allowed = outputs.clone();
            allowed.sort();
            allowed.dedup();
            writeln!(
                text,
                "| allowed |{} {} |",
                " |".repeat(columns + usize::from(marks)),
                allowed.join(", ")
            )
            .unwrap();
        }
        let rules = if policy == "U" { 1 + self.dice.roll(2) } else { 1 + self.dice.roll(6) };
        for rule in 0..rules {
            write!(text, "| {} |", rule + 1).unwrap();
            for (_, kind) in &inputs {
                let cell = self.cell(*kind);
                write!(text, " {cell} |").unwrap();
            }
            if marks {
                let cell =
                    self.dice.one(&["-", "list contains(?, \"x\")", "list contains(?, \"z\")"]);
                write!(text, " {cell} |").unwrap();
            }
            let output = match policy {
                "A" => outputs[0].clone(),
                "P" | "C+" | "C<" | "C>" => outputs[self.dice.roll(3)].clone(),
                _ if self.dice.chance(20) => match kind {
                    Kind::Number => self.number(2),
                    Kind::Boolean => self.boolean(1),
                    kind => self.name(kind),
                },
                _ => outputs[self.dice.roll(3)].clone(),
            };
            writeln!(text, " {output} |").unwrap();
        }
        if self.dice.chance(60) {
            let default = match policy {
                "C#" => self.constant(Kind::Number),
                _ => self.constant(kind),
            };
            writeln!(text, "| default |{} {default} |", " |".repeat(columns + usize::from(marks)))
                .unwrap();
        }
        text
    }
}

/// A random model; many do not compile, as rules may overlap.
pub fn model(dice: Dice) -> String {
    let mut author = Author { dice, names: Vec::new(), text: String::from(HEAD) };
    author.text += "| input | type |\n|---|---|\n| n1 | number |\n| n2 | number |\n| d1x | date |\n\
         | d2x | date |\n| e1 | tColour |\n| e2 | tColour |\n| b1 | boolean |\n| b2 | boolean |\n\
         | marks | list<string> |\n\n| type | base | allowed |\n|---|---|---|\n\
         | tColour | string | \"red\", \"green\", \"blue\", \"other\" |\n\n";
    for (name, kind) in [
        ("n1", Kind::Number),
        ("n2", Kind::Number),
        ("d1x", Kind::Date),
        ("d2x", Kind::Date),
        ("e1", Kind::Text),
        ("e2", Kind::Text),
        ("b1", Kind::Boolean),
        ("b2", Kind::Boolean),
    ] {
        author.names.push((name.to_owned(), kind));
    }
    for number in 0..2 + author.dice.roll(6) {
        author.decision(number);
    }
    author.text
}
/// A random person, of whom some facts are missing.
pub fn person(program: &Program, dice: &mut Dice, missing_percent: usize) -> Vec<Value> {
    program
        .inputs()
        .iter()
        .enumerate()
        .map(|(number, input)| {
            if dice.chance(missing_percent) {
                return missing(program, number);
            }
            if dice.chance(4) {
                return Value::NULL;
            }
            match &input.kind {
                feel::Type::Number => n(dice.one(&[
                    "0",
                    "1",
                    "2.5",
                    "-3",
                    "10",
                    "7.25",
                    "18",
                    "100",
                    "0.1",
                    "0.05",
                    "17.99",
                    "9223372036854775",
                    "-1",
                    "3",
                ])),
                feel::Type::Boolean => Value::Boolean(dice.chance(50)),
                feel::Type::Date => date(dice.one(&[
                    "2020-02-29",
                    "1999-12-31",
                    "2024-03-01",
                    "2010-06-15",
                    "2021-02-28",
                    "2000-01-01",
                ])),
                feel::Type::List(_) => {
                    let marks = ["w", "x", "y", "z"];
                    let chosen = marks.into_iter().filter(|_| dice.chance(40));
                    Value::list(chosen.map(Value::from).collect())
                }
                _ => Value::from(dice.one(&["red", "green", "blue", "other"])),
            }
        })
        .collect()
}
