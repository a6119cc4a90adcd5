//! What the letters of a procedure may name, and what can be known when each goes out.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use clock::Effect;

use crate::action::ActionKind;
use crate::procedure::{Clock, Letter, Procedure};

/// Placeholders that stand for something of the case, each with the step from which it is known.
const OF_CASE: [(&str, ActionKind); 15] = [
    ("reference", ActionKind::Open),
    ("procedure", ActionKind::Open),
    ("date", ActionKind::Open),
    ("authority", ActionKind::Open),
    ("contested", ActionKind::Open),
    ("received", ActionKind::Submit),
    ("accepted", ActionKind::Accept),
    ("notice", ActionKind::RequestCorrection),
    ("items", ActionKind::RequestCorrection),
    ("preparer", ActionKind::Propose),
    ("answers", ActionKind::Propose),
    ("verdict", ActionKind::Decide),
    ("reasons", ActionKind::Decide),
    ("decided", ActionKind::Decide),
    ("decider", ActionKind::Decide),
];

/// Placeholders that stand for something of the step with which the letter goes out.
const OF_STEP: [(&str, &[ActionKind]); 8] = [
    (
        "reason",
        &[
            ActionKind::NotAccept,
            ActionKind::AnnulDecision,
            ActionKind::ReturnToReview,
            ActionKind::Extend,
        ],
    ),
    ("remedies", &[ActionKind::NotAccept, ActionKind::Decide, ActionKind::ServeDecision]),
    ("law", &[ActionKind::Record]),
    ("clock", &[ActionKind::Extend, ActionKind::Suspend]),
    ("by", &[ActionKind::Extend]),
    ("ground", &[ActionKind::Suspend]),
    ("expected", &[ActionKind::Suspend]),
    ("notice", &[ActionKind::Extend, ActionKind::Suspend]),
];

/// What begins the name of the last day of a clock, as `due-decision`.
pub(crate) const DUE: &str = "due-";

/// When a placeholder is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// When the letter goes out.
    Then,
    /// Not then.
    NotThen,
    /// Never: nothing is called so.
    Never,
}

/// With what a letter goes out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sender<'p> {
    /// A step.
    Step(ActionKind),
    /// A clock that has passed.
    Clock(&'p Clock),
}

impl Sender<'_> {
    fn kind(self) -> ActionKind {
        match self {
            Sender::Step(kind) => kind,
            Sender::Clock(_) => ActionKind::Record,
        }
    }

    /// What has been done when the letter goes out, whichever way led there.
    fn done(self, procedure: &Procedure) -> BTreeSet<ActionKind> {
        let clock = match self {
            Sender::Step(kind) => return surely_done(procedure, kind),
            Sender::Clock(clock) => clock,
        };
        let starts = procedure.steps.iter().filter(|step| step.arms.contains(&clock.law.id));
        let before = starts.map(|step| surely_done(procedure, step.on));
        let mut done = before.reduce(|one, other| &one & &other).unwrap_or_default();
        // What the law does counts as done.
        match clock.law.effect {
            Effect::DeemedAccepted => done.extend([ActionKind::Accept]),
            Effect::DeemedGranted => done.extend([ActionKind::Decide]),
            Effect::DeemedAbandoned | Effect::Escalate | Effect::None => {}
        }
        done
    }
}

/// Whether what a placeholder stands for is known when a letter goes out, however the case came
/// there.
pub(crate) fn known(procedure: &Procedure, sender: Sender<'_>, name: &str) -> Known {
    let (step, done) = (sender.kind(), sender.done(procedure));
    let of_case = OF_CASE.iter().filter(|(known, _)| *known == name);
    let of_step = OF_STEP.iter().filter(|(known, _)| *known == name);
    let mut exists = procedure.particular(name).is_some();
    let mut then = exists;
    for (_, from) in of_case {
        exists = true;
        then |= done.contains(from);
    }
    for (_, of) in of_step {
        exists = true;
        then |= of.contains(&step);
    }
    if let Some(clock) = name.strip_prefix(DUE)
        && procedure.clock(clock).is_some()
    {
        exists = true;
        let starts = |kind: &ActionKind| {
            procedure.step(*kind).is_some_and(|step| step.arms.iter().any(|armed| armed == clock))
        };
        let with_acceptance = procedure.joint.as_deref() == Some(clock)
            || procedure.tracks.iter().any(|track| track.clock == clock);
        then |= done.iter().any(starts) || (with_acceptance && done.contains(&ActionKind::Accept));
    }
    match (exists, then) {
        (_, true) => Known::Then,
        (true, false) => Known::NotThen,
        (false, false) => Known::Never,
    }
}

/// The steps that have been done when this one is, whichever way led there, itself among them.
fn surely_done(procedure: &Procedure, step: ActionKind) -> BTreeSet<ActionKind> {
    let all: BTreeSet<ActionKind> = procedure.steps.iter().map(|step| step.on).collect();
    let mut done: Vec<(ActionKind, BTreeSet<ActionKind>)> =
        procedure.steps.iter().map(|step| (step.on, all.clone())).collect();
    // Each round takes something away, or is the last.
    for _ in 0..=all.len() * all.len() {
        let next: Vec<(ActionKind, BTreeSet<ActionKind>)> = procedure
            .steps
            .iter()
            .map(|step| {
                let before = step.after.iter().filter_map(|earlier| {
                    done.iter().find(|(kind, _)| kind == earlier).map(|(_, done)| done.clone())
                });
                let common = before.reduce(|one, other| &one & &other);
                let mut own = common.unwrap_or_default();
                own.insert(step.on);
                (step.on, own)
            })
            .collect();
        if next == done {
            break;
        }
        done = next;
    }
    done.into_iter().find(|(kind, _)| *kind == step).map(|(_, done)| done).unwrap_or_default()
}

/// The body of a letter as Fluent reads it.
pub(crate) fn source(body: &str) -> String {
    let mut text = "body =\n".to_owned();
    for line in body.trim().lines() {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The placeholders of a letter in one language, by name.
///
/// # Errors
///
/// What of the text cannot be read, or is more than placeholders and choices between texts.
pub(crate) fn placeholders(body: &str) -> Result<BTreeSet<String>, String> {
    let resource = FluentResource::try_new(source(body))
        .map_err(|(_, faults)| faults.first().map(|fault| fault.to_string()).unwrap_or_default())?;
    let mut names = BTreeSet::new();
    let mut parts = 0;
    for entry in resource.entries() {
        let Entry::Message(message) = entry else {
            return Err("a line reads as something else than text".to_owned());
        };
        parts += 1;
        if let Some(pattern) = &message.value {
            in_pattern(pattern, &mut names)?;
        }
    }
    if parts == 1 { Ok(names) } else { Err("a line reads as another message".to_owned()) }
}

fn in_pattern(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) -> Result<(), String> {
    pattern.elements.iter().try_for_each(|element| match element {
        PatternElement::TextElement { .. } => Ok(()),
        PatternElement::Placeable { expression } => in_expression(expression, names),
    })
}

fn in_expression(
    expression: &Expression<&str>,
    names: &mut BTreeSet<String>,
) -> Result<(), String> {
    match expression {
        Expression::Inline(inline) => in_inline(inline, names),
        Expression::Select { selector, variants } => {
            in_inline(selector, names)?;
            variants.iter().try_for_each(|variant| in_pattern(&variant.value, names))
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) -> Result<(), String> {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
            Ok(())
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => Ok(()),
        InlineExpression::Placeable { expression } => in_expression(expression, names),
        InlineExpression::FunctionReference { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {
            Err("only placeholders, as `{ $reference }`, and choices between texts".to_owned())
        }
    }
}

/// The placeholders of a letter in Chinese and in English.
pub(crate) fn of_letter(letter: &Letter) -> [Result<BTreeSet<String>, String>; 2] {
    [placeholders(&letter.body.zh), placeholders(&letter.body.en)]
}
