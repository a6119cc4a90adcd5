//! Which rules are in force on a day and at a place.

use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;

use super::Library;
use crate::pack::parameter::is_in_force;
use crate::pack::{Places, Version};
use crate::words;

/// The rule documents that decide together, as indices into the library's lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Selection {
    pub programme: usize,
    /// The version, among those of the programme.
    pub version: usize,
    /// The overlays, the farthest first.
    pub overlays: Vec<usize>,
    /// The selections of the programmes that the documents import, each once.
    pub imports: Vec<Selection>,
}

/// Why no rules are in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoVersion {
    /// The programme, as `cn/work-permit`.
    pub programme: Arc<str>,
    /// Its title.
    pub title: Title,
    /// The day that was asked for.
    pub on: Date,
    /// The place that was asked for.
    pub place: Title,
    /// The first day on which any rules of the programme are in force, anywhere.
    pub first: Option<Date>,
    /// When and where there are rules, in words.
    pub periods: Title,
}

impl NoVersion {
    /// What is wrong, in both languages.
    pub fn message(&self) -> Title {
        words::no_version(&self.title, &self.place, self.on)
    }

    /// What is in force instead, in both languages.
    pub fn help(&self) -> Title {
        words::rules_exist(&self.periods)
    }
}

impl std::fmt::Display for NoVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.message().en, self.help().en)
    }
}

impl std::error::Error for NoVersion {}

impl Library {
    /// The rules of a programme on a day and at a place.
    pub(crate) fn select(
        &self,
        programme: usize,
        on: Date,
        place: &str,
    ) -> Result<Selection, Box<NoVersion>> {
        self.select_within(programme, on, place, &mut vec![programme])
    }

    fn select_within(
        &self,
        index: usize,
        on: Date,
        place: &str,
        above: &mut Vec<usize>,
    ) -> Result<Selection, Box<NoVersion>> {
        let version =
            self.version_at(index, on, place).ok_or_else(|| self.no_version(index, on, place))?;
        let overlays = self.overlays_at(index, on, place);
        let mut imports: Vec<Selection> = Vec::new();
        for imported in self.imports_of(index, version, &overlays) {
            if above.contains(&imported) {
                continue;
            }
            above.push(imported);
            imports.push(self.select_within(imported, on, place, above)?);
        }
        Ok(Selection { programme: index, version, overlays, imports })
    }

    /// The version in force: one with an area wins over one without.
    pub(crate) fn version_at(&self, programme: usize, on: Date, place: &str) -> Option<usize> {
        let programme = self.programmes.get(programme)?;
        let places = &self.country(&programme.pack)?.places;
        let versions = programme.versions.iter().enumerate();
        versions
            .filter(|(_, version)| is_in_force(version.from, version.to, on))
            .filter(|(_, version)| covers(version, place, places))
            .max_by_key(|(_, version)| !version.area.is_empty())
            .map(|(index, _)| index)
    }

    fn overlays_at(&self, programme: usize, on: Date, place: &str) -> Vec<usize> {
        let Some(programme) = self.programmes.get(programme) else { return Vec::new() };
        let Some(country) = self.country(&programme.pack) else { return Vec::new() };
        // The nearest comes last, so that it replaces what the others say.
        let above: Vec<_> = country.places.upwards(place).collect();
        let mut found = Vec::new();
        for area in above.iter().rev() {
            for (index, overlay) in self.overlays.iter().enumerate() {
                let entry = &overlay.entry;
                if overlay.programme == programme.id
                    && *entry.place == *area.code
                    && is_in_force(entry.from, entry.to, on)
                    && !found.contains(&index)
                {
                    found.push(index);
                }
            }
        }
        found
    }

    /// The programmes that the documents of a selection import.
    pub(crate) fn imports_of(
        &self,
        programme: usize,
        version: usize,
        overlays: &[usize],
    ) -> Vec<usize> {
        let main = self.version_document(programme, version);
        let local = overlays.iter().filter_map(|overlay| self.overlay_document(*overlay));
        let mut imports = Vec::new();
        for document in main.into_iter().chain(local) {
            for import in &document.model.imports {
                if let Some(index) = self.programme_index(&import.text)
                    && !imports.contains(&index)
                {
                    imports.push(index);
                }
            }
        }
        imports
    }

    fn no_version(&self, index: usize, on: Date, place: &str) -> Box<NoVersion> {
        let programme = self.programmes.get(index);
        let places = programme.and_then(|programme| Some(&self.country(&programme.pack)?.places));
        let place_title = places
            .and_then(|places| places.get(place))
            .map_or_else(|| words::same(place), |place| place.title.clone());
        let versions = programme.map_or(&[][..], |programme| &programme.versions);
        let periods: Vec<Title> = versions
            .iter()
            .map(|version| {
                let area = version.area.iter().filter_map(|code| places?.get(code));
                let area: Vec<&Title> = area.map(|place| &place.title).collect();
                words::version_period(version.from, version.to, &area)
            })
            .collect();
        Box::new(NoVersion {
            programme: programme.map_or_else(|| "".into(), |programme| programme.id.clone()),
            title: programme.map(|programme| programme.title.clone()).unwrap_or_default(),
            on,
            place: place_title,
            first: versions.iter().map(|version| version.from).min(),
            periods: words::join(&periods),
        })
    }
}

fn covers(version: &Version, place: &str, places: &Places) -> bool {
    version.area.is_empty() || version.area.iter().any(|area| places.lies_in(place, area))
}
