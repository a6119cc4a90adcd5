//! PDF documents, as far as is needed to know that they are only to be read.
//!
//! This is no reader of PDF: a hostile document can mean one thing to one reader and another to
//! another. So names are looked for in every byte, and in whatever any part unpacks to, wherever
//! it stands; they are long enough not to appear in pictures by chance.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

use super::{Fault, Limits, check_rest};

/// Names of PDF (ISO 32000-1, 7.3.5) that make a document do something or carry other files.
const ACTIVE: [&str; 7] = [
    "JavaScript",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "SubmitForm",
    "NeedsRendering",
];

/// The longest of these names; a longer one is none of them.
const LONGEST: usize = 16;

/// The last bytes of a document among which its end mark stands (ISO 32000-1, annex H.3).
const TAIL: usize = 1024;

pub(super) fn inspect(bytes: &[u8], limits: Limits) -> Result<(), Fault> {
    let from = bytes.len().saturating_sub(TAIL);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = tail.windows(5).rposition(|window| window == b"%%EOF");
    let end = end.ok_or_else(|| damaged("the document is cut off"))?;
    check_rest(tail.get(end + 5..).unwrap_or_default())?;
    look_for_names(bytes)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut unpacked = 0;
    for (before, after) in streams(bytes) {
        if packs_objects_unusually(before) {
            return Err(damaged("it packs its objects in an unusual way; print it to PDF anew"));
        }
        unpacked += unpack(after, limits.unpacked.saturating_sub(unpacked))?;
        if unpacked > limits.unpacked / 4 && unpacked / size > limits.ratio {
            return Err(Fault::Bomb);
        }
    }
    Ok(())
}

/// What stands before and after every `stream`.
fn streams(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let starts = bytes.windows(6).enumerate().filter(|(_, window)| *window == b"stream");
    starts.filter_map(move |(start, _)| {
        let (before, after) = (bytes.get(..start)?, bytes.get(start + 6..)?);
        let after = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"));
        Some((before, after?)).filter(|_| !before.ends_with(b"end"))
    })
}

/// Whether a stream holds objects and is packed otherwise than everybody packs them.
fn packs_objects_unusually(before: &[u8]) -> bool {
    let from = before.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
    let names = names(before.get(from..).unwrap_or_default());
    let names: Vec<String> = names.collect();
    let unusual = ["LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "Predictor"];
    names.iter().any(|name| name == "ObjStm")
        && names.iter().any(|name| unusual.contains(&name.as_str()))
}

/// Unpacks a stream, looks for names in it, and says how large it is. What is packed in another
/// way, as pictures are, counts as nothing.
fn unpack(stream: &[u8], most: u64) -> Result<u64, Fault> {
    let mut state = InflateState::new_boxed(DataFormat::Zlib);
    let mut window = vec![0; 64 * 1024];
    let (mut rest, mut unpacked) = (stream, 0_u64);
    let mut kept: Vec<u8> = Vec::new();
    loop {
        let step = inflate(&mut state, rest, &mut window, MZFlush::None);
        rest = rest.get(step.bytes_consumed..).unwrap_or_default();
        unpacked += u64::try_from(step.bytes_written).unwrap_or(u64::MAX);
        if unpacked > most {
            return Err(Fault::Bomb);
        }
        // A name may lie across two windows.
        kept.extend(window.get(..step.bytes_written).unwrap_or_default());
        look_for_names(&kept)?;
        let from = kept.len().saturating_sub(4 * LONGEST);
        kept.drain(..from);
        if step.status != Ok(MZStatus::Ok) || step.bytes_written == 0 {
            return Ok(unpacked);
        }
    }
}

/// Refuses names that make a document more than something to read.
fn look_for_names(bytes: &[u8]) -> Result<(), Fault> {
    for name in names(bytes) {
        if name == "Encrypt" {
            return Err(Fault::Locked);
        }
        if ACTIVE.contains(&name.as_str()) {
            return Err(Fault::Active { what: name });
        }
    }
    Ok(())
}

/// Everything that may be a name.
fn names(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.split(|byte| *byte == b'/').skip(1).map(name)
}

/// A name, with what is written as `#4a` in it; cut off where it is too long to matter.
fn name(bytes: &[u8]) -> String {
    let mut name = String::new();
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next()
        && name.len() <= LONGEST
    {
        match byte {
            b'#' => {
                let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    break;
                };
                name.extend(char::from_u32(high * 16 + low));
            }
            byte if byte.is_ascii_alphanumeric() => name.push(char::from(*byte)),
            _ => break,
        }
    }
    name
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged { what: what.to_owned() }
}
