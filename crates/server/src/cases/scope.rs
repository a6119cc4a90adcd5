//! What a token lets its bearer ask for.

use std::fmt;

/// Begins a scope that names a person for whom an agent may act.
pub const ON_BEHALF: &str = "on-behalf:";

/// A part of the API that a token may open. Which cases it then shows is another question: the
/// person's own, or those of the officer's department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Read cases.
    CasesRead,
    /// Open cases and act in them.
    CasesAct,
    /// List cases.
    QueueRead,
    /// Read what has happened, over all cases.
    EventsRead,
    /// Subscribe other systems to what happens.
    WebhooksManage,
    /// Take out the logs of all cases for evaluation.
    Export,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 6] = [
        Scope::CasesRead,
        Scope::CasesAct,
        Scope::QueueRead,
        Scope::EventsRead,
        Scope::WebhooksManage,
        Scope::Export,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Scope::CasesRead => "cases:read",
            Scope::CasesAct => "cases:act",
            Scope::QueueRead => "queue:read",
            Scope::EventsRead => "events:read",
            Scope::WebhooksManage => "webhooks:manage",
            Scope::Export => "export",
        }
    }

    /// The scope of a name.
    pub fn read(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
