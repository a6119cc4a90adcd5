//! What follows from the events of a clock.

use std::fmt;

use jiff::civil::Date;

use crate::spec::Effect;

/// The state of a clock at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Where it stands.
    pub status: Status,
    /// The day on which it was armed.
    pub armed: Option<Date>,
    /// How many days count against it, from the day after it was armed through its last day:
    /// working days for a period in working days, days of any kind otherwise.
    pub total: u32,
    /// How many of them are over.
    pub consumed: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// The last day; it ends at midnight at the authority.
    pub due: Option<Due>,
    /// The due date that was last told.
    pub told: Option<Date>,
    /// What its passing means or would mean.
    pub effect: Effect,
    /// The effect in law, once it has come to pass.
    pub taken: Option<TakenEffect>,
    /// The warnings of its ladder, the earliest first.
    pub warnings: Vec<Warning>,
    /// The suspensions, in order of their beginning.
    pub suspensions: Vec<Suspension>,
    /// Whether it was made longer with force.
    pub extended: bool,
    /// The events that have no force, and why.
    pub findings: Vec<Finding>,
}

/// Where a clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It has not started.
    Waiting,
    /// It runs.
    Running,
    /// It is stopped.
    Suspended {
        /// Since which day.
        since: Date,
    },
    /// What it was for was done.
    Met {
        /// On which day.
        on: Date,
        /// Whether that was too late.
        late: bool,
    },
    /// It has passed.
    Expired {
        /// The last day.
        on: Date,
        /// Whether that has been recorded.
        recorded: bool,
    },
    /// It has passed by the days that can be guessed, but the calendar does not say yet which days
    /// were worked. No effect is recorded until it does.
    Unsettled,
    /// It no longer matters.
    Stopped {
        /// Since which day.
        on: Date,
    },
}

/// The last day of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub on: Date,
    /// Why it may still change without anybody acting on the clock; none if it is certain.
    pub provisional: Option<Provisional>,
}

/// Why a due date is not certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisional {
    /// A suspension is open: the day is right if that ends when its notice said, or tomorrow where
    /// that day is over or was not said.
    OpenSuspension,
    /// The days that are worked then have not been announced.
    CalendarUnknown,
}

/// An effect that has come to pass in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenEffect {
    /// The effect.
    pub effect: Effect,
    /// From which day it holds.
    pub from: Date,
}

/// A warning before a limit passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The rung of the ladder.
    pub rung: String,
    /// The day on which it falls due.
    pub on: Date,
    /// The role that is warned.
    pub to: String,
    /// The due date that it warns of.
    pub due: Date,
    /// Whether it has been given.
    pub given: bool,
}

/// A suspension of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// What it is called.
    pub id: String,
    /// Its ground.
    pub ground: String,
    /// The first day that is not counted: when the notice was served. None while it was not, and
    /// where it came too late or on no ground of the clock: then it has no force.
    pub from: Option<Date>,
    /// The first day that is counted again; none while it is open.
    pub until: Option<Date>,
    /// The day on which it was to end, as the notice said.
    pub expected: Option<Date>,
}

/// An event that has no force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The event.
    pub event: String,
    /// Why.
    pub fault: Fault,
}

/// Why an event has no force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Another event has its identifier.
    SameId,
    /// The clock is armed already.
    ArmedTwice,
    /// A clock with a period was given a date, or one without was given none.
    WrongArming,
    /// The clock is not suspended on this ground.
    UnknownGround,
    /// A suspension of this name is there already.
    SuspendedTwice,
    /// There is no suspension of this name.
    UnknownSuspension,
    /// The suspension has ended already.
    ResumedTwice,
    /// It came after the limit had passed.
    TooLate,
    /// The clock cannot be made longer, or not by so much, or not again.
    NotExtendable,
    /// Who asked and who approved are one person.
    SelfApproved,
    /// The ladder has no such rung.
    UnknownRung,
    /// The limit has not passed.
    NotPassed,
    /// The last day is another than the one recorded.
    OtherDue,
    /// The clock had not started.
    NotArmed,
    /// The clock had come to its end.
    Ended,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no force: {}", self.event, self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::SameId => "another event has this identifier",
            Fault::ArmedTwice => "the clock is armed already",
            Fault::WrongArming => {
                "a clock with a period starts without a date, one without a period with its date"
            }
            Fault::UnknownGround => "the law gives no such ground for this clock",
            Fault::SuspendedTwice => "a suspension of this name is there already",
            Fault::UnknownSuspension => "there is no suspension of this name",
            Fault::ResumedTwice => "the suspension has ended already",
            Fault::TooLate => "the limit had passed",
            Fault::NotExtendable => {
                "the law does not let this clock be made longer so, or it has been already"
            }
            Fault::SelfApproved => "another person must approve than the one who asks",
            Fault::UnknownRung => "the ladder has no such rung",
            Fault::NotPassed => "the limit has not passed",
            Fault::OtherDue => "the last day is another than the one recorded",
            Fault::NotArmed => "the clock has not started",
            Fault::Ended => "the clock has come to its end",
        })
    }
}
