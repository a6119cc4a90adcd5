//! Pages and HTTP API over the rules.
