//! People by chance, the same for every engine.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Allowed texts, in the order of their codes.
pub const EDUCATION: [&str; 5] = ["none", "college", "bachelor", "master", "doctorate"];
pub const SKILL: [&str; 4] = ["none", "senior_worker", "technician", "senior_technician"];
pub const REGION: [&str; 7] =
    ["elsewhere", "west", "north_east", "county", "county_central", "border", "island"];
pub const POST: [&str; 6] = ["manager", "technical", "teacher", "culture", "sport", "other"];
pub const UNIVERSITY: [&str; 5] = ["none", "other", "chinese", "high_level", "top_100"];

pub const INTEGERS: [&str; 5] = ["age", "experience", "months", "level", "bonus"];
pub const CODES: [&str; 5] = ["education", "skill", "region", "post", "university"];
pub const TEXTS: [&[&str]; 5] = [&EDUCATION, &SKILL, &REGION, &POST, &UNIVERSITY];
pub const FLAGS: [&str; 9] = [
    "former_national",
    "taught",
    "healthy",
    "no_record",
    "offer",
    "standing",
    "need",
    "approved",
    "extension",
];

/// Facts of many people, as columns.
pub struct People {
    /// As [`INTEGERS`].
    pub integers: [Vec<i32>; 5],
    /// In hundredths.
    pub salary: Vec<i64>,
    /// As [`CODES`], places in [`TEXTS`].
    pub codes: [Vec<u16>; 5],
    /// As [`FLAGS`].
    pub flags: [Vec<bool>; 9],
}

impl People {
    /// So many people, always the same.
    pub fn new(rows: usize) -> People {
        let mut state = 7_u64;
        // SplitMix64.
        let mut roll = |sides: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % sides
        };
        let mut integers = |low: i32, sides| (0..rows).map(|_| low + roll(sides) as i32).collect();
        let integers =
            [integers(16, 52), integers(0, 25), integers(0, 13), integers(0, 7), integers(0, 11)];
        let salary = (0..rows).map(|_| 1_500_000 + (roll(900) * roll(90_000)) as i64).collect();
        let mut codes = |sides| (0..rows).map(|_| roll(sides) as u16).collect();
        let codes = [codes(5), codes(4), codes(7), codes(6), codes(5)];
        let flags = std::array::from_fn(|flag| {
            (0..rows).map(|_| roll(100) < if flag < 2 { 10 } else { 97 }).collect()
        });
        People { integers, salary, codes, flags }
    }

    /// How many.
    pub fn rows(&self) -> usize {
        self.salary.len()
    }

    /// Writes each column as an array file of numpy.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let rows = self.rows();
        for (name, column) in INTEGERS.iter().zip(&self.integers) {
            array(folder, name, "<i4", rows, column.iter().flat_map(|v| v.to_le_bytes()))?;
        }
        array(folder, "salary", "<i8", rows, self.salary.iter().flat_map(|v| v.to_le_bytes()))?;
        for (name, column) in CODES.iter().zip(&self.codes) {
            array(folder, name, "<u2", rows, column.iter().flat_map(|v| v.to_le_bytes()))?;
        }
        for (name, column) in FLAGS.iter().zip(&self.flags) {
            array(folder, name, "|b1", rows, column.iter().map(|v| u8::from(*v)))?;
        }
        Ok(())
    }
}

/// Writes an array file of numpy, version 1.0 of the format.
pub fn array(
    folder: &Path,
    name: &str,
    kind: &str,
    rows: usize,
    bytes: impl Iterator<Item = u8>,
) -> io::Result<()> {
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({rows},), }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    let mut file = io::BufWriter::new(fs::File::create(folder.join(format!("{name}.npy")))?);
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    for byte in bytes {
        file.write_all(&[byte])?;
    }
    file.flush()
}
