//! `xianlu rules coverage`: what the packs cover, as the documentation shows it or as JSON.

use std::process::ExitCode;

use policy::assessment::Confidence;
use policy::coverage::{Flagged, PackCoverage, Period, VersionCoverage};

use super::today;
use crate::arguments::{Lang, Packs, RegistryFormat};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{OPEN, paint};

/// The confidences that are flagged, with the texts that say so.
const FLAGS: [(Confidence, &str); 3] = [
    (Confidence::Provisional, "coverage-provisional"),
    (Confidence::Unverified, "coverage-unverified"),
    (Confidence::Uncertain, "coverage-uncertain"),
];

/// Runs the command.
pub fn run(format: RegistryFormat, lang: Lang, packs: &Packs) -> Result<ExitCode, Failure> {
    let library = packs::load(packs)?;
    let messages = Messages::new(lang);
    let today = today()?;
    for pack in library.packs().iter().filter(|pack| pack.manifest.checked > today) {
        let (id, day) = (pack.manifest.id.as_str(), pack.manifest.checked.to_string());
        let warning = messages.format("coverage-clock", &[("pack", id), ("day", &day)]);
        anstream::eprintln!("{}: {warning}", paint(OPEN, messages.text("warning")));
    }
    match format {
        RegistryFormat::Json => anstream::println!("{:#}", policy::json::coverage(&library)),
        RegistryFormat::Markdown => {
            let mut page = Page { text: String::new(), messages: &messages };
            page.head();
            library.coverage().iter().for_each(|covered| page.pack(covered));
            anstream::print!("{}", page.text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The registry as Markdown.
struct Page<'m> {
    text: String,
    messages: &'m Messages,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.line(text);
        self.line("");
    }

    fn head(&mut self) {
        let messages = self.messages;
        self.paragraph(&format!("# {}", messages.text("coverage-title")));
        self.paragraph(&format!("<!-- {} -->", messages.text("coverage-written-by")));
        self.paragraph(&messages.text("coverage-lead"));
    }

    fn pack(&mut self, covered: &PackCoverage<'_>) {
        let messages = self.messages;
        let manifest = &covered.pack.manifest;
        self.paragraph(&format!("## {} (`{}`)", messages.pick(&manifest.title), manifest.id));
        let scope = messages.pick(&manifest.scope).trim();
        self.paragraph(&messages.format("coverage-covered", &[("text", scope)]));
        let day = manifest.checked.to_string();
        self.paragraph(&messages.format("coverage-read", &[("day", &day)]));
        let columns = messages.text("coverage-columns");
        let columns: Vec<&str> = columns.split(", ").collect();
        self.line(&format!("| {} |", columns.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(columns.len())));
        for programme in &covered.programmes {
            for version in &programme.versions {
                let name = format!("{} `{}`", messages.pick(programme.title), programme.id);
                self.version(&name, version);
            }
        }
        self.line("");
        self.flagged(covered);
        self.gaps(covered);
    }

    fn version(&mut self, name: &str, version: &VersionCoverage<'_>) {
        let messages = self.messages;
        let file = &version.document.file;
        let document = file.rsplit('/').next().unwrap_or(file);
        let periods: Vec<String> = version.periods.iter().map(|p| self.period(p)).collect();
        let until = match (version.obtained, version.until) {
            (false, _) => messages.text("coverage-not-obtained"),
            (true, None) => messages.text("coverage-undated"),
            (true, Some(until)) => until.to_string(),
        };
        let sources: Vec<String> = version
            .sources
            .iter()
            .map(|source| {
                let title = messages.pick(&source.title);
                match &source.url {
                    Some(url) => format!("[{title}]({url})"),
                    None => title.to_owned(),
                }
            })
            .collect();
        let flagged = match version.flagged_rows() {
            0 => "–".to_owned(),
            flagged => {
                let counts =
                    [("flagged", &*flagged.to_string()), ("all", &version.rows.to_string())];
                messages.format("coverage-flagged-rows", &counts)
            }
        };
        let cells = [
            name.to_owned(),
            format!("[`{document}`](../packs/{file})"),
            periods.join("<br>"),
            until,
            sources.join("<br>"),
            flagged,
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn period(&self, period: &Period) -> String {
        let from = period.from.to_string();
        let days = match period.to {
            Some(to) => {
                self.messages.format("between", &[("from", &from), ("to", &to.to_string())])
            }
            None => self.messages.format("since", &[("from", &from)]),
        };
        if period.places.is_empty() {
            return days;
        }
        let places = period.places.join(", ");
        self.messages.format("coverage-in-places", &[("period", &days), ("places", &places)])
    }

    /// What is flagged, by version and confidence.
    fn flagged(&mut self, covered: &PackCoverage<'_>) {
        let messages = self.messages;
        let versions = covered.programmes.iter().flat_map(|programme| &programme.versions);
        let mut lines = Vec::new();
        for version in versions {
            for (confidence, key) in FLAGS {
                let of_kind = version.flagged.iter().filter(|known| known.confidence == confidence);
                let items: Vec<String> = of_kind.map(|flagged| self.item(flagged)).collect();
                if !items.is_empty() {
                    let items = items.join(&messages.text("list-separator"));
                    let file = &version.document.file;
                    let arguments = [("file", &**file), ("items", &items)];
                    lines.push(format!("- {}", messages.format(key, &arguments)));
                }
            }
        }
        if !lines.is_empty() {
            self.paragraph(&format!("### {}", messages.text("coverage-flagged")));
            lines.iter().for_each(|line| self.line(line));
            self.line("");
        }
    }

    fn item(&self, flagged: &Flagged) -> String {
        let title = self.messages.pick(&flagged.title);
        if flagged.rows == flagged.of {
            return title.to_owned();
        }
        let (rows, all) = (flagged.rows.to_string(), flagged.of.to_string());
        let arguments = [("title", title), ("rows", &rows), ("all", &all)];
        self.messages.format("coverage-some-rows", &arguments)
    }

    fn gaps(&mut self, covered: &PackCoverage<'_>) {
        if covered.gaps.is_empty() {
            return;
        }
        self.paragraph(&format!("### {}", self.messages.text("coverage-not-covered")));
        for gap in covered.gaps {
            let programmes: Vec<String> =
                gap.programmes.iter().map(|programme| format!("`{programme}`")).collect();
            let mut line = String::from("- ");
            if !programmes.is_empty() {
                line.push_str(&programmes.join(", "));
                line.push_str(": ");
            }
            line.push_str(self.messages.pick(&gap.text).trim());
            self.line(&line);
        }
        self.line("");
    }
}
