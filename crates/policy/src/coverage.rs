//! The coverage registry: which programme, which version of its rules, checked until when and by
//! which source, what is flagged, and what is not covered.
//!
//! It is read from the `coverage.toml` of the packs; the documentation, the API and the pages all
//! show what stands here.

use dmn::model::{Element, Logic, Title};
use feel::temporal::Date;

use crate::assessment::Confidence;
use crate::library::document::{self, ElementSources};
use crate::library::{Document, Library};
use crate::pack::programme::beside;
use crate::pack::{CheckedVersion, Gap, Instrument, Pack};
use crate::words;

/// What is known of the coverage of a pack.
#[derive(Debug)]
pub struct PackCoverage<'l> {
    /// The pack; its manifest says what is covered, and on which day the sources were last read.
    pub pack: &'l Pack,
    /// Its programmes, in the order of their names.
    pub programmes: Vec<ProgrammeCoverage<'l>>,
    /// What it does not cover, in the order of the file.
    pub gaps: &'l [Gap],
}

/// What is known of the coverage of a programme by a pack.
#[derive(Debug)]
pub struct ProgrammeCoverage<'l> {
    /// The programme, as `cn/work-permit`.
    pub id: &'l str,
    /// Its title.
    pub title: &'l Title,
    /// The versions of its rules, the newest first.
    pub versions: Vec<VersionCoverage<'l>>,
    /// What it does not cover.
    pub gaps: Vec<&'l Title>,
}

/// What is known of the coverage of a version of rules.
#[derive(Debug)]
pub struct VersionCoverage<'l> {
    /// The rule document.
    pub document: &'l Document,
    /// When and where it is in force, the latest first.
    pub periods: Vec<Period>,
    /// Whether the rules have been obtained; if not, nothing is decided by them.
    pub obtained: bool,
    /// The latest day that a dated source tells of; none where no source carries a date.
    pub until: Option<Date>,
    /// By which it was checked, the weightiest first.
    pub sources: Vec<&'l Instrument>,
    /// How many rows its tables and values of parameters have; a decision without a table counts as
    /// one.
    pub rows: usize,
    /// What rests on a source that is not fully attested, in the order of the document.
    pub flagged: Vec<Flagged>,
}

/// A time in which a version is in force, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// First day in force.
    pub from: Date,
    /// Last day in force; none: until further notice.
    pub to: Option<Date>,
    /// The codes of places; none: in the whole area of the pack.
    pub places: Vec<String>,
}

/// Rules, or values of a parameter, whose source is not fully attested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flagged {
    /// The decision or the parameter.
    pub name: String,
    /// Its title.
    pub title: Title,
    /// How well its source is attested.
    pub confidence: Confidence,
    /// How many rows are so attested; of a decision without a table, one.
    pub rows: usize,
    /// Of how many.
    pub of: usize,
}

impl Period {
    /// Whether it holds a day.
    pub fn holds(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

impl PackCoverage<'_> {
    /// What the pack as a whole does not cover.
    pub fn whole(&self) -> impl Iterator<Item = &Title> {
        self.gaps.iter().filter(|gap| gap.programmes.is_empty()).map(|gap| &gap.text)
    }
}

impl VersionCoverage<'_> {
    /// How many rows rest on a source that is not fully attested.
    pub fn flagged_rows(&self) -> usize {
        self.flagged.iter().map(|flagged| flagged.rows).sum()
    }

    /// Whether the version is in force on a day, somewhere.
    pub fn in_force(&self, on: Date) -> bool {
        self.periods.iter().any(|period| period.holds(on))
    }
}

impl Library {
    /// The coverage registry, pack by pack, in the order of the packs.
    pub fn coverage(&self) -> Vec<PackCoverage<'_>> {
        self.packs().iter().filter_map(|pack| self.pack_coverage(pack)).collect()
    }

    fn pack_coverage<'l>(&'l self, pack: &'l Pack) -> Option<PackCoverage<'l>> {
        let coverage = pack.coverage.as_ref()?;
        let country = self.country(&pack.manifest.id)?;
        let mut programmes: Vec<ProgrammeCoverage<'l>> = Vec::new();
        for version in &coverage.versions {
            let id = format!("{}/{}", country.id, version.programme);
            let Ok(programme) = self.programme(&id) else { continue };
            let Some(covered) = self.version_coverage(pack, &id, version) else { continue };
            match programmes.iter_mut().find(|known| *known.id == *programme.id) {
                Some(known) => known.versions.push(covered),
                None => programmes.push(ProgrammeCoverage {
                    id: &programme.id,
                    title: &programme.title,
                    versions: vec![covered],
                    gaps: Vec::new(),
                }),
            }
        }
        programmes.sort_by_key(|programme| programme.id);
        for programme in &mut programmes {
            programme.versions.sort_by_key(|version| std::cmp::Reverse(newest(version)));
            let name = programme.id.rsplit('/').next().unwrap_or_default();
            let own =
                coverage.gaps.iter().filter(|gap| gap.programmes.iter().any(|p| **p == *name));
            programme.gaps = own.map(|gap| &gap.text).collect();
        }
        Some(PackCoverage { pack, programmes, gaps: &coverage.gaps })
    }

    fn version_coverage<'l>(
        &'l self,
        pack: &'l Pack,
        programme: &str,
        version: &'l CheckedVersion,
    ) -> Option<VersionCoverage<'l>> {
        let own = pack.manifest.id.as_str();
        let declared = self.programme(programme).ok()?;
        let mut periods: Vec<Period> = Vec::new();
        let mut add = |from, to, place: Option<&str>| match periods
            .iter_mut()
            .find(|known| known.from == from && known.to == to)
        {
            Some(known) => known.places.extend(place.map(str::to_owned)),
            None => {
                let places = place.map(str::to_owned).into_iter().collect();
                periods.push(Period { from, to, places });
            }
        };
        let mut file = None;
        if *declared.pack == *own {
            for known in declared.versions.iter().filter(|known| known.model == version.model) {
                file = Some(beside(&declared.file, &known.model));
                match known.area.as_slice() {
                    [] => add(known.from, known.to, None),
                    area => area.iter().for_each(|place| {
                        add(known.from, known.to, Some(place.as_str()));
                    }),
                }
            }
        }
        let overlays = self.overlays().iter();
        for overlay in overlays.filter(|o| *o.pack == *own && *o.programme == *programme) {
            let entry = &overlay.entry;
            if entry.model == version.model {
                file = Some(beside(&overlay.file, &entry.model));
                add(entry.from, entry.to, Some(entry.place.as_str()));
            }
        }
        periods.sort_by_key(|period| std::cmp::Reverse(period.from));
        let document = self.document(&file?)?;
        let (rows, flagged) = self.flagged(document);
        Some(VersionCoverage {
            document,
            periods,
            obtained: version.obtained,
            until: version.until,
            sources: version.sources.iter().filter_map(|id| self.instrument(id)).collect(),
            rows,
            flagged,
        })
    }

    /// The rules of a document, and the values of parameters that it asks for, whose sources are
    /// not fully attested.
    fn flagged(&self, document: &Document) -> (usize, Vec<Flagged>) {
        let (mut all, mut found) = (0, Vec::new());
        for (section, element) in document.model.elements() {
            let own = document::sources_of(section, element, &document.model, self.register());
            let rows = confidences(element, &own);
            all += rows.len();
            count(&element.name.text, &section.title, &rows, &mut found);
        }
        let Some(country) = self.country(&document.pack) else { return (all, found) };
        for input in document.model.inputs() {
            let name = input.name.text.as_str();
            let Some(parameter) = country.parameters.get(name) else { continue };
            let label = country.vocabulary.parameters.iter().find(|label| *label.name == *name);
            let title = label.map_or_else(|| words::same(name), |label| label.label.clone());
            let rows: Vec<Confidence> = parameter.rows.iter().map(|row| row.confidence).collect();
            all += rows.len();
            count(name, &title, &rows, &mut found);
        }
        (all, found)
    }
}

fn newest(version: &VersionCoverage<'_>) -> Option<Date> {
    version.periods.iter().map(|period| period.from).max()
}

/// How well each row of an element is attested.
fn confidences(element: &Element, sources: &ElementSources) -> Vec<Confidence> {
    let Some(Logic::Table(table)) = &element.logic else {
        return sources.base.iter().map(|source| source.confidence).collect();
    };
    let has_default = table.outputs.iter().any(|output| output.default.is_some());
    let default = sources.default.iter().filter(|_| has_default);
    sources.rows.iter().flatten().chain(default).map(|source| source.confidence).collect()
}

fn count(name: &str, title: &Title, rows: &[Confidence], found: &mut Vec<Flagged>) {
    for (confidence, _) in Confidence::ALL {
        let flagged = rows.iter().filter(|known| **known == confidence).count();
        if flagged > 0 && confidence.is_flagged() {
            found.push(Flagged {
                name: name.to_owned(),
                title: title.clone(),
                confidence,
                rows: flagged,
                of: rows.len(),
            });
        }
    }
}
