//! What is handed in as a document: whether it is what it says it is, and safe to keep and open.
//!
//! Few kinds are taken, told by their content and not by their name, because each kind that is
//! taken is opened by many people for many years. What is taken is kept byte for byte.

mod jpeg;
mod pdf;
mod png;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How much a document may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub size: usize,
    /// Pixels of a picture.
    pub pixels: u64,
    /// Bytes of all parts of a document once they are unpacked.
    pub unpacked: u64,
    /// How many times larger a document may become when it is unpacked; looked at only from a
    /// quarter of `unpacked` on, because empty pages shrink to almost nothing.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { size: 20 << 20, pixels: 120_000_000, unpacked: 256 << 20, ratio: 100 }
    }
}

/// A kind of document that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A PDF document.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A JPEG picture.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A PNG picture.
    #[serde(rename = "image/png")]
    Png,
}

impl Kind {
    /// All kinds that are taken.
    pub const ALL: [Kind; 3] = [Kind::Pdf, Kind::Jpeg, Kind::Png];

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
        }
    }

    /// The endings of its files.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Kind::Pdf => &["pdf"],
            Kind::Jpeg => &["jpg", "jpeg"],
            Kind::Png => &["png"],
        }
    }
}

/// A document that was looked at and can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// What it is.
    pub kind: Kind,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// How many bytes it has.
    pub size: usize,
}

/// Why a document is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Fault {
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// It is too large.
    #[error("the file has {size} bytes; at most {most} are taken")]
    TooLarge {
        /// How many bytes it has.
        size: usize,
        /// How many it may have.
        most: usize,
    },
    /// It is of another kind.
    #[error("the file is {found}; PDF, JPEG and PNG are taken: save or scan it as PDF")]
    OtherKind {
        /// Its media type, or `unknown`.
        found: String,
    },
    /// Its name says something else than its content.
    #[error("the file is called `.{ending}` and is {}", .kind.media_type())]
    OtherName {
        /// How its name ends.
        ending: String,
        /// What it is.
        kind: Kind,
    },
    /// It is cut off or damaged.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// It is two files in one.
    #[error("the file goes on with something else after its end: {what}")]
    Polyglot {
        /// What.
        what: String,
    },
    /// It becomes too large when it is unpacked.
    #[error("the file becomes too large when it is unpacked")]
    Bomb,
    /// The picture is too large.
    #[error("the picture has {width} by {height} pixels; at most {most} are taken")]
    TooManyPixels {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// How many pixels it may have.
        most: u64,
    },
    /// It does something when it is opened.
    #[error("the document is not only to be read: it holds `{what}`; print it to PDF anew")]
    Active {
        /// What it holds.
        what: String,
    },
    /// It cannot be looked into.
    #[error("the document is locked with a password: save it without one")]
    Locked,
}

/// Looks at a document. `name` is what its file is called, if that is known.
///
/// # Errors
///
/// The first reason why it is not taken.
pub fn inspect(bytes: &[u8], name: Option<&str>, limits: Limits) -> Result<Inspected, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if bytes.len() > limits.size {
        return Err(Fault::TooLarge { size: bytes.len(), most: limits.size });
    }
    let kind = kind_of(bytes)?;
    if let Some(ending) = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending)
        && !kind.endings().contains(&ending.to_ascii_lowercase().as_str())
    {
        let ending = ending.chars().take(16).collect();
        return Err(Fault::OtherName { ending, kind });
    }
    match kind {
        Kind::Pdf => pdf::inspect(bytes, limits)?,
        Kind::Jpeg => jpeg::inspect(bytes, limits)?,
        Kind::Png => png::inspect(bytes, limits)?,
    }
    Ok(Inspected { kind, digest: digest(bytes), size: bytes.len() })
}

/// SHA-256 of bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

/// What the first bytes say that it is.
fn kind_of(bytes: &[u8]) -> Result<Kind, Fault> {
    if bytes.starts_with(b"%PDF-") {
        Ok(Kind::Pdf)
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Ok(Kind::Jpeg)
    } else if bytes.starts_with(png::SIGNATURE) {
        Ok(Kind::Png)
    } else {
        let found = infer::get(bytes).map_or("unknown", |kind| kind.mime_type());
        Err(Fault::OtherKind { found: found.to_owned() })
    }
}

/// Refuses a picture with too many pixels.
fn check_pixels(width: u32, height: u32, limits: Limits) -> Result<(), Fault> {
    if width == 0 || height == 0 {
        return Err(Fault::Damaged { what: "the picture has no pixels".to_owned() });
    }
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(Fault::TooManyPixels { width, height, most: limits.pixels });
    }
    Ok(())
}

/// Refuses what comes after the end of a file, but for padding.
fn check_rest(rest: &[u8]) -> Result<(), Fault> {
    if rest.iter().all(|byte| matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n')) {
        return Ok(());
    }
    let start = rest.iter().position(|byte| *byte != 0).unwrap_or(0);
    let what = rest.get(start..).and_then(infer::get).map_or("unknown", |kind| kind.mime_type());
    Err(Fault::Polyglot { what: what.to_owned() })
}
