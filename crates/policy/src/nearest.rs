//! What a mistyped name most likely stands for.

pub(crate) use feel::nearest::nearest;

/// `did you mean …?`, or the whole list where it is short, or nothing.
pub(crate) fn suggestion<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(name) = nearest(given, known.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let names: Vec<String> = known.into_iter().take(13).map(|name| format!("`{name}`")).collect();
    match names.len() {
        1..=12 => Some(format!("known are {}", names.join(", "))),
        _ => None,
    }
}
