//! Functions on points and ranges, after J. F. Allen's relations between intervals.
//!
//! A range that is open towards a side ends there beyond every point.

use super::Builtin;
use crate::ops;
use crate::types::Type;
use crate::value::{Range, Value};

pub(super) const ALL: &[&Builtin] = &[
    &BEFORE,
    &AFTER,
    &MEETS,
    &MET_BY,
    &OVERLAPS,
    &OVERLAPS_BEFORE,
    &OVERLAPS_AFTER,
    &FINISHES,
    &FINISHED_BY,
    &INCLUDES,
    &DURING,
    &STARTS,
    &STARTED_BY,
    &COINCIDES,
];

/// The end of a range, or a point, which is a closed end.
#[derive(Clone, Copy)]
struct End<'a> {
    at: At<'a>,
    closed: bool,
}

#[derive(Clone, Copy)]
enum At<'a> {
    Below,
    Point(&'a Value),
    Above,
}

fn start(range: &Range) -> End<'_> {
    let at = range.low.as_ref().map_or(At::Below, At::Point);
    End { at, closed: range.low_closed }
}

fn end(range: &Range) -> End<'_> {
    let at = range.high.as_ref().map_or(At::Above, At::Point);
    End { at, closed: range.high_closed }
}

fn point(value: &Value) -> End<'_> {
    End { at: At::Point(value), closed: true }
}

fn less(a: End<'_>, b: End<'_>) -> Value {
    match (a.at, b.at) {
        (At::Point(a), At::Point(b)) => ops::less(a, b),
        (At::Below, At::Below) | (At::Above, _) => Value::Boolean(false),
        (At::Below, _) | (_, At::Above) => Value::Boolean(true),
        (_, At::Below) => Value::Boolean(false),
    }
}

fn equal(a: End<'_>, b: End<'_>) -> Value {
    match (a.at, b.at) {
        (At::Point(a), At::Point(b)) => {
            // As with an order: null is comparable with nothing.
            if a.is_null() && a.as_unknown().is_none() || b.is_null() && b.as_unknown().is_none() {
                ops::less(a, b)
            } else {
                ops::equal(a, b)
            }
        }
        (At::Below, At::Below) | (At::Above, At::Above) => Value::Boolean(true),
        _ => Value::Boolean(false),
    }
}

/// Whether all hold.
fn all<const N: usize>(parts: [Value; N]) -> Value {
    parts.iter().fold(Value::Boolean(true), |all, part| ops::and(&all, part))
}

/// Whether `a < b`, or they are equal and `tie` holds.
fn less_or_tie(a: End<'_>, b: End<'_>, tie: bool) -> Value {
    ops::or(&less(a, b), &ops::and(&equal(a, b), &Value::Boolean(tie)))
}

fn before(a_end: End<'_>, b_start: End<'_>) -> Value {
    less_or_tie(a_end, b_start, !a_end.closed || !b_start.closed)
}

fn touches(a_end: End<'_>, b_start: End<'_>) -> Value {
    all([Value::Boolean(a_end.closed && b_start.closed), equal(a_end, b_start)])
}

/// Both arguments as the ends that they have, a point as twice itself.
fn ends<'a>(arguments: &'a [Value]) -> Option<[(End<'a>, End<'a>); 2]> {
    let both = |value: &'a Value| match value {
        Value::Range(range) => (start(range), end(range)),
        value => (point(value), point(value)),
    };
    match arguments {
        [a, b] => Some([both(a), both(b)]),
        _ => None,
    }
}

type Pair<'a> = (End<'a>, End<'a>);

fn relation(arguments: &[Value], holds: impl Fn(Pair<'_>, Pair<'_>) -> Value) -> Value {
    match ends(arguments) {
        Some([a, b]) => holds(a, b),
        None => Value::NULL,
    }
}

builtin! {
    /// Whether the first lies wholly before the second.
    BEFORE = "before" (Whole)
    ("point1" Point, "point2" Point)
    ("point" Point, "range" Range)
    ("range" Range, "point" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| before(a.1, b.0));
    "before(1, 10)" => "true",
    "before(1, [1..10])" => "false",
    "before(1, (1..10])" => "true",
    "before([1..10], 10)" => "false",
    "before([1..5), [5..10])" => "true",
    "before(date(\"2026-01-01\"), date(\"2026-01-02\"))" => "true",
}

builtin! {
    /// Whether the first lies wholly after the second.
    AFTER = "after" (Whole)
    ("point1" Point, "point2" Point)
    ("point" Point, "range" Range)
    ("range" Range, "point" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| before(b.1, a.0));
    "after(10, 5)" => "true",
    "after(12, [2..5])" => "true",
    "after([11..20], 12)" => "false",
    "after((11..20], [1..11])" => "true",
}

builtin! {
    /// Whether the first range ends at the very point where the second begins.
    MEETS = "meets" (Whole)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| touches(a.1, b.0));
    "meets([1..5], [5..10])" => "true",
    "meets([1..5), [5..10])" => "false",
}

builtin! {
    /// Whether the first range begins at the very point where the second ends.
    MET_BY = "met by" (Whole)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| touches(b.1, a.0));
    "met by([5..10], [1..5])" => "true",
    "met by((5..10], [1..5])" => "false",
}

builtin! {
    /// Whether two ranges have a point in common.
    OVERLAPS = "overlaps" (Whole)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| {
        all([
            less_or_tie(b.0, a.1, a.1.closed && b.0.closed),
            less_or_tie(a.0, b.1, a.0.closed && b.1.closed),
        ])
    });
    "overlaps([1..5], [3..8])" => "true",
    "overlaps([1..5), [5..8])" => "false",
    "overlaps([1..5], [5..8])" => "true",
}

builtin! {
    /// Whether the first range begins before the second and ends inside it.
    OVERLAPS_BEFORE = "overlaps before" (Whole)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, overlaps_before);
    "overlaps before([1..5], [3..8])" => "true",
    "overlaps before([1..5], [6..8])" => "false",
    "overlaps before([1..5], (1..5])" => "true",
    "overlaps before([1..5], [1..5])" => "false",
}

builtin! {
    /// Whether the first range begins inside the second and ends after it.
    OVERLAPS_AFTER = "overlaps after" (Whole)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| {
        all([
            less_or_tie(b.0, a.0, b.0.closed && !a.0.closed),
            less_or_tie(a.0, b.1, b.1.closed && a.0.closed),
            less_or_tie(b.1, a.1, !b.1.closed || a.1.closed),
        ])
    });
    "overlaps after([3..8], [1..5])" => "true",
    "overlaps after([6..8], [1..5])" => "false",
    "overlaps after((1..5], [1..5))" => "true",
}

fn overlaps_before(a: Pair<'_>, b: Pair<'_>) -> Value {
    all([
        less_or_tie(a.0, b.0, a.0.closed && !b.0.closed),
        less_or_tie(b.0, a.1, a.1.closed && b.0.closed),
        less_or_tie(a.1, b.1, !a.1.closed || b.1.closed),
    ])
}

builtin! {
    /// Whether the first ends where the second does, and begins no earlier.
    FINISHES = "finishes" (Whole)
    ("point" Point, "range" Range)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, finishes);
    "finishes(10, [1..10])" => "true",
    "finishes(10, [1..10))" => "false",
    "finishes([5..10], [1..10])" => "true",
    "finishes([1..10], (1..10])" => "false",
}

builtin! {
    /// Whether the second ends where the first does, and begins no earlier.
    FINISHED_BY = "finished by" (Whole)
    ("range" Range, "point" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| finishes(b, a));
    "finished by([1..10], 10)" => "true",
    "finished by([1..10], [5..10])" => "true",
}

fn finishes(a: Pair<'_>, b: Pair<'_>) -> Value {
    all([
        Value::Boolean(a.1.closed == b.1.closed),
        equal(a.1, b.1),
        less_or_tie(b.0, a.0, !a.0.closed || b.0.closed),
    ])
}

builtin! {
    /// Whether the second lies wholly inside the first.
    INCLUDES = "includes" (Whole)
    ("range" Range, "point" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, includes);
    "includes([1..10], 5)" => "true",
    "includes((1..10], 1)" => "false",
    "includes([1..10], [4..6])" => "true",
    "includes((1..10), [1..5])" => "false",
}

builtin! {
    /// Whether the first lies wholly inside the second.
    DURING = "during" (Whole)
    ("point" Point, "range" Range)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| includes(b, a));
    "during(5, [1..10])" => "true",
    "during([4..6], [1..10])" => "true",
    "during(1, (1..10])" => "false",
}

fn includes(a: Pair<'_>, b: Pair<'_>) -> Value {
    all([
        less_or_tie(a.0, b.0, a.0.closed || !b.0.closed),
        less_or_tie(b.1, a.1, a.1.closed || !b.1.closed),
    ])
}

builtin! {
    /// Whether the first begins where the second does, and ends no later.
    STARTS = "starts" (Whole)
    ("point" Point, "range" Range)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, starts);
    "starts(1, [1..10])" => "true",
    "starts(1, (1..10])" => "false",
    "starts([1..5], [1..10])" => "true",
    "starts((1..5], [1..10])" => "false",
}

builtin! {
    /// Whether the second begins where the first does, and ends no later.
    STARTED_BY = "started by" (Whole)
    ("range" Range, "point" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| starts(b, a));
    "started by([1..10], 1)" => "true",
    "started by([1..10], [1..5])" => "true",
}

fn starts(a: Pair<'_>, b: Pair<'_>) -> Value {
    all([
        Value::Boolean(a.0.closed == b.0.closed),
        equal(a.0, b.0),
        less_or_tie(a.1, b.1, !a.1.closed || b.1.closed),
    ])
}

builtin! {
    /// Whether both are the same point or range.
    COINCIDES = "coincides" (Whole)
    ("point1" Point, "point2" Point)
    ("range1" Range, "range2" Range)
    -> |_| Type::Boolean;
    |_, arguments| relation(arguments, |a, b| {
        let closed = (a.0.closed, a.1.closed) == (b.0.closed, b.1.closed);
        all([Value::Boolean(closed), equal(a.0, b.0), equal(a.1, b.1)])
    });
    "coincides(5, 5)" => "true",
    "coincides([1..5], [1..5])" => "true",
    "coincides([1..5], [1..5))" => "false",
}
