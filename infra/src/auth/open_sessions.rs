//! Which sessions are open: asked for every request, so remembered for a moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use uuid::Uuid;

/// How old an answer may be: how long another process's access token outlives its session.
const REMEMBERED_FOR: Duration = Duration::from_millis(900);
/// How many answers are remembered at once.
const REMEMBERED_AT_MOST: usize = 10_000;

/// Answers whether a session is open. Cheap to clone; clones share their memory.
#[derive(Clone)]
pub struct OpenSessions {
    pool: PgPool,
    answers: Arc<Mutex<HashMap<Uuid, Answer>>>,
}

#[derive(Clone, Copy)]
struct Answer {
    /// When the database was asked, not when it answered: the answer may be that old.
    asked_at: Instant,
    is_open: bool,
}

impl Answer {
    fn is_fresh(self, now: Instant) -> bool {
        now.duration_since(self.asked_at) < REMEMBERED_FOR
    }
}

impl OpenSessions {
    /// Over the table of sessions.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, answers: Arc::default() }
    }

    /// Whether the session is open, by an answer that is less than a second old.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_open(&self, session_id: Uuid) -> Result<bool, sqlx::Error> {
        if let Some(is_open) = self.recall(session_id) {
            return Ok(is_open);
        }
        let asked_at = Instant::now();
        let open = "select exists (select from sessions where id = $1 and closed_at is null)";
        let is_open = sqlx::query_scalar(open).bind(session_id).fetch_one(&self.pool).await?;
        self.remember(session_id, Answer { asked_at, is_open });
        Ok(is_open)
    }

    /// Asks anew for this session the next time, because this process has just closed it.
    pub(super) fn forget(&self, session_id: Uuid) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(&session_id);
    }

    fn recall(&self, session_id: Uuid) -> Option<bool> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(&session_id)?;
        answer.is_fresh(Instant::now()).then_some(answer.is_open)
    }

    fn remember(&self, session_id: Uuid, answer: Answer) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= REMEMBERED_AT_MOST {
            let now = Instant::now();
            answers.retain(|_, answer| answer.is_fresh(now));
        }
        // More sessions in a second than fit: the others are asked for each time.
        if answers.len() < REMEMBERED_AT_MOST {
            answers.insert(session_id, answer);
        }
    }
}
