//! `places.csv`: the places of a country and what lies in what.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::model::Title;
use feel::Span;

use super::csv_file;
use super::problem::{ProblemCode, Report};
use crate::nearest::{nearest, suggestion};

const COLUMNS: [&str; 4] = ["code", "parent", "title_zh", "title_en"];

/// A place.
#[derive(Debug, Clone)]
pub struct Place {
    /// Code.
    pub code: Arc<str>,
    /// The place that it lies in; none for the whole country.
    pub parent: Option<Arc<str>>,
    /// Name.
    pub title: Title,
}

/// The places of a country.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// In the order of the file.
    pub all: Vec<Place>,
    by_code: BTreeMap<Arc<str>, usize>,
}

impl Places {
    /// The place `code`.
    pub fn get(&self, code: &str) -> Option<&Place> {
        self.all.get(*self.by_code.get(code)?)
    }

    /// The place `code` and the places that it lies in, the nearest first.
    pub fn upwards<'p>(&'p self, code: &str) -> impl Iterator<Item = &'p Place> {
        // INVARIANT: loading refuses circles of parents; the limit guards what it refused.
        let next = |place: &&'p Place| place.parent.as_deref().and_then(|code| self.get(code));
        std::iter::successors(self.get(code), next).take(16)
    }

    /// Whether `code` is `area` or lies in it.
    pub fn lies_in(&self, code: &str, area: &str) -> bool {
        self.upwards(code).any(|place| &*place.code == area)
    }

    /// The place with this code or name.
    pub fn find(&self, query: &str) -> Option<&Place> {
        let query = query.trim();
        self.get(query).or_else(|| {
            self.all
                .iter()
                .find(|place| place.title.zh == query || place.title.en.eq_ignore_ascii_case(query))
        })
    }

    /// The place whose code or name is nearest to what was asked for.
    pub fn nearest(&self, query: &str) -> Option<&Place> {
        let query = query.trim();
        let names = self.all.iter().flat_map(|p| [p.title.en.as_str(), p.title.zh.as_str()]);
        self.find(nearest(query, names.chain(self.codes()))?)
    }

    /// The codes of all places.
    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        self.all.iter().map(|place| &*place.code)
    }
}

/// Reads `places.csv`.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Places {
    let mut places = Places::default();
    let mut spans: Vec<Span> = Vec::new();
    for row in csv_file::read(file, &COLUMNS, report) {
        let [code, parent, zh, en] = [0, 1, 2, 3].map(|column| row.field(column));
        for (name, field) in COLUMNS.iter().zip([code, "-", zh, en]) {
            if field.is_empty() {
                let message = format!("the column `{name}` is empty");
                report.error(file, row.span, ProblemCode::Format, message, None);
            }
        }
        let code: Arc<str> = code.into();
        let parent = Some(parent).filter(|parent| !parent.is_empty()).map(Arc::from);
        let title = Title { zh: zh.to_owned(), en: en.to_owned() };
        if places.by_code.insert(code.clone(), places.all.len()).is_some() {
            let message = format!("the place `{code}` is listed twice");
            report.error(file, row.span, ProblemCode::Duplicate, message, None);
        }
        places.all.push(Place { code, parent, title });
        spans.push(row.span);
    }
    check_parents(file, &places, &spans, report);
    places
}

fn check_parents(file: &Arc<str>, places: &Places, spans: &[Span], report: &mut Report<'_>) {
    for (place, span) in places.all.iter().zip(spans) {
        let Some(parent) = &place.parent else { continue };
        if places.get(parent).is_none() {
            let message = format!("no place `{parent}`, the parent of `{}`", place.code);
            let help = suggestion(parent, places.codes());
            report.error(file, *span, ProblemCode::Unresolved, message, help);
            continue;
        }
        let steps = places.upwards(&place.code).skip(1);
        let circle = steps.take(16).any(|above| above.code == place.code);
        if circle || places.upwards(&place.code).count() >= 16 {
            let message = format!("the place `{}` lies in itself by its parents", place.code);
            let help = Some("follow the column `parent` upwards: it must end".to_owned());
            report.error(file, *span, ProblemCode::Cycle, message, help);
        }
    }
}
