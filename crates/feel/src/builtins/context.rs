use super::Builtin;

pub(super) const ALL: &[&Builtin] = &[];
