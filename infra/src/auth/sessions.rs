//! Sessions: opened, listed, closed. How their refresh tokens follow each other: see [`super::rotation`].

use std::time::Duration;

use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::sessions::{MAX_OPEN_SESSIONS, MAX_USER_AGENT, OpenSession, OpenedSession, Rotation, Sessions};
use commands::ports::tokens::REFRESH_TOKEN_SECONDS;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryScalar;
use sqlx::{PgConnection, PgPool, Postgres, query_scalar};
use uuid::Uuid;

use super::OpenSessions;
use super::random_token::digest;
use super::rotation::{add_token, rotate};

/// How long a refresh token lasts.
pub(super) const LIFE: Duration = Duration::from_secs(REFRESH_TOKEN_SECONDS as u64);

/// The end of a session; what its client called itself is forgotten. `$1` is the time.
macro_rules! close_sessions {
    ($which:literal) => {
        concat!(
            "update sessions set closed_at = $1, user_agent = null where closed_at is null and ",
            $which,
            " returning id"
        )
    };
}

type Close = QueryScalar<'static, Postgres, Uuid, PgArguments>;

/// Sessions in PostgreSQL.
#[derive(Clone)]
pub struct PgSessions {
    pub(super) pool: PgPool,
    pub(super) open: OpenSessions,
}

/// Why a session could not be opened, continued or closed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error("the sessions cannot be reached")]
    Database(#[from] sqlx::Error),
    #[error("the operating system gives no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    #[error("the clock is beyond all bounds")]
    Clock(#[from] jiff::Error),
}

impl From<SessionError> for PortError {
    fn from(error: SessionError) -> Self {
        Self::new(error)
    }
}

impl PgSessions {
    /// Sessions whose closing `open` is told of.
    pub fn new(pool: PgPool, open: OpenSessions) -> Self {
        Self { pool, open }
    }

    /// Removes at most `limit` refresh tokens that expired before `now`, and says how many: a session that goes on for
    /// months has a token for every hour. An expired one is refused however it was used.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_tokens(connection: &mut PgConnection, now: Timestamp, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from refresh_tokens where digest in (select digest from refresh_tokens where expires_at < $1 \
             order by expires_at limit $2 for update skip locked)",
        )
        .bind(now.to_sqlx())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    /// Removes at most `limit` sessions that expired before `now`, with their tokens, and says how many.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_expired(connection: &mut PgConnection, now: Timestamp, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from sessions where id in (select id from sessions where expires_at < $1 order by expires_at \
             limit $2 for update skip locked)",
        )
        .bind(now.to_sqlx())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    async fn open_session(
        &self,
        user_id: Uuid,
        credentials_version: u64,
        user_agent: Option<&str>,
        now: Timestamp,
    ) -> Result<OpenedSession, SessionError> {
        let (session_id, expires_at) = (Uuid::now_v7(), now.checked_add(LIFE)?);
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "insert into sessions (id, user_id, opened_at, refreshed_at, expires_at, user_agent, credentials_version) \
             values ($1, $2, $3, $3, $4, $5, $6)",
        )
        .bind(session_id)
        .bind(user_id)
        .bind(now.to_sqlx())
        .bind(expires_at.to_sqlx())
        .bind(user_agent.and_then(shown_name))
        .bind(credentials_version.cast_signed())
        .execute(&mut *transaction)
        .await?;
        let token = add_token(&mut transaction, session_id, expires_at).await?;
        let ended = close_surplus(user_id, now).fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        self.forget(ended);
        Ok(OpenedSession { session_id, refresh_token: token })
    }

    /// Closes what `close` picks; those sessions are refused from now on by this process, and by others once what they
    /// remember is a second old. Says whether there were any.
    async fn close_by(&self, close: Close) -> Result<bool, SessionError> {
        let closed = close.fetch_all(&self.pool).await?;
        let any = !closed.is_empty();
        self.forget(closed);
        Ok(any)
    }

    fn forget(&self, closed: Vec<Uuid>) {
        closed.into_iter().for_each(|session_id| self.open.forget(session_id));
    }
}

/// The sessions beyond the bound, those used longest ago.
fn close_surplus(user_id: Uuid, now: Timestamp) -> Close {
    query_scalar(close_sessions!(
        "id in (select id from sessions where closed_at is null and user_id = $2 \
         order by refreshed_at desc, id desc offset $3)"
    ))
    .bind(now.to_sqlx())
    .bind(user_id)
    .bind(i64::from(MAX_OPEN_SESSIONS))
}

/// What a client calls itself, as far as it is kept: printable ASCII, which every client's name is.
fn shown_name(user_agent: &str) -> Option<String> {
    let printable = user_agent.chars().filter(|c| matches!(c, ' '..='~'));
    let name: String = printable.take(MAX_USER_AGENT).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: Uuid,
    opened_at: jiff_sqlx::Timestamp,
    refreshed_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
    user_agent: Option<String>,
}

impl From<OpenRow> for OpenSession {
    fn from(row: OpenRow) -> Self {
        Self {
            session_id: row.id,
            opened_at: row.opened_at.to_jiff(),
            refreshed_at: row.refreshed_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
            user_agent: row.user_agent,
        }
    }
}

#[async_trait]
impl Sessions for PgSessions {
    async fn open(
        &self,
        user_id: Uuid,
        credentials_version: u64,
        user_agent: Option<&str>,
        now: Timestamp,
    ) -> Result<OpenedSession, PortError> {
        Ok(self.open_session(user_id, credentials_version, user_agent, now).await?)
    }

    async fn list(&self, user_id: Uuid, now: Timestamp) -> Result<Vec<OpenSession>, PortError> {
        let rows: Vec<OpenRow> = sqlx::query_as(
            "select id, opened_at, refreshed_at, expires_at, user_agent from sessions \
             where closed_at is null and user_id = $1 and expires_at > $2 order by refreshed_at desc, id desc limit $3",
        )
        .bind(user_id)
        .bind(now.to_sqlx())
        .bind(i64::from(MAX_OPEN_SESSIONS))
        .fetch_all(&self.pool)
        .await
        .map_err(PortError::new)?;
        Ok(rows.into_iter().map(OpenSession::from).collect())
    }

    async fn rotate(&self, refresh_token: &str, now: Timestamp) -> Result<Rotation, PortError> {
        Ok(rotate(self, refresh_token, now).await?)
    }

    async fn owner_of_token(&self, refresh_token: &str) -> Result<Option<Uuid>, PortError> {
        query_scalar(
            "select s.user_id from refresh_tokens t join sessions s on s.id = t.session_id where t.digest = $1",
        )
        .bind(digest(refresh_token))
        .fetch_optional(&self.pool)
        .await
        .map_err(PortError::new)
    }

    async fn close_by_token(&self, refresh_token: &str, now: Timestamp) -> Result<(), PortError> {
        let close = query_scalar(close_sessions!("id = (select session_id from refresh_tokens where digest = $2)"));
        self.close_by(close.bind(now.to_sqlx()).bind(digest(refresh_token))).await?;
        Ok(())
    }

    async fn close(&self, session_id: Uuid, now: Timestamp) -> Result<(), PortError> {
        self.close_by(query_scalar(close_sessions!("id = $2")).bind(now.to_sqlx()).bind(session_id)).await?;
        Ok(())
    }

    async fn close_own(&self, user_id: Uuid, session_id: Uuid, now: Timestamp) -> Result<bool, PortError> {
        let close = query_scalar(close_sessions!("id = $2 and user_id = $3"));
        Ok(self.close_by(close.bind(now.to_sqlx()).bind(session_id).bind(user_id)).await?)
    }

    async fn close_of_earlier_passwords(
        &self,
        user_id: Uuid,
        kept: Option<Uuid>,
        version: u64,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let close =
            query_scalar(close_sessions!("user_id = $2 and id is distinct from $3 and credentials_version < $4"));
        self.close_by(close.bind(now.to_sqlx()).bind(user_id).bind(kept).bind(version.cast_signed())).await?;
        Ok(())
    }

    async fn close_older(&self, user_id: Uuid, opened_by: Timestamp, now: Timestamp) -> Result<(), PortError> {
        let close = query_scalar(close_sessions!("user_id = $2 and opened_at <= $3"));
        self.close_by(close.bind(now.to_sqlx()).bind(user_id).bind(opened_by.to_sqlx())).await?;
        Ok(())
    }

    async fn close_all(&self, user_id: Uuid, now: Timestamp) -> Result<(), PortError> {
        self.close_by(query_scalar(close_sessions!("user_id = $2")).bind(now.to_sqlx()).bind(user_id)).await?;
        Ok(())
    }
}
