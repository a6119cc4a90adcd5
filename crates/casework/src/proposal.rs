//! What the rules say of stored facts, so that it can be said again byte for byte.

use std::collections::BTreeMap;

use feel::temporal::Date;
use policy::assess::Request;
use policy::assessment::{Language, Tristate};
use policy::{Library, Profile, json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What the rules say of the facts of a case. It decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The programme.
    pub programme: String,
    /// The day whose rules were applied.
    pub on: String,
    /// The place whose rules were applied.
    pub place: String,
    /// The facts, as JSON with its keys in order.
    pub facts: String,
    /// The rule documents that were applied: file, and the first day on which it is in force.
    pub rules: BTreeMap<String, String>,
    /// What came of it, with its whole trace, as JSON.
    pub result: String,
    /// What speaks against the person: each must be looked at before a decision.
    pub adverse: Vec<String>,
    /// What an officer says, where no rules decide or they leave the outcome open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<Opinion>,
}

/// What an officer says of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// What speaks against the person, beside what the rules say.
    pub adverse: Vec<String>,
    /// Why, in the officer's own words.
    pub reasons: String,
}

/// The result of rules that say nothing.
pub const UNTOLD: &str = "null";

/// Why there is no proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    /// The day is no day.
    #[error("`{0}` is no day: write it as 2026-11-28")]
    Day(String),
    /// The facts cannot be read.
    #[error("the facts cannot be read: {0}")]
    Facts(String),
    /// The rules give no result.
    #[error("the rules give no result: {0}")]
    Assess(String),
}

impl Proposal {
    /// Asks the rules.
    ///
    /// # Errors
    ///
    /// When the day or the facts cannot be read, or the rules give no result.
    pub fn make(
        library: &Library,
        programme: &str,
        facts: &Map<String, Value>,
        on: &str,
        place: &str,
    ) -> Result<Proposal, ProposalError> {
        let ordered: BTreeMap<&String, &Value> = facts.iter().collect();
        let text = serde_json::to_string(&ordered)
            .map_err(|error| ProposalError::Facts(error.to_string()))?;
        Proposal::ask(library, programme, text, on, place)
    }

    /// What an officer puts forward where no rule document decides, or where the rules leave the
    /// outcome open: what they hold against the person stays, and what the officer names is added.
    /// Whether they leave it open is judged when it is put forward in a case.
    ///
    /// # Errors
    ///
    /// When the day or the facts cannot be read.
    pub fn by_officer(
        library: &Library,
        programme: &str,
        facts: &Map<String, Value>,
        on: &str,
        place: &str,
        opinion: Opinion,
    ) -> Result<Proposal, ProposalError> {
        let ordered: BTreeMap<&String, &Value> = facts.iter().collect();
        let facts = serde_json::to_string(&ordered)
            .map_err(|error| ProposalError::Facts(error.to_string()))?;
        Proposal::ask_with(library, programme, facts, on, place, opinion)
    }

    /// Asks the rules again about the very same facts, and says whether everything is as it was.
    ///
    /// # Errors
    ///
    /// When the rules no longer give a result.
    pub fn replays(&self, library: &Library) -> Result<bool, ProposalError> {
        let (programme, facts) = (&self.programme, self.facts.clone());
        let again = match &self.opinion {
            None => Proposal::ask(library, programme, facts, &self.on, &self.place)?,
            Some(opinion) => {
                let opinion = opinion.clone();
                Proposal::ask_with(library, programme, facts, &self.on, &self.place, opinion)?
            }
        };
        Ok(again == *self)
    }

    /// Whether the rules leave the outcome open, or say nothing.
    pub fn is_open(&self) -> bool {
        let result: Option<Value> = serde_json::from_str(&self.result).ok();
        // Only an outcome that is not decided has others that are possible.
        result.is_some_and(|result| result.is_null() || result.get("possible").is_some())
    }

    /// Asks the rules, if there are any, and adds what an officer says.
    fn ask_with(
        library: &Library,
        programme: &str,
        facts: String,
        on: &str,
        place: &str,
        opinion: Opinion,
    ) -> Result<Proposal, ProposalError> {
        Date::parse(on).map_err(|_| ProposalError::Day(on.to_owned()))?;
        let silent = || Proposal {
            programme: programme.to_owned(),
            on: on.to_owned(),
            place: place.to_owned(),
            facts: facts.clone(),
            rules: BTreeMap::new(),
            result: UNTOLD.to_owned(),
            adverse: Vec::new(),
            opinion: None,
        };
        let mut proposal = if programme.is_empty() {
            silent()
        } else {
            match Proposal::ask(library, programme, facts.clone(), on, place) {
                Err(ProposalError::Assess(_)) => silent(),
                said => said?,
            }
        };
        for item in &opinion.adverse {
            if !proposal.adverse.contains(item) {
                proposal.adverse.push(item.clone());
            }
        }
        proposal.opinion = Some(opinion);
        Ok(proposal)
    }

    fn ask(
        library: &Library,
        programme: &str,
        facts: String,
        on: &str,
        place: &str,
    ) -> Result<Proposal, ProposalError> {
        let day = Date::parse(on).map_err(|_| ProposalError::Day(on.to_owned()))?;
        let profile: Profile = library.read_profile(&facts, programme).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            ProposalError::Facts(faults.join("; "))
        })?;
        let request = Request { programme, profile: &profile, on: day, place, improve: false };
        let assessment =
            library.assess(&request).map_err(|error| ProposalError::Assess(error.to_string()))?;
        let mut adverse: Vec<String> = assessment
            .conditions
            .iter()
            .filter(|line| line.state != Tristate::Yes)
            .map(|line| line.decision.to_string())
            .collect();
        if adverse.is_empty() && assessment.eligible != Tristate::Yes {
            let routes = assessment.routes.iter().map(|route| &route.line);
            let closed = routes.filter(|line| line.state != Tristate::Yes);
            adverse = closed.map(|line| line.decision.to_string()).collect();
        }
        let versions = assessment.versions.iter();
        Ok(Proposal {
            programme: programme.to_owned(),
            on: on.to_owned(),
            place: place.to_owned(),
            facts,
            rules: versions.map(|of| (of.file.to_string(), of.from.to_string())).collect(),
            result: json::assessment(&assessment, Language::Zh).to_string(),
            adverse,
            opinion: None,
        })
    }
}
