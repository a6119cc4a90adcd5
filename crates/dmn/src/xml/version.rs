//! The versions of DMN that are read and written, and their namespaces.

use super::tree::Tree;

/// A version of DMN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// DMN 1.3.
    V1_3,
    /// DMN 1.4, with boxed conditionals, filters and iterations.
    V1_4,
    /// DMN 1.5, with constraints on whole types.
    V1_5,
}

/// The namespace of what Xianlu adds to a model: sources of rules, prose, sections.
pub const EXTENSION: &str = "urn:xianlu:dmn";
/// The namespace of the marks that tie a part of a document to what it is the rest of.
pub(super) const REST: &str = "urn:xianlu:dmn:rest";

const DC: &str = "http://www.omg.org/spec/DMN/20180521/DC/";
const DI: &str = "http://www.omg.org/spec/DMN/20180521/DI/";
/// What stands between these in a namespace of DMN is the date of its version.
const SPECIFICATION: &str = "https://www.omg.org/spec/DMN/";
const MODEL: &str = "/MODEL/";
const DIAGRAMS: &str = "/DMNDI/";

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Version; 3] = [Version::V1_3, Version::V1_4, Version::V1_5];
    /// The prefixes of known namespaces.
    pub(super) const PREFIXES: [&str; 6] = ["", "dmndi", "dc", "di", "xianlu", "rest"];

    /// The version whose model has this namespace.
    pub fn of_namespace(uri: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.uri("") == uri)
    }

    /// The version as it is called, as `1.5`.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::V1_3 => "1.3",
            Version::V1_4 => "1.4",
            Version::V1_5 => "1.5",
        }
    }

    /// The version that is called so.
    pub fn parse(text: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.as_str() == text)
    }

    /// The namespace of a known prefix.
    pub(super) fn uri(self, prefix: &str) -> &'static str {
        match (prefix, self) {
            ("", Version::V1_3) => "https://www.omg.org/spec/DMN/20191111/MODEL/",
            ("", Version::V1_4) => "https://www.omg.org/spec/DMN/20211108/MODEL/",
            ("", Version::V1_5) => "https://www.omg.org/spec/DMN/20230324/MODEL/",
            ("dmndi", Version::V1_3) => "https://www.omg.org/spec/DMN/20191111/DMNDI/",
            ("dmndi", Version::V1_4) => "https://www.omg.org/spec/DMN/20211108/DMNDI/",
            ("dmndi", Version::V1_5) => "https://www.omg.org/spec/DMN/20230324/DMNDI/",
            ("dc", _) => DC,
            ("di", _) => DI,
            ("rest", _) => REST,
            (_, _) => EXTENSION,
        }
    }

    fn date(self) -> &'static str {
        match self {
            Version::V1_3 => "20191111",
            Version::V1_4 => "20211108",
            Version::V1_5 => "20230324",
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The prefix of a known namespace, whatever its version.
pub(super) fn prefix_of(uri: &str) -> Option<&'static str> {
    match uri {
        DC => return Some("dc"),
        DI => return Some("di"),
        EXTENSION => return Some("xianlu"),
        REST => return Some("rest"),
        _ => {}
    }
    let dated = uri.strip_prefix(SPECIFICATION)?;
    Version::ALL.into_iter().find_map(|version| match dated.strip_prefix(version.date())? {
        MODEL => Some(""),
        DIAGRAMS => Some("dmndi"),
        _ => None,
    })
}

/// The attributes of this version become those of another where they name its namespaces.
pub(super) fn translate(tree: &mut Tree, from: Version, to: Version) {
    if from == to {
        return;
    }
    let old = format!("{SPECIFICATION}{}/", from.date());
    let new = format!("{SPECIFICATION}{}/", to.date());
    tree.change(&mut |element| {
        for (name, value) in &mut element.attributes {
            let names_language = matches!(
                name.as_str(),
                "expressionLanguage" | "typeLanguage" | "importType" | "xsi:schemaLocation"
            );
            if names_language || name.starts_with("xmlns:") {
                *value = value.replace(&old, &new);
            }
        }
    });
}

/// The oldest version that has everything in a tree, and the element that asks for it.
pub(super) fn oldest(tree: &Tree) -> (Version, Option<String>) {
    let mut oldest = (Version::V1_3, None);
    tree.visit(&mut |element| {
        let needed = match element.name.as_str() {
            "conditional" | "filter" | "for" | "some" | "every" => Version::V1_4,
            "typeConstraint" => Version::V1_5,
            _ => return,
        };
        if needed > oldest.0 {
            oldest = (needed, Some(element.name.clone()));
        }
    });
    oldest
}
