//! JPEG pictures, as far as is needed to know where they end.

use super::{Fault, Limits, check_pixels, check_rest};

/// Goes from marker to marker (ITU-T T.81, annex B). Cameras put further pictures after the first;
/// each is looked at like the first.
pub(super) fn inspect(bytes: &[u8], limits: Limits) -> Result<(), Fault> {
    let mut rest = bytes;
    loop {
        rest = picture(rest, limits)?;
        let padding = rest.iter().take_while(|byte| **byte == 0).count();
        let after = rest.get(padding..).unwrap_or_default();
        if !after.starts_with(&[0xff, 0xd8, 0xff]) {
            return check_rest(rest);
        }
        rest = after;
    }
}

/// One picture; gives what comes after its end.
fn picture(bytes: &[u8], limits: Limits) -> Result<&[u8], Fault> {
    let damaged = |what: &str| Fault::Damaged { what: what.to_owned() };
    let cut_off = || damaged("the picture is cut off");
    let mut rest = bytes.get(2..).ok_or_else(cut_off)?;
    let mut sized = false;
    loop {
        // A marker is 0xff and its code; any number of 0xff may stand before it.
        let (0xff, after) = take(rest).ok_or_else(cut_off)? else {
            return Err(damaged("there is no marker where one must be"));
        };
        let (code, after) = take(after).ok_or_else(cut_off)?;
        rest = match code {
            0xff => rest.get(1..).unwrap_or_default(),
            0xd9 if sized => return Ok(after),
            0xd9 => return Err(damaged("the picture has no size")),
            0x01 | 0xd0..=0xd8 => after,
            _ => {
                let (length, _) = after.split_first_chunk::<2>().ok_or_else(cut_off)?;
                let length = usize::from(u16::from_be_bytes(*length));
                let (segment, after) = after.split_at_checked(length).ok_or_else(cut_off)?;
                // The frame headers; the other codes of their row are tables.
                if matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc) {
                    let size = segment.get(3..7).and_then(|size| size.first_chunk::<4>());
                    let [a, b, c, d] = *size.ok_or_else(cut_off)?;
                    let (height, width) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                    check_pixels(width.into(), height.into(), limits)?;
                    sized = true;
                }
                if code == 0xda { after_scan(after).ok_or_else(cut_off)? } else { after }
            }
        };
    }
}

/// What comes after the data of a scan: the next marker that is neither an escaped 0xff nor a
/// restart.
fn after_scan(bytes: &[u8]) -> Option<&[u8]> {
    let marker = bytes.windows(2).position(
        |pair| matches!(pair, [0xff, code] if !matches!(code, 0x00 | 0xff | 0xd0..=0xd7)),
    )?;
    bytes.get(marker..)
}

fn take(bytes: &[u8]) -> Option<(u8, &[u8])> {
    bytes.split_first().map(|(first, rest)| (*first, rest))
}
