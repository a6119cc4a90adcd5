//! What was measured: lines of JSON, which become one table.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// A file of lines, each with an engine, the number of items, and nanoseconds for each.
pub struct Report {
    file: PathBuf,
    part: &'static str,
}

impl Report {
    /// Appends to a file.
    pub fn new(file: &Path) -> Report {
        Report { file: file.to_owned(), part: "points" }
    }

    /// Sets what the next lines are about.
    pub fn part(&mut self, part: &'static str) {
        self.part = part;
    }

    /// Adds a line.
    pub fn add(&mut self, engine: &str, count: usize, nanoseconds: f64) {
        eprintln!("{:<50} {nanoseconds:>14.1} ns", engine);
        let line = json!({"part": self.part, "engine": engine, "count": count, "ns": nanoseconds});
        let file = OpenOptions::new().create(true).append(true).open(&self.file);
        let written = file.and_then(|mut file| writeln!(file, "{line}"));
        written.unwrap_or_else(|why| panic!("{}: {why}", self.file.display()));
    }
}

/// Prints the tables of a report.
pub fn print(file: &Path) -> io::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push(serde_json::from_str::<Value>(line).map_err(io::Error::other)?);
    }
    let parts = [
        ("points", "person", "people", "xianlu, columns, with rule hits"),
        ("lookup", "lookup", "lookups", "xianlu, 20 rows"),
        ("graph", "evaluation", "evaluations", "xianlu, depth 14"),
        ("loop", "loop", "loops", "xianlu, 16,000 turns"),
    ];
    for (part, item, items, base) in parts {
        let mut rows: Vec<(&str, f64, u64)> = lines
            .iter()
            .filter(|line| line["part"] == part)
            .filter_map(|line| {
                Some((line["engine"].as_str()?, line["ns"].as_f64()?, line["count"].as_u64()?))
            })
            .collect();
        rows.sort_by(|a, b| a.1.total_cmp(&b.1));
        let Some(base) = rows.iter().find(|row| row.0 == base).map(|row| row.1) else { continue };
        println!("\n| {part} | ns a {item} | {items} a second | ratio | measured on |");
        println!("|---|--:|--:|--:|--:|");
        for (engine, ns, count) in rows {
            println!("| {engine} | {ns:.1} | {:.0} | {:.2} | {count} |", 1e9 / ns, ns / base);
        }
    }
    Ok(())
}
