//! `xianlu ask`: the facts that still matter, the one that decides most first.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use feel::Value;
use feel::temporal::Date;
use policy::ask::{Question, Questions};
use policy::assess::Request;
use policy::assessment::{Figure, Outcome};
use policy::pack::{Fact, FactType};
use policy::profile::{FactFault, Given, read_fact};
use policy::{Library, Profile};
use serde_json::json;

use super::{assess, read_profile, today, whole};
use crate::arguments::{Ask, Format, Lang};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{DIM, MET, OPEN, STRONG, paint};

/// Runs the command.
pub fn run(command: &Ask) -> Result<ExitCode, Failure> {
    let library = packs::load(&command.packs)?;
    let lang = Lang::or_terminal(command.lang);
    let messages = Messages::new(lang);
    let programme = match library.programme(&command.programme) {
        Ok(programme) => programme.id.clone(),
        Err(unknown) => return Err(unknown.into()),
    };
    let day = match command.on {
        Some(on) => on,
        None => today()?,
    };
    let mut profile = match &command.profile {
        None => Profile::default(),
        Some(file) => {
            let text = read_profile(file)?;
            library.read_any_profile(&text, &programme, command.on, day).map_err(|faults| {
                Failure::Profile { file: file.display().to_string(), faults, lang }
            })?
        }
    };
    let on = command.on.or(profile.on).unwrap_or(day);
    let asked = command.place.as_deref().or(profile.place.as_deref());
    let place = assess::place_of(&library, &programme, asked)?;
    let interview = Interview { library: &library, programme: &programme, on, place: &place, lang };
    let stdin = std::io::stdin();
    let list = command.list || command.format == Format::Json || !stdin.is_terminal();
    let questions = if list {
        interview.questions(&profile)?
    } else {
        interview.hold(&messages, &mut profile, &mut stdin.lock())?
    };
    match command.format {
        Format::Json => anstream::println!("{:#}", interview.json(&messages, &questions)),
        Format::Text => print(&messages, &questions, list),
    }
    if let Some(file) = &command.output {
        let facts: serde_json::Map<String, serde_json::Value> = profile
            .facts
            .iter()
            .map(|(name, value)| (name.to_string(), policy::json::value(value)))
            .chain([("on".to_owned(), json!(on.to_string())), ("place".to_owned(), json!(*place))])
            .collect();
        let text = format!("{:#}\n", serde_json::Value::Object(facts));
        whole::write(file, &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the questions are about.
struct Interview<'l> {
    library: &'l Library,
    programme: &'l str,
    on: Date,
    place: &'l str,
    lang: Lang,
}

impl Interview<'_> {
    fn questions(&self, profile: &Profile) -> Result<Questions, Failure> {
        let request = Request {
            programme: self.programme,
            profile,
            on: self.on,
            place: self.place,
            improve: false,
        };
        self.library
            .questions(&request)
            .map_err(|error| Failure::Asked(assess::words(&error, self.programme, self.lang)))
    }

    /// Asks until nothing matters any more, or nobody answers.
    fn hold(
        &self,
        messages: &Messages,
        profile: &mut Profile,
        input: &mut impl BufRead,
    ) -> Result<Questions, Failure> {
        let mut left_out: BTreeSet<Arc<str>> = BTreeSet::new();
        loop {
            let questions = self.questions(profile)?;
            let open = |question: &&Question| !left_out.contains(question.fact.name.as_str());
            let Some(question) = questions.next.iter().find(open) else { return Ok(questions) };
            print_question(messages, question);
            let fact = question.fact.clone();
            loop {
                anstream::print!("> ");
                // A prompt that cannot be written is no reason to stop.
                let _ = std::io::stdout().flush();
                let mut line = String::new();
                match input.read_line(&mut line) {
                    Ok(0) | Err(_) => return Ok(questions),
                    Ok(_) => {}
                }
                let answer = line.trim();
                if answer.is_empty() {
                    left_out.insert(fact.name.to_arc());
                    break;
                }
                match read_answer(&fact, answer) {
                    Ok(value) => {
                        profile.facts.insert(fact.name.to_arc(), value);
                        break;
                    }
                    Err(fault) => {
                        anstream::println!("  {}", paint(OPEN, messages.pick(&fault.message)));
                        if let Some(help) = &fault.help {
                            anstream::println!("  {}", messages.pick(help));
                        }
                    }
                }
            }
        }
    }

    fn json(&self, messages: &Messages, questions: &Questions) -> serde_json::Value {
        let outcome = match &questions.outcome {
            Outcome::Decided(outcome) => &*outcome.value,
            Outcome::Undecided(_) => "undecided",
        };
        let question = |question: &Question| {
            let decisive = question.decisive.iter().map(|(answer, outcome)| {
                json!({ "answer": messages.pick(answer), "outcome": *outcome.value })
            });
            let needed = question.needed_for.iter().map(|title| messages.pick(title));
            json!({
                "fact": question.fact.name.as_str(),
                "question": messages.pick(&question.fact.question),
                "hint": question.fact.hint.as_ref().map(|hint| messages.pick(hint)),
                "values": question.fact.values.iter().map(|value| json!({
                    "value": value.value.as_str(),
                    "label": messages.pick(&value.label),
                })).collect::<Vec<_>>(),
                "weight": (question.weight * 1_000.0).round() / 1_000.0,
                "needed_for": needed.collect::<Vec<_>>(),
                "decisive": decisive.collect::<Vec<_>>(),
            })
        };
        json!({
            "programme": self.programme,
            "on": self.on.to_string(),
            "place": self.place,
            "outcome": outcome,
            "score": match questions.score {
                Some(Figure::Exactly(score)) => policy::json::number(score),
                _ => serde_json::Value::Null,
            },
            "questions": questions.next.iter().map(question).collect::<Vec<_>>(),
        })
    }
}

fn print(m: &Messages, questions: &Questions, list: bool) {
    let outcome = match &questions.outcome {
        Outcome::Decided(outcome) => paint(MET.bold(), m.pick(&outcome.title).to_owned()),
        Outcome::Undecided(_) => paint(OPEN.bold(), m.text("ask-open")),
    };
    anstream::println!("{}: {outcome}", m.text("outcome"));
    match questions.score {
        Some(Figure::Exactly(score)) => {
            anstream::println!("{}: {score}", m.text("score"));
        }
        Some(Figure::Between(low, high)) => {
            anstream::println!("{}: {low}–{high}", m.text("score"));
        }
        _ => {}
    }
    if questions.next.is_empty() {
        anstream::println!("{}", m.text("ask-nothing"));
    } else if list {
        anstream::println!("{}", m.text("ask-next"));
        questions.next.iter().for_each(|question| print_question(m, question));
    }
    anstream::println!("{}", paint(DIM, m.text("proposal")));
}

/// The question, what may be answered, and why it is asked.
fn print_question(m: &Messages, question: &Question) {
    let fact = &question.fact;
    anstream::println!();
    let text = format!("{} ({})", m.pick(&fact.question), fact.name);
    anstream::println!("{}", paint(STRONG, text));
    if let Some(hint) = &fact.hint {
        anstream::println!("  {}", m.pick(hint));
    }
    if fact.kind == FactType::Boolean {
        anstream::println!("  {}", m.text("ask-yes-no"));
    }
    for (number, value) in fact.values.iter().enumerate() {
        anstream::println!("  {}. {} ({})", number + 1, m.pick(&value.label), value.value);
    }
    let needed: Vec<&str> = question.needed_for.iter().map(|title| m.pick(title)).collect();
    if !needed.is_empty() {
        let needed = needed.join(&m.text("list-separator"));
        anstream::println!("  {}", paint(DIM, m.format("ask-why", &[("needed", &needed)])));
    }
    for (answer, outcome) in &question.decisive {
        let parts = [("answer", m.pick(answer)), ("outcome", m.pick(&outcome.title))];
        anstream::println!("  {}", paint(DIM, m.format("ask-decides", &parts)));
    }
}

/// Reads an answer as a person types it: `yes`, a number, a value or its place in the list, several
/// of them between commas.
fn read_answer(fact: &Fact, answer: &str) -> Result<Value, FactFault> {
    let listed = |text: &str| {
        let place = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let value = place.and_then(|place| fact.values.get(place));
        value.map_or_else(|| text.to_owned(), |value| value.value.as_str().to_owned())
    };
    match fact.kind {
        FactType::Boolean => match answer.to_lowercase().as_str() {
            "y" | "yes" | "true" | "是" => read_fact(fact, Given::Boolean(true)),
            "n" | "no" | "false" | "否" => read_fact(fact, Given::Boolean(false)),
            _ => read_fact(fact, Given::String(answer)),
        },
        FactType::Number => read_fact(fact, Given::Number(answer)),
        FactType::String | FactType::Date => read_fact(fact, Given::String(&listed(answer))),
        FactType::StringList => {
            let items: Vec<String> = answer
                .split([',', '，', '、'])
                .map(str::trim)
                .filter(|item| !item.is_empty() && *item != "0" && *item != "-")
                .map(listed)
                .collect();
            read_fact(fact, Given::Strings(items.iter().map(String::as_str).collect()))
        }
    }
}
