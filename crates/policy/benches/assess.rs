//! How long loading all packs and one assessment take.

fn main() {}
