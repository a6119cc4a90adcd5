//! What is told of cases, and to whom: announcements in one order, and deliveries of them to those
//! who subscribed.
//!
//! An announcement is written with its action. It gets its position later, when it is there for
//! all to see, so that whoever has read up to a position has missed nothing before it, in whatever
//! order the writers ended. Positions have no gaps, and follow the versions of each case.

use std::collections::BTreeSet;

use casework::ActionKind;
use casework::announcement::Announcement;
use casework::store::StoreError;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use crate::database::{Database, commit};
use crate::sql::{self, Columns, Value, values};

/// How many announcements get their position at a time, and how many deliveries are made or ended.
const BATCH: usize = 1_000;

/// Who wants to be told, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Subscription {
    /// What it is called.
    pub id: String,
    /// Where deliveries go.
    pub url: String,
    /// What deliveries are signed with.
    pub secret: String,
    /// Which kinds of action it is told of; all, if none is named.
    #[serde(default)]
    pub kinds: BTreeSet<ActionKind>,
    /// Who made it.
    pub by: String,
    /// When.
    pub made: Timestamp,
}

/// An announcement at its place in the order of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its place: 1 for the first, without gaps.
    pub position: u64,
    /// What is told.
    pub announcement: Announcement,
}

/// A delivery that one worker has in hand until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// To whom.
    pub subscription: Subscription,
    /// What.
    pub told: Told,
    /// Which attempt this is, from 1.
    pub attempt: u64,
}

/// How a delivery stands that has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The announcement.
    pub position: u64,
    /// Whether it has been given up; [`Database::replay`] takes it up again.
    pub dead: bool,
    /// When it is tried next.
    pub due: Timestamp,
    /// How often it was tried.
    pub attempts: u64,
    /// What went wrong the last time.
    pub fault: Option<String>,
}

/// Which deliveries are made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// Those that were given up.
    Dead,
    /// All after a position, whether they arrived or not.
    After(u64),
}

/// How long to wait between attempts, and when to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt; each wait is twice as long as the one before.
    pub first: SignedDuration,
    /// The longest wait.
    pub most: SignedDuration,
    /// After how many attempts a delivery is given up.
    pub attempts: u64,
}

impl Default for Backoff {
    /// Ten seconds, twenty, and so on to an hour; given up after about three days.
    fn default() -> Backoff {
        Backoff {
            first: SignedDuration::from_secs(10),
            most: SignedDuration::from_hours(1),
            attempts: 80,
        }
    }
}

impl Backoff {
    /// When to try again what has just failed for the `attempt`th time; `None` to give it up.
    pub fn next(&self, attempt: u64, now: Timestamp) -> Option<Timestamp> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX).min(30);
        let wait = self.first.checked_mul(1 << doublings).unwrap_or(self.most).min(self.most);
        now.checked_add(wait).ok()
    }
}

impl Database {
    /// What is told of all cases after a position, in order, at most `limit`.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn events(&self, after: u64, limit: usize) -> Result<Vec<Told>, StoreError> {
        self.relay().await?;
        let text = "SELECT position, body FROM announcement WHERE position > $1
                    ORDER BY position LIMIT $2";
        let values = values![sql::int(after), sql::limit(limit)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        let told =
            rows.iter().map(|row| Ok(Told { position: row.count(0)?, announcement: row.json(1)? }));
        told.collect()
    }

    /// Keeps a subscription: it is told of everything from now on, or of what was told after a
    /// position too. A subscription under the same identifier is replaced, and keeps what it has
    /// still to be told.
    ///
    /// # Errors
    ///
    /// A failure of the storage; then the subscription may be there, and be told of only a part of
    /// what was told before.
    pub async fn subscribe(
        &self,
        subscription: &Subscription,
        after: Option<u64>,
    ) -> Result<(), StoreError> {
        self.relay().await?;
        let mut on = self.write().await?;
        // From a definite position on: nobody gives any out meanwhile.
        let last = hold_position(&mut on).await?;
        let text = "INSERT INTO subscription (id, kinds, active, body) VALUES ($1, $2, 1, $3)
                    ON CONFLICT (id) DO UPDATE
                    SET kinds = excluded.kinds, active = 1, body = excluded.body";
        let id = subscription.id.as_str();
        let values = values![id, kinds(&subscription.kinds)?, sql::json(subscription)?];
        sql::execute(&mut on, text, values).await?;
        commit(on).await?;
        if let Some(after) = after {
            self.deliver_again(id, after, last).await?;
        }
        Ok(())
    }

    /// Makes the deliveries of a subscription after a position again, up to another one; says how
    /// many. Many are made in parts, since a statement has its time, and others write meanwhile.
    async fn deliver_again(&self, id: &str, after: u64, until: u64) -> Result<u64, StoreError> {
        let step = u64::try_from(BATCH).unwrap_or(u64::MAX);
        let (mut from, mut made) = (after, 0);
        while from < until {
            let to = from.saturating_add(step).min(until);
            let mut on = self.write().await?;
            made += deliver(&mut on, from, to, Some(id)).await?;
            commit(on).await?;
            from = to;
        }
        Ok(made)
    }

    /// Ends a subscription, with what it had still to be told; says whether it was there.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn unsubscribe(&self, id: &str) -> Result<bool, StoreError> {
        let mut on = self.write().await?;
        hold_position(&mut on).await?;
        let text = "UPDATE subscription SET active = 0 WHERE id = $1";
        sql::execute(&mut on, text, values![id]).await?;
        commit(on).await?;
        // Nothing is added any more, and what there is goes in parts.
        let which = "SELECT position FROM delivery WHERE subscription_id = $1 AND position > $2
                     ORDER BY position LIMIT $3";
        let text = "DELETE FROM delivery
                    WHERE subscription_id = $1 AND position > $2 AND position <= $3";
        self.in_parts(which, text, id).await?;
        let mut on = self.write().await?;
        let text = "DELETE FROM subscription WHERE id = $1 AND active = 0";
        let there = sql::execute(&mut on, text, values![id]).await? == 1;
        commit(on).await?;
        Ok(there)
    }

    /// Does a statement about deliveries of a subscription, some at a time in the order of their
    /// positions: `which` gives the next of them, `text` does what is to be done up to a position.
    /// Says in how many that was done.
    async fn in_parts(
        &self,
        which: &'static str,
        text: &'static str,
        id: &str,
    ) -> Result<u64, StoreError> {
        let (mut from, mut done) = (0, 0);
        loop {
            let values = values![id, from, sql::limit(BATCH)];
            let some = sql::rows(&mut *self.read().await?, which, values).await?;
            let Some(last) = some.last() else { return Ok(done) };
            let to = last.int(0)?;
            let mut on = self.write().await?;
            done += sql::execute(&mut on, text, values![id, from, to]).await?;
            commit(on).await?;
            from = to;
        }
    }

    /// All subscriptions.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        let text = "SELECT body FROM subscription ORDER BY id";
        let rows = sql::rows(&mut *self.read().await?, text, Vec::new()).await?;
        rows.iter().map(|row| row.json(0)).collect()
    }

    /// Takes deliveries in hand that are due, at most `limit`, and of each subscription at most as
    /// many as there is `room` for it, so that none stands before the others. Nobody else gets them
    /// until the lease ends; whoever has not said by then what became of one is taken to have died.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn claim(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
        room: impl Fn(&str) -> usize + Send + Sync,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.relay().await?;
        let due = self.due(now).await?.into_iter();
        let due = due.map(|subscription| (room(&subscription.id), subscription));
        let due: Vec<(usize, Subscription)> = due.filter(|(room, _)| *room > 0).collect();
        if due.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let text = "WITH due AS MATERIALIZED (
                      SELECT position AS p FROM delivery
                      WHERE subscription_id = $1 AND state = 'waiting' AND due <= $2
                      ORDER BY due, position LIMIT $3 {skip locked}
                    )
                    UPDATE delivery SET due = $4, tries = tries + 1 FROM due
                    WHERE subscription_id = $1 AND position = due.p
                    RETURNING position, tries";
        let text = self.dialect().fill(text);
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let mut on = self.write().await?;
        let mut deliveries = Vec::new();
        for (room, subscription) in due {
            let most = room.min(limit.saturating_sub(deliveries.len()));
            if most == 0 {
                break;
            }
            let (id, most) = (subscription.id.as_str(), sql::limit(most));
            let values = values![id, now.as_microsecond(), most, until.as_microsecond()];
            for row in sql::rows(&mut on, text.clone(), values).await? {
                let position = row.count(0)?;
                let text = "SELECT body FROM announcement WHERE position = $1";
                let body = sql::row(&mut on, text, values![sql::int(position)]).await?;
                let Some(body) = body else { continue };
                deliveries.push(Delivery {
                    subscription: subscription.clone(),
                    told: Told { position, announcement: body.json(0)? },
                    attempt: row.count(1)?,
                });
            }
        }
        commit(on).await?;
        deliveries.sort_by(|a, b| {
            let order = |one: &Delivery| (one.told.position, one.subscription.id.clone());
            order(a).cmp(&order(b))
        });
        Ok(deliveries)
    }

    /// The subscriptions that have something to be told now, those that wait longest first.
    async fn due(&self, now: Timestamp) -> Result<Vec<Subscription>, StoreError> {
        let text = "SELECT body, due FROM (
                      SELECT s.id AS id, s.body AS body,
                             (SELECT d.due FROM delivery d
                              WHERE d.subscription_id = s.id AND d.state = 'waiting'
                              ORDER BY d.due LIMIT 1) AS due
                      FROM subscription s WHERE s.active = 1
                    ) AS first WHERE due <= $1 ORDER BY due, id";
        let rows = sql::rows(&mut *self.read().await?, text, values![now.as_microsecond()]).await?;
        rows.iter().map(|row| row.json(0)).collect()
    }

    /// A delivery has arrived. Says whether it was still in hand: after its lease ended, somebody
    /// else may have it.
    ///
    /// # Errors
    ///
    /// A failure of the storage; the delivery will be made again.
    pub async fn delivered(&self, delivery: &Delivery) -> Result<bool, StoreError> {
        let text = "DELETE FROM delivery
                    WHERE subscription_id = $1 AND position = $2 AND tries = $3";
        let mut on = self.write().await?;
        let done = sql::execute(&mut on, text, in_hand(delivery)).await? == 1;
        commit(on).await?;
        Ok(done)
    }

    /// A delivery has not arrived: it is tried again at a moment, or given up; see [`Backoff`].
    /// Says whether it was still in hand.
    ///
    /// # Errors
    ///
    /// A failure of the storage; the delivery will be made again when its lease ends.
    pub async fn failed(
        &self,
        delivery: &Delivery,
        fault: &str,
        again: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE delivery SET state = $4, due = $5, fault = $6
                    WHERE subscription_id = $1 AND position = $2 AND tries = $3";
        let (state, due) = match again {
            Some(again) => ("waiting", again.as_microsecond()),
            None => ("dead", 0),
        };
        let fault: String = fault.replace('\0', " ").chars().take(1_000).collect();
        let mut values = in_hand(delivery);
        values.extend(values![state, due, fault]);
        let mut on = self.write().await?;
        let done = sql::execute(&mut on, text, values).await? == 1;
        commit(on).await?;
        Ok(done)
    }

    /// Makes deliveries of a subscription again; says how many.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn replay(&self, subscription: &str, what: Replay) -> Result<u64, StoreError> {
        self.relay().await?;
        match what {
            Replay::Dead => {
                let which = "SELECT position FROM delivery
                             WHERE subscription_id = $1 AND position > $2 AND state = 'dead'
                             ORDER BY position LIMIT $3";
                let text = "UPDATE delivery SET state = 'waiting', due = 0, tries = 0
                            WHERE subscription_id = $1 AND position > $2 AND position <= $3
                              AND state = 'dead'";
                self.in_parts(which, text, subscription).await
            }
            Replay::After(position) => {
                let text = "SELECT value FROM counter WHERE name = 'position'";
                let last = sql::row(&mut *self.read().await?, text, Vec::new()).await?;
                let last = last.map_or(Ok(0), |row| row.count(0))?;
                self.deliver_again(subscription, position, last).await
            }
        }
    }

    /// What a subscription has still to be told, after a position, at most `limit`.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn pending(
        &self,
        subscription: &str,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Pending>, StoreError> {
        self.relay().await?;
        let text = "SELECT position, state, due, tries, fault FROM delivery
                    WHERE subscription_id = $1 AND position > $2 ORDER BY position LIMIT $3";
        let values = values![subscription, sql::int(after), sql::limit(limit)];
        let rows = sql::rows(&mut *self.read().await?, text, values).await?;
        let pending = rows.iter().map(|row| {
            Ok(Pending {
                position: row.count(0)?,
                dead: row.text(1)? == "dead",
                due: Timestamp::from_microsecond(row.int(2)?).map_err(crate::fault::damaged)?,
                attempts: row.count(3)?,
                fault: row.text_or_null(4)?,
            })
        });
        pending.collect()
    }

    /// Gives new announcements their positions, and makes the deliveries of them.
    async fn relay(&self) -> Result<(), StoreError> {
        loop {
            let text = "SELECT arrival FROM announcement WHERE position IS NULL LIMIT 1";
            if sql::row(&mut *self.read().await?, text, Vec::new()).await?.is_none() {
                return Ok(());
            }
            let mut on = self.write().await?;
            let last = hold_position(&mut on).await?;
            let text = "UPDATE announcement SET position = $1 + fresh.number
                        FROM (
                          SELECT arrival AS a, row_number() OVER (ORDER BY arrival) AS number
                          FROM announcement WHERE position IS NULL ORDER BY arrival LIMIT $2
                        ) AS fresh
                        WHERE arrival = fresh.a";
            let values = values![sql::int(last), sql::limit(BATCH)];
            let given = sql::execute(&mut on, text, values).await?;
            let text = "UPDATE counter SET value = $1 WHERE name = 'position'";
            sql::execute(&mut on, text, values![sql::int(last + given)]).await?;
            deliver(&mut on, last, last + given, None).await?;
            commit(on).await?;
        }
    }
}

/// The last position that was given out; nobody gives any out until the end of the transaction.
async fn hold_position(on: &mut AnyConnection) -> Result<u64, StoreError> {
    let text = "UPDATE counter SET value = value WHERE name = 'position' RETURNING value";
    match sql::row(on, text, Vec::new()).await? {
        Some(row) => row.count(0),
        None => Err(crate::fault::damaged("there is no counter `position`")),
    }
}

/// Makes the deliveries of announcements after a position up to another one, to all subscriptions
/// or to one, due at once and as if they had never been tried.
async fn deliver(
    on: &mut AnyConnection,
    after: u64,
    until: u64,
    only: Option<&str>,
) -> Result<u64, StoreError> {
    let mut text = "INSERT INTO delivery (subscription_id, position, state, due, tries)
                    SELECT s.id, a.position, 'waiting', 0, 0
                    FROM announcement a JOIN subscription s
                    ON s.kinds = '' OR s.kinds LIKE '%,' || a.kind || ',%'
                    WHERE s.active = 1 AND a.position > $1 AND a.position <= $2"
        .to_owned();
    let mut values = values![sql::int(after), sql::int(until)];
    if let Some(only) = only {
        text.push_str(" AND s.id = $3");
        values.push(only.into());
    }
    text.push_str(
        " ON CONFLICT (subscription_id, position) DO UPDATE
          SET state = 'waiting', due = 0, tries = 0",
    );
    Ok(sql::execute(on, text, values).await?)
}

/// The kinds as a text in which each can be found between commas.
fn kinds(kinds: &BTreeSet<ActionKind>) -> Result<String, StoreError> {
    let names: Result<Vec<String>, _> = kinds.iter().map(sql::name).collect();
    let names = names?;
    Ok(if names.is_empty() { String::new() } else { format!(",{},", names.join(",")) })
}

fn in_hand(delivery: &Delivery) -> Vec<Value> {
    let position = sql::int(delivery.told.position);
    values![delivery.subscription.id.as_str(), position, sql::int(delivery.attempt)]
}
