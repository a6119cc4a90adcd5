//! What is told of cases, and to whom: announcements in one order, and deliveries of them to those
//! who subscribed.
//!
//! An announcement is written with its action. It gets its position later, when it is there for
//! all to see, so that whoever has read up to a position has missed nothing before it, in whatever
//! order the writers ended. Positions have no gaps, and follow the versions of each case.

use std::collections::{BTreeMap, BTreeSet};

use casework::ActionKind;
use casework::announcement::Announcement;
use casework::store::StoreError;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use crate::database::{Database, commit};
use crate::sql::{self, Columns, Value, values};

/// How many announcements get their position at a time.
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
    /// A failure of the storage.
    pub async fn subscribe(
        &self,
        subscription: &Subscription,
        after: Option<u64>,
    ) -> Result<(), StoreError> {
        self.relay().await?;
        let mut on = self.write().await?;
        // From a definite position on: nobody gives any out meanwhile.
        hold_position(&mut on).await?;
        let text = "INSERT INTO subscription (id, kinds, active, body) VALUES ($1, $2, 1, $3)
                    ON CONFLICT (id) DO UPDATE
                    SET kinds = excluded.kinds, active = 1, body = excluded.body";
        let id = subscription.id.as_str();
        let values = values![id, kinds(&subscription.kinds)?, sql::json(subscription)?];
        sql::execute(&mut on, text, values).await?;
        if let Some(after) = after {
            deliver(&mut on, after, None, Some(id)).await?;
        }
        Ok(commit(on).await?)
    }

    /// Ends a subscription, with what it had still to be told; says whether it was there.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn unsubscribe(&self, id: &str) -> Result<bool, StoreError> {
        let mut on = self.write().await?;
        hold_position(&mut on).await?;
        let text = "DELETE FROM delivery WHERE subscription_id = $1";
        sql::execute(&mut on, text, values![id]).await?;
        let text = "DELETE FROM subscription WHERE id = $1";
        let there = sql::execute(&mut on, text, values![id]).await? == 1;
        commit(on).await?;
        Ok(there)
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

    /// Takes deliveries in hand that are due, at most `limit`. Nobody else gets them until the
    /// lease ends; whoever has not said by then what became of one is taken to have died.
    ///
    /// # Errors
    ///
    /// A failure of the storage.
    pub async fn claim(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.relay().await?;
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let text = "WITH due AS MATERIALIZED (
                      SELECT subscription_id AS s, position AS p FROM delivery
                      WHERE state = 'waiting' AND due <= $1
                      ORDER BY due, position LIMIT $2 {skip locked}
                    )
                    UPDATE delivery SET due = $3, tries = tries + 1 FROM due
                    WHERE subscription_id = due.s AND position = due.p
                    RETURNING subscription_id, position, tries";
        let limit = sql::limit(limit);
        let values = values![now.as_microsecond(), limit, until.as_microsecond()];
        let mut on = self.write().await?;
        let claimed = sql::rows(&mut on, self.dialect().fill(text), values).await?;
        let mut subscriptions: BTreeMap<String, Subscription> = BTreeMap::new();
        let mut deliveries = Vec::new();
        for row in &claimed {
            let (id, position) = (row.text(0)?, row.count(1)?);
            if !subscriptions.contains_key(&id) {
                let text = "SELECT body FROM subscription WHERE id = $1";
                let Some(row) = sql::row(&mut on, text, values![id.as_str()]).await? else {
                    continue;
                };
                subscriptions.insert(id.clone(), row.json(0)?);
            }
            let text = "SELECT body FROM announcement WHERE position = $1";
            let body = sql::row(&mut on, text, values![sql::int(position)]).await?;
            let (Some(subscription), Some(body)) = (subscriptions.get(&id), body) else {
                continue;
            };
            deliveries.push(Delivery {
                subscription: subscription.clone(),
                told: Told { position, announcement: body.json(0)? },
                attempt: row.count(2)?,
            });
        }
        commit(on).await?;
        deliveries.sort_by(|a, b| {
            let order = |one: &Delivery| (one.told.position, one.subscription.id.clone());
            order(a).cmp(&order(b))
        });
        Ok(deliveries)
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
        let mut on = self.write().await?;
        let again = match what {
            Replay::Dead => {
                let text = "UPDATE delivery SET state = 'waiting', due = 0, tries = 0
                            WHERE subscription_id = $1 AND state = 'dead'";
                sql::execute(&mut on, text, values![subscription]).await?
            }
            Replay::After(position) => {
                hold_position(&mut on).await?;
                deliver(&mut on, position, None, Some(subscription)).await?
            }
        };
        commit(on).await?;
        Ok(again)
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
            deliver(&mut on, last, Some(last + given), None).await?;
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

/// Makes the deliveries of announcements after a position, to all subscriptions or to one, due at
/// once and as if they had never been tried.
async fn deliver(
    on: &mut AnyConnection,
    after: u64,
    until: Option<u64>,
    only: Option<&str>,
) -> Result<u64, StoreError> {
    let mut text = "INSERT INTO delivery (subscription_id, position, state, due, tries)
                    SELECT s.id, a.position, 'waiting', 0, 0
                    FROM announcement a JOIN subscription s
                    ON s.kinds = '' OR s.kinds LIKE '%,' || a.kind || ',%'
                    WHERE s.active = 1 AND a.position > $1 AND a.position <= $2"
        .to_owned();
    let mut values = values![sql::int(after), until.map_or(i64::MAX, sql::int)];
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
