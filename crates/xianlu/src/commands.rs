//! The commands, one module each.

pub mod ask;
pub mod assess;
pub mod batch;
pub mod case;
pub mod convert;
mod coverage;
pub mod dmn;
mod mutate;
pub mod rounds;
pub mod rules;
pub mod serve;
pub mod store;
pub mod tck;
pub mod token;
mod whole;

use std::path::Path;

use feel::temporal::Date;

use crate::failure::Failure;

/// The largest input file that is read whole, in bytes.
const MAX_LENGTH: u64 = 4 << 20;

/// The largest profile that is taken in, in bytes: one that is too large is told as a profile.
const MAX_PROFILE_READ: u64 = 64 << 20;

/// Reads a person's profile, or the standard input for `-`.
pub fn read_profile(path: &Path) -> Result<String, Failure> {
    read_text_up_to(path, MAX_PROFILE_READ)
}

/// Reads a text file, or the standard input for `-`.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    read_text_up_to(path, MAX_LENGTH)
}

/// Reads a text file of at most so many bytes, or the standard input for `-`.
pub fn read_text_up_to(path: &Path, max_length: u64) -> Result<String, Failure> {
    use std::io::Read;
    let mut text = String::new();
    let read =
        |input: &mut dyn Read, text: &mut String| input.take(max_length + 1).read_to_string(text);
    if path == Path::new("-") {
        read(&mut std::io::stdin().lock(), &mut text).map_err(|e| Failure::read(path, &e))?;
    } else {
        let mut file = std::fs::File::open(path).map_err(|e| Failure::read(path, &e))?;
        read(&mut file, &mut text).map_err(|e| Failure::read(path, &e))?;
    }
    if text.len() as u64 > max_length {
        return Err(Failure::file(path, "file-larger", [("most", max_length.to_string())]));
    }
    Ok(text)
}

/// Today by the machine's clock and zone.
fn today() -> Result<Date, Failure> {
    let today = jiff::ZonedDateTime::now().date();
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    Date::new(i32::from(today.year()), part(today.month()), part(today.day()))
        .ok_or_else(|| Failure::said("clock-wrong", []))
}
