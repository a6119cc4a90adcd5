//! Random models and random people: rows, columns and cells agree.

use crate::random::{Dice, compare_chosen};

/// Checks the model that the bytes choose.
pub fn check(data: &[u8]) {
    let seed = data.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let compared = compare_chosen(Dice::from(data), Dice::from(seed), 16, 6);
    if let Some(compared) = compared {
        assert!(compared.outside.is_some() || compared.row_by_row <= compared.rows);
    }
}
