//! How often somebody may ask: each token in its own measure, and an address with wrong tokens
//! hardly at all.
//!
//! It is kept in memory: each server counts for itself, and from nothing when it is started.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::bearer;
use crate::pages::Desk;
use crate::problem::Problem;

/// How many measures are kept before those that are full are forgotten.
const MOST_KEPT: usize = 20_000;

/// How often may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many requests a token may make per second, over some seconds; 0 for any number. Twice as
    /// many may come at once.
    pub requests_per_second: u32,
    /// How many wrong tokens may come from an address per minute; 0 for any number. As many may
    /// come at once.
    pub wrong_tokens_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { requests_per_second: 100, wrong_tokens_per_minute: 20 }
    }
}

/// From which address a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

/// How often somebody has asked.
#[derive(Debug)]
pub(crate) struct Pace {
    requests: Option<Measure>,
    wrong: Option<Measure>,
    /// Secrets are known here by their hashes alone.
    hasher: RandomState,
    used: Mutex<Used>,
}

/// For whom it is said until when what they asked is paid for.
#[derive(Debug, Default)]
struct Used {
    tokens: HashMap<u64, Instant>,
    addresses: HashMap<IpAddr, Instant>,
}

/// A bucket from which each request takes one, and that fills again with time.
#[derive(Debug, Clone, Copy)]
struct Measure {
    /// How long it takes until one more may come.
    each: Duration,
    /// How far ahead of that somebody may be.
    ahead: Duration,
}

impl Measure {
    fn new(count: u32, per: Duration, at_once: u32) -> Option<Measure> {
        let each = per.checked_div(count)?;
        Some(Measure { each, ahead: each.saturating_mul(at_once.saturating_sub(1)) })
    }

    /// How long to wait, if nothing may be taken now.
    fn wait(self, paid_until: Option<&Instant>, now: Instant) -> Option<Duration> {
        let owed = paid_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        Some(owed.saturating_sub(self.ahead)).filter(|wait| !wait.is_zero())
    }

    /// Takes one.
    fn take(self, paid_until: &mut Instant, now: Instant) {
        *paid_until = (*paid_until).max(now) + self.each;
    }
}

impl Pace {
    pub fn new(limits: Limits) -> Pace {
        let Limits { requests_per_second: requests, wrong_tokens_per_minute: wrong } = limits;
        Pace {
            requests: Measure::new(requests, Duration::from_secs(1), requests.saturating_mul(2)),
            wrong: Measure::new(wrong, Duration::from_secs(60), wrong),
            hasher: RandomState::new(),
            used: Mutex::default(),
        }
    }

    fn used<T>(&self, ask: impl FnOnce(&mut Used) -> T) -> T {
        // Whoever panicked meanwhile left the measures whole.
        ask(&mut self.used.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets a request come, or says how long to wait. Whoever has come with this token before is
    /// not held up by the wrong tokens of others at the same address.
    fn enter(&self, token: u64, peer: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        self.used(|used| {
            let unknown = !used.tokens.contains_key(&token);
            if let (Some(wrong), Some(peer), true) = (self.wrong, peer, unknown)
                && let Some(wait) = wrong.wait(used.addresses.get(&peer), now)
            {
                return Err(wait);
            }
            if unknown && used.tokens.len() >= MOST_KEPT {
                used.tokens.retain(|_, paid_until| *paid_until > now);
            }
            let paid_until = used.tokens.entry(token).or_insert(now);
            if let Some(requests) = self.requests {
                if let Some(wait) = requests.wait(Some(paid_until), now) {
                    return Err(wait);
                }
                requests.take(paid_until, now);
            }
            Ok(())
        })
    }

    /// A token was wrong.
    fn wrong(&self, token: u64, peer: Option<IpAddr>, now: Instant) {
        self.used(|used| {
            used.tokens.remove(&token);
            let (Some(wrong), Some(peer)) = (self.wrong, peer) else { return };
            if used.addresses.len() >= MOST_KEPT {
                used.addresses.retain(|_, paid_until| *paid_until > now);
            }
            wrong.take(used.addresses.entry(peer).or_insert(now), now);
        });
    }
}

/// Answers whoever asks too often with 429, and lets everybody else through.
pub(crate) async fn keep(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let Some(cases) = desk.cases.as_deref() else { return next.run(request).await };
    let Ok(secret) = bearer(request.headers()) else { return next.run(request).await };
    let token = cases.pace.hasher.hash_one(secret);
    let peer = request.extensions().get::<Peer>().map(|peer| network(peer.0));
    if let Err(wait) = cases.pace.enter(token, peer, Instant::now()) {
        return too_often(wait).into_response();
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        cases.pace.wrong(token, peer, Instant::now());
    }
    response
}

/// Who stands behind an address: of those of IPv6 one has 2⁶⁴.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        short => short,
    }
}

fn too_often(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let detail = format!("nothing was done; ask again in {seconds} s, and less often from then on");
    let status = StatusCode::TOO_MANY_REQUESTS;
    Problem::new(status, "too-often", "You are asking too often", detail)
        .say("problem-too-often")
        .header(header::RETRY_AFTER, &seconds.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { requests_per_second: 10, wrong_tokens_per_minute: 3 };

    #[test]
    fn a_token_gets_its_rate_and_no_more() {
        let pace = Pace::new(LIMITS);
        let start = Instant::now();
        let mut let_in = 0;
        for tick in 0..10_000 {
            let now = start + Duration::from_millis(tick);
            let_in += u32::from(pace.enter(1, None, now).is_ok());
        }
        // Ten seconds at ten per second, and twenty at once in the beginning.
        assert!((118..=121).contains(&let_in), "{let_in}");
        let now = start + Duration::from_millis(9_999);
        let wait = (0..20).find_map(|_| pace.enter(1, None, now).err()).unwrap();
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        assert_eq!(pace.enter(1, None, now + wait), Ok(()), "after the wait it may");
        assert_eq!(pace.enter(2, None, now), Ok(()), "others are not held up");
    }

    #[test]
    fn wrong_tokens_close_an_address_but_not_to_those_who_were_let_in() {
        let pace = Pace::new(LIMITS);
        let start = Instant::now();
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| Some(text.parse().unwrap()));
        assert_eq!(pace.enter(1, here, start), Ok(()));
        for token in 100..103 {
            assert_eq!(pace.enter(token, here, start), Ok(()));
            pace.wrong(token, here, start);
        }
        assert_eq!(pace.enter(103, here, start), Err(Duration::from_secs(20)));
        assert_eq!(pace.enter(1, here, start), Ok(()));
        assert_eq!(pace.enter(103, there, start), Ok(()));
        assert_eq!(pace.enter(103, here, start + Duration::from_secs(20)), Ok(()));
    }

    #[test]
    fn nothing_is_held_up_without_limits() {
        let pace = Pace::new(Limits { requests_per_second: 0, wrong_tokens_per_minute: 0 });
        let here = Some("192.0.2.1".parse().unwrap());
        let now = Instant::now();
        for _ in 0..10_000 {
            assert_eq!(pace.enter(1, here, now), Ok(()));
            pace.wrong(2, here, now);
        }
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
