//! Letters: what an authority writes to a person, from the log of the case and nothing else.
//!
//! A letter belongs to an action that has been recorded; before that there is none, so that no
//! letter says of anything that it has been done which has not.

pub(crate) mod placeholders;
mod words;

use std::collections::BTreeMap;

use fluent_bundle::FluentArgs;
use jiff::Timestamp;
use policy::Library;
use policy::assessment::Language;
use serde::Serialize;
use serde_json::Value as Json;

use crate::action::{Action, Verdict, What};
use crate::case::{Case, Decision, Refusal, Rules};
use crate::competence::Competences;
use crate::procedure::{DecisionKind, Particular, Procedure, Text};
use crate::procedures::Procedures;
use placeholders::DUE;
use words::Words;

/// A letter in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// What the procedure calls it.
    pub letter: String,
    /// The language, as `zh-CN`.
    pub language: &'static str,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub body: String,
    /// What stands for each of its placeholders.
    pub fields: BTreeMap<String, String>,
}

/// A letter that there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The version of the case that the action with which it goes out made.
    pub version: u64,
    /// What the procedure calls it.
    pub letter: String,
    /// The moment of that action.
    pub at: Timestamp,
}

/// Why there is no letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// Nothing has been recorded under this version.
    #[error("the case has no version {0}")]
    NoAction(u64),
    /// The action has no letter.
    #[error("no letter goes out with the action that made version {0}")]
    NoLetter(u64),
    /// The log does not hold together.
    #[error(transparent)]
    Refused(Refusal),
}

/// Writes the letters of cases.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'w> {
    /// What the cases are judged by.
    pub rules: Rules<'w>,
    /// The packs, for the names of laws.
    pub library: &'w Library,
    /// Who is competent where: departments of a case whose place is known are called by it.
    pub competences: Option<&'w Competences>,
}

impl<'w> Writer<'w> {
    /// A writer for the cases of a procedure; none where there is no such procedure.
    pub fn of(procedures: &'w Procedures, library: &'w Library, procedure: &str) -> Option<Self> {
        let rules = procedures.rules(procedure)?;
        Some(Writer { rules, library, competences: procedures.competences(procedure) })
    }

    /// The letters that there are, in order.
    pub fn letters(&self, log: &[Action]) -> Vec<Sent> {
        let sent = |(version, action): (u64, &Action)| {
            let letter = self.rules.procedure.letter_of(&action.what)?.clone();
            Some(Sent { version, letter, at: action.at })
        };
        (1..).zip(log).filter_map(sent).collect()
    }

    /// The letter that goes out with the action that made a version of the case.
    ///
    /// # Errors
    ///
    /// When there is no such action, it has no letter, or the log does not hold together.
    pub fn write(
        &self,
        log: &[Action],
        version: u64,
        language: Language,
    ) -> Result<Letter, LetterError> {
        let missing = || LetterError::NoAction(version);
        let length = usize::try_from(version).map_err(|_| missing())?;
        let done = log.get(..length).ok_or_else(missing)?;
        let action = done.last().ok_or_else(missing)?;
        let procedure = self.rules.procedure;
        let id = procedure.letter_of(&action.what);
        let template = id.and_then(|id| procedure.letters.iter().find(|known| known.id == *id));
        let template = template.ok_or(LetterError::NoLetter(version))?;
        let case = Case::fold(self.rules, &action.case, done).map_err(LetterError::Refused)?;
        let words = Words { language, library: self.library };
        let body = words.pick(&template.body);
        // Loading refuses letters that cannot be read.
        let names = placeholders::placeholders(body).unwrap_or_default();
        let known = Known { writer: self, words, log: done, action, case: &case };
        let fields: BTreeMap<String, String> = names
            .into_iter()
            .map(|name| {
                let value = known.value(&name).unwrap_or_default();
                (name, value)
            })
            .collect();
        let mut arguments = FluentArgs::new();
        for (name, value) in &fields {
            arguments.set(name.as_str(), value.as_str());
        }
        let bundle = words::bundle(language, &placeholders::source(body));
        Ok(Letter {
            letter: template.id.clone(),
            language: words::tag(language),
            title: words.pick(&template.title).to_owned(),
            body: words::format(&bundle, "body", &arguments),
            fields,
        })
    }
}

/// What is known when a letter goes out.
struct Known<'k> {
    writer: &'k Writer<'k>,
    words: Words<'k>,
    log: &'k [Action],
    action: &'k Action,
    case: &'k Case,
}

impl Known<'_> {
    fn procedure(&self) -> &Procedure {
        self.writer.rules.procedure
    }

    /// What stands for a placeholder.
    fn value(&self, name: &str) -> Option<String> {
        let (words, case) = (&self.words, self.case);
        let office = self.writer.rules.office;
        if let Some(particular) = self.procedure().particular(name) {
            return Some(self.particular(particular));
        }
        if let Some(clock) = name.strip_prefix(DUE) {
            return Some(self.due(clock));
        }
        match name {
            "reference" => Some(case.id.clone()),
            "procedure" => Some(words.pick(&self.procedure().title).to_owned()),
            "date" => {
                let at = self.action.what.served().unwrap_or(self.action.at);
                Some(words.day(office.day(at)))
            }
            "authority" => Some(self.authority()),
            "contested" => Some(match &case.reconsiders {
                Some(contested) => contested.clone(),
                None => words.say("not-given", &[]),
            }),
            "received" => Some(words.day(office.day(case.submitted?))),
            "accepted" => Some(words.day(case.accepted?.on)),
            "items" => Some(self.items()),
            "answers" => Some(self.answers()),
            "verdict" => Some(match self.decision()?.verdict {
                Verdict::Granted => "granted".to_owned(),
                Verdict::Refused => "refused".to_owned(),
            }),
            "reasons" => Some(match &self.decision()?.by {
                Some(_) => self.decision()?.reasons.clone(),
                None => words.say("by-law", &[]),
            }),
            "decided" => Some(words.day(self.decision()?.on)),
            "decider" => Some(self.department(self.decision()?.by.as_ref(), |what| {
                matches!(what, What::Decide { .. })
            })),
            "preparer" => {
                let decided = self.decision().and_then(|decision| decision.prepared_by.as_ref());
                let prepared = case.prepared.as_ref().map(|prepared| &prepared.by);
                Some(
                    self.department(decided.or(prepared), |what| {
                        matches!(what, What::Propose { .. })
                    }),
                )
            }
            "remedies" => Some(self.remedies()),
            _ => self.of_step(name),
        }
    }

    /// What stands for a placeholder of the step itself.
    fn of_step(&self, name: &str) -> Option<String> {
        let words = &self.words;
        let notice = |clock: &String| {
            let clock = self.procedure().clock(clock)?;
            Some((words.pick(&clock.title).to_owned(), clock))
        };
        match (name, &self.action.what) {
            (
                "reason",
                What::NotAccept { reason }
                | What::AnnulDecision { reason }
                | What::ReturnToReview { reason }
                | What::Extend { reason, .. },
            ) => Some(reason.clone()),
            ("notice", What::Extend { notice, .. } | What::Suspend { notice, .. }) => {
                Some(notice.clone())
            }
            ("notice", _) => Some(self.case.corrections.last()?.notice.clone()),
            ("clock", What::Extend { clock, .. } | What::Suspend { clock, .. }) => {
                Some(notice(clock)?.0)
            }
            ("law", What::Record { clock, .. }) => {
                Some(words.basis(&self.procedure().clock(clock)?.law.basis))
            }
            ("by", What::Extend { by, .. }) => Some(words.period(*by)),
            ("ground", What::Suspend { clock, ground, .. }) => {
                let (_, clock) = notice(clock)?;
                let ground = clock.law.grounds.iter().find(|known| known.id == *ground)?;
                Some(words.basis(&ground.basis))
            }
            ("expected", What::Suspend { expected, .. }) => Some(match expected {
                Some(expected) => words.period(*expected),
                None => words.say("not-given", &[]),
            }),
            _ => None,
        }
    }

    fn particular(&self, one: &Particular) -> String {
        let words = &self.words;
        let given = self.case.facts.get(&one.id);
        let known = |text: &str| one.values.iter().find(|known| known.value == text);
        let text = match given {
            Some(Json::String(text)) if !text.trim().is_empty() => match known(text) {
                Some(value) => Some(words.pick(&value.title).to_owned()),
                None => Some(self.case.date(&one.id).map_or(text.clone(), |day| words.day(day))),
            },
            Some(Json::Bool(value)) => Some(words.say(if *value { "yes" } else { "no" }, &[])),
            Some(Json::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        text.unwrap_or_else(|| words.say("not-given", &[]))
    }

    fn due(&self, clock: &str) -> String {
        let words = &self.words;
        let state = self.case.clock(clock).map(|clock| {
            let now =
                self.action.at.max(self.log.iter().map(|one| one.at).max().unwrap_or_default());
            clock.state(self.writer.rules.office, now)
        });
        match state.and_then(|state| state.due) {
            None => words.say("due-none", &[]),
            Some(due) => {
                let key = if due.provisional.is_some() { "due-provisional" } else { "due" };
                words.say(key, &[("day", &words.day(due.on))])
            }
        }
    }

    /// The decision, also one that has just been withdrawn.
    fn decision(&self) -> Option<&Decision> {
        self.case.decision.as_ref().or_else(|| self.case.annulled.last())
    }

    /// The authority that writes: the department of whoever acts, or the one that takes in
    /// applications.
    fn authority(&self) -> String {
        let intake = self.procedure().step(crate::ActionKind::Accept).map(|step| &step.owner);
        let department = self.action.actor.department.as_ref().or(intake);
        department.map(|id| self.owner(id)).unwrap_or_default()
    }

    fn owner(&self, id: &String) -> String {
        let place = self.case.place.as_ref().zip(self.writer.competences);
        let department = place.and_then(|(place, competences)| {
            competences.department(&self.procedure().id, id, place).ok()
        });
        if let Some(department) = department {
            return self.words.pick(&department.title).to_owned();
        }
        let owner = self.procedure().owners.iter().find(|owner| owner.id == *id);
        owner.map_or_else(|| id.clone(), |owner| self.words.pick(&owner.title).to_owned())
    }

    /// The department for which somebody did something; what the law did has none.
    fn department(&self, person: Option<&String>, did: impl Fn(&What) -> bool) -> String {
        let Some(person) = person else { return self.words.say("by-law", &[]) };
        let mut actions = self.log.iter().rev();
        let action = actions.find(|action| action.actor.person == *person && did(&action.what));
        let department = action.and_then(|action| action.actor.department.as_ref());
        department.map(|id| self.owner(id)).unwrap_or_default()
    }

    /// Everything that the latest correction notice asks for.
    fn items(&self) -> String {
        let Some(correction) = self.case.corrections.last() else { return String::new() };
        let lines: Vec<String> = (1..)
            .zip(&correction.items)
            .map(|(number, item): (u32, _)| {
                let documents = &self.procedure().documents;
                let document = documents.iter().find(|known| known.id == item.document);
                let title: Option<&Text> = document.map(|document| &document.title);
                let title = title.map_or(item.document.as_str(), |title| self.words.pick(title));
                let number = number.to_string();
                let arguments =
                    [("number", number.as_str()), ("document", title), ("why", &item.why)];
                self.words.say("item", &arguments)
            })
            .collect();
        lines.join("\n")
    }

    /// What each department of a joint case said.
    fn answers(&self) -> String {
        let line = |(id, answer): (&String, &Option<crate::case::Answer>)| {
            let (track, answer) = (self.procedure().track(id)?, answer.as_ref()?);
            let key = match answer.verdict {
                Verdict::Granted => "answer-granted",
                Verdict::Refused => "answer-refused",
            };
            let arguments = [
                ("track", self.words.pick(&track.title)),
                ("department", &self.owner(&track.owner)),
                ("reasons", &answer.reasons),
            ];
            Some(self.words.say(key, &arguments))
        };
        self.case.tracks.iter().filter_map(line).collect::<Vec<String>>().join("\n")
    }

    /// What the person can do against what the letter tells.
    fn remedies(&self) -> String {
        let against = match &self.action.what {
            What::NotAccept { .. } => Some(DecisionKind::NotAccepted),
            _ => self.decision().map(|decision| decision.verdict.into()),
        };
        let remedies = against.map(|against| self.procedure().remedies_in(self.case, against));
        let lines = remedies.unwrap_or_default().into_iter().map(|one| self.words.remedy(one));
        lines.collect::<Vec<String>>().join("\n")
    }
}
