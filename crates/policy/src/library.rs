//! All packs, loaded, compiled and checked.

pub(crate) mod combination;
pub(crate) mod document;
mod layers;
mod load;
mod registry;
mod resolve;
pub(crate) mod select;

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::model::Title;
use dmn::program::Program;
use feel::temporal::Date;

use crate::assessment::{Confidence, Source};
use crate::nearest::nearest;
use crate::pack::instrument::Register;
use crate::pack::{
    Catalogue, Fact, Instrument, Matter, Overlay, Pack, Parameter, Place, Places, Problem,
    Programme, Version, Vocabulary, WorkedCase,
};
use crate::person::{Derivation, schema};
use crate::profile::{Profile, ProfileError};
use crate::words;
pub(crate) use combination::Combination;
pub use document::Document;
pub use select::NoVersion;
pub(crate) use select::Selection;

/// All packs, loaded, compiled and checked.
#[derive(Debug)]
pub struct Library {
    packs: Vec<Pack>,
    countries: Vec<Country>,
    register: Register,
    programmes: Vec<Programme>,
    overlays: Vec<Overlay>,
    documents: Vec<Document>,
    /// Indices into `documents` by file.
    by_file: BTreeMap<Arc<str>, usize>,
    /// Selections of the same documents share what they compile to.
    combinations: BTreeMap<Selection, Arc<Combination>>,
    cases: Vec<WorkedCase>,
    warnings: Vec<Problem>,
    profile_schema: Option<schema::Object>,
}

/// What the packs of one country have in common.
#[derive(Debug)]
pub struct Country {
    /// The identifier of the national pack.
    pub id: Arc<str>,
    /// The facts.
    pub vocabulary: Vocabulary,
    /// The places.
    pub places: Places,
    /// The classifications of occupations that the pack lists, by scheme, as `noc2021`.
    pub catalogues: BTreeMap<Arc<str>, Catalogue>,
    /// The parameters by name.
    pub parameters: BTreeMap<Arc<str>, Parameter>,
    /// How facts follow from the common profile, if the pack says so.
    pub(crate) derivation: Option<Derivation>,
}

/// The rules of a programme on a day and at a place.
#[derive(Debug, Clone)]
pub struct InForce<'l> {
    /// The programme.
    pub programme: &'l Programme,
    /// The national version.
    pub version: &'l Version,
    /// Its rule document.
    pub document: &'l Document,
    /// The local rule documents, the farthest first.
    pub overlays: Vec<(&'l Overlay, &'l Document)>,
    /// The rule documents that these import.
    pub imports: Vec<&'l Document>,
    /// Everything compiled together.
    pub program: &'l Program,
    pub(crate) combination: &'l Combination,
}

/// A group of facts that a person is asked for.
#[derive(Debug)]
pub struct AskedMatter<'l> {
    /// The group.
    pub matter: &'l Matter,
    /// Its facts, in order.
    pub facts: Vec<&'l Fact>,
}

/// A name that the library does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} `{name}`{}", did_you_mean(nearest.as_ref()))]
pub struct UnknownName {
    /// What was asked for, as `programme`.
    pub kind: &'static str,
    /// The name that was asked for.
    pub name: String,
    /// The nearest known one.
    pub nearest: Option<Title>,
}

fn did_you_mean(nearest: Option<&Title>) -> String {
    nearest.map(|name| format!("; did you mean `{}`?", name.en)).unwrap_or_default()
}

impl Library {
    /// Loads packs from texts by path, as `cn/pack.toml`.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// let manifest = "id = \"zz\"\ncurency = \"ZZD\"\n".to_owned();
    /// let files = BTreeMap::from([("zz/pack.toml".to_owned(), manifest)]);
    /// let problems = policy::Library::load(&files).err().unwrap_or_default();
    /// let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    /// assert!(found[0].starts_with("zz/pack.toml:2:1: error: unknown field `curency`"));
    /// ```
    ///
    /// # Errors
    ///
    /// Every fault that was found, warnings included, when one of them is an error.
    pub fn load(files: &BTreeMap<String, String>) -> Result<Library, Vec<Problem>> {
        load::load(files)
    }

    /// What is probably not meant so in the packs.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The shape of the common profile, where the packs have one.
    pub fn profile_schema(&self) -> Option<&schema::Object> {
        self.profile_schema.as_ref()
    }

    /// The packs, parents before their overlays.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack `id`.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| &*pack.manifest.id == id)
    }

    /// The countries.
    pub fn countries(&self) -> &[Country] {
        &self.countries
    }

    /// The country of a pack, a programme or an instrument, as `cn`, `cn-sh` or `cn/work-permit`.
    pub fn country(&self, id: &str) -> Option<&Country> {
        let pack = id.split('/').next().unwrap_or(id);
        let country = pack.split('-').next().unwrap_or(pack);
        self.countries.iter().find(|known| &*known.id == country)
    }

    /// All programmes.
    pub fn programmes(&self) -> impl Iterator<Item = &Programme> {
        self.programmes.iter()
    }

    /// The programme `id`, as `cn/work-permit`.
    ///
    /// # Errors
    ///
    /// When there is none, with the nearest that there is.
    pub fn programme(&self, id: &str) -> Result<&Programme, UnknownName> {
        self.programme_index(id).and_then(|index| self.programmes.get(index)).ok_or_else(|| {
            let known = self.programmes.iter().map(|programme| &*programme.id);
            UnknownName {
                kind: "programme",
                name: id.to_owned(),
                nearest: nearest(id, known).map(words::same),
            }
        })
    }

    pub(crate) fn programme_index(&self, id: &str) -> Option<usize> {
        self.programmes.iter().position(|programme| &*programme.id == id)
    }

    /// A place by its code, by the ISO code of a pack, or by its name in either language.
    ///
    /// # Errors
    ///
    /// When there is none, with the nearest that there is.
    pub fn place(&self, query: &str) -> Result<&Place, UnknownName> {
        let query = query.trim();
        let by_pack = || {
            let pack = self
                .packs
                .iter()
                .find(|pack| pack.manifest.id.as_str().eq_ignore_ascii_case(query))?;
            self.country(&pack.manifest.id)?.places.get(&pack.manifest.place)
        };
        let found = self.countries.iter().find_map(|country| country.places.find(query));
        found.or_else(by_pack).ok_or_else(|| {
            let near = self.countries.iter().find_map(|country| country.places.nearest(query));
            UnknownName {
                kind: "place",
                name: query.to_owned(),
                nearest: near.map(words::place_with_code),
            }
        })
    }

    /// The place at which a programme is assessed where none is named: the area of its pack, if no
    /// local pack varies that pack's rules.
    pub fn only_area(&self, programme: &str) -> Option<&Place> {
        let pack = self.pack(programme.split('/').next()?)?;
        let varied = |other: &Pack| other.manifest.parent.as_ref() == Some(&pack.manifest.id);
        if self.packs.iter().any(varied) {
            return None;
        }
        self.country(&pack.manifest.id)?.places.get(&pack.manifest.place)
    }

    /// The instrument `id`.
    pub fn instrument(&self, id: &str) -> Option<&Instrument> {
        self.register.get(id).map(|instrument| &**instrument)
    }

    /// A place in an instrument; without a confidence of its own it has the instrument's.
    pub fn source(
        &self,
        instrument: &str,
        item: &str,
        confidence: Option<Confidence>,
    ) -> Option<Source> {
        document::source(&self.register, instrument, item.to_owned(), confidence)
    }

    /// A place in an instrument, as `points table, row 1`, in both languages.
    pub fn place_in_words(&self, item: &str) -> Title {
        self.register.terms.words(item)
    }

    /// The first part of a place in an instrument that has no Chinese.
    pub fn place_without_words<'i>(&self, item: &'i str) -> Option<&'i str> {
        self.register.terms.missing(item)
    }

    pub(crate) fn register(&self) -> &Register {
        &self.register
    }

    /// All instruments.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.register.values().map(|instrument| &**instrument)
    }

    /// The rule document `file`, as `cn/programmes/work-permit/2017-04-01.md`.
    pub fn document(&self, file: &str) -> Option<&Document> {
        self.documents.get(*self.by_file.get(file)?)
    }

    /// The worked cases of all packs.
    pub fn cases(&self) -> &[WorkedCase] {
        &self.cases
    }

    /// The overlays of all packs.
    pub fn overlays(&self) -> &[Overlay] {
        &self.overlays
    }

    /// Whether the rules of a programme ask for a fact on some day at some place.
    pub(crate) fn asks(&self, programme: &Programme, fact: &str) -> bool {
        let index = self.programme_index(&programme.id);
        let own = self.combinations.iter().filter(|(s, _)| Some(s.programme) == index);
        own.into_iter().any(|(_, combination)| combination.asked_facts().any(|asked| asked == fact))
    }

    /// What the documents of a selection compile to.
    pub(crate) fn combination(&self, selection: &Selection) -> Option<&Combination> {
        self.combinations.get(selection).map(|combination| &**combination)
    }

    /// Every selection of rule documents that can occur.
    pub(crate) fn selections(&self) -> impl Iterator<Item = &Selection> {
        self.combinations.keys()
    }

    pub(crate) fn version_document(&self, programme: usize, version: usize) -> Option<&Document> {
        let programme = self.programmes.get(programme)?;
        let version = programme.versions.get(version)?;
        self.document(&crate::pack::programme::beside(&programme.file, &version.model))
    }

    pub(crate) fn overlay_document(&self, overlay: usize) -> Option<&Document> {
        let overlay = self.overlays.get(overlay)?;
        self.document(&crate::pack::programme::beside(&overlay.file, &overlay.entry.model))
    }

    /// The rules of a programme on a day and at a place.
    ///
    /// # Errors
    ///
    /// When none are in force.
    pub fn in_force(
        &self,
        programme: &Programme,
        on: Date,
        place: &str,
    ) -> Result<InForce<'_>, Box<NoVersion>> {
        let nothing = || {
            Box::new(NoVersion {
                programme: programme.id.clone(),
                title: programme.title.clone(),
                on,
                place: words::same(place),
                first: None,
                periods: Title::default(),
            })
        };
        let index = self.programme_index(&programme.id).ok_or_else(nothing)?;
        let selection = self.select(index, on, place)?;
        // INVARIANT: loading compiles every selection that can occur; the fallback is never used.
        self.resolve(&selection).ok_or_else(nothing)
    }

    fn resolve(&self, selection: &Selection) -> Option<InForce<'_>> {
        let combination = self.combinations.get(selection)?;
        let programme = self.programmes.get(selection.programme)?;
        let mut imports = Vec::new();
        self.collect_imports(selection, &mut imports);
        let overlays = selection.overlays.iter();
        Some(InForce {
            programme,
            version: programme.versions.get(selection.version)?,
            document: self.version_document(selection.programme, selection.version)?,
            overlays: overlays
                .filter_map(|index| {
                    Some((self.overlays.get(*index)?, self.overlay_document(*index)?))
                })
                .collect(),
            imports,
            program: &combination.program,
            combination,
        })
    }

    fn collect_imports<'l>(&'l self, selection: &Selection, found: &mut Vec<&'l Document>) {
        for import in &selection.imports {
            found.extend(self.version_document(import.programme, import.version));
            found.extend(import.overlays.iter().filter_map(|index| self.overlay_document(*index)));
            self.collect_imports(import, found);
        }
    }

    /// The facts that the rules in force ask for, by matter.
    ///
    /// # Errors
    ///
    /// When no rules are in force.
    pub fn facts(
        &self,
        programme: &Programme,
        on: Date,
        place: &str,
    ) -> Result<Vec<AskedMatter<'_>>, Box<NoVersion>> {
        let in_force = self.in_force(programme, on, place)?;
        let Some(country) = self.country(&programme.pack) else { return Ok(Vec::new()) };
        let asked: Vec<&str> = in_force.combination.asked_facts().collect();
        let matters = country.vocabulary.matters.iter().map(|matter| AskedMatter {
            matter,
            facts: country
                .vocabulary
                .facts
                .iter()
                .filter(|fact| fact.matter == matter.id && asked.contains(&fact.name.as_str()))
                .map(|fact| &**fact)
                .collect(),
        });
        Ok(matters.filter(|matter| !matter.facts.is_empty()).collect())
    }

    /// Reads a profile in the vocabulary of a programme or pack, as `cn/work-permit` or `cn`.
    ///
    /// # Errors
    ///
    /// Every fault of the profile.
    pub fn read_profile(&self, json: &str, id: &str) -> Result<Profile, Vec<ProfileError>> {
        match self.country(id) {
            Some(country) => Profile::from_json(json, &country.vocabulary, &country.places),
            None => Profile::from_json(json, &Vocabulary::default(), &Places::default()),
        }
    }
}
