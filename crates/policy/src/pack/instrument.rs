//! `instruments.toml`: the legal instruments that rules cite.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use serde::Deserialize;

use super::problem::{ProblemCode, Report};
use super::terms::Terms;
use super::toml_file::{Name, TomlFile, day, title};
use crate::assessment::Confidence;

/// A legal instrument.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Identifier, as `cn/waizhuanfa-2017-40`.
    pub id: Name,
    /// Title.
    #[serde(deserialize_with = "title::read")]
    pub title: Title,
    /// Kind.
    pub kind: InstrumentKind,
    /// Who issued it.
    pub issuers: Vec<String>,
    /// Number, as `外专发〔2017〕40号`.
    pub number: Option<Name>,
    /// Day of issue.
    #[serde(default, deserialize_with = "day::optional")]
    pub issued: Option<Date>,
    /// First day in force.
    #[serde(default, deserialize_with = "day::optional")]
    pub from: Option<Date>,
    /// Last day in force.
    #[serde(default, deserialize_with = "day::optional")]
    pub to: Option<Date>,
    /// Where its text is published.
    pub url: Option<String>,
    /// How well it is attested.
    pub confidence: Confidence,
    /// What a reader should know.
    #[serde(default, deserialize_with = "title::optional")]
    pub note: Option<Title>,
}

/// Kinds of legal instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstrumentKind {
    /// 法律
    Law,
    /// 行政法规
    AdministrativeRegulation,
    /// 部门规章
    DepartmentalRule,
    /// 联合发文
    JointDocument,
    /// 规范性文件
    NormativeDocument,
    /// 党内法规和文件
    PartyDocument,
    /// 条约
    Treaty,
    /// 公告、通知
    Notice,
    /// 办事指南
    Guide,
    /// 新闻报道
    Press,
}

impl InstrumentKind {
    /// The kind in both languages.
    pub fn title(self) -> Title {
        let (zh, en) = match self {
            InstrumentKind::Law => ("法律", "law"),
            InstrumentKind::AdministrativeRegulation => ("行政法规", "administrative regulation"),
            InstrumentKind::DepartmentalRule => ("部门规章", "departmental rule"),
            InstrumentKind::JointDocument => ("联合发文", "joint document"),
            InstrumentKind::NormativeDocument => ("规范性文件", "normative document"),
            InstrumentKind::PartyDocument => ("党内法规和文件", "Party document"),
            InstrumentKind::Treaty => ("条约", "treaty"),
            InstrumentKind::Notice => ("公告、通知", "notice"),
            InstrumentKind::Guide => ("办事指南", "guide"),
            InstrumentKind::Press => ("新闻报道", "press report"),
        };
        Title { zh: zh.to_owned(), en: en.to_owned() }
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Confidence, D::Error> {
        let code = String::deserialize(deserializer)?;
        Confidence::from_code(&code).ok_or_else(|| {
            let message = format!("`{code}` is no confidence code: write S, P, P-, K or U");
            serde::de::Error::custom(message)
        })
    }
}

/// The instruments of all packs by identifier, and the words for places in them.
#[derive(Debug, Default)]
pub(crate) struct Register {
    instruments: BTreeMap<Arc<str>, Arc<Instrument>>,
    /// The words for places in instruments.
    pub terms: Terms,
}

impl std::ops::Deref for Register {
    type Target = BTreeMap<Arc<str>, Arc<Instrument>>;

    fn deref(&self) -> &Self::Target {
        &self.instruments
    }
}

/// Reads `instruments.toml` of the pack `pack` into `register`.
pub(crate) fn read(
    pack: &str,
    file: &Arc<str>,
    register: &mut Register,
    report: &mut Report<'_>,
) -> Vec<Arc<Instrument>> {
    let Some(mut toml) = TomlFile::read(file, report) else { return Vec::new() };
    let elements = toml.take_all::<Instrument>("instrument", report);
    toml.finish_empty(report);
    let mut instruments = Vec::new();
    for element in elements {
        let instrument = Arc::new(element.value);
        let id = &instrument.id;
        if id.split_once('/').is_none_or(|(head, tail)| head != pack || tail.is_empty()) {
            let message = format!("the identifier `{id}` does not belong to this pack");
            let help = Some(format!("it begins with `{pack}/`"));
            report.error(file, id.span(), ProblemCode::Format, message, help);
        }
        if let (Some(from), Some(to)) = (instrument.from, instrument.to)
            && to < from
        {
            let message = format!("`{id}` ends on {to}, before it begins on {from}");
            report.error(file, element.span, ProblemCode::Format, message, None);
        }
        if register.instruments.insert(id.to_arc(), instrument.clone()).is_some() {
            let message = format!("the instrument `{id}` is defined twice");
            report.error(file, id.span(), ProblemCode::Duplicate, message, None);
        }
        instruments.push(instrument);
    }
    instruments
}

/// Reports an instrument that no pack defines.
pub(crate) fn check_id(
    id: &str,
    file: &Arc<str>,
    span: feel::Span,
    register: &Register,
    report: &mut Report<'_>,
) -> bool {
    if register.contains_key(id) {
        return true;
    }
    let message = format!("no instrument `{id}`");
    let help = match crate::nearest::nearest(id, register.keys().map(|id| &**id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "define it in `instruments.toml` of the pack that it begins with".to_owned(),
    };
    report.error(file, span, ProblemCode::Unresolved, message, Some(help));
    false
}
