//! The table of persons' keys, and a short memory of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::master_key::MasterKey;
use super::seal::{PersonKey, SealError};

/// How long a key may be used without asking the table again: how long after an erasure another process can still
/// read what it had just read anyway.
const REMEMBERED_FOR: Duration = Duration::from_secs(20);

/// How many keys are remembered at once.
const REMEMBERED_AT_MOST: usize = 4096;

/// What the table says of one person.
#[derive(Debug, Clone)]
pub enum KeyState {
    /// Data can be sealed and opened.
    Usable(PersonKey),
    /// The person was erased: their data reads as absent.
    Erased,
    /// The row is there, and does not unwrap under the master key.
    Broken,
}

/// The keys that one piece of work needs; a person without a row is not in it.
#[derive(Debug, Default)]
pub struct KeyRing(HashMap<Uuid, KeyState>);

/// Why keys could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database failed.
    #[error("the personal keys cannot be reached")]
    Database(#[from] sqlx::Error),
    /// A key could not be made.
    #[error("no key could be made")]
    Seal(#[from] SealError),
}

/// Access to the keys of persons. Cheap to clone; clones share their memory.
#[derive(Debug, Clone)]
pub struct PersonKeys {
    master: Arc<MasterKey>,
    remembered: Arc<Mutex<HashMap<Uuid, (Instant, PersonKey)>>>,
}

impl KeyRing {
    /// What is known of `person`.
    pub fn get(&self, person: Uuid) -> Option<&KeyState> {
        self.0.get(&person)
    }

    /// Who can be read with it.
    pub fn usable(&self) -> impl Iterator<Item = Uuid> {
        self.0.iter().filter(|(_, state)| matches!(state, KeyState::Usable(_))).map(|(person, _)| *person)
    }
}

impl PersonKeys {
    /// Keys that are wrapped by `master`; see [`MasterKey::verify_or_init`] for whether it is the right one.
    pub fn new(master: Arc<MasterKey>) -> Self {
        Self { master, remembered: Arc::default() }
    }

    /// Makes a key for a new person. It must be committed before the first event that it seals; if that event then
    /// never comes, [`PersonKeys::sweep_orphans`] removes the key. Nothing changes for a person who has a row.
    ///
    /// # Errors
    /// If the database fails or no random bytes can be had.
    pub async fn create(&self, connection: &mut PgConnection, person: Uuid) -> Result<(), KeyError> {
        let wrapped = self.master.wrap(person, &PersonKey::generate()?)?;
        sqlx::query("insert into personal_keys (person_id, wrapped_key) values ($1, $2) on conflict do nothing")
            .bind(person)
            .bind(wrapped)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Deletes a person's key for good: whatever is sealed under it reads as absent from now on. Returns whether there
    /// was one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn erase(&self, connection: &mut PgConnection, person: Uuid) -> Result<bool, KeyError> {
        let erased = sqlx::query(
            "update personal_keys set wrapped_key = null, erased_at = now() \
             where person_id = $1 and wrapped_key is not null",
        )
        .bind(person)
        .execute(connection)
        .await?;
        self.forget(person);
        Ok(erased.rows_affected() > 0)
    }

    /// Removes at most `limit` keys older than `age` whose registration never reached the log, and says how many. `age` must be far
    /// longer than a registration can take. Only a week before that is looked at, as with [`PgAccounts::sweep_orphans`].
    ///
    /// [`PgAccounts::sweep_orphans`]: crate::auth::PgAccounts::sweep_orphans
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_orphans(
        &self,
        connection: &mut PgConnection,
        age: Duration,
        limit: u32,
    ) -> Result<u64, KeyError> {
        let swept = sqlx::query(
            "delete from personal_keys where person_id = any(array( \
                 select k.person_id from personal_keys k \
                 where k.wrapped_key is not null and k.created_at < now() - make_interval(secs => $1) \
                   and k.created_at > now() - make_interval(secs => $1) - interval '7 days' \
                   and not exists (select from events e where e.aggregate_type = 'user' \
                                   and e.aggregate_id = k.person_id::text and e.sequence = 1) \
                 limit $2))",
        )
        .bind(age.as_secs_f64())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    /// The keys of `persons` as the table has them now, by one look-up over the caller's own connection.
    ///
    /// # Errors
    /// If the database fails. A key that does not unwrap is told in the ring, so that it harms nobody else's events.
    pub async fn ring(&self, connection: &mut PgConnection, persons: &[Uuid]) -> Result<KeyRing, KeyError> {
        if persons.is_empty() {
            return Ok(KeyRing::default());
        }
        let rows: Vec<(Uuid, Option<Vec<u8>>)> =
            sqlx::query_as("select person_id, wrapped_key from personal_keys where person_id = any($1)")
                .bind(persons)
                .fetch_all(connection)
                .await?;
        Ok(KeyRing(
            rows.into_iter().map(|(person, wrapped)| (person, self.state(person, wrapped.as_deref()))).collect(),
        ))
    }

    /// Like [`PersonKeys::ring`], but takes recently used keys from memory and a connection only where one is missing.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn remembered_ring(&self, pool: &PgPool, persons: &[Uuid]) -> Result<KeyRing, KeyError> {
        let (mut ring, unknown) = self.recall(persons);
        if !unknown.is_empty() {
            let fresh = self.ring(&mut *pool.acquire().await?, &unknown).await?;
            self.remember(&fresh);
            ring.0.extend(fresh.0);
        }
        Ok(ring)
    }

    fn state(&self, person: Uuid, wrapped: Option<&[u8]>) -> KeyState {
        let Some(wrapped) = wrapped else { return KeyState::Erased };
        self.master.unwrap(person, wrapped).map_or(KeyState::Broken, KeyState::Usable)
    }

    /// The keys remembered, and who is not.
    fn recall(&self, persons: &[Uuid]) -> (KeyRing, Vec<Uuid>) {
        let now = Instant::now();
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ring = KeyRing::default();
        let mut unknown = Vec::new();
        for &person in persons {
            match remembered.get(&person) {
                Some((since, key)) if now.duration_since(*since) < REMEMBERED_FOR => {
                    ring.0.insert(person, KeyState::Usable(key.clone()));
                }
                _ => unknown.push(person),
            }
        }
        (ring, unknown)
    }

    fn remember(&self, fresh: &KeyRing) {
        let now = Instant::now();
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() + fresh.0.len() > REMEMBERED_AT_MOST {
            remembered.retain(|_, (since, _)| now.duration_since(*since) < REMEMBERED_FOR);
        }
        for (person, state) in &fresh.0 {
            let KeyState::Usable(key) = state else { continue };
            if remembered.len() < REMEMBERED_AT_MOST {
                remembered.insert(*person, (now, key.clone()));
            }
        }
    }

    fn forget(&self, person: Uuid) {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner).remove(&person);
    }
}
