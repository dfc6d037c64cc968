//! Sessions as families of refresh tokens (RFC 9700, section 4.14.2: rotation, and revocation on reuse).

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use commands::ports::PortError;
use commands::ports::sessions::{OpenedSession, Rotation, Sessions};
use commands::ports::tokens::REFRESH_TOKEN_SECONDS;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::OpenSessions;

/// How long a refresh token lasts.
const LIFE: Duration = Duration::from_secs(REFRESH_TOKEN_SECONDS as u64);

const CLOSE_ONE: &str = "update sessions set closed_at = $1 where closed_at is null and id = $2 returning id";
const CLOSE_OF_USER: &str = "update sessions set closed_at = $1 where closed_at is null and user_id = $2 returning id";
const CLOSE_OF_TOKEN: &str = "update sessions set closed_at = $1 where closed_at is null \
    and id = (select session_id from refresh_tokens where digest = $2) returning id";

/// Sessions in PostgreSQL.
#[derive(Clone)]
pub struct PgSessions {
    pool: PgPool,
    open: OpenSessions,
}

/// Why a session could not be opened, continued or closed.
#[derive(Debug, thiserror::Error)]
enum SessionError {
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

/// A refresh token: 256 random bits, of which only the digest is kept.
struct RefreshToken(String);

impl RefreshToken {
    fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// A token's row, locked.
#[derive(sqlx::FromRow)]
struct Presented {
    session_id: Uuid,
    expires_at: jiff_sqlx::Timestamp,
    is_spent: bool,
}

impl PgSessions {
    /// Sessions whose closing `open` is told of.
    pub fn new(pool: PgPool, open: OpenSessions) -> Self {
        Self { pool, open }
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

    async fn open_session(&self, user_id: Uuid, now: Timestamp) -> Result<OpenedSession, SessionError> {
        let (session_id, expires_at) = (Uuid::now_v7(), now.checked_add(LIFE)?);
        let mut transaction = self.pool.begin().await?;
        sqlx::query("insert into sessions (id, user_id, opened_at, expires_at) values ($1, $2, $3, $4)")
            .bind(session_id)
            .bind(user_id)
            .bind(now.to_sqlx())
            .bind(expires_at.to_sqlx())
            .execute(&mut *transaction)
            .await?;
        let token = add_token(&mut transaction, session_id, expires_at).await?;
        transaction.commit().await?;
        Ok(OpenedSession { session_id, refresh_token: token.0 })
    }

    /// Token, then session: always locked in this order. Of two uses of one token the second waits, and finds it spent.
    async fn spend(&self, refresh_token: &str, now: Timestamp) -> Result<Rotation, SessionError> {
        let mut transaction = self.pool.begin().await?;
        let digest = digest(refresh_token);
        let Some(presented) = lock_token(&mut transaction, &digest).await? else { return Ok(Rotation::Unknown) };
        let session_id = presented.session_id;
        let Some(user_id) = lock_open_session(&mut transaction, session_id).await? else {
            return Ok(Rotation::Unknown);
        };
        if presented.is_spent {
            close_locked(&mut transaction, session_id, now).await?;
            transaction.commit().await?;
            self.open.forget(session_id);
            return Ok(Rotation::Reused { user_id });
        }
        if presented.expires_at.to_jiff() <= now {
            return Ok(Rotation::Expired);
        }
        let expires_at = now.checked_add(LIFE)?;
        mark_spent(&mut transaction, &digest, now).await?;
        extend_session(&mut transaction, session_id, expires_at).await?;
        let token = add_token(&mut transaction, session_id, expires_at).await?;
        transaction.commit().await?;
        Ok(Rotation::Fresh { user_id, session_id, refresh_token: token.0 })
    }

    /// Closes the sessions that `statement` picks by `$2`; they are refused from now on by this process, and by others
    /// once what they remember is a second old.
    async fn close_by<T>(&self, statement: &'static str, value: T, now: Timestamp) -> Result<(), SessionError>
    where
        T: sqlx::Encode<'static, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + 'static,
    {
        let close = sqlx::query_scalar::<_, Uuid>(statement).bind(now.to_sqlx()).bind(value);
        for session_id in close.fetch_all(&self.pool).await? {
            self.open.forget(session_id);
        }
        Ok(())
    }
}

#[async_trait]
impl Sessions for PgSessions {
    async fn open(&self, user_id: Uuid, now: Timestamp) -> Result<OpenedSession, PortError> {
        Ok(self.open_session(user_id, now).await?)
    }

    async fn rotate(&self, refresh_token: &str, now: Timestamp) -> Result<Rotation, PortError> {
        Ok(self.spend(refresh_token, now).await?)
    }

    async fn close_by_token(&self, refresh_token: &str, now: Timestamp) -> Result<(), PortError> {
        Ok(self.close_by(CLOSE_OF_TOKEN, digest(refresh_token), now).await?)
    }

    async fn close(&self, session_id: Uuid, now: Timestamp) -> Result<(), PortError> {
        Ok(self.close_by(CLOSE_ONE, session_id, now).await?)
    }

    async fn close_all(&self, user_id: Uuid, now: Timestamp) -> Result<(), PortError> {
        Ok(self.close_by(CLOSE_OF_USER, user_id, now).await?)
    }
}

async fn add_token(
    connection: &mut PgConnection,
    session_id: Uuid,
    expires_at: Timestamp,
) -> Result<RefreshToken, SessionError> {
    let token = RefreshToken::generate()?;
    sqlx::query("insert into refresh_tokens (digest, session_id, expires_at) values ($1, $2, $3)")
        .bind(digest(&token.0))
        .bind(session_id)
        .bind(expires_at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(token)
}

async fn lock_token(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<Presented>, sqlx::Error> {
    sqlx::query_as(
        "select session_id, expires_at, spent_at is not null as is_spent from refresh_tokens where digest = $1 \
         for update",
    )
    .bind(digest)
    .fetch_optional(connection)
    .await
}

/// Whose session it is; `None` if it is closed.
async fn lock_open_session(connection: &mut PgConnection, session_id: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar("select user_id from sessions where id = $1 and closed_at is null for update")
        .bind(session_id)
        .fetch_optional(connection)
        .await
}

async fn close_locked(connection: &mut PgConnection, session_id: Uuid, now: Timestamp) -> Result<(), sqlx::Error> {
    let close = sqlx::query("update sessions set closed_at = $2 where id = $1");
    close.bind(session_id).bind(now.to_sqlx()).execute(connection).await.map(drop)
}

async fn mark_spent(connection: &mut PgConnection, digest: &[u8], now: Timestamp) -> Result<(), sqlx::Error> {
    let spend = sqlx::query("update refresh_tokens set spent_at = $2 where digest = $1");
    spend.bind(digest).bind(now.to_sqlx()).execute(connection).await.map(drop)
}

async fn extend_session(
    connection: &mut PgConnection,
    session_id: Uuid,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    let extend = sqlx::query("update sessions set expires_at = $2 where id = $1");
    extend.bind(session_id).bind(expires_at.to_sqlx()).execute(connection).await.map(drop)
}
