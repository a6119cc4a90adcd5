//! PNG pictures, as far as is needed to know where they end.

use super::{Fault, Limits, check_pixels, check_rest};

/// The first bytes of every PNG picture.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Goes from chunk to chunk: length, type, content, checksum (PNG specification, section 5.3).
pub(super) fn inspect(bytes: &[u8], limits: Limits) -> Result<(), Fault> {
    let damaged = |what: &str| Fault::Damaged { what: what.to_owned() };
    let mut rest = bytes.get(SIGNATURE.len()..).unwrap_or_default();
    let mut first = true;
    loop {
        let cut_off = || damaged("the picture is cut off");
        let (length, after) = number(rest).ok_or_else(cut_off)?;
        let (kind, after) = after.split_at_checked(4).ok_or_else(cut_off)?;
        let length = usize::try_from(length).map_err(|_| cut_off())?;
        let (content, after) = after.split_at_checked(length).ok_or_else(cut_off)?;
        let (_checksum, after) = after.split_at_checked(4).ok_or_else(cut_off)?;
        if first {
            if kind != b"IHDR" {
                return Err(damaged("the picture does not begin with its size"));
            }
            let (width, after) = number(content).ok_or_else(cut_off)?;
            let (height, _) = number(after).ok_or_else(cut_off)?;
            check_pixels(width, height, limits)?;
            first = false;
        }
        if kind == b"IEND" {
            return check_rest(after);
        }
        rest = after;
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}
