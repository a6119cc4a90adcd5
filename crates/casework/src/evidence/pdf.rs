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

/// The most streams of a document: many times as many as the longest that people hand in have.
const MOST_STREAMS: usize = 50_000;

/// How often a byte of a document may be unpacked. Streams follow one another, so that each is
/// unpacked once; a few begin by mistake in the middle of another one.
const MOST_TIMES: usize = 4;

pub(super) fn inspect(bytes: &[u8], limits: Limits) -> Result<(), Fault> {
    let from = bytes.len().saturating_sub(TAIL);
    let tail = bytes.get(from..).unwrap_or_default();
    let end = tail.windows(5).rposition(|window| window == b"%%EOF");
    let end = end.ok_or_else(|| damaged("the document is cut off"))?;
    check_rest(tail.get(end + 5..).unwrap_or_default())?;
    let mut object = Object::default();
    let mut unpacker = Unpacker::new(bytes.len(), limits);
    let mut streams = 0;
    for (place, byte) in bytes.iter().enumerate() {
        let rest = bytes.get(place..).unwrap_or_default();
        match byte {
            b'/' => {
                let name = Name::read(rest.get(1..).unwrap_or_default());
                name.check()?;
                object.read(&name);
            }
            b' ' if rest.starts_with(b" obj") => object = Object::default(),
            b's' if rest.starts_with(b"stream") => {
                let before = bytes.get(..place).unwrap_or_default();
                let Some(packed) = stream(before, rest) else { continue };
                if object.is_packed_unusually() {
                    return Err(damaged(
                        "it packs its objects in an unusual way; print it to PDF anew",
                    ));
                }
                streams += 1;
                if streams > MOST_STREAMS {
                    return Err(damaged("it has too many parts; print it to PDF anew"));
                }
                unpacker.unpack(packed)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The bytes of a stream that begins with the word for it.
fn stream<'b>(before: &[u8], rest: &'b [u8]) -> Option<&'b [u8]> {
    let after = rest.strip_prefix(b"stream")?;
    let after = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    (!before.ends_with(b"end")).then_some(after)
}

/// What the names since the last `obj` say of a stream.
#[derive(Debug, Default)]
struct Object {
    holds_objects: bool,
    unusual: bool,
}

impl Object {
    fn read(&mut self, name: &Name) {
        let unusual =
            ["LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "Predictor"];
        self.holds_objects |= name.is("ObjStm");
        self.unusual |= unusual.into_iter().any(|one| name.is(one));
    }

    /// Whether it holds objects and is packed otherwise than everybody packs them.
    fn is_packed_unusually(&self) -> bool {
        self.holds_objects && self.unusual
    }
}

/// Unpacks the streams of a document one after the other.
struct Unpacker {
    state: Box<InflateState>,
    window: Vec<u8>,
    kept: Vec<u8>,
    /// How many bytes the document has.
    size: usize,
    limits: Limits,
    /// How many bytes of it were unpacked.
    consumed: usize,
    /// How many bytes they were then.
    unpacked: u64,
}

impl Unpacker {
    fn new(size: usize, limits: Limits) -> Unpacker {
        Unpacker {
            state: InflateState::new_boxed(DataFormat::Zlib),
            window: vec![0; 64 * 1024],
            kept: Vec::new(),
            size,
            limits,
            consumed: 0,
            unpacked: 0,
        }
    }

    /// Unpacks a stream and looks for names in it. What is packed in another way, as pictures are,
    /// counts as nothing.
    fn unpack(&mut self, stream: &[u8]) -> Result<(), Fault> {
        self.state.reset(DataFormat::Zlib);
        self.kept.clear();
        let mut rest = stream;
        loop {
            let step = inflate(&mut self.state, rest, &mut self.window, MZFlush::None);
            rest = rest.get(step.bytes_consumed..).unwrap_or_default();
            self.consumed += step.bytes_consumed;
            self.unpacked += u64::try_from(step.bytes_written).unwrap_or(u64::MAX);
            if self.unpacked > self.limits.unpacked {
                return Err(Fault::Bomb);
            }
            if self.consumed > self.size.saturating_mul(MOST_TIMES) {
                return Err(damaged("its parts lie in one another; print it to PDF anew"));
            }
            // A name may lie across two windows.
            self.kept.extend(self.window.get(..step.bytes_written).unwrap_or_default());
            look_for_names(&self.kept)?;
            let from = self.kept.len().saturating_sub(4 * LONGEST);
            self.kept.drain(..from);
            if step.status != Ok(MZStatus::Ok) || step.bytes_written == 0 {
                break;
            }
        }
        let size = u64::try_from(self.size).unwrap_or(u64::MAX).max(1);
        let grown = self.unpacked / size > self.limits.ratio;
        if grown && self.unpacked > self.limits.unpacked / 4 { Err(Fault::Bomb) } else { Ok(()) }
    }
}

/// Refuses names that make a document more than something to read.
fn look_for_names(bytes: &[u8]) -> Result<(), Fault> {
    bytes.split(|byte| *byte == b'/').skip(1).try_for_each(|rest| Name::read(rest).check())
}

/// What may be a name; cut off where it is too long to matter.
struct Name {
    bytes: [u8; LONGEST + 1],
    length: usize,
}

impl Name {
    /// Reads a name, with what is written as `#4a` in it.
    fn read(bytes: &[u8]) -> Name {
        let mut name = Name { bytes: [0; LONGEST + 1], length: 0 };
        let mut rest = bytes.iter();
        while let Some(byte) = rest.next()
            && let Some(place) = name.bytes.get_mut(name.length)
        {
            *place = match byte {
                b'#' => {
                    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
                    let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                        break;
                    };
                    u8::try_from(high * 16 + low).unwrap_or_default()
                }
                byte if byte.is_ascii_alphanumeric() => *byte,
                _ => break,
            };
            name.length += 1;
        }
        name
    }

    fn is(&self, name: &str) -> bool {
        self.bytes.get(..self.length) == Some(name.as_bytes())
    }

    /// Refuses one that makes a document more than something to read.
    fn check(&self) -> Result<(), Fault> {
        if self.is("Encrypt") {
            return Err(Fault::Locked);
        }
        match ACTIVE.into_iter().find(|name| self.is(name)) {
            Some(what) => Err(Fault::Active { what: what.to_owned() }),
            None => Ok(()),
        }
    }
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged { what: what.to_owned() }
}
