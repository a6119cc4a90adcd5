//! What goes on without being asked: deliveries to webhooks, and what the time alone does.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use casework::desk::DeskError;
use casework::store::StoreError;
use clock::tick::Jump;
use jiff::SignedDuration;
use store::{Backoff, Delivery};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

use super::Cases;
use super::event::{CloudEvent, told_to};
use super::send::Sender;
use super::webhooks::department_of;

/// How often deliveries are looked for.
const DELIVERY_PAUSE: Duration = Duration::from_secs(1);

/// How long a delivery is in hand before somebody else takes it.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// How many deliveries are under way at a time.
const AT_A_TIME: usize = 64;

/// How many of them go to one receiver.
const AT_ONE: usize = 4;

/// How often it is looked whether the time has done something.
const TIME_PAUSE: Duration = Duration::from_secs(20);

/// How many cases are read at a time in which the time has done something.
const CASES_AT_A_TIME: usize = 200;

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
            self.refold_if_changed(tell),
            self.search_on_and_on(tell)
        );
    }

    /// Works out anew what is derived from the logs, if procedures or calendars have changed since
    /// it was: queues and due dates learn of it while others work.
    pub(crate) async fn refold_if_changed(&self, tell: &(impl Fn(Notice) + Sync)) {
        let mark = self.desk.procedures.mark();
        loop {
            match self.refold(&mark).await {
                Ok(()) => return,
                Err(DeskError::Store(error @ StoreError::Unavailable(_))) => {
                    tell(Notice::Storage(error));
                }
                // The others have been worked out.
                Err(error) => {
                    tell(Notice::Case(error));
                    match self.desk.store.keep_derived_with(&mark).await {
                        Ok(()) => return,
                        Err(error) => tell(Notice::Storage(error)),
                    }
                }
            }
            pause(TIME_PAUSE).await;
        }
    }

    async fn refold(&self, mark: &str) -> Result<(), DeskError> {
        let store = &self.desk.store;
        if store.derived_with().await?.as_deref() != Some(mark) {
            self.desk.refold().await?;
            store.keep_derived_with(mark).await?;
        }
        Ok(())
    }

    async fn deliver_on_and_on(&self, tell: &(impl Fn(Notice) + Sync)) {
        let mut deliveries = Deliveries::new(self);
        loop {
            if let Err(error) = deliveries.begin().await {
                tell(Notice::Storage(error));
                pause(DELIVERY_PAUSE).await;
            }
            // What has ended makes room at once; what takes long holds up nothing else.
            let ended = timeout(DELIVERY_PAUSE, deliveries.under_way.join_next_with_id()).await;
            let mut next = match ended {
                Ok(Some(ended)) => Some(ended),
                Ok(None) => {
                    pause(DELIVERY_PAUSE).await;
                    None
                }
                Err(_) => None,
            };
            while let Some(ended) = next {
                if let Err(error) = deliveries.keep(ended).await {
                    tell(Notice::Storage(error));
                }
                next = deliveries.under_way.try_join_next_with_id();
            }
        }
    }

    async fn record_on_and_on(&self, tell: &(impl Fn(Notice) + Sync)) {
        loop {
            match self.watch.read() {
                Ok(now) => match self.desk.record_due(now, CASES_AT_A_TIME).await {
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

/// Deliveries under way.
pub(crate) struct Deliveries<'c> {
    cases: &'c Cases,
    sender: Arc<Sender>,
    under_way: JoinSet<(Delivery, Result<(), String>)>,
    /// To which subscription each goes.
    to: HashMap<Id, String>,
}

/// A delivery that has ended, or the panic that ended it.
type Ended = Result<(Id, (Delivery, Result<(), String>)), JoinError>;

impl<'c> Deliveries<'c> {
    /// None as yet.
    pub fn new(cases: &'c Cases) -> Deliveries<'c> {
        let sender = Arc::new(Sender::new(cases.sending));
        Deliveries { cases, sender, under_way: JoinSet::new(), to: HashMap::new() }
    }

    /// Begins with deliveries that are due, as many as there is room for: a receiver that does not
    /// answer takes no more than its own. Says how many those were.
    pub async fn begin(&mut self) -> Result<usize, StoreError> {
        let cases = self.cases;
        let mut had: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.to.values() {
            *had.entry(id).or_default() += 1;
        }
        let room = |id: &str| AT_ONE.saturating_sub(had.get(id).copied().unwrap_or(0));
        let free = AT_A_TIME.saturating_sub(self.to.len());
        // Backoff is no matter of law: a clock that jumped only makes it longer or shorter.
        let deliveries = cases.desk.store.claim(cases.watch.wall(), LEASE, free, room).await?;
        let of = deliveries.iter().map(|delivery| delivery.told.announcement.case.as_str());
        let lines = cases.lines(of).await?;
        let count = deliveries.len();
        for delivery in deliveries {
            let told = &delivery.told.announcement;
            let concerns = lines.get(&told.case).map(|line| {
                told_to(cases, told, line, |procedure| {
                    super::access::has_part(procedure, department_of(&delivery.subscription))
                })
            });
            let (sender, now) = (Arc::clone(&self.sender), cases.watch.wall());
            let id = delivery.subscription.id.clone();
            let task = self.under_way.spawn_blocking(move || {
                let sent = match concerns {
                    Some(true) => send(&sender, &delivery, now),
                    Some(false) => Ok(()),
                    None => Err("the case is not among those in the queues".to_owned()),
                };
                (delivery, sent)
            });
            self.to.insert(task.id(), id);
        }
        Ok(count)
    }

    /// Keeps what became of one.
    async fn keep(&mut self, ended: Ended) -> Result<(), StoreError> {
        let (id, done) = match ended {
            Ok((id, done)) => (id, Some(done)),
            // One that panicked is made again when its lease has ended.
            Err(panicked) => (panicked.id(), None),
        };
        self.to.remove(&id);
        let store = &self.cases.desk.store;
        match done {
            Some((delivery, Ok(()))) => store.delivered(&delivery).await?,
            Some((delivery, Err(fault))) => {
                let now = self.cases.watch.wall();
                let again = Backoff::default().next(delivery.attempt, now);
                store.failed(&delivery, &fault, again).await?
            }
            None => return Ok(()),
        };
        Ok(())
    }

    /// Whether so many are under way.
    #[cfg(test)]
    pub fn are(&self, many: usize) -> bool {
        self.to.len() == many
    }

    /// Waits for the next one to end; says whether there was one.
    #[cfg(test)]
    pub async fn wait(&mut self) -> Result<bool, StoreError> {
        match self.under_way.join_next_with_id().await {
            Some(ended) => self.keep(ended).await.map(|()| true),
            None => Ok(false),
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
