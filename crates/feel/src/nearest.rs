//! The nearest known name to one that is not known.

/// The candidate nearest to `name`, if it is near enough to be what was meant.
///
/// The distance is that of Damerau and Levenshtein (insertions, deletions, substitutions and
/// swaps of neighbours) over characters, at most one third of the name's length and at least one.
/// Among candidates equally near the first is taken.
///
/// ```
/// let known = ["annual_salary", "age"];
/// assert_eq!(feel::nearest::nearest("anual_salary", known), Some("annual_salary"));
/// assert_eq!(feel::nearest::nearest("height", known), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A longer name is no slip of the keyboard, and comparing takes time.
    const MAX_LENGTH: usize = 100;
    let name: Vec<char> = name.chars().take(MAX_LENGTH + 1).collect();
    if name.is_empty() || name.len() > MAX_LENGTH {
        return None;
    }
    let limit = (name.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let characters: Vec<char> = candidate.chars().take(MAX_LENGTH + limit + 1).collect();
        let bound = best.map_or(limit, |(distance, _)| distance - 1);
        if characters.len().abs_diff(name.len()) > bound {
            continue;
        }
        let distance = distance(&name, &characters);
        if distance == 0 {
            return Some(candidate);
        }
        // A name shares at least one character with what was meant.
        if distance <= bound && distance < characters.len() {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The distance with each pair of neighbours swapped at most once (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    // Rows of the usual table: for the two last characters of `left` before this one.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous_left = None;
    for (i, &l) in left.iter().enumerate() {
        let mut row = Vec::with_capacity(right.len() + 1);
        let mut beside = i + 1;
        row.push(beside);
        let mut previous_right = None;
        for (j, &r) in right.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut cost =
                (at(&last, j) + usize::from(l != r)).min(at(&last, j + 1) + 1).min(beside + 1);
            if previous_left == Some(r) && previous_right == Some(l) && j > 0 {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
            beside = cost;
            previous_right = Some(r);
        }
        previous_left = Some(l);
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn slips_of_the_keyboard() {
        check("anual_salary", &["age", "annual_salary"], Some("annual_salary"));
        check("annual_salray", &["age", "annual_salary"], Some("annual_salary"));
        check("annnual_salary", &["age", "annual_salary"], Some("annual_salary"));
        check("gae", &["age", "on"], Some("age"));
        check("年龄段", &["年龄", "学历"], Some("年龄"));
    }

    #[test]
    fn the_nearest_wins_then_the_first() {
        check("salary_point", &["salary_paint", "salary_points"], Some("salary_paint"));
        check("salary_points_", &["salary_paint", "salary_points"], Some("salary_points"));
    }

    #[test]
    fn what_is_too_far() {
        check("height", &["age", "annual_salary"], None);
        check("x", &["y", "on"], None);
        check("", &["y"], None);
        check("age", &[], None);
        check(&"a".repeat(1_000_000), &["a"], None);
        check("a", &[&"a".repeat(1_000_000)], None);
    }

    #[test]
    fn the_name_itself() {
        check("age", &["aged", "age"], Some("age"));
    }
}
