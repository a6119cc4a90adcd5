//! Exchange of decision models as DMN XML, versions 1.3, 1.4 and 1.5.
//!
//! Reading never fails: it gives the model as far as it can be told, and every fault with its
//! place. Documents with a document type definition are refused, and so are those that are too
//! large or nested too deeply.

mod expression;
mod reader;

pub use reader::read;

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

/// The namespaces of the model in the versions that are read, newest first.
pub const NAMESPACES: [(&str, &str); 3] = [
    ("1.5", "https://www.omg.org/spec/DMN/20230324/MODEL/"),
    ("1.4", "https://www.omg.org/spec/DMN/20211108/MODEL/"),
    ("1.3", "https://www.omg.org/spec/DMN/20191111/MODEL/"),
];
