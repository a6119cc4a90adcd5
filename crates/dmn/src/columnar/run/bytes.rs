//! Lookups of codes by shuffles of bytes, 64 rows at a time.
//!
//! A table of codes or of small integers is cut into planes of bytes; a processor that shuffles
//! whole vectors finds 64 entries at once. Where it cannot, or where the table is too long to be
//! worth it, tables are looked up row by row.

use fearless_simd::prelude::*;
use fearless_simd::{Level, mask8x64, u8x64, u16x32};

/// The rows that are looked up at a time.
const ROWS: usize = 64;

/// The places that one shuffle tells apart.
const PLACES: usize = 128;

/// A table in bytes: blocks of so many places each.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    /// The low bytes of the entries, and their high bytes where they have any.
    blocks: Vec<Block>,
    wide: bool,
    /// Whether places are told apart by four bits.
    short: bool,
}

#[derive(Debug, Clone)]
struct Block {
    low: [[u8; ROWS]; 2],
    high: [[u8; ROWS]; 2],
}

/// The longest table that is worth shuffling, in blocks; none if no table is.
fn most_blocks(level: Level) -> usize {
    match level {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx512(_) => 8,
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx2(_) => 1,
        _ => 0,
    }
}

impl Planes {
    /// The planes of a table; `None` if it is better looked up row by row.
    pub fn new(level: Level, table: &[u16]) -> Option<Planes> {
        let blocks = table.len().div_ceil(PLACES);
        if table.is_empty() || blocks > most_blocks(level) {
            return None;
        }
        let short = table.len() <= 16;
        let block = |entries: &[u16]| {
            let mut block = Block { low: [[0; ROWS]; 2], high: [[0; ROWS]; 2] };
            for (part, [low, high]) in
                block.low.iter_mut().zip(&mut block.high).map(|(l, h)| [l, h]).enumerate()
            {
                for (place, (low, high)) in low.iter_mut().zip(high).enumerate() {
                    let place = if short { place % 16 } else { part * ROWS + place };
                    let entry = entries.get(place).copied().unwrap_or(0);
                    [*low, *high] = entry.to_le_bytes();
                }
            }
            block
        };
        Some(Planes {
            blocks: table.chunks(PLACES).map(block).collect(),
            wide: table.iter().any(|entry| *entry > 0xff),
            short,
        })
    }
}

/// The entries of 64 places.
#[inline(always)]
fn found<S: Simd>(simd: S, planes: &Planes, places: &[u16; ROWS]) -> [u16x32<S>; 2] {
    let ([first, second], _) = places.as_chunks::<32>() else {
        return [u16x32::splat(simd, 0); 2];
    };
    let first = u16x32::load_array_ref(simd, first);
    let second = u16x32::load_array_ref(simd, second);
    let within = |places: u16x32<S>| places & u16x32::splat(simd, 0x7f);
    let place = within(first).relaxed_narrow(within(second));
    let shuffle = |table: &[[u8; ROWS]; 2], place: u8x64<S>| {
        let [a, b] = table;
        let a = u8x64::load_array_ref(simd, a);
        if planes.short {
            a.swizzle_dyn_within_blocks(place)
        } else {
            a.concat_swizzle_dyn(u8x64::load_array_ref(simd, b), place)
        }
    };
    let (low, high) = match planes.blocks.as_slice() {
        [block] => {
            let high = planes.wide.then(|| shuffle(&block.high, place));
            (shuffle(&block.low, place), high)
        }
        blocks => {
            let number = (first >> 7).relaxed_narrow(second >> 7);
            let none = u8x64::splat(simd, 0);
            let (mut low, mut high) = (none, planes.wide.then_some(none));
            for (count, block) in (0_u8..).zip(blocks) {
                let here: mask8x64<S> = number.simd_eq(u8x64::splat(simd, count));
                low = here.select(shuffle(&block.low, place), low);
                high = high.map(|high| here.select(shuffle(&block.high, place), high));
            }
            (low, high)
        }
    };
    let (first, second) = low.widen();
    match high {
        None => [first, second],
        Some(high) => {
            let (a, b) = high.widen();
            [first | (a << 8), second | (b << 8)]
        }
    }
}

/// Stores 64 entries.
#[inline(always)]
fn store<S: Simd>(found: [u16x32<S>; 2], to: &mut [u16; ROWS]) {
    if let ([first, second], _) = to.as_chunks_mut::<32>() {
        let [a, b] = found;
        a.store_array(first);
        b.store_array(second);
    }
}

/// The entry of each code, in the place of the code.
#[inline(always)]
pub(super) fn replace<S: Simd>(simd: S, planes: &Planes, codes: &mut [u16]) {
    let (chunks, rest) = codes.as_chunks_mut::<ROWS>();
    for chunk in chunks {
        store(found(simd, planes, chunk), chunk);
    }
    if !rest.is_empty() {
        let mut last = [0; ROWS];
        last.iter_mut().zip(&*rest).for_each(|(slot, code)| *slot = *code);
        let places = last;
        store(found(simd, planes, &places), &mut last);
        rest.iter_mut().zip(last).for_each(|(slot, entry)| *slot = entry);
    }
}

/// The entry of each code.
#[inline(always)]
pub(super) fn look_up<S: Simd>(simd: S, planes: &Planes, codes: &[u16], entries: &mut [u16]) {
    let (chunks, rest) = codes.as_chunks::<ROWS>();
    let (slots, last) = entries.as_chunks_mut::<ROWS>();
    for (chunk, slot) in chunks.iter().zip(slots) {
        store(found(simd, planes, chunk), slot);
    }
    last.copy_from_slice(rest);
    replace(simd, planes, last);
}

/// The sums of the entries of several columns of codes, each with its table, for the rows from
/// `start`; behind the last row they mean nothing.
#[inline(always)]
pub(super) fn sum<S: Simd>(simd: S, columns: &[(&Planes, &[u16])], start: usize) -> [u16; ROWS] {
    let mut sum = [u16x32::splat(simd, 0); 2];
    for (planes, codes) in columns {
        let part = codes.get(start..).unwrap_or_default();
        let [a, b] = match part.first_chunk::<ROWS>() {
            Some(places) => found(simd, planes, places),
            None => {
                let mut places = [0; ROWS];
                places.iter_mut().zip(part).for_each(|(slot, code)| *slot = *code);
                found(simd, planes, &places)
            }
        };
        let [first, second] = sum;
        sum = [first + a, second + b];
    }
    let mut sums = [0; ROWS];
    store(sum, &mut sums);
    sums
}

#[cfg(test)]
mod tests {
    use fearless_simd::dispatch;

    use super::*;

    /// The instructions of this processor, from the widest to what all have.
    fn levels() -> Vec<Level> {
        let level = Level::new();
        let mut levels = vec![level, Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(level.as_avx2().map(Level::Avx2));
        levels
    }

    fn table(length: usize, modulus: u16) -> Vec<u16> {
        (0..length).map(|place| (place * 7_919 % 65_521) as u16 % modulus).collect()
    }

    #[test]
    fn shuffles_find_what_tables_hold() {
        let mut shuffled = 0;
        for level in levels() {
            for length in [1, 2, 15, 16, 17, 31, 64, 65, 127, 128, 129, 256, 300, 1_000, 1_024] {
                for modulus in [200, 256, 257, 65_535] {
                    let table = table(length, modulus);
                    let Some(planes) = Planes::new(level, &table) else { continue };
                    shuffled += 1;
                    for rows in [0, 1, 63, 64, 65, 1_000] {
                        let codes: Vec<u16> =
                            (0..rows).map(|row| (row * 31 % length) as u16).collect();
                        let expected: Vec<u16> =
                            codes.iter().map(|code| table[usize::from(*code)]).collect();
                        let mut entries = vec![7; rows];
                        dispatch!(level, simd => look_up(simd, &planes, &codes, &mut entries));
                        assert_eq!(entries, expected, "{level:?}, {length} of {modulus}");
                        let mut codes = codes;
                        dispatch!(level, simd => replace(simd, &planes, &mut codes));
                        assert_eq!(codes, expected, "{level:?}, {length} of {modulus}");
                    }
                }
            }
        }
        let wide = most_blocks(Level::new()) > 0;
        assert_eq!(shuffled > 0, wide, "no table is shuffled");
    }

    #[test]
    fn sums_are_those_of_the_entries() {
        for level in levels() {
            let tables: Vec<Vec<u16>> =
                [3, 16, 40, 128].map(|length| table(length, 9_000)).to_vec();
            let planes: Option<Vec<Planes>> =
                tables.iter().map(|table| Planes::new(level, table)).collect();
            let Some(planes) = planes else { continue };
            for rows in [1, 64, 130] {
                let code = |table: &Vec<u16>, row: usize| (row * 5 % table.len()) as u16;
                let codes: Vec<Vec<u16>> = tables
                    .iter()
                    .map(|table| (0..rows).map(|row| code(table, row)).collect())
                    .collect();
                let columns: Vec<(&Planes, &[u16])> =
                    planes.iter().zip(&codes).map(|(p, c)| (p, c.as_slice())).collect();
                let found = (0..rows).step_by(ROWS).flat_map(|start| {
                    dispatch!(level, simd => sum(simd, &columns, start)).into_iter()
                });
                let found: Vec<u16> = found.take(rows).collect();
                let expected: Vec<u16> = (0..rows)
                    .map(|row| tables.iter().map(|t| t[usize::from(code(t, row))]).sum())
                    .collect();
                assert_eq!(found, expected, "{level:?}");
            }
        }
    }
}
