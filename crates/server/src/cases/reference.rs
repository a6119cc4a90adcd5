//! What cases are called: `TM-XXXX-XXXX-C`.
//!
//! Eight characters of Crockford's base 32 and his check character, by which most slips in copying
//! are found. A reference names a case; it is no capability, and knowing it lets nobody read.

use std::fmt;

use sha2::{Digest, Sha256};

/// The digits of Crockford's base 32: no I, L, O or U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many values a reference can have, before those without a check digit are left out.
const VALUES: u64 = 1 << 40;

/// A reference of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference(u64);

impl Reference {
    /// The reference for a request to open a case: the same for the same person, request and
    /// attempt, so that a repeated request finds the case of the first; otherwise as good as
    /// random to whoever does not have the key.
    pub fn draw(key: &[u8; 32], person: &str, request: &str, attempt: u32) -> Reference {
        for draw in 0_u32.. {
            let mut digest = Sha256::new();
            digest.update(key);
            for part in [person, request] {
                digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                digest.update(part);
            }
            digest.update(attempt.to_be_bytes());
            digest.update(draw.to_be_bytes());
            let bytes = digest.finalize();
            let value = bytes.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte));
            let reference = Reference(value % VALUES);
            // Crockford has five more check characters, which do not read well in an address.
            if digit(reference.check()).is_some() {
                return reference;
            }
        }
        Reference(0)
    }

    /// Reads a reference: small letters, missing hyphens and look-alikes are understood.
    pub fn read(text: &str) -> Option<Reference> {
        let text =
            text.get(..2).filter(|start| start.eq_ignore_ascii_case("TM")).and(text.get(2..))?;
        let mut digits = Vec::with_capacity(9);
        for char in text.chars().filter(|char| *char != '-') {
            let char = match char.to_ascii_uppercase() {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            };
            let value = DIGITS.iter().position(|digit| char::from(*digit) == char)?;
            digits.push(u64::try_from(value).ok()?);
        }
        let [digits @ .., check] = digits.as_slice() else { return None };
        let reference = Reference(digits.iter().fold(0, |value, digit| value << 5 | digit));
        (digits.len() == 8 && reference.check() == *check).then_some(reference)
    }

    /// The value of the check character.
    fn check(self) -> u64 {
        self.0 % 37
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TM")?;
        for place in (0..8).rev() {
            if place % 4 == 3 {
                f.write_str("-")?;
            }
            write!(f, "{}", digit(self.0 >> (5 * place) & 31).unwrap_or('0'))?;
        }
        write!(f, "-{}", digit(self.check()).unwrap_or('0'))
    }
}

fn digit(value: u64) -> Option<char> {
    DIGITS.get(usize::try_from(value).ok()?).map(|digit| char::from(*digit))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn references_read_back_and_slips_are_found() {
        let mut seen = BTreeSet::new();
        for request in 0..2000 {
            let reference = Reference::draw(&[7; 32], "maria", &request.to_string(), 0);
            let text = reference.to_string();
            assert_eq!(text.len(), 14, "{text}");
            assert_eq!(Reference::read(&text), Some(reference), "{text}");
            let sloppy = text.replace('-', "").to_lowercase().replace('1', "l").replace('0', "o");
            assert_eq!(Reference::read(&sloppy), Some(reference), "{sloppy}");
            // Every single wrong character is found.
            let at = request % 8 + 3 + usize::from(request % 8 > 3);
            let mut wrong: Vec<char> = text.chars().collect();
            wrong[at] = if wrong[at] == '7' { '8' } else { '7' };
            assert_eq!(Reference::read(&wrong.into_iter().collect::<String>()), None, "{text}");
            seen.insert(text);
        }
        assert_eq!(seen.len(), 2000);
        for bad in ["", "TM", "TM-", "T", "XX-0000-0000-0", "TM-0000-0000", "TM-0000-0000-00", "é"]
        {
            assert_eq!(Reference::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_same_request_of_the_same_person_draws_the_same() {
        let draw = |person, request, attempt| Reference::draw(&[1; 32], person, request, attempt);
        assert_eq!(draw("maria", "r1", 0), draw("maria", "r1", 0));
        assert_ne!(draw("maria", "r1", 0), draw("maria", "r1", 1));
        assert_ne!(draw("maria", "r1", 0), draw("mariar", "1", 0));
        assert_ne!(draw("maria", "r1", 0), Reference::draw(&[2; 32], "maria", "r1", 0));
    }
}
