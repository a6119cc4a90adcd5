//! What a person is told: letters and remedies.

use std::collections::BTreeSet;

use clock::Effect;

use super::{Fault, Finding};
use crate::action::ActionKind;
use crate::letter::placeholders::{self, Known, Sender};
use crate::procedure::{DecisionKind, Procedure, Remedy, RemedyKind};

/// Every letter can be read, names in both languages the same things, which are known when it goes
/// out, and is sent by some step.
pub(super) fn letters(procedure: &Procedure, findings: &mut Vec<Finding>) {
    let mut find = |fault, part: String| findings.push(Finding { fault, part });
    for letter in &procedure.letters {
        let steps = procedure.steps.iter();
        let steps = steps.filter(|step| step.letter.as_ref() == Some(&letter.id));
        let clocks = procedure.clocks.iter();
        let clocks = clocks.filter(|clock| clock.letter.as_ref() == Some(&letter.id));
        let senders: Vec<Sender<'_>> =
            steps.map(|step| Sender::Step(step.on)).chain(clocks.map(Sender::Clock)).collect();
        if senders.is_empty() {
            find(Fault::LetterUnused, letter.id.clone());
        }
        let (zh, en) = match placeholders::of_letter(letter) {
            [Ok(zh), Ok(en)] => (zh, en),
            faulty => {
                for why in faulty.into_iter().filter_map(Result::err) {
                    find(Fault::LetterFormat, format!("{}: {why}", letter.id));
                }
                continue;
            }
        };
        let named = |name: &String| format!("{}: {name}", letter.id);
        for name in zh.symmetric_difference(&en) {
            find(Fault::PlaceholderMissing, named(name));
        }
        let all: BTreeSet<&String> = zh.union(&en).collect();
        for name in all {
            for sender in &senders {
                match placeholders::known(procedure, *sender, name) {
                    Known::Then => {}
                    Known::NotThen => find(Fault::PlaceholderTooEarly, named(name)),
                    Known::Never => find(Fault::UnknownPlaceholder, named(name)),
                }
            }
        }
        let adverse = [ActionKind::NotAccept, ActionKind::ServeDecision];
        let tells = |sender: &Sender<'_>| match sender {
            Sender::Step(kind) => adverse.contains(kind),
            Sender::Clock(_) => false,
        };
        if senders.iter().any(tells) && !zh.contains("remedies") {
            find(Fault::RemediesUntold, letter.id.clone());
        }
    }
}

/// Whatever the law does when a clock passes, a letter tells the person.
pub(super) fn effects(procedure: &Procedure, findings: &mut Vec<Finding>) {
    let mut find = |fault, part: &String| findings.push(Finding { fault, part: part.clone() });
    for clock in &procedure.clocks {
        let acts = match clock.law.effect {
            Effect::DeemedAccepted | Effect::DeemedGranted | Effect::DeemedAbandoned => true,
            Effect::None | Effect::Escalate => false,
        };
        match &clock.letter {
            None if acts => find(Fault::EffectUntold, &clock.law.id),
            Some(letter) if procedure.letters.iter().all(|known| known.id != *letter) => {
                find(Fault::Unknown, letter);
            }
            _ => {}
        }
    }
}

/// Every decision that a person may not like has a word on what can be done against it, and so has
/// silence where there is a time to decide.
pub(super) fn remedies(procedure: &Procedure, findings: &mut Vec<Finding>) {
    let mut find = |fault, part: &str| findings.push(Finding { fault, part: part.to_owned() });
    let kinds = [
        (DecisionKind::Refused, ActionKind::Decide, "refused"),
        (DecisionKind::NotAccepted, ActionKind::NotAccept, "not-accepted"),
    ];
    for (kind, step, name) in kinds {
        if procedure.step(step).is_some() && procedure.remedies(kind).next().is_none() {
            find(Fault::NoRemedy, name);
        }
    }
    let silence = procedure.remedies(DecisionKind::Silence).next();
    if procedure.limits_to_decide().next().is_some() && silence.is_none() {
        find(Fault::NoRemedy, "silence");
    }
    for remedy in &procedure.remedies {
        let open = [remedy.to.is_some(), remedy.within.is_some(), remedy.from.is_some()];
        let whole = match remedy.kind {
            RemedyKind::Open => open.iter().all(|has| *has) && remedy.basis.is_some(),
            RemedyKind::None => open.iter().all(|has| !has) && remedy.basis.is_some(),
            RemedyKind::Unsettled => open.iter().all(|has| !has) && remedy.how.is_some(),
        };
        let starts = remedy.starts.is_none() || remedy.kind == RemedyKind::Open;
        if !whole || !starts || remedy.against.is_empty() {
            find(Fault::RemedyIncomplete, &remedy.id);
        }
        if let Some(track) = &remedy.track
            && procedure.track(track).is_none()
        {
            find(Fault::Unknown, track);
        }
        let beside = |other: &&Remedy| {
            other.id != remedy.id
                && other.track == remedy.track
                && other.against.iter().any(|kind| remedy.against.contains(kind))
        };
        if remedy.kind == RemedyKind::None && procedure.remedies.iter().any(|of| beside(&of)) {
            find(Fault::RemedyContradicted, &remedy.id);
        }
    }
}
