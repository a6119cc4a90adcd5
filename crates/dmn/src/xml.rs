//! Exchange of decision models as DMN XML, versions 1.3, 1.4 and 1.5.
//!
//! Reading never fails: it gives the model as far as it can be told, and every fault with its
//! place. Documents with a document type definition are refused, and so are those that are too
//! large or nested too deeply.

mod expression;
mod literate;
mod names;
mod origin;
mod reader;
mod rest;
mod tree;
mod version;
mod writer;

pub use reader::read;
pub(crate) use rest::{beside, descriptions, join_beside as join};
pub use tree::{Content, Tree};
pub use version::{EXTENSION, Version};
pub use writer::{Unwritable, alike, write, write_importing};

/// The size of the largest document that is read, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The number of nodes (elements, texts, comments) that are read of one document.
pub const MAX_NODES: u32 = 4_000_000;
/// The levels of boxed expressions and of item components that are read.
pub const MAX_DEPTH: usize = 50;
/// The number of elements (inputs, types, decisions, functions, services) of one document.
pub const MAX_ELEMENTS: usize = 20_000;
/// The number of faults that are reported of one document.
pub const MAX_FAULTS: usize = 100;

/// What a DMN XML document holds beside its model: identifiers, diagrams, annotations, extension
/// elements, and everything else that has no effect on a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remainder {
    /// The version of DMN that the document is written in.
    pub version: Version,
    /// Whether it was written from a literate document.
    is_literate: bool,
    /// The comments before the root element.
    before: Vec<String>,
    /// What stands in it beside what is written from the model.
    rest: Tree,
}

impl Remainder {
    /// Whether the document was written from a literate one.
    pub fn is_literate(&self) -> bool {
        self.is_literate
    }
}
