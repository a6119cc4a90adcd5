//! Documents on their way out: what they hold of the memory, and how long.
//!
//! A document is in memory as a whole until its last byte has left, and whoever reads slowly
//! decides how long that is. So all of them together hold so much, one person's so much of it, and
//! none for longer than its time.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// How many bytes of documents are on their way out at a time.
const MOST: u64 = 256 << 20;

/// How many of them to one person.
const MOST_TO_ONE: u64 = 64 << 20;

/// How long a document may be on its way.
const TIME: Duration = Duration::from_secs(600);

/// How many bytes are given to the connection at a time.
const PART: usize = 64 << 10;

/// What is on its way out, by person.
#[derive(Debug, Default)]
pub(super) struct Outlet(Mutex<BTreeMap<String, u64>>);

/// Memory for a document that is on its way out.
#[derive(Debug)]
pub(super) struct Room {
    outlet: Arc<Outlet>,
    person: String,
    size: u64,
}

impl Outlet {
    /// Memory for a document of a size, if there is as much.
    pub fn room(self: &Arc<Outlet>, person: &str, size: u64) -> Option<Room> {
        let mut held = self.held();
        let (all, own) = (held.values().sum::<u64>(), held.get(person).copied().unwrap_or(0));
        if all.saturating_add(size) > MOST || own.saturating_add(size) > MOST_TO_ONE {
            return None;
        }
        held.insert(person.to_owned(), own + size);
        let (outlet, person) = (Arc::clone(self), person.to_owned());
        Some(Room { outlet, person, size })
    }

    /// Sums of numbers are whole whatever panicked while they were held.
    fn held(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut held = self.outlet.held();
        let left = held.get(&self.person).map_or(0, |held| held.saturating_sub(self.size));
        if left == 0 {
            held.remove(&self.person);
        } else {
            held.insert(self.person.clone(), left);
        }
    }
}

/// The bytes of a document with the memory that they take.
struct Held {
    bytes: Bytes,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A document on its way out.
#[derive(Debug)]
pub(super) struct Outgoing {
    rest: Bytes,
    until: Instant,
}

impl Outgoing {
    /// A document that begins to leave. Its memory is free when the last of its bytes is.
    pub fn new(bytes: Bytes, room: Room) -> Outgoing {
        let rest = Bytes::from_owner(Held { bytes, _room: room });
        Outgoing { rest, until: Instant::now() + TIME }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if Instant::now() >= self.until {
            self.rest = Bytes::new();
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let part = self.rest.len().min(PART);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(part)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn a_document_holds_its_memory_until_its_last_byte_is_gone() {
        let outlet = Arc::new(Outlet::default());
        let size = 3 * PART + 1;
        let room = outlet.room("maria", u64::try_from(size).unwrap()).unwrap();
        let mut body = Outgoing::new(vec![7; size].into(), room);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut parts = Vec::new();
        while let Some(part) = runtime.block_on(body.frame()) {
            parts.push(part.unwrap().into_data().unwrap());
        }
        assert_eq!(parts.iter().map(Bytes::len).collect::<Vec<_>>(), [PART, PART, PART, 1]);
        drop(body);
        let last = parts.pop().unwrap();
        drop(parts);
        assert!(!outlet.held().is_empty());
        drop(last);
        assert!(outlet.held().is_empty());
    }

    #[test]
    fn one_that_is_not_read_in_time_ends() {
        let outlet = Arc::new(Outlet::default());
        let room = outlet.room("maria", 4).unwrap();
        let mut body = Outgoing::new(vec![7; 4].into(), room);
        body.until = Instant::now();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let fault = runtime.block_on(body.frame()).unwrap().unwrap_err();
        assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
        assert!(outlet.held().is_empty(), "and holds nothing more");
    }

    #[test]
    fn nobody_takes_all() {
        let outlet = Arc::new(Outlet::default());
        let large = 20 << 20;
        let own: Vec<Room> = std::iter::from_fn(|| outlet.room("maria", large)).collect();
        assert_eq!(own.len(), 3);
        let people = (0..20).filter_map(|one| outlet.room(&one.to_string(), large));
        let others: Vec<Room> = people.collect();
        assert_eq!(others.len(), 9);
        drop(own);
        assert!(outlet.room("maria", large).is_some());
    }
}
