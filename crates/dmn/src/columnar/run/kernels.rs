//! What each step does, on plain slices and in plain loops that compilers make vectors of.
//!
//! What most plans consist of is always inlined, so that it is compiled once for each set of
//! instructions that processors may have.
//!
//! Rows that are exceptions hold integers that mean nothing: kernels compute with them, wrapping
//! around, and their exceptions say so.

use std::borrow::Cow;

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i32x16};
use smallvec::SmallVec;

use super::bytes::{self, Planes};
use super::{Register, Tables, View};
use crate::columnar::plan::{
    Buckets, Function, Lookup, Merge, NodeId, Op, Order, Other, RatioCut, RuleColumn, Rules, Term,
};
use feel::temporal::Date;

/// Rows whose counts stay in registers.
const LANES: usize = 32;

/// The most boundaries that are counted; among more, the place is searched for.
pub(super) const MOST_COUNTED: usize = 32;

/// Fills a vector with one value.
#[inline(always)]
pub(super) fn fill<T: Copy>(values: &mut Vec<T>, rows: usize, value: T) {
    values.clear();
    values.resize(rows, value);
}

/// Fills a vector from an iterator.
#[inline(always)]
pub(super) fn collect<T: Copy + Default>(
    values: &mut Vec<T>,
    from: impl ExactSizeIterator<Item = T>,
) {
    values.resize(from.len(), T::default());
    values.iter_mut().zip(from).for_each(|(slot, value)| *slot = value);
}

/// The code at a place; places are within the table by construction.
#[inline]
fn at(map: &[u16], place: u16) -> u16 {
    map.get(usize::from(place)).copied().unwrap_or(0)
}

/// Whether some code is not 0.
#[inline(always)]
fn any(codes: &[u16]) -> bool {
    codes.iter().fold(0, |all, code| all | code) != 0
}

/// Reads registers, and inputs as they are given.
#[derive(Clone, Copy)]
pub(super) struct Done<'r> {
    pub registers: &'r [Register],
    pub views: &'r [View<'r>],
}

/// Codes, or truth values.
#[derive(Clone, Copy)]
enum Coded<'r> {
    Codes(&'r [u16]),
    Booleans(&'r [bool]),
}

/// Integers, wide or narrow.
#[derive(Clone, Copy)]
enum Integers<'r> {
    Narrow(&'r [i32]),
    Wide(&'r [i64]),
}

impl<'r> Integers<'r> {
    #[inline(always)]
    fn len(self) -> usize {
        match self {
            Integers::Narrow(numbers) => numbers.len(),
            Integers::Wide(numbers) => numbers.len(),
        }
    }

    fn to_wide(self) -> Cow<'r, [i64]> {
        match self {
            Integers::Narrow(numbers) => {
                Cow::Owned(numbers.iter().map(|n| i64::from(*n)).collect())
            }
            Integers::Wide(numbers) => Cow::Borrowed(numbers),
        }
    }

    /// A bound of the magnitudes.
    #[inline(always)]
    fn most(self) -> u64 {
        match self {
            Integers::Narrow(_) => 1 << 31,
            Integers::Wide(numbers) => {
                let (low, high) = bounds(numbers);
                low.unsigned_abs().max(high.unsigned_abs())
            }
        }
    }
}

/// The least and the greatest integer.
#[inline(always)]
fn bounds(numbers: &[i64]) -> (i64, i64) {
    let first = numbers.first().copied().unwrap_or(0);
    numbers.iter().fold((first, first), |(low, high), n| (low.min(*n), high.max(*n)))
}

impl<'r> Done<'r> {
    #[inline(always)]
    fn view(self, node: NodeId) -> View<'r> {
        self.views.get(node).copied().unwrap_or_default()
    }

    #[inline(always)]
    fn codes(self, node: NodeId) -> &'r [u16] {
        match self.view(node) {
            View::Codes(codes) => codes,
            _ => self.registers.get(node).map_or(&[], |register| &register.codes),
        }
    }

    #[inline(always)]
    fn coded(self, node: NodeId) -> Coded<'r> {
        match self.view(node) {
            View::Booleans(values) => Coded::Booleans(values),
            _ => Coded::Codes(self.codes(node)),
        }
    }

    #[inline(always)]
    fn numbers(self, node: NodeId) -> &'r [i64] {
        match self.view(node) {
            View::Wide(numbers) => numbers,
            _ => self.registers.get(node).map_or(&[], |register| &register.numbers),
        }
    }

    #[inline(always)]
    fn integers(self, node: NodeId) -> Integers<'r> {
        match self.view(node) {
            View::Narrow(numbers) => Integers::Narrow(numbers),
            _ => Integers::Wide(self.numbers(node)),
        }
    }

    #[inline(always)]
    fn divisors(self, node: NodeId) -> &'r [i64] {
        self.registers.get(node).map_or(&[], |register| &register.divisors)
    }

    #[inline(always)]
    fn sets(self, node: NodeId) -> &'r [u64] {
        self.registers.get(node).map_or(&[], |register| &register.sets)
    }

    /// The exceptions of integers, if there are any.
    #[inline(always)]
    fn exceptions(self, node: NodeId) -> Option<&'r [u16]> {
        let register = self.registers.get(node).filter(|register| register.exceptional);
        register.map(|register| register.codes.as_slice())
    }
}

/// Runs one step. No value of a `spotless` one is an exception, save those that overflow.
#[inline(always)]
pub(super) fn run<S: Simd>(
    simd: S,
    op: &Op,
    tables: &Tables,
    done: Done<'_>,
    spotless: bool,
    out: &mut Register,
    rows: usize,
) {
    out.exceptional = false;
    match op {
        Op::Input(_) | Op::Kept(_) => {}
        Op::Constant(code) => fill(&mut out.codes, rows, *code),
        Op::Index { arguments } => index(arguments, done, &mut out.codes, rows),
        Op::Map { source, map } => {
            let codes = done.codes(*source);
            out.codes.resize(codes.len(), 0);
            look_up(simd, tables.codes(), map, codes, &mut out.codes);
        }
        Op::MapNumbers { source, values, exceptions } => {
            let codes = done.codes(*source);
            let value = |code: &u16| values.get(usize::from(*code)).copied().unwrap_or(0);
            collect(&mut out.numbers, codes.iter().map(value));
            if let Some(map) = exceptions.as_ref().filter(|_| !spotless) {
                collect(&mut out.codes, codes.iter().map(|code| at(map, *code)));
                out.exceptional = any(&out.codes);
            }
        }
        Op::Threshold { source, boundaries, map, exceptions, buckets } => {
            let numbers = done.integers(*source);
            match (tables, buckets) {
                (Tables::Places { low, high, planes }, _) => {
                    places(simd, numbers, *low, *high, planes, &mut out.codes);
                }
                (Tables::Counts(planes), _) => {
                    counted(simd, numbers, boundaries, &mut out.codes);
                    bytes::replace(simd, planes, &mut out.codes);
                }
                (_, Some(buckets)) => bucketed(&numbers.to_wide(), buckets, &mut out.codes),
                (_, None) => threshold(simd, numbers, boundaries, map, &mut out.codes),
            }
            except(done.exceptions(*source), exceptions, &mut out.codes);
        }
        Op::RatioThreshold { source, cuts, map, exceptions } => {
            ratios(done, *source, cuts, map, &mut out.codes);
            except(done.exceptions(*source), exceptions, &mut out.codes);
        }
        Op::Compare { order, left, right, exceptions } => {
            compare(*order, done.numbers(*left), done.numbers(*right), &mut out.codes);
            if let Some(merged) = merged(done, *left, *right, exceptions, rows) {
                for ((code, merged), pair) in
                    out.codes.iter_mut().zip(merged.codes).zip(merged.pair)
                {
                    if pair {
                        *code = merged;
                    }
                }
            }
        }
        Op::Logic { all, operands, merges } => logic(*all, operands, merges, done, &mut out.codes),
        Op::Sum { terms, constant, merges, overflow } => {
            sum(simd, terms, *constant, tables, merges, *overflow, done, spotless, out, rows);
        }
        Op::Product { left, right, merge, overflow } => {
            product(*left, *right, merge, *overflow, done, out, rows);
        }
        Op::Quotient { left, right, merge, by_zero, overflow } => {
            quotient(*left, *right, merge, [*by_zero, *overflow], done, out, rows);
        }
        Op::Unary { function, source, exceptions, overflow } => {
            unary(*function, done.numbers(*source), *overflow, out);
            overlay(done.exceptions(*source), exceptions, out);
        }
        Op::MonthsBetween { from, to, merge, overflow } => {
            months_between(done.numbers(*from), done.numbers(*to), *overflow, out);
            overlay_pair(done, *from, *to, merge, out, rows);
        }
        Op::AddMonths { date, months, back, merge, overflow } => {
            add_months(done.numbers(*date), done.numbers(*months), *back, *overflow, out);
            overlay_pair(done, *date, *months, merge, out, rows);
        }
        Op::Select { condition, then, otherwise, exceptions, widths } => {
            let conditions = done.codes(*condition);
            let pairs = done.numbers(*then).iter().zip(done.numbers(*otherwise));
            collect(
                &mut out.numbers,
                conditions.iter().zip(pairs).map(|(c, (a, b))| if *c == 1 { *a } else { *b }),
            );
            let none = vec![0; rows];
            let then = done.exceptions(*then).unwrap_or(&none);
            let otherwise = done.exceptions(*otherwise).unwrap_or(&none);
            let [first, second] = widths;
            let place = |(c, (a, b)): (&u16, (&u16, &u16))| {
                let place = (usize::from(*c) * first + usize::from(*a)) * second + usize::from(*b);
                exceptions.get(place).copied().unwrap_or(0)
            };
            collect(&mut out.codes, conditions.iter().zip(then.iter().zip(otherwise)).map(place));
            out.exceptional = any(&out.codes);
        }
        Op::Choose { source, choice, values, exceptions, others } => {
            choose(done.codes(*source), choice, values, exceptions, others, done, out);
        }
        Op::ChooseCodes { source, choice, codes, others } => {
            let places = done.codes(*source);
            collect(&mut out.codes, places.iter().map(|place| at(codes, *place)));
            for (number, (node, map)) in others.iter().enumerate() {
                let theirs = done.codes(*node).iter();
                for ((code, place), theirs) in out.codes.iter_mut().zip(places).zip(theirs) {
                    if usize::from(at(choice, *place)) == number + 1 {
                        *code = at(map, *theirs);
                    }
                }
            }
        }
        Op::Bit { source, bit, exceptions } => {
            let sets = done.sets(*source);
            collect(&mut out.codes, sets.iter().map(|set| (set >> bit & 1) as u16));
            except(done.exceptions(*source), exceptions, &mut out.codes);
        }
        Op::Winner { rules, none, several } => {
            if rules.words == 1 && rules.told != 0 {
                few_rules(rules, done, &mut out.sets, rows);
                let code = |set: &u64| rules.winner(*set, *none, *several);
                collect(&mut out.codes, out.sets.iter().map(code));
            } else {
                winner(rules, *none, *several, done, &mut out.codes, rows);
            }
        }
        Op::RuleSum { rules, values, none } => rule_sum(rules, values, *none, done, out, rows),
    }
}

/// The rows of which sums stay in registers.
const CHUNK: usize = 64;

#[inline(always)]
fn index(arguments: &[(NodeId, u16)], done: Done<'_>, codes: &mut Vec<u16>, rows: usize) {
    let sources: SmallVec<[(Coded<'_>, u16); 16]> =
        arguments.iter().map(|(node, stride)| (done.coded(*node), *stride)).collect();
    codes.resize(rows, 0);
    for (number, slots) in codes.chunks_mut(CHUNK).enumerate() {
        let start = number * CHUNK;
        let mut sum = [0_u16; CHUNK];
        for (source, stride) in &sources {
            match source {
                Coded::Codes(codes) => {
                    add(&mut sum, codes.get(start..).unwrap_or_default(), |code| {
                        code.wrapping_mul(*stride)
                    });
                }
                Coded::Booleans(values) => {
                    add(&mut sum, values.get(start..).unwrap_or_default(), |value| {
                        u16::from(value).wrapping_mul(*stride)
                    });
                }
            }
        }
        match slots.as_mut_array::<CHUNK>() {
            Some(slots) => *slots = sum,
            None => slots.iter_mut().zip(sum).for_each(|(slot, sum)| *slot = sum),
        }
    }
}

/// Adds to each sum what one of the first values is worth.
#[inline(always)]
fn add<T: Copy>(sums: &mut [u16; CHUNK], values: &[T], worth: impl Fn(T) -> u16) {
    match values.first_chunk::<CHUNK>() {
        Some(values) => {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.wrapping_add(worth(*value));
            }
        }
        None => {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.wrapping_add(worth(*value));
            }
        }
    }
}

/// A code for each code.
#[inline(always)]
pub(super) fn look_up<S: Simd>(
    simd: S,
    planes: Option<&Planes>,
    map: &[u16],
    codes: &[u16],
    entries: &mut [u16],
) {
    match planes {
        Some(planes) => bytes::look_up(simd, planes, codes, entries),
        None => entries.iter_mut().zip(codes).for_each(|(slot, code)| *slot = at(map, *code)),
    }
}

/// The exceptions of integers after a function.
#[inline(always)]
fn except(exceptions: Option<&[u16]>, map: &[u16], codes: &mut [u16]) {
    let Some(exceptions) = exceptions else { return };
    for (code, exception) in codes.iter_mut().zip(exceptions) {
        if *exception != 0 {
            *code = at(map, *exception);
        }
    }
}

/// The same, where the result are integers that may have exceptions already.
fn overlay(exceptions: Option<&[u16]>, map: &[u16], out: &mut Register) {
    let Some(exceptions) = exceptions else { return };
    begin_exceptions(out);
    except(Some(exceptions), map, &mut out.codes);
}

/// Makes room for exceptions, where there are none yet.
fn begin_exceptions(out: &mut Register) {
    if !out.exceptional {
        out.exceptional = true;
        let rows = out.numbers.len();
        fill(&mut out.codes, rows, 0);
    }
}

fn set_exception(out: &mut Register, row: usize, code: u16) {
    begin_exceptions(out);
    if let Some(slot) = out.codes.get_mut(row) {
        *slot = code;
    }
}

/// The merged exceptions of two columns, and which rows have one.
struct Merged<C, P> {
    codes: C,
    pair: P,
}

fn merged<'r>(
    done: Done<'r>,
    left: NodeId,
    right: NodeId,
    merge: &'r Merge,
    rows: usize,
) -> Option<Merged<std::vec::IntoIter<u16>, std::vec::IntoIter<bool>>> {
    let (a, b) = (done.exceptions(left), done.exceptions(right));
    if a.is_none() && b.is_none() {
        return None;
    }
    let none = vec![0; rows];
    let pairs = a.unwrap_or(&none).iter().zip(b.unwrap_or(&none));
    let mut codes = Vec::with_capacity(rows);
    let mut pair = Vec::with_capacity(rows);
    for (a, b) in pairs {
        codes.push(pair_code(merge, *a, *b));
        pair.push(*a != 0 || *b != 0);
    }
    Some(Merged { codes: codes.into_iter(), pair: pair.into_iter() })
}

#[inline]
fn pair_code(merge: &Merge, a: u16, b: u16) -> u16 {
    merge.map.get(usize::from(a) * merge.width + usize::from(b)).copied().unwrap_or(0)
}

fn overlay_pair(
    done: Done<'_>,
    left: NodeId,
    right: NodeId,
    merge: &Merge,
    out: &mut Register,
    rows: usize,
) {
    let Some(merged) = merged(done, left, right, merge, rows) else { return };
    begin_exceptions(out);
    for ((slot, code), pair) in out.codes.iter_mut().zip(merged.codes).zip(merged.pair) {
        if pair {
            *slot = code;
        }
    }
}

// Numbers to codes.

#[inline(always)]
fn threshold<S: Simd>(
    simd: S,
    numbers: Integers<'_>,
    boundaries: &[i64],
    map: &[u16],
    codes: &mut Vec<u16>,
) {
    match boundaries {
        [] => fill(codes, numbers.len(), at(map, 0)),
        [boundary] => {
            let (below, above) = (at(map, 0), at(map, 1));
            let code = |n: i64| if n >= *boundary { above } else { below };
            match numbers {
                Integers::Narrow(numbers) => {
                    collect(codes, numbers.iter().map(|n| code(i64::from(*n))));
                }
                Integers::Wide(numbers) => collect(codes, numbers.iter().map(|n| code(*n))),
            }
        }
        few if few.len() <= MOST_COUNTED => counted(simd, numbers, few, codes),
        many => {
            let numbers = numbers.to_wide();
            let place = |n: &i64| many.partition_point(|boundary| boundary <= n) as u16;
            collect(codes, numbers.iter().map(place));
        }
    }
    let identical = map.iter().enumerate().all(|(place, code)| place == usize::from(*code));
    if boundaries.len() > 1 && !identical {
        for code in codes.iter_mut() {
            *code = at(map, *code);
        }
    }
}

/// The codes of integers by their places from a lowest to a highest one.
#[inline(always)]
fn places<S: Simd>(
    simd: S,
    numbers: Integers<'_>,
    low: i64,
    high: i64,
    planes: &Planes,
    codes: &mut Vec<u16>,
) {
    match (numbers, i32::try_from(low), i32::try_from(high)) {
        (Integers::Narrow(numbers), Ok(low), Ok(high)) => {
            let place = |n: &i32| (*n).min(high).max(low).wrapping_sub(low) as u16;
            collect(codes, numbers.iter().map(place));
        }
        (numbers, ..) => {
            let place = |n: &i64| (*n).min(high).max(low).wrapping_sub(low) as u16;
            collect(codes, numbers.to_wide().iter().map(place));
        }
    }
    bytes::replace(simd, planes, codes);
}

/// The codes of integers by bucket.
#[inline(always)]
fn bucketed(numbers: &[i64], buckets: &Buckets, codes: &mut Vec<u16>) {
    let Buckets { low, high, shift, buckets, single } = buckets;
    if let Some(single) = single {
        let place = |n: &i64| n.clamp(low, high).wrapping_sub(*low) as usize;
        let code = |n: &i64| single.get(place(n)).copied().unwrap_or(0);
        collect(codes, numbers.iter().map(code));
        return;
    }
    let code = |n: &i64| {
        let place = n.clamp(low, high).wrapping_sub(*low) as u64 >> shift;
        let bucket = buckets.get(place as usize).copied();
        bucket.map_or(0, |bucket| if *n >= bucket.boundary { bucket.above } else { bucket.below })
    };
    collect(codes, numbers.iter().map(code));
}

/// How many boundaries are not above each integer, without branches.
// Additions wrap, since checks for overflow would keep loops from becoming vectors.
#[inline(always)]
fn counted<S: Simd>(simd: S, numbers: Integers<'_>, boundaries: &[i64], codes: &mut Vec<u16>) {
    let mut narrow = [0_i32; MOST_COUNTED];
    let mut fits = true;
    for (narrow, boundary) in narrow.iter_mut().zip(boundaries) {
        match i32::try_from(*boundary) {
            Ok(boundary) => *narrow = boundary,
            Err(_) => fits = false,
        }
    }
    let narrow = narrow.get(..boundaries.len()).unwrap_or_default();
    codes.resize(numbers.len(), 0);
    let numbers = match numbers {
        Integers::Narrow(numbers) if fits => {
            for (lane, slots) in numbers.chunks(LANES).zip(codes.chunks_mut(LANES)) {
                let mut values = [0_i32; LANES];
                values.iter_mut().zip(lane).for_each(|(value, n)| *value = *n);
                let counts = count(simd, &values, narrow);
                slots.iter_mut().zip(counts).for_each(|(slot, count)| *slot = count as u16);
            }
            return;
        }
        numbers => numbers.to_wide(),
    };
    for (lane, slots) in numbers.chunks(LANES).zip(codes.chunks_mut(LANES)) {
        let wide = lane.iter().fold(0, |wide, n| wide | (n ^ i64::from(*n as i32)));
        let counts = if fits && wide == 0 {
            let mut values = [0_i32; LANES];
            values.iter_mut().zip(lane).for_each(|(value, n)| *value = *n as i32);
            count(simd, &values, narrow)
        } else {
            let mut counts = [0_i32; LANES];
            for boundary in boundaries {
                for (count, n) in counts.iter_mut().zip(lane) {
                    *count = count.wrapping_add(i32::from(n >= boundary));
                }
            }
            counts
        };
        slots.iter_mut().zip(counts).for_each(|(slot, count)| *slot = count as u16);
    }
}

/// How many boundaries are not above each integer.
#[inline(always)]
fn count<S: Simd>(simd: S, values: &[i32; LANES], boundaries: &[i32]) -> [i32; LANES] {
    let mut counts = [0_i32; LANES];
    let (values, slots) = (values.as_chunks::<16>().0, counts.as_chunks_mut::<16>().0);
    for (values, slots) in values.iter().zip(slots) {
        let values = i32x16::load_array_ref(simd, values);
        let one = i32x16::splat(simd, 1);
        let mut count = i32x16::splat(simd, 0);
        for boundary in boundaries {
            let reached = values.simd_ge(i32x16::splat(simd, *boundary));
            count = reached.select(count + one, count);
        }
        count.store_array(slots);
    }
    counts
}

fn ratios(done: Done<'_>, source: NodeId, cuts: &[RatioCut], map: &[u16], codes: &mut Vec<u16>) {
    let (numbers, divisors) = (done.numbers(source), done.divisors(source));
    let greatest =
        |values: &[i64]| values.iter().fold(0_u64, |all, value| all | value.unsigned_abs());
    let (left, right) = (greatest(numbers), greatest(divisors));
    fill(codes, numbers.len(), 0);
    for cut in cuts {
        let fits = |a: u64, b: i64| {
            a.checked_mul(b.unsigned_abs()).is_some_and(|product| product < 1 << 62)
        };
        let pairs = codes.iter_mut().zip(numbers.iter().zip(divisors));
        // A quotient is above a strict cut if it is not at or below it.
        let strict = i64::from(cut.strict);
        if fits(left, cut.numerator) && fits(right, cut.divisor) {
            for (code, (n, d)) in pairs {
                let (a, b) = (n.wrapping_mul(cut.numerator), d.wrapping_mul(cut.divisor));
                *code = code.wrapping_add(u16::from(a >= b.wrapping_add(strict)));
            }
        } else {
            for (code, (n, d)) in pairs {
                let a = i128::from(*n) * i128::from(cut.numerator);
                let b = i128::from(*d) * i128::from(cut.divisor) + i128::from(strict);
                *code = code.wrapping_add(u16::from(a >= b));
            }
        }
    }
    for code in codes.iter_mut() {
        *code = at(map, *code);
    }
}

#[inline(always)]
fn compare(order: Order, left: &[i64], right: &[i64], codes: &mut Vec<u16>) {
    let pairs = left.iter().zip(right);
    match order {
        Order::Less => collect(codes, pairs.map(|(a, b)| u16::from(a < b))),
        Order::LessEqual => collect(codes, pairs.map(|(a, b)| u16::from(a <= b))),
        Order::Equal => collect(codes, pairs.map(|(a, b)| u16::from(a == b))),
        Order::NotEqual => collect(codes, pairs.map(|(a, b)| u16::from(a != b))),
    }
}

#[inline(always)]
fn logic(all: bool, operands: &[NodeId], merges: &[Merge], done: Done<'_>, codes: &mut Vec<u16>) {
    let mut seen = 0;
    for (number, operand) in operands.iter().enumerate() {
        let theirs = done.codes(*operand);
        if number == 0 {
            collect(codes, theirs.iter().copied());
            seen |= theirs.iter().fold(0, |seen, code| seen | code);
            continue;
        }
        let pairs = codes.iter_mut().zip(theirs);
        let mut more = 0;
        if all {
            for (code, their) in pairs {
                *code &= their;
                more |= their;
            }
        } else {
            for (code, their) in pairs {
                *code |= their;
                more |= their;
            }
        }
        seen |= more;
    }
    if seen <= 1 {
        return;
    }
    // Some are neither true nor false.
    let mut operands = operands.iter();
    let Some(first) = operands.next() else { return };
    collect(codes, done.codes(*first).iter().copied());
    for (operand, merge) in operands.zip(merges) {
        for (code, their) in codes.iter_mut().zip(done.codes(*operand)) {
            *code = pair_code(merge, *code, *their);
        }
    }
}

// Arithmetic.

#[expect(clippy::too_many_arguments, reason = "what a sum is made of")]
#[inline(always)]
fn sum<S: Simd>(
    simd: S,
    terms: &[Term],
    constant: i64,
    tables: &Tables,
    merges: &[Merge],
    overflow: u16,
    done: Done<'_>,
    spotless: bool,
    out: &mut Register,
    rows: usize,
) {
    // Where the sum of the greatest magnitudes fits, nothing can overflow on the way.
    let fits = overflow == 0 || {
        let mut magnitude = u128::from(constant.unsigned_abs());
        for term in terms {
            let most = term.most.map(u128::from).unwrap_or_else(|| {
                let most = u128::from(done.integers(term.node).most());
                most.saturating_mul(u128::from(term.factor.unsigned_abs()))
            });
            magnitude = magnitude.saturating_add(most);
        }
        magnitude <= i64::MAX as u128
    };
    if fits {
        let others = terms.iter().filter(|term| term.lookup.is_none());
        let others: SmallVec<[(Integers<'_>, i64); 4]> =
            others.map(|term| (done.integers(term.node), term.factor)).collect();
        match tables {
            Tables::Sum { planes, base } => {
                let lookups = terms.iter().filter(|term| term.lookup.is_some());
                let codes = lookups.map(|term| done.codes(term.node));
                let columns: SmallVec<[(&Planes, &[u16]); 16]> = planes.iter().zip(codes).collect();
                out.numbers.resize(rows, 0);
                for (number, sums) in out.numbers.chunks_mut(CHUNK).enumerate() {
                    let start = number * CHUNK;
                    let found = bytes::sum(simd, &columns, start);
                    let mut chunk = [*base; CHUNK];
                    for (sum, found) in chunk.iter_mut().zip(found) {
                        *sum = sum.wrapping_add(i64::from(found));
                    }
                    for (integers, factor) in &others {
                        add_integers(&mut chunk, *integers, start, *factor);
                    }
                    match sums.as_mut_array::<CHUNK>() {
                        Some(sums) => *sums = chunk,
                        None => sums.iter_mut().zip(chunk).for_each(|(sum, all)| *sum = all),
                    }
                }
            }
            _ => {
                fill(&mut out.numbers, rows, constant);
                looked_up(terms, done, &mut out.numbers);
                for (integers, factor) in &others {
                    add_integers(&mut out.numbers, *integers, 0, *factor);
                }
            }
        }
    } else {
        fill(&mut out.numbers, rows, constant);
        let mut over = vec![false; rows];
        for term in terms {
            let numbers = match &term.lookup {
                Some(lookup) => {
                    let codes = done.codes(term.node).iter();
                    Cow::Owned(codes.map(|code| lookup.value(*code)).collect::<Vec<i64>>())
                }
                None => done.integers(term.node).to_wide(),
            };
            for ((sum, over), n) in out.numbers.iter_mut().zip(&mut over).zip(&*numbers) {
                match n.checked_mul(term.factor).and_then(|n| sum.checked_add(n)) {
                    Some(more) => *sum = more,
                    None => *over = true,
                }
            }
        }
        for (row, over) in over.into_iter().enumerate() {
            if over {
                set_exception(out, row, overflow);
            }
        }
    }
    if spotless {
        return;
    }
    let all: Vec<Option<Cow<'_, [u16]>>> =
        terms.iter().map(|term| exceptions_of(term, done)).collect();
    if all.iter().all(Option::is_none) {
        return;
    }
    let none = vec![0; rows];
    let mut codes: Option<Vec<u16>> = None;
    let mut pairs = merges.iter();
    for (number, theirs) in all.iter().enumerate() {
        let theirs = theirs.as_deref().unwrap_or(&none);
        codes = Some(match (codes, number) {
            (None, _) if terms.len() == 1 => {
                let map = pairs.next().map_or(&[][..], |merge| merge.map.as_slice());
                theirs.iter().map(|code| at(map, *code)).collect()
            }
            (None, _) => theirs.to_vec(),
            (Some(codes), _) => match pairs.next() {
                Some(merge) => {
                    codes.iter().zip(theirs).map(|(a, b)| pair_code(merge, *a, *b)).collect()
                }
                None => codes,
            },
        });
    }
    begin_exceptions(out);
    for (slot, code) in out.codes.iter_mut().zip(codes.unwrap_or_default()) {
        if code != 0 {
            *slot = code;
        }
    }
}

/// Adds integers from `start`, each times a factor.
#[inline(always)]
fn add_integers(sums: &mut [i64], integers: Integers<'_>, start: usize, factor: i64) {
    match (integers, i32::try_from(factor)) {
        // The product of two narrow integers is cheap.
        (Integers::Narrow(numbers), Ok(factor)) => {
            let numbers = numbers.get(start..).unwrap_or_default();
            for (sum, n) in sums.iter_mut().zip(numbers) {
                *sum = sum.wrapping_add(i64::from(*n).wrapping_mul(i64::from(factor)));
            }
        }
        (Integers::Narrow(numbers), Err(_)) => {
            let numbers = numbers.get(start..).unwrap_or_default();
            for (sum, n) in sums.iter_mut().zip(numbers) {
                *sum = sum.wrapping_add(i64::from(*n).wrapping_mul(factor));
            }
        }
        (Integers::Wide(numbers), Ok(1)) => {
            let numbers = numbers.get(start..).unwrap_or_default();
            sums.iter_mut().zip(numbers).for_each(|(sum, n)| *sum = sum.wrapping_add(*n));
        }
        (Integers::Wide(numbers), _) => {
            let numbers = numbers.get(start..).unwrap_or_default();
            for (sum, n) in sums.iter_mut().zip(numbers) {
                *sum = sum.wrapping_add(n.wrapping_mul(factor));
            }
        }
    }
}

/// Adds the integers of codes, several columns at a time.
fn looked_up(terms: &[Term], done: Done<'_>, sums: &mut [i64]) {
    let found: Vec<(&Lookup, &[u16])> = terms
        .iter()
        .filter_map(|term| Some((&**term.lookup.as_ref()?, done.codes(term.node))))
        .collect();
    let (fours, rest) = found.as_chunks::<4>();
    for [(a, first), (b, second), (c, third), (d, fourth)] in fours {
        let codes = first.iter().zip(*second).zip(third.iter().zip(*fourth));
        for (sum, ((w, x), (y, z))) in sums.iter_mut().zip(codes) {
            let pair = a.value(*w).wrapping_add(b.value(*x));
            let other = c.value(*y).wrapping_add(d.value(*z));
            *sum = sum.wrapping_add(pair).wrapping_add(other);
        }
    }
    for (lookup, codes) in rest {
        for (sum, code) in sums.iter_mut().zip(*codes) {
            *sum = sum.wrapping_add(lookup.value(*code));
        }
    }
}

/// The exceptions of an operand of a sum, if there are any.
#[inline(always)]
fn exceptions_of<'r>(term: &Term, done: Done<'r>) -> Option<Cow<'r, [u16]>> {
    let Some(lookup) = &term.lookup else { return done.exceptions(term.node).map(Cow::Borrowed) };
    let map = lookup.exceptions.as_ref()?;
    let codes = done.codes(term.node);
    let first = lookup.first_exception?;
    let greatest = codes.iter().fold(0, |most, code| most.max(*code));
    let some = greatest >= first && codes.iter().any(|code| at(map, *code) != 0);
    some.then(|| codes.iter().map(|code| at(map, *code)).collect())
}

fn product(
    left: NodeId,
    right: NodeId,
    merge: &Merge,
    overflow: u16,
    done: Done<'_>,
    out: &mut Register,
    rows: usize,
) {
    let (a, b) = (done.numbers(left), done.numbers(right));
    let most = |node| {
        let (low, high) = bounds(done.numbers(node));
        u128::from(low.unsigned_abs().max(high.unsigned_abs()))
    };
    if most(left) * most(right) <= i64::MAX as u128 {
        collect(&mut out.numbers, a.iter().zip(b).map(|(a, b)| a.wrapping_mul(*b)));
    } else {
        fill(&mut out.numbers, rows, 0);
        for (row, (a, b)) in a.iter().zip(b).enumerate() {
            match (a.checked_mul(*b), out.numbers.get_mut(row)) {
                (Some(product), Some(slot)) => *slot = product,
                _ => set_exception(out, row, overflow),
            }
        }
    }
    overlay_pair(done, left, right, merge, out, rows);
}

fn quotient(
    left: NodeId,
    right: NodeId,
    merge: &Merge,
    [by_zero, overflow]: [u16; 2],
    done: Done<'_>,
    out: &mut Register,
    rows: usize,
) {
    let (a, b) = (done.numbers(left), done.numbers(right));
    collect(&mut out.numbers, a.iter().copied());
    collect(&mut out.divisors, b.iter().copied());
    if b.iter().any(|divisor| *divisor <= 0) || a.contains(&i64::MIN) {
        for row in 0..rows {
            let (Some(number), Some(divisor)) =
                (out.numbers.get_mut(row), out.divisors.get_mut(row))
            else {
                continue;
            };
            if *number == i64::MIN || *divisor == i64::MIN {
                *divisor = 1;
                set_exception(out, row, overflow);
            } else if *divisor == 0 {
                *divisor = 1;
                set_exception(out, row, by_zero);
            } else if *divisor < 0 {
                *number = number.wrapping_neg();
                *divisor = divisor.wrapping_neg();
            }
        }
    }
    overlay_pair(done, left, right, merge, out, rows);
}

fn unary(function: Function, numbers: &[i64], overflow: u16, out: &mut Register) {
    let values = numbers.iter();
    let mut over = false;
    match function {
        Function::Floor(1) | Function::Ceiling(1) => {
            collect(&mut out.numbers, values.copied());
        }
        Function::Floor(by) => collect(&mut out.numbers, values.map(|n| n.div_euclid(by))),
        Function::Ceiling(by) => {
            let up = |n: &i64| n.div_euclid(by) + i64::from(n.rem_euclid(by) != 0);
            collect(&mut out.numbers, values.map(up));
        }
        // A constant divisor is a multiplication.
        Function::Quotient(12) => collect(&mut out.numbers, values.map(|n| n / 12)),
        Function::Remainder(12) => collect(&mut out.numbers, values.map(|n| n % 12)),
        Function::Quotient(by) => collect(&mut out.numbers, values.map(|n| n / by)),
        Function::Remainder(by) => collect(&mut out.numbers, values.map(|n| n % by)),
        Function::Absolute => {
            over = numbers.contains(&i64::MIN);
            collect(&mut out.numbers, values.map(|n| n.wrapping_abs()));
        }
        Function::Year | Function::Month | Function::Day => {
            fill(&mut out.numbers, numbers.len(), 0);
            for (row, days) in numbers.iter().enumerate() {
                match (Date::from_days(*days), out.numbers.get_mut(row)) {
                    (Some(date), Some(slot)) => {
                        *slot = match function {
                            Function::Year => i64::from(date.year()),
                            Function::Month => i64::from(date.month()),
                            _ => i64::from(date.day()),
                        };
                    }
                    _ => set_exception(out, row, overflow),
                }
            }
        }
    }
    if over {
        for (row, number) in numbers.iter().enumerate() {
            if *number == i64::MIN {
                set_exception(out, row, overflow);
            }
        }
    }
}

fn months_between(from: &[i64], to: &[i64], overflow: u16, out: &mut Register) {
    fill(&mut out.numbers, from.len(), 0);
    // One of the two is often the same day for all.
    let mut dates = [Days::default(), Days::default()];
    for (row, (from, to)) in from.iter().zip(to).enumerate() {
        let [first, second] = &mut dates;
        let months = match (first.date(*from), second.date(*to)) {
            (Some(from), Some(to)) => Some(from.months_until(to).total_months()),
            _ => None,
        };
        match (months, out.numbers.get_mut(row)) {
            (Some(months), Some(slot)) => *slot = months,
            _ => set_exception(out, row, overflow),
        }
    }
}

/// The date that was last asked for.
#[derive(Default)]
struct Days {
    days: i64,
    date: Option<Date>,
}

impl Days {
    #[inline]
    fn date(&mut self, days: i64) -> Option<Date> {
        if self.date.is_none() || self.days != days {
            self.days = days;
            self.date = Date::from_days(days);
        }
        self.date
    }
}

fn add_months(dates: &[i64], months: &[i64], back: bool, overflow: u16, out: &mut Register) {
    fill(&mut out.numbers, dates.len(), 0);
    let mut last: Option<((i64, i64), Option<i64>)> = None;
    for (row, (days, months)) in dates.iter().zip(months).enumerate() {
        let moved = match last {
            Some((key, moved)) if key == (*days, *months) => moved,
            _ => {
                let months_signed = if back { months.checked_neg() } else { Some(*months) };
                let moved = Date::from_days(*days)
                    .zip(months_signed)
                    .and_then(|(date, months)| date.add_months(months))
                    .map(Date::to_days);
                last = Some(((*days, *months), moved));
                moved
            }
        };
        match (moved, out.numbers.get_mut(row)) {
            (Some(days), Some(slot)) => *slot = days,
            _ => set_exception(out, row, overflow),
        }
    }
}

fn choose(
    places: &[u16],
    choice: &[u16],
    values: &[i64],
    exceptions: &[u16],
    others: &[Other],
    done: Done<'_>,
    out: &mut Register,
) {
    let value = |place: &u16| values.get(usize::from(*place)).copied().unwrap_or(0);
    collect(&mut out.numbers, places.iter().map(value));
    collect(&mut out.codes, places.iter().map(|place| at(exceptions, *place)));
    let mut over = Vec::new();
    for (number, other) in others.iter().enumerate() {
        let theirs = done.numbers(other.node);
        let chosen = |place: u16| usize::from(at(choice, place)) == number + 1;
        let slots = out.numbers.iter_mut().zip(places).zip(theirs);
        if other.factor == 1 {
            for ((slot, place), theirs) in slots {
                *slot = if chosen(*place) { *theirs } else { *slot };
            }
        } else {
            for (row, ((slot, place), theirs)) in slots.enumerate() {
                if chosen(*place) {
                    match theirs.checked_mul(other.factor) {
                        Some(value) => *slot = value,
                        None => over.push((row, other.overflow)),
                    }
                }
            }
        }
        if let Some(theirs) = done.exceptions(other.node) {
            for ((slot, place), theirs) in out.codes.iter_mut().zip(places).zip(theirs) {
                if chosen(*place) {
                    *slot = at(&other.exceptions, *theirs);
                }
            }
        }
    }
    for (row, code) in over {
        if let Some(slot) = out.codes.get_mut(row).filter(|slot| **slot == 0) {
            *slot = code;
        }
    }
    out.exceptional = any(&out.codes);
}

// Rules.

/// Calls with the sets of rules that match in each row; `None` where it cannot be told.
fn matching(rules: &Rules, done: Done<'_>, rows: usize, mut f: impl FnMut(usize, Option<&[u64]>)) {
    let columns: Vec<(&RuleColumn, &[u16])> =
        rules.columns.iter().map(|column| (column, done.codes(column.source))).collect();
    let mut set = rules.all.clone();
    for row in 0..rows {
        set.copy_from_slice(&rules.all);
        let mut told = true;
        for (column, codes) in &columns {
            let code = usize::from(codes.get(row).copied().unwrap_or(0));
            told &= !column.undecided.get(code).copied().unwrap_or(true);
            let start = code * rules.words;
            let theirs = column.sets.get(start..start + rules.words).unwrap_or_default();
            set.iter_mut().zip(theirs).for_each(|(all, theirs)| *all &= theirs);
        }
        f(row, told.then_some(set.as_slice()));
    }
}

/// The sets of rules that match, where they are one word each: column by column.
fn few_rules(rules: &Rules, done: Done<'_>, sets: &mut Vec<u64>, rows: usize) {
    fill(sets, rows, rules.all.first().copied().unwrap_or(0) | rules.told);
    let set =
        |column: &RuleColumn, code: &u16| column.sets.get(usize::from(*code)).copied().unwrap_or(0);
    for pair in rules.columns.chunks(2) {
        match pair {
            [a, b] => {
                let codes = done.codes(a.source).iter().zip(done.codes(b.source));
                for (all, (x, y)) in sets.iter_mut().zip(codes) {
                    *all &= set(a, x) & set(b, y);
                }
            }
            [a] => {
                for (all, x) in sets.iter_mut().zip(done.codes(a.source)) {
                    *all &= set(a, x);
                }
            }
            _ => {}
        }
    }
}

fn winner(
    rules: &Rules,
    none: u16,
    several: Option<u16>,
    done: Done<'_>,
    codes: &mut Vec<u16>,
    rows: usize,
) {
    fill(codes, rows, rules.undecided);
    matching(rules, done, rows, |row, set| {
        let (Some(set), Some(code)) = (set, codes.get_mut(row)) else { return };
        let mut words = set.iter().enumerate().filter(|(_, word)| **word != 0);
        let Some((place, word)) = words.next() else {
            *code = none;
            return;
        };
        *code = match several {
            Some(several) if word.count_ones() > 1 || words.next().is_some() => several,
            _ => (place * 64) as u16 + word.trailing_zeros() as u16,
        };
    });
}

fn rule_sum(
    rules: &Rules,
    values: &[i64],
    none: u16,
    done: Done<'_>,
    out: &mut Register,
    rows: usize,
) {
    fill(&mut out.numbers, rows, 0);
    fill(&mut out.codes, rows, 0);
    let Register { numbers, codes, .. } = out;
    matching(rules, done, rows, |row, set| {
        let (Some(number), Some(code)) = (numbers.get_mut(row), codes.get_mut(row)) else { return };
        let Some(set) = set else {
            *code = rules.undecided;
            return;
        };
        let mut sum = 0_i64;
        let mut empty = true;
        for (place, word) in set.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                empty = false;
                let rule = place * 64 + rest.trailing_zeros() as usize;
                sum = sum.wrapping_add(values.get(rule).copied().unwrap_or(0));
                rest &= rest - 1;
            }
        }
        *number = sum;
        if empty {
            *number = values.last().copied().unwrap_or(0);
            *code = none;
        }
    });
    out.exceptional = any(&out.codes);
}
