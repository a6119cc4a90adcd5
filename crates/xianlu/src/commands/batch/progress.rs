//! How far a long run is, with its rate and the time that is left.

use std::io::IsTerminal;
use std::time::Instant;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use crate::messages::Messages;

/// A progress bar on the standard error, where that is a terminal.
pub(super) struct Progress<'m> {
    bar: ProgressBar,
    start: Instant,
    messages: &'m Messages,
}

impl<'m> Progress<'m> {
    /// Up to a position.
    pub fn new(length: u64, messages: &'m Messages) -> Progress<'m> {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(length),
            false => ProgressBar::hidden(),
        };
        let left = messages.format("progress-left", &[("time", "{eta}")]);
        let template = format!("{{bar:30}} {{percent:>3}} % · {{msg}} · {left}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Progress { bar, start: Instant::now(), messages }
    }

    /// Shows how far it is, and the rows so far.
    pub fn at(&mut self, position: u64, rows: usize) {
        self.bar.set_position(position);
        self.bar.set_message(self.rate(rows));
    }

    /// Takes the bar away and says the rate.
    pub fn finish(self, rows: usize) {
        self.bar.finish_and_clear();
        anstream::eprintln!("{}", self.rate(rows));
    }

    fn rate(&self, rows: usize) -> String {
        let seconds = self.start.elapsed().as_secs_f64().max(1e-3);
        let rate = (rows as f64 / seconds) as u64;
        let (rows, rate) = (HumanCount(rows as u64).to_string(), HumanCount(rate).to_string());
        self.messages.format("progress-rate", &[("rows", &rows), ("rate", &rate)])
    }
}
