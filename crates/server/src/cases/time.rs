//! What time it is, as long as the machine's clock can be trusted.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::StatusCode;
use clock::tick::{self, Jump};
use jiff::{SignedDuration, Timestamp};

use crate::problem::Problem;

/// How far the wall clock may run apart from the monotonic clock between two readings.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// Reads the wall clock. Once it has jumped, it is not trusted again until the program is started
/// anew, by which a person confirms the time: a clock that was set wrongly must grant nothing.
pub(crate) struct Watch {
    wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
    state: Mutex<State>,
}

enum State {
    Trusted {
        read: Timestamp,
        when: Instant,
    },
    Jumped(Jump),
    /// Whatever it says is believed: a test says what time it is.
    #[cfg(test)]
    Believed,
}

impl Watch {
    /// A watch on a clock, which is trusted now.
    pub fn new(wall: impl Fn() -> Timestamp + Send + Sync + 'static) -> Watch {
        let state = State::Trusted { read: wall(), when: Instant::now() };
        Watch { wall: Box::new(wall), state: Mutex::new(state) }
    }

    /// A watch on a clock that may jump.
    #[cfg(test)]
    pub fn believing(wall: impl Fn() -> Timestamp + Send + Sync + 'static) -> Watch {
        Watch { wall: Box::new(wall), state: Mutex::new(State::Believed) }
    }

    /// What the clock says, whether or not it can be trusted.
    pub fn wall(&self) -> Timestamp {
        (self.wall)()
    }

    /// The time.
    ///
    /// # Errors
    ///
    /// That the clock has jumped.
    pub fn read(&self) -> Result<Timestamp, Jump> {
        // Nothing panics while the lock is held.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Jumped(jump) => Err(*jump),
            #[cfg(test)]
            State::Believed => Ok((self.wall)()),
            State::Trusted { read, when } => {
                let (now, at) = ((self.wall)(), Instant::now());
                let elapsed = SignedDuration::try_from(at.duration_since(*when));
                let elapsed = elapsed.unwrap_or(SignedDuration::MAX);
                match tick::trusted(*read, now, elapsed, TOLERANCE) {
                    Ok(()) => {
                        *state = State::Trusted { read: now, when: at };
                        Ok(now)
                    }
                    Err(jump) => {
                        *state = State::Jumped(jump);
                        Err(jump)
                    }
                }
            }
        }
    }
}

/// A clock that has jumped, as a problem.
pub(crate) fn jumped(jump: Jump) -> Problem {
    let detail = format!("{jump}: whoever runs this service sets the clock and starts it again");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    Problem::new(status, "clock", "The clock cannot be trusted", detail).say("problem-clock")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn a_clock_that_has_jumped_is_not_trusted_again() {
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let wall = Arc::clone(&seconds);
        let second = move || wall.load(Ordering::Relaxed);
        let watch = Watch::new(move || Timestamp::from_second(second()).unwrap());
        assert!(watch.read().is_ok());
        seconds.fetch_add(60, Ordering::Relaxed);
        assert!(watch.read().is_ok(), "within what clocks may differ");
        seconds.fetch_add(365 * 86_400, Ordering::Relaxed);
        assert!(watch.read().is_err());
        seconds.fetch_sub(365 * 86_400, Ordering::Relaxed);
        assert!(watch.read().is_err(), "a person has to look");
    }
}
