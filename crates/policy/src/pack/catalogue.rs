//! `catalogues/SCHEME.csv`: the occupations of a classification, by their codes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::csv_file;
use super::problem::{ProblemCode, Report};

const COLUMNS: [&str; 3] = ["code", "title_zh", "title_en"];

/// The occupations of a classification, as NOC 2021.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    titles: BTreeMap<Arc<str>, CatalogueTitle>,
}

/// The title of an occupation, in the languages in which the source gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueTitle {
    /// In Chinese.
    pub zh: Option<String>,
    /// In English.
    pub en: String,
}

impl Catalogue {
    /// The title of the occupation `code`.
    pub fn title(&self, code: &str) -> Option<&CatalogueTitle> {
        self.titles.get(code)
    }

    /// All codes in ascending order.
    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        self.titles.keys().map(|code| &**code)
    }
}

/// Reads `catalogues/SCHEME.csv`.
pub(crate) fn read(file: &Arc<str>, report: &mut Report<'_>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    for row in csv_file::read(file, &COLUMNS, report) {
        let [code, zh, en] = [0, 1, 2].map(|column| row.field(column));
        for (name, field) in [("code", code), ("title_en", en)] {
            if field.is_empty() {
                let message = format!("the column `{name}` is empty");
                report.error(file, row.span, ProblemCode::Format, message, None);
            }
        }
        let zh = Some(zh.to_owned()).filter(|zh| !zh.is_empty());
        let title = CatalogueTitle { zh, en: en.to_owned() };
        if catalogue.titles.insert(code.into(), title).is_some() {
            let message = format!("the code `{code}` is listed twice");
            report.error(file, row.span, ProblemCode::Duplicate, message, None);
        }
    }
    catalogue
}
