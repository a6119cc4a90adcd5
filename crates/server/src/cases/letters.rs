//! The letters of a case, in both languages.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use casework::letter::{LetterError, Writer};
use jiff::Timestamp;
use policy::assessment::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::refusal::desk_problem;
use super::scope::Scope;
use super::wire::{Text, moment};
use super::{Cases, Found, enter};
use crate::pages::Desk;
use crate::problem::{Problem, read_query};

/// The letters of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LetterList {
    /// Those that went out, in order.
    letters: Vec<LetterBoth>,
}

/// A letter in both languages.
#[derive(Debug, Serialize, JsonSchema)]
struct LetterBoth {
    /// The action with which it went out, from 1.
    version: u64,
    /// The letter of the procedure.
    letter: String,
    /// When it went out.
    #[schemars(schema_with = "moment")]
    at: Timestamp,
    /// Its heading.
    title: Text,
    /// What it says.
    text: Text,
}

/// A letter in one language.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LetterText {
    /// The action with which it went out, from 1.
    version: u64,
    /// The letter of the procedure.
    letter: String,
    /// The language.
    language: String,
    /// Its heading.
    title: String,
    /// What it says.
    body: String,
    /// What stands for each of the placeholders of its text in the procedure.
    fields: BTreeMap<String, String>,
}

/// In which language a letter is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LetterQuery {
    /// The language.
    #[serde(default)]
    #[schemars(extend("default" = "zh"))]
    lang: Lang,
}

/// A language of letters.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Lang {
    #[default]
    Zh,
    En,
}

/// `GET /api/v1/cases/{case}/letters`
pub(crate) async fn list(
    State(desk): State<Desk>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Json<LetterList>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let writer = writer(cases, &found);
    let mut letters = Vec::new();
    for sent in writer.letters(&found.log) {
        let write = |language| {
            writer.write(&found.log, sent.version, language).map_err(|error| problem(&error))
        };
        let (zh, en) = (write(Language::Zh)?, write(Language::En)?);
        letters.push(LetterBoth {
            version: sent.version,
            letter: sent.letter,
            at: sent.at,
            title: Text { zh: zh.title, en: en.title },
            text: Text { zh: zh.body, en: en.body },
        });
    }
    Ok(Json(LetterList { letters }))
}

/// `GET /api/v1/cases/{case}/letters/{version}`
pub(crate) async fn show(
    State(desk): State<Desk>,
    Path((reference, version)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<LetterText>, Problem> {
    let (cases, caller) = enter(&desk, &headers, Scope::CasesRead).await?;
    let found = cases.find(&caller, &reference).await?;
    let LetterQuery { lang } = read_query(&uri)?;
    let version: u64 = version.parse().map_err(|_| no_letter())?;
    one(cases, &found, version, lang).map(Json)
}

fn writer<'w>(cases: &'w Cases, found: &Found<'w>) -> Writer<'w> {
    let competences = cases.desk.procedures.competences(&found.rules.procedure.id);
    Writer { rules: found.rules, library: &cases.library, competences }
}

fn one(cases: &Cases, found: &Found<'_>, version: u64, lang: Lang) -> Result<LetterText, Problem> {
    let writer = writer(cases, found);
    let language = match lang {
        Lang::Zh => Language::Zh,
        Lang::En => Language::En,
    };
    let letter = writer.write(&found.log, version, language).map_err(|error| problem(&error))?;
    Ok(LetterText {
        version,
        letter: letter.letter,
        language: letter.language.to_owned(),
        title: letter.title,
        body: letter.body,
        fields: letter.fields,
    })
}

fn problem(error: &LetterError) -> Problem {
    match error {
        LetterError::NoAction(_) | LetterError::NoLetter(_) => no_letter(),
        LetterError::Refused(refusal) => {
            desk_problem(casework::desk::DeskError::Refused(refusal.clone()))
        }
    }
}

fn no_letter() -> Problem {
    let detail = "no letter went out with this action; see the letters of the case";
    Problem::new(StatusCode::NOT_FOUND, "letter", "There is no such letter", detail)
        .say("problem-letter")
}
