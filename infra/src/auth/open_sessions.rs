//! Which sessions are open, and how far their accounts have come: asked for every request, so remembered for a moment.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use commands::Store;
use domain::user::{Role, User};
use sqlx::PgPool;
use uuid::Uuid;

/// How old an answer may be: how long another process's access token outlives its session or a role.
const REMEMBERED_FOR: Duration = Duration::from_millis(900);
/// How many answers are remembered at once.
const REMEMBERED_AT_MOST: usize = 10_000;

/// Answers whether a session is open and with which roles. Cheap to clone; clones share their memory.
#[derive(Clone)]
pub struct OpenSessions {
    pool: PgPool,
    users: Arc<dyn Store<User>>,
    answers: Arc<Mutex<Answers>>,
}

#[derive(Default)]
struct Answers {
    by_session: HashMap<Uuid, Answer>,
    /// When old ones were last looked for.
    swept_at: Option<Instant>,
}

/// What an access token says of its session and account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Presented {
    pub(super) session_id: Uuid,
    pub(super) user_id: Uuid,
    /// The account's version when the token was issued.
    pub(super) version: u64,
    /// The roles that it had there.
    pub(super) roles: BTreeSet<Role>,
}

/// Why nobody can tell whether a session is open.
#[derive(Debug, thiserror::Error)]
pub(super) enum StandingError {
    #[error("the sessions cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the account cannot be loaded")]
    Account(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Clone)]
struct Answer {
    /// When the database was asked, not when it answered: the answer may be that old.
    asked_at: Instant,
    /// For tokens that were issued at this version of the account.
    version: u64,
    /// `None` where the session is over.
    roles: Option<BTreeSet<Role>>,
}

impl Answers {
    fn remember(&mut self, session_id: Uuid, answer: Answer, now: Instant) {
        // Everybody waits while old ones are looked for: once in the time in which they become old.
        let is_due = self.swept_at.is_none_or(|at| now.duration_since(at) >= REMEMBERED_FOR);
        if self.by_session.len() >= REMEMBERED_AT_MOST && is_due {
            self.by_session.retain(|_, answer| answer.is_fresh(now));
            self.swept_at = Some(now);
        }
        // More sessions in a second than fit: the others are asked for each time.
        if self.by_session.len() < REMEMBERED_AT_MOST {
            self.by_session.insert(session_id, answer);
        }
    }
}

impl Answer {
    fn is_fresh(&self, now: Instant) -> bool {
        now.duration_since(self.asked_at) < REMEMBERED_FOR
    }
}

impl OpenSessions {
    /// Over the table of sessions and the log of `users`.
    pub fn new(pool: PgPool, users: Arc<dyn Store<User>>) -> Self {
        Self { pool, users, answers: Arc::default() }
    }

    /// The roles of whoever presents a token, by an answer that is less than a second old; `None` where the session is
    /// over, or the account closed or suspended.
    ///
    /// An account that has not changed since the token was issued has the roles that stand in it. One that has is
    /// loaded, so that a role revoked, a suspension or a closing counts whatever became of the sessions.
    ///
    /// # Errors
    /// If the database fails.
    pub(super) async fn roles(&self, presented: Presented) -> Result<Option<BTreeSet<Role>>, StandingError> {
        let Presented { session_id, user_id, version, roles } = presented;
        if let Some(answer) = self.recall(session_id, version) {
            return Ok(answer.roles);
        }
        let asked_at = Instant::now();
        let roles = match self.version(session_id, user_id).await? {
            None => None,
            Some(now) if now == version => Some(roles),
            Some(_) => self.load(user_id).await?,
        };
        self.remember(session_id, Answer { asked_at, version, roles: roles.clone() });
        Ok(roles)
    }

    /// Asks anew for this session the next time, because this process has just closed it. An answer that is on its way
    /// meanwhile may be remembered after that, for no longer than any other.
    pub(super) fn forget(&self, session_id: Uuid) {
        self.answers().by_session.remove(&session_id);
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account's version in the log, if the session is open and the account's.
    async fn version(&self, session_id: Uuid, user_id: Uuid) -> Result<Option<u64>, sqlx::Error> {
        let version: Option<i64> = sqlx::query_scalar(
            "select coalesce((select max(sequence) from events \
                              where aggregate_type = 'user' and aggregate_id = $2::text), 0)::bigint \
             from sessions where id = $1 and user_id = $2 and closed_at is null",
        )
        .bind(session_id)
        .bind(user_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(version.map(i64::unsigned_abs))
    }

    async fn load(&self, user_id: Uuid) -> Result<Option<BTreeSet<Role>>, StandingError> {
        let user = self.users.load(user_id).await.map_err(|error| StandingError::Account(error.into()))?.aggregate;
        Ok(user.is_active().then(|| user.roles().clone()))
    }

    fn recall(&self, session_id: Uuid, version: u64) -> Option<Answer> {
        let answers = self.answers();
        let answer = answers.by_session.get(&session_id)?;
        (answer.version == version && answer.is_fresh(Instant::now())).then(|| answer.clone())
    }

    fn remember(&self, session_id: Uuid, answer: Answer) {
        self.answers().remember(session_id, answer, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_sessions_than_fit_the_old_make_room_and_the_rest_are_not_remembered() {
        let begin = Instant::now();
        let answer = |asked_at| Answer { asked_at, version: 1, roles: None };
        let mut answers = Answers::default();
        for number in 0..=REMEMBERED_AT_MOST {
            answers.remember(Uuid::from_u128(number as u128), answer(begin), begin);
        }
        assert_eq!(answers.by_session.len(), REMEMBERED_AT_MOST);

        let later = begin + REMEMBERED_FOR;
        answers.remember(Uuid::from_u128(u128::MAX), answer(later), later);

        assert_eq!(answers.by_session.len(), 1, "the old are gone");
    }
}
