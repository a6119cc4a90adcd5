//! Rule packs as written: the files of `docs/packs.md`, read and checked one by one.

pub(crate) mod catalogue;
pub(crate) mod coverage;
mod csv_file;
pub(crate) mod delegation;
pub(crate) mod instrument;
pub(crate) mod manifest;
pub(crate) mod parameter;
pub(crate) mod place;
pub(crate) mod problem;
pub(crate) mod programme;
pub(crate) mod terms;
mod toml_file;
pub(crate) mod vocabulary;
pub(crate) mod worked_case;

pub use catalogue::{Catalogue, CatalogueTitle};
pub use coverage::{CheckedVersion, Coverage, Gap};
pub use delegation::{Delegable, DelegableParameter, Delegation, Overlay, OverlayEntry};
pub use instrument::{Instrument, InstrumentKind};
pub use manifest::{Authority, Level, Manifest};
pub use parameter::{Parameter, ParameterRow};
pub use place::{Place, Places};
pub use problem::{Problem, ProblemCode};
pub use programme::{
    Condition, Factor, Lever, LeverKind, Notice, OutcomeDeclaration, Programme, Remedy, Route,
    Threshold, Version,
};
pub use toml_file::Name;
pub(crate) use vocabulary::BUILT_IN;
pub use vocabulary::{
    Fact, FactType, FactValue, Matter, ParameterLabel, Scale, Sensitivity, SourceOfTruth,
    Vocabulary,
};
pub use worked_case::{Expectation, ExpectedValue, WorkedCase};

/// A pack: a folder of rules of one jurisdiction.
#[derive(Debug)]
pub struct Pack {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its instruments, in the order of the file.
    pub instruments: Vec<std::sync::Arc<Instrument>>,
    /// What it lets lower levels vary.
    pub delegation: Delegation,
    /// Which of its rules have been checked, and what it does not cover.
    pub coverage: Option<Coverage>,
    /// Its local rule documents, if it overlays another pack.
    pub overlays: Vec<Overlay>,
}
