//! What goes on without being asked: deliveries to webhooks, and what the time alone does.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use casework::desk::DeskError;
use casework::store::StoreError;
use clock::tick::Jump;
use jiff::SignedDuration;
use store::{Backoff, Delivery};
use tokio::task::JoinSet;

use super::Cases;
use super::event::{CloudEvent, told_to};
use super::send::Sender;
use super::webhooks::department_of;

/// How often deliveries are looked for.
const DELIVERY_PAUSE: Duration = Duration::from_secs(1);

/// How long a delivery is in hand before somebody else takes it.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How many deliveries are under way at a time.
const AT_A_TIME: usize = 16;

/// How often it is looked whether the time has done something.
const TIME_PAUSE: Duration = Duration::from_secs(20);

/// In how many cases at a time what the time has done is recorded.
const CASES_AT_A_TIME: usize = 200;

/// Why a due date that moved did so.
const REASON: &str = "the calendar was brought up to date";

/// What went on without being asked, for whoever runs the server.
#[derive(Debug)]
pub enum Notice {
    /// The storage failed; it is tried again.
    Storage(StoreError),
    /// A case cannot be looked at.
    Case(DeskError),
    /// The search for malicious software cannot be done; documents wait for it.
    Scanner(String),
    /// The wall clock jumped: nothing falls due any more.
    Clock(Jump),
}

impl Cases {
    /// Delivers events and records what the time does, until it is dropped. Faults are told and do
    /// not end it.
    pub async fn work(self: Arc<Self>, tell: impl Fn(Notice) + Send + Sync) {
        let tell = &tell;
        tokio::join!(
            self.deliver_on_and_on(tell),
            self.record_on_and_on(tell),
            self.search_on_and_on(tell)
        );
    }

    async fn deliver_on_and_on(&self, tell: &(impl Fn(Notice) + Sync)) {
        let sender = Arc::new(Sender::new(self.sending));
        loop {
            match self.deliver(&sender).await {
                Ok(delivered) if delivered == AT_A_TIME => continue,
                Ok(_) => {}
                Err(error) => tell(Notice::Storage(error)),
            }
            pause(DELIVERY_PAUSE).await;
        }
    }

    /// Makes the deliveries that are due, some at a time; says how many those were.
    pub(crate) async fn deliver(&self, sender: &Arc<Sender>) -> Result<usize, StoreError> {
        // Backoff is no matter of law: a clock that jumped only makes it longer or shorter.
        let deliveries = self.desk.store.claim(self.watch.wall(), LEASE, AT_A_TIME).await?;
        let count = deliveries.len();
        let of = deliveries.iter().map(|delivery| delivery.told.announcement.case.as_str());
        let lines = self.lines(of).await?;
        let mut under_way = JoinSet::new();
        for delivery in deliveries {
            let told = &delivery.told.announcement;
            let concerns = lines.get(&told.case).is_some_and(|line| {
                told_to(self, told, line, |procedure| {
                    super::access::has_part(procedure, department_of(&delivery.subscription))
                })
            });
            let (sender, now) = (Arc::clone(sender), self.watch.wall());
            under_way.spawn_blocking(move || {
                let sent = if concerns { send(&sender, &delivery, now) } else { Ok(()) };
                (delivery, sent)
            });
        }
        while let Some(done) = under_way.join_next().await {
            // One that panicked is made again when its lease has ended.
            let Ok((delivery, sent)) = done else { continue };
            match sent {
                Ok(()) => self.desk.store.delivered(&delivery).await?,
                Err(fault) => {
                    let again = Backoff::default().next(delivery.attempt, self.watch.wall());
                    self.desk.store.failed(&delivery, &fault, again).await?
                }
            };
        }
        Ok(count)
    }

    async fn record_on_and_on(&self, tell: &(impl Fn(Notice) + Sync)) {
        loop {
            match self.watch.read() {
                Ok(now) => match self.desk.record_due(now, CASES_AT_A_TIME, REASON).await {
                    Ok(recorded) if recorded.cases == CASES_AT_A_TIME => {
                        pause(Duration::from_millis(100)).await;
                        continue;
                    }
                    Ok(_) => {}
                    Err(DeskError::Store(error)) => tell(Notice::Storage(error)),
                    Err(error) => tell(Notice::Case(error)),
                },
                Err(jump) => {
                    tell(Notice::Clock(jump));
                    return std::future::pending().await;
                }
            }
            pause(TIME_PAUSE).await;
        }
    }
}

fn send(sender: &Sender, delivery: &Delivery, now: jiff::Timestamp) -> Result<(), String> {
    let event = CloudEvent::of(&delivery.told.announcement, delivery.told.position);
    sender.send(&delivery.subscription, &event, now)
}

fn pause(time: Duration) -> impl Future<Output = ()> {
    tokio::time::sleep(time)
}
