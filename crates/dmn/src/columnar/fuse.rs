//! Steps of a plan that become one, where nothing else reads what stands between them.
//!
//! Needs: a plan in which every node is used. Gives: a plan with the same results and rule hits.
//!
//! - A map of a map, of boundaries or of a sum's operand is taken into the next step.
//! - Boundaries are found by bucket instead of one by one.
//! - Columns of rules with few codes are combined, so that a row is looked up, not intersected.

use std::sync::Arc;

use super::domain::code;
use super::plan::{Buckets, Lookup, Node, NodeId, Op, RuleColumn, Shape, Term};

/// The most places of a lookup that combines columns of rules.
const MOST_PLACES: usize = 2_048;

/// Makes one of steps; `outside` are the nodes that are read from outside of the plan.
pub(super) fn fuse(nodes: &mut Vec<Node>, outside: &mut [&mut NodeId]) {
    combine_rules(nodes, outside);
    let mut uses = vec![0_usize; nodes.len()];
    let mut read = |node: NodeId| {
        if let Some(uses) = uses.get_mut(node) {
            *uses += 1;
        }
    };
    outside.iter().for_each(|node| read(**node));
    nodes.iter().flat_map(|node| node.op.operands()).for_each(&mut read);
    for number in 0..nodes.len() {
        let (before, rest) = nodes.split_at_mut(number);
        let Some(node) = rest.first_mut() else { return };
        let alone = |source: NodeId| {
            before.get(source).filter(|_| uses.get(source) == Some(&1)).map(|node| &node.op)
        };
        take_in(&mut node.op, &alone);
    }
    for node in nodes {
        if let Op::Threshold { boundaries, map, buckets, .. } = &mut node.op {
            *buckets = Buckets::new(boundaries, map).map(Arc::new);
        }
    }
}

/// Takes what a step reads into the step.
fn take_in<'n>(op: &mut Op, alone: &dyn Fn(NodeId) -> Option<&'n Op>) {
    let at = |map: &[u16], code: &u16| map.get(usize::from(*code)).copied().unwrap_or(0);
    let after = |map: &[u16], codes: &[u16]| codes.iter().map(|code| at(map, code)).collect();
    match op {
        Op::Map { source, map } => match alone(*source) {
            Some(Op::Map { source: first, map: codes }) => {
                (*map, *source) = (after(map, codes), *first);
            }
            Some(Op::Threshold { source: first, boundaries, map: codes, exceptions, .. }) => {
                *op = Op::Threshold {
                    source: *first,
                    boundaries: boundaries.clone(),
                    map: after(map, codes),
                    exceptions: after(map, exceptions),
                    buckets: None,
                };
            }
            _ => {}
        },
        Op::MapNumbers { source, values, exceptions } => {
            if let Some(Op::Map { source: first, map: codes }) = alone(*source) {
                let value = |code: &u16| values.get(usize::from(*code)).copied().unwrap_or(0);
                *values = codes.iter().map(value).collect();
                if let Some(exceptions) = exceptions {
                    *exceptions = after(exceptions, codes);
                }
                *source = *first;
            }
        }
        Op::Sum { terms, .. } => {
            for term in terms {
                let Some(Op::MapNumbers { source, values, exceptions }) = alone(term.node) else {
                    continue;
                };
                let factor = |value: &i64| value.checked_mul(term.factor);
                let Some(values) = values.iter().map(factor).collect::<Option<Vec<i64>>>() else {
                    continue;
                };
                let most = values.iter().map(|value| value.unsigned_abs()).max();
                let exceptions = exceptions.clone();
                *term = Term {
                    node: *source,
                    factor: 1,
                    most,
                    lookup: Some(Arc::new(Lookup::new(values, exceptions))),
                };
            }
        }
        _ => {}
    }
}

/// The sets of rules that hold for each code of a node.
struct Held {
    node: NodeId,
    sets: Vec<u64>,
}

/// Turns rules of which sets are intersected into maps of combined codes.
fn combine_rules(nodes: &mut Vec<Node>, outside: &mut [&mut NodeId]) {
    let old = std::mem::take(nodes);
    let mut places: Vec<NodeId> = Vec::with_capacity(old.len());
    for mut node in old {
        node.op.renumber(&|node| {
            if let Some(place) = places.get(*node) {
                *node = *place;
            }
        });
        if let Op::Winner { rules, none, several } = &node.op
            && rules.words == 1
            && rules.told != 0
            && let Some(Held { node: source, sets }) = combined(nodes, &rules.columns)
        {
            let all = rules.all.first().copied().unwrap_or(0) | rules.told;
            let winner = |set: &u64| rules.winner(set & all, *none, *several);
            node.op = Op::Map { source, map: sets.iter().map(winner).collect() };
        }
        nodes.push(node);
        places.push(nodes.len() - 1);
    }
    for node in outside {
        if let Some(place) = places.get(**node) {
            **node = *place;
        }
    }
}

/// A node with a code for each different set that the columns can have in common, made of nodes
/// that are added; `None` and no nodes if there would be too many.
fn combined(nodes: &mut Vec<Node>, columns: &[RuleColumn]) -> Option<Held> {
    let length = nodes.len();
    let held = |column: &RuleColumn| Held { node: column.source, sets: column.sets.clone() };
    let mut waiting: Vec<Held> = columns.iter().map(held).collect();
    while waiting.len() > 1 {
        let mut size = 1_usize;
        let together = waiting
            .iter()
            .take_while(|held| {
                size = size.saturating_mul(held.sets.len());
                size <= MOST_PLACES
            })
            .count();
        if together < 2 {
            nodes.truncate(length);
            return None;
        }
        let rest = waiting.split_off(together);
        let mut sets = vec![u64::MAX];
        let mut arguments = Vec::with_capacity(together);
        for held in &waiting {
            arguments.push((held.node, code(sets.len())));
            let pairs = held.sets.iter().flat_map(|own| sets.iter().map(move |set| own & set));
            sets = pairs.collect();
        }
        nodes.push(Node { op: Op::Index { arguments }, shape: Shape::Places });
        let mut different: Vec<u64> = Vec::new();
        let map = sets.iter().map(|set| {
            let place = different.iter().position(|known| known == set).unwrap_or_else(|| {
                different.push(*set);
                different.len() - 1
            });
            code(place)
        });
        let map = map.collect();
        nodes.push(Node { op: Op::Map { source: nodes.len() - 1, map }, shape: Shape::Places });
        waiting = rest;
        waiting.push(Held { node: nodes.len() - 1, sets: different });
    }
    waiting.pop()
}
