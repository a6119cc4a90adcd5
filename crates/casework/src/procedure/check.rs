//! Whether a procedure holds together.

mod told;

use std::collections::BTreeSet;
use std::fmt;

use super::{Procedure, Step, Text};
use crate::action::ActionKind;

/// Something about a procedure that does not hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub fault: Fault,
    /// The step, clock, letter or other part.
    pub part: String,
}

/// What can be wrong with a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A step that every case needs is missing.
    StepMissing,
    /// No way leads to the step.
    Unreachable,
    /// The step has no owner, or one that is not declared.
    NoOwner,
    /// Nobody may do the step, or an officer's role on the person's side or the other way round.
    NoRole,
    /// Two parts have the same name.
    Duplicate,
    /// Nothing starts the clock.
    NeverArmed,
    /// Nothing meets the clock.
    NeverMet,
    /// A name that nothing declares.
    Unknown,
    /// A text is missing in one of the languages.
    TextMissing,
    /// The law changes the matter when the clock passes, and nobody is warned.
    NoWarning,
    /// The clock has neither a length nor a date, or both.
    NoLength,
    /// The part of a department may take longer than the whole. Lengths in one unit alone are
    /// compared: how many days so many working days or months are, the calendar says.
    LongerThanWhole,
    /// A joint case without departments, or departments without a joint clock.
    NotJoint,
    /// A rule that compares nothing would find every case to be a duplicate.
    ComparesNothing,
    /// The same people may prepare and decide, and no other.
    NoSeparation,
    /// A letter cannot be read.
    LetterFormat,
    /// Nothing is called as a placeholder of a letter.
    UnknownPlaceholder,
    /// What a placeholder stands for need not be known when the letter goes out.
    PlaceholderTooEarly,
    /// A placeholder stands in one language and not in the other.
    PlaceholderMissing,
    /// No step has the letter.
    LetterUnused,
    /// A decision that a person may not like, or silence, without a word on remedies.
    NoRemedy,
    /// A remedy that does not say all that a person must know, or says more than there is.
    RemedyIncomplete,
    /// The law says that there is no remedy, and another one stands beside it.
    RemedyContradicted,
    /// The law acts when a clock passes, and no letter tells the person.
    EffectUntold,
    /// A letter that tells of such a decision and not of the remedies.
    RemediesUntold,
    /// A decision that is set aside leaves the case without the clock that its making had met.
    NotArmedAgain,
    /// A time limit can be made longer, and nobody can ask for it.
    NotRequested,
    /// A step that another one needs after it is missing.
    NotFollowed,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::StepMissing => "a step that every case needs is missing",
            Fault::Unreachable => "no way leads to this step",
            Fault::NoOwner => "this has no owner that is declared",
            Fault::NoRole => "nobody on the owner's side may do this step",
            Fault::Duplicate => "two parts have this name",
            Fault::NeverArmed => "nothing starts this clock",
            Fault::NeverMet => "nothing meets this clock",
            Fault::Unknown => "nothing declares this name",
            Fault::TextMissing => "a text is missing in Chinese or English",
            Fault::NoWarning => "the law acts when this clock passes, and nobody is warned before",
            Fault::NoLength => "this clock needs either a length or the fact with its date",
            Fault::LongerThanWhole => "this may take longer than the joint clock",
            Fault::NotJoint => "tracks and a joint clock come together",
            Fault::ComparesNothing => "this rule compares nothing",
            Fault::LetterFormat => "the letter cannot be read",
            Fault::UnknownPlaceholder => "nothing is called as this placeholder",
            Fault::PlaceholderTooEarly => {
                "what this placeholder stands for need not be known when the letter goes out"
            }
            Fault::PlaceholderMissing => "this placeholder stands in one language alone",
            Fault::LetterUnused => "no step has this letter",
            Fault::NoRemedy => "nothing says what can be done against that",
            Fault::RemedyIncomplete => {
                "an open remedy needs to whom, within which time, from when and by which law; \
                 that there is none needs its law; what is not settled needs a word on it; and \
                 nothing more"
            }
            Fault::RemedyContradicted => "there cannot be another remedy beside none",
            Fault::EffectUntold => {
                "the law acts when this clock passes, and no letter tells the person"
            }
            Fault::RemediesUntold => "this letter must name the remedies",
            Fault::NotArmedAgain => {
                "deciding meets this clock, and setting the decision aside does not start it again"
            }
            Fault::NotRequested => {
                "more time is approved by one officer and asked for by another, in the step \
                 `request-extension` before it"
            }
            Fault::NotFollowed => {
                "without this step, what another one begins has no end or no force"
            }
            Fault::NoSeparation => "whoever proposes and whoever decides must have other roles",
        };
        write!(f, "`{}`: {what}", self.part)
    }
}

/// Steps without which no case comes to an end.
const NEEDED: [ActionKind; 10] = [
    ActionKind::Open,
    ActionKind::SaveDraft,
    ActionKind::Submit,
    ActionKind::Accept,
    ActionKind::StartReview,
    ActionKind::Propose,
    ActionKind::ConfirmAdverse,
    ActionKind::Decide,
    ActionKind::ServeDecision,
    ActionKind::Close,
];

/// Steps that begin something, each with one without which that has no end or no force.
const FOLLOWED: [(ActionKind, ActionKind); 5] = [
    (ActionKind::RequestCorrection, ActionKind::ServeCorrection),
    (ActionKind::RequestCorrection, ActionKind::Correct),
    (ActionKind::Suspend, ActionKind::Resume),
    (ActionKind::Suspend, ActionKind::ServeNotice),
    (ActionKind::Extend, ActionKind::ServeNotice),
];

pub(super) fn check(procedure: &Procedure) -> Vec<Finding> {
    let mut checker = Checker { procedure, findings: Vec::new() };
    checker.names();
    checker.steps();
    checker.reach();
    checker.clocks();
    checker.texts();
    checker.joint();
    told::letters(procedure, &mut checker.findings);
    told::effects(procedure, &mut checker.findings);
    told::remedies(procedure, &mut checker.findings);
    checker.findings
}

struct Checker<'p> {
    procedure: &'p Procedure,
    findings: Vec<Finding>,
}

/// The name of a kind of action as procedures write it.
pub(crate) fn kind_name(kind: ActionKind) -> String {
    serde_json::to_value(kind)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Checker<'_> {
    fn find(&mut self, fault: Fault, part: impl Into<String>) {
        self.findings.push(Finding { fault, part: part.into() });
    }

    fn names(&mut self) {
        let procedure = self.procedure;
        let steps = procedure.steps.iter().map(|step| kind_name(step.on)).collect();
        let ids = |ids: Vec<&String>| ids.into_iter().cloned().collect::<Vec<String>>();
        let groups: [Vec<String>; 9] = [
            steps,
            ids(procedure.owners.iter().map(|owner| &owner.id).collect()),
            ids(procedure.clocks.iter().map(|clock| &clock.law.id).collect()),
            ids(procedure.letters.iter().map(|letter| &letter.id).collect()),
            ids(procedure.documents.iter().map(|document| &document.id).collect()),
            ids(procedure.tracks.iter().map(|track| &track.id).collect()),
            ids(procedure.duplicates.iter().map(|rule| &rule.id).collect()),
            ids(procedure.particulars.iter().map(|one| &one.id).collect()),
            ids(procedure.remedies.iter().map(|remedy| &remedy.id).collect()),
        ];
        for group in groups {
            let mut seen = BTreeSet::new();
            for name in &group {
                if !seen.insert(name) {
                    self.find(Fault::Duplicate, name);
                }
            }
        }
        for rule in &procedure.duplicates {
            if rule.same.is_empty() {
                self.find(Fault::ComparesNothing, &rule.id);
            }
        }
    }

    fn steps(&mut self) {
        let procedure = self.procedure;
        for needed in NEEDED {
            if procedure.step(needed).is_none() {
                self.find(Fault::StepMissing, kind_name(needed));
            }
        }
        let has = |kind: ActionKind| procedure.step(kind).is_some();
        let missing: BTreeSet<ActionKind> = FOLLOWED
            .into_iter()
            .filter(|(begins, follows)| has(*begins) && !has(*follows))
            .map(|(_, follows)| follows)
            .collect();
        for kind in missing {
            self.find(Fault::NotFollowed, kind_name(kind));
        }
        for step in &procedure.steps {
            let name = kind_name(step.on);
            match procedure.owners.iter().find(|owner| owner.id == step.owner) {
                None => self.find(Fault::NoOwner, &name),
                Some(owner) => {
                    let fits = step.roles.iter().all(|role| role.is_officer() != owner.party);
                    if step.roles.is_empty() || !fits {
                        self.find(Fault::NoRole, &name);
                    }
                }
            }
            for clock in step.arms.iter().chain(&step.meets) {
                if procedure.clock(clock).is_none() {
                    self.find(Fault::Unknown, clock);
                }
            }
            if let Some(letter) = &step.letter
                && !procedure.letters.iter().any(|known| known.id == *letter)
            {
                self.find(Fault::Unknown, letter);
            }
        }
        let roles = |kind| procedure.step(kind).map(|step| &step.roles);
        if let (Some(propose), Some(decide)) =
            (roles(ActionKind::Propose), roles(ActionKind::Decide))
            && propose.iter().any(|role| decide.contains(role))
        {
            self.find(Fault::NoSeparation, kind_name(ActionKind::Decide));
        }
        if let Some(extend) = procedure.step(ActionKind::Extend)
            && extend.after != [ActionKind::RequestExtension]
        {
            self.find(Fault::NotRequested, kind_name(ActionKind::Extend));
        }
    }

    /// A step is reached when one of the steps before it is.
    fn reach(&mut self) {
        let mut reached: BTreeSet<ActionKind> = BTreeSet::new();
        loop {
            let before = reached.len();
            for step in &self.procedure.steps {
                let start = step.on == ActionKind::Open && step.after.is_empty();
                if start || step.after.iter().any(|earlier| reached.contains(earlier)) {
                    reached.insert(step.on);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        for step in &self.procedure.steps {
            if !reached.contains(&step.on) {
                self.find(Fault::Unreachable, kind_name(step.on));
            }
            for earlier in &step.after {
                if self.procedure.step(*earlier).is_none() {
                    self.find(Fault::Unknown, kind_name(*earlier));
                }
            }
        }
    }

    fn clocks(&mut self) {
        let procedure = self.procedure;
        for clock in &procedure.clocks {
            let id = &clock.law.id;
            let of_track = procedure.tracks.iter().any(|track| track.clock == *id);
            let joint = procedure.joint.as_ref() == Some(id);
            // A decision can only be set aside where there is one.
            let first = |step: &&Step| step.on != ActionKind::AnnulDecision;
            let armed = procedure.steps.iter().filter(first).any(|step| step.arms.contains(id));
            let met = procedure.steps.iter().any(|step| step.meets.contains(id));
            if !armed && !of_track && !joint {
                self.find(Fault::NeverArmed, id);
            }
            if !met && !of_track && !joint {
                self.find(Fault::NeverMet, id);
            }
            let step = |kind| procedure.step(kind);
            if let Some(annul) = step(ActionKind::AnnulDecision)
                && (joint || step(ActionKind::Decide).is_some_and(|step| step.meets.contains(id)))
                && !annul.arms.contains(id)
            {
                self.find(Fault::NotArmedAgain, id);
            }
            if clock.law.within.is_some() == clock.until.is_some()
                || (clock.filed_before.is_some() && clock.until.is_none())
            {
                self.find(Fault::NoLength, id);
            }
            if clock.law.effect.is_deemed() && clock.law.ladder.is_empty() {
                self.find(Fault::NoWarning, id);
            }
        }
    }

    fn texts(&mut self) {
        let procedure = self.procedure;
        let mut texts: Vec<(&str, &Text)> = vec![(&procedure.id, &procedure.title)];
        texts.extend(procedure.note.iter().map(|note| (procedure.id.as_str(), note)));
        texts.extend(procedure.owners.iter().map(|owner| (owner.id.as_str(), &owner.title)));
        texts.extend(procedure.clocks.iter().map(|clock| (clock.law.id.as_str(), &clock.title)));
        texts.extend(procedure.documents.iter().map(|part| (part.id.as_str(), &part.title)));
        texts.extend(procedure.tracks.iter().map(|track| (track.id.as_str(), &track.title)));
        texts.extend(procedure.duplicates.iter().map(|rule| (rule.id.as_str(), &rule.title)));
        for one in &procedure.particulars {
            texts.push((&one.id, &one.title));
            texts.extend(one.values.iter().map(|of| (one.id.as_str(), &of.title)));
        }
        for remedy in &procedure.remedies {
            let more = [&remedy.to, &remedy.from, &remedy.how].into_iter().flatten();
            texts.extend(more.chain([&remedy.title]).map(|text| (remedy.id.as_str(), text)));
        }
        for letter in &procedure.letters {
            texts.extend([(letter.id.as_str(), &letter.title), (letter.id.as_str(), &letter.body)]);
        }
        let steps: Vec<(String, &Text)> =
            procedure.steps.iter().map(|step| (kind_name(step.on), &step.title)).collect();
        texts.extend(steps.iter().map(|(name, title)| (name.as_str(), *title)));
        for (part, text) in texts {
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                self.find(Fault::TextMissing, part);
            }
        }
    }

    fn joint(&mut self) {
        let procedure = self.procedure;
        if procedure.joint.is_some() == procedure.tracks.is_empty() {
            self.find(Fault::NotJoint, &procedure.id);
        }
        let whole = procedure.joint.as_ref().and_then(|id| {
            if procedure.clock(id).is_none() {
                self.find(Fault::Unknown, id);
            }
            procedure.clock(id)?.law.within
        });
        for track in &procedure.tracks {
            let department =
                procedure.owners.iter().any(|owner| owner.id == track.owner && !owner.party);
            if !department {
                self.find(Fault::NoOwner, &track.id);
            }
            let Some(clock) = procedure.clock(&track.clock) else {
                self.find(Fault::Unknown, &track.clock);
                continue;
            };
            let longer = |(part, whole): (clock::Period, clock::Period)| {
                part.same_unit(whole) && part.amount() > whole.amount()
            };
            if clock.law.within.zip(whole).is_some_and(longer) {
                self.find(Fault::LongerThanWhole, &track.id);
            }
        }
        if !procedure.tracks.is_empty() && procedure.step(ActionKind::Answer).is_none() {
            self.find(Fault::StepMissing, kind_name(ActionKind::Answer));
        }
    }
}
