//! Trust in the wall clock: a deemed grant must not come from a clock that was set wrongly.

use jiff::{SignedDuration, Timestamp};

/// The wall clock did not move as the monotonic clock did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the wall clock moved by {moved:#} while {elapsed:#} passed: nothing falls due until a person \
     confirms the time"
)]
pub struct Jump {
    /// How far the wall clock moved.
    pub moved: SignedDuration,
    /// How much time passed.
    pub elapsed: SignedDuration,
}

/// Says whether a reading of the wall clock can be trusted.
///
/// `elapsed` is what a monotonic clock says has passed since `previous` was read. The two may
/// differ by `tolerance`, either way.
///
/// # Errors
///
/// The jump. Whoever records that limits have passed must then wait for a person to confirm.
///
/// ```
/// use clock::tick;
/// use jiff::{SignedDuration, Timestamp};
///
/// let minute = SignedDuration::from_mins(1);
/// let before: Timestamp = "2026-02-14T15:59:00Z".parse().unwrap();
/// assert!(tick::trusted(before, before + minute, minute, minute).is_ok());
/// let year = SignedDuration::from_hours(24 * 365);
/// assert!(tick::trusted(before, before + year, minute, minute).is_err());
/// assert!(tick::trusted(before, before - year, minute, minute).is_err());
/// ```
pub fn trusted(
    previous: Timestamp,
    now: Timestamp,
    elapsed: SignedDuration,
    tolerance: SignedDuration,
) -> Result<(), Jump> {
    let moved = now.duration_since(previous);
    // Differences of timestamps stay far below what a duration can hold; a monotonic clock's need
    // not.
    let apart = moved.checked_sub(elapsed).map(SignedDuration::abs);
    match apart {
        Some(apart) if apart <= tolerance => Ok(()),
        _ => Err(Jump { moved, elapsed }),
    }
}
