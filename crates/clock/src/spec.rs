//! What the law says of a time limit: its length, what stops it, and what its passing means.

use serde::{Deserialize, Serialize};

use crate::period::Period;

/// A time limit as the law lays it down.
///
/// Whoever defines a clock writes it as data. Nothing in it depends on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSpec {
    /// What it is called, unique in its procedure.
    pub id: String,
    /// The law that lays it down.
    pub basis: Basis,
    /// How long; without it, the clock runs until a date that is given when it is armed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Period>,
    /// What happens to a last day that is not worked.
    #[serde(default)]
    pub closing: Closing,
    /// How it can be made longer; without it, it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// The grounds on which it can be suspended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
    /// What its passing means.
    #[serde(default)]
    pub effect: Effect,
    /// From which day the effect holds.
    #[serde(default)]
    pub effect_from: EffectFrom,
    /// Who is warned, and how long before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
}

/// A place in a legal instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The instrument, as `cn/licensing-law-2019`.
    pub instrument: String,
    /// The place in it, as `art. 42`.
    pub item: String,
}

/// What happens to a last day that is not worked. Periods in working days always end on one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// The period ends on it.
    #[default]
    AsItFalls,
    /// The period ends on the next working day.
    NextWorkingDay,
}

/// How a clock can be made longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// By how much at most, in the unit of the clock. It can be extended once.
    pub by: Period,
    /// The law that allows it.
    pub basis: Basis,
}

/// A ground on which a clock can be suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// What it is called, as `hearing`.
    pub id: String,
    /// The law that allows it.
    pub basis: Basis,
}

/// What the passing of a time limit means in law.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing by itself; the limit has been broken.
    #[default]
    None,
    /// The matter goes to the next level.
    Escalate,
    /// The application counts as accepted.
    DeemedAccepted,
    /// What was applied for counts as granted.
    DeemedGranted,
    /// The application counts as given up.
    DeemedAbandoned,
}

impl Effect {
    /// Whether the law itself changes the state of the matter.
    pub fn is_deemed(self) -> bool {
        match self {
            Effect::None | Effect::Escalate => false,
            Effect::DeemedAccepted | Effect::DeemedGranted | Effect::DeemedAbandoned => true,
        }
    }
}

/// From which day the effect of a passed limit holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectFrom {
    /// From the last day of the limit.
    #[default]
    Expiry,
    /// From the day on which the clock was armed, as when silence on a received application means
    /// that it was accepted on receipt.
    Arming,
}

/// A step of the ladder of warnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// What it is called, unique in its clock.
    pub id: String,
    /// How long before the last day it warns.
    pub before: Period,
    /// The role that is warned.
    pub to: String,
}
