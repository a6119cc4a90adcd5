//! Which steps give no exceptions where all that they rest on is known.
//!
//! Codes of what is missing or open lie between the others, so that a step cannot tell by their
//! size whether there are any. But it can be told beforehand which codes come of facts that are
//! known, and batches of rows know whether theirs are.

use super::domain::Domain;
use super::plan::{Node, NodeId, Op, Shape};
use super::schema::Schema;

/// The most combinations that are looked at.
const MOST: usize = 1 << 16;

/// For each node whether all its values are regular if all that it rests on is known and regular.
/// Told of those alone that look integers up.
pub(super) fn spotless(nodes: &[Node], schema: &Schema) -> Vec<bool> {
    let mut reached: Vec<Option<Vec<bool>>> = Vec::with_capacity(nodes.len());
    let mut spotless = Vec::with_capacity(nodes.len());
    for node in nodes {
        let regular = |source: NodeId, exceptions: &Option<Vec<u16>>| {
            let Some(exceptions) = exceptions else { return true };
            let codes = reached.get(source).and_then(Option::as_ref);
            codes.is_some_and(|codes| {
                codes.iter().zip(exceptions).all(|(reached, exception)| !reached || *exception == 0)
                    && codes.len() <= exceptions.len()
            })
        };
        spotless.push(match &node.op {
            Op::MapNumbers { source, exceptions, .. } => regular(*source, exceptions),
            Op::Sum { terms, .. } => terms.iter().all(|term| match &term.lookup {
                Some(lookup) => regular(term.node, &lookup.exceptions),
                None => true,
            }),
            _ => false,
        });
        let codes = codes(node, &reached, schema);
        reached.push(codes);
    }
    spotless
}

/// The codes that a node can have if all that it rests on is known; `None` if they are not told.
fn codes(node: &Node, reached: &[Option<Vec<bool>>], schema: &Schema) -> Option<Vec<bool>> {
    let of = |node: &NodeId| reached.get(*node)?.as_ref();
    let set = |codes: &mut dyn Iterator<Item = u16>| {
        let mut set = Vec::new();
        for code in codes {
            let place = usize::from(code);
            if set.len() <= place {
                set.resize(place + 1, false);
            }
            if let Some(slot) = set.get_mut(place) {
                *slot = true;
            }
        }
        set
    };
    let is_truth = |node: &NodeId| of(node).is_some_and(|codes| codes.len() <= 2);
    match &node.op {
        Op::Input(input) => {
            let Shape::Codes(domain) = &node.shape else { return None };
            Some(vec![true; regular(domain, *input, schema)?])
        }
        Op::Constant(code) => Some(set(&mut [*code].into_iter())),
        Op::Index { arguments } => {
            let mut places: Vec<u16> = vec![0];
            for (node, stride) in arguments {
                let codes: Vec<u16> = numbers(of(node)?).collect();
                if places.len().checked_mul(codes.len()).is_none_or(|count| count > MOST) {
                    return None;
                }
                let sum = |code: &u16, place: &u16| place.wrapping_add(code.wrapping_mul(*stride));
                let pairs = codes.iter().flat_map(|code| places.iter().map(|p| sum(code, p)));
                places = pairs.collect();
            }
            Some(set(&mut places.into_iter()))
        }
        Op::Map { source, map } => {
            let found = numbers(of(source)?).map(|code| map.get(usize::from(code)).copied());
            Some(set(&mut found.collect::<Option<Vec<u16>>>()?.into_iter()))
        }
        Op::Threshold { map, .. } | Op::RatioThreshold { map, .. } => {
            Some(set(&mut map.iter().copied()))
        }
        Op::Compare { .. } | Op::Bit { .. } => Some(vec![true; 2]),
        Op::Logic { operands, .. } if operands.iter().all(is_truth) => Some(vec![true; 2]),
        _ => None,
    }
}

/// The number of codes of an input that are no exceptions; they are the first.
fn regular(domain: &Domain, input: usize, schema: &Schema) -> Option<usize> {
    if domain.is_boolean() {
        return Some(2);
    }
    Some(schema.inputs.get(input)?.dictionary.len())
}

/// The codes of a set.
fn numbers(set: &[bool]) -> impl Iterator<Item = u16> {
    (0..=u16::MAX).zip(set).filter(|(_, reached)| **reached).map(|(code, _)| code)
}
