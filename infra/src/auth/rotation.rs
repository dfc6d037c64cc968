//! How refresh tokens follow each other (RFC 9700, section 4.14.2: rotation, and revocation on reuse).
//!
//! A token is spent by its use and names its successor. Presented again it is somebody's copy, and the whole family is
//! revoked; with one exception, for answers that get lost: within [`REFRESH_GRACE_SECONDS`] of its first use, and while
//! nobody has used the successor, it gets another successor in place of that one, which is *withdrawn*.
//!
//! Reuse is still caught, at the latest when the rightful client goes on: a thief who is quick enough to present a
//! copied token within the grace gets a successor, but thereby withdraws the client's. The client then presents a
//! withdrawn token, which revokes the family, and with it what the thief got.

use commands::ports::sessions::{REFRESH_GRACE_SECONDS, Rotation};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::random_token;
use super::sessions::{LIFE, PgSessions, SessionError};

/// How long a lost answer may be asked for again.
const GRACE: SignedDuration = SignedDuration::from_secs(REFRESH_GRACE_SECONDS as i64);

/// A token's row: it changes under its session's lock alone.
#[derive(sqlx::FromRow)]
struct Presented {
    expires_at: jiff_sqlx::Timestamp,
    spent_at: Option<jiff_sqlx::Timestamp>,
    withdrawn_at: Option<jiff_sqlx::Timestamp>,
    successor: Option<Vec<u8>>,
}

/// A token's session, locked.
#[derive(sqlx::FromRow)]
struct Family {
    id: Uuid,
    user_id: Uuid,
    is_closed: bool,
}

/// Spends a token. The session's lock orders all uses of its tokens: of two uses of one token the second waits, and
/// finds it spent.
pub(super) async fn rotate(
    sessions: &PgSessions,
    refresh_token: &str,
    now: Timestamp,
) -> Result<Rotation, SessionError> {
    let mut transaction = sessions.pool.begin().await?;
    let digest = random_token::digest(refresh_token);
    let Some(family) = lock_family(&mut transaction, &digest).await? else { return Ok(Rotation::Unknown) };
    let Family { id: session_id, user_id, is_closed } = family;
    if is_closed {
        return Ok(Rotation::Over { user_id });
    }
    let Some(presented) = find_token(&mut transaction, &digest).await? else { return Ok(Rotation::Unknown) };
    match presented.standing(&mut transaction, now).await? {
        Standing::Expired => Ok(Rotation::Expired),
        Standing::Copied => {
            close_locked(&mut transaction, session_id, now).await?;
            transaction.commit().await?;
            sessions.open.forget(session_id);
            Ok(Rotation::Reused { user_id })
        }
        Standing::Good { in_place_of } => {
            if let Some(lost) = in_place_of {
                withdraw(&mut transaction, &lost, now).await?;
            }
            let expires_at = now.checked_add(LIFE)?;
            extend_session(&mut transaction, session_id, expires_at, now).await?;
            let token = add_token(&mut transaction, session_id, expires_at).await?;
            mark_spent(&mut transaction, &digest, &random_token::digest(&token), now).await?;
            transaction.commit().await?;
            Ok(Rotation::Fresh { user_id, session_id, refresh_token: token })
        }
    }
}

/// What a token of an open session is worth.
enum Standing {
    /// It brings a successor, in place of one whose answer got lost where it has brought one already.
    Good { in_place_of: Option<Vec<u8>> },
    /// Somebody has a copy.
    Copied,
    /// Its time is over.
    Expired,
}

impl Presented {
    async fn standing(self, connection: &mut PgConnection, now: Timestamp) -> Result<Standing, SessionError> {
        if self.withdrawn_at.is_some() {
            return Ok(Standing::Copied);
        }
        let Some(spent_at) = self.spent_at else {
            let is_over = self.expires_at.to_jiff() <= now;
            return Ok(if is_over { Standing::Expired } else { Standing::Good { in_place_of: None } });
        };
        // Another process's clock may be a little ahead of this one's: then it was spent just now.
        let in_time = now.duration_since(spent_at.to_jiff()) <= GRACE;
        match self.successor {
            Some(lost) if in_time && is_unused(connection, &lost).await? => {
                Ok(Standing::Good { in_place_of: Some(lost) })
            }
            Some(_) | None => Ok(Standing::Copied),
        }
    }
}

/// A new token of a session, of which the digest is stored.
pub(super) async fn add_token(
    connection: &mut PgConnection,
    session_id: Uuid,
    expires_at: Timestamp,
) -> Result<String, SessionError> {
    let token = random_token::generate()?;
    sqlx::query("insert into refresh_tokens (digest, session_id, expires_at) values ($1, $2, $3)")
        .bind(random_token::digest(&token))
        .bind(session_id)
        .bind(expires_at.to_sqlx())
        .execute(connection)
        .await?;
    Ok(token)
}

async fn lock_family(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<Family>, sqlx::Error> {
    sqlx::query_as(
        "select id, user_id, closed_at is not null as is_closed from sessions \
         where id = (select session_id from refresh_tokens where digest = $1) for update",
    )
    .bind(digest)
    .fetch_optional(connection)
    .await
}

/// A statement of its own, after the lock: it sees what the last holder of the lock wrote.
async fn find_token(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<Presented>, sqlx::Error> {
    sqlx::query_as("select expires_at, spent_at, withdrawn_at, successor from refresh_tokens where digest = $1")
        .bind(digest)
        .fetch_optional(connection)
        .await
}

async fn is_unused(connection: &mut PgConnection, digest: &[u8]) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from refresh_tokens where digest = $1 and spent_at is null)")
        .bind(digest)
        .fetch_one(connection)
        .await
}

async fn withdraw(connection: &mut PgConnection, digest: &[u8], now: Timestamp) -> Result<(), sqlx::Error> {
    let withdraw = sqlx::query("update refresh_tokens set withdrawn_at = $2 where digest = $1");
    withdraw.bind(digest).bind(now.to_sqlx()).execute(connection).await.map(drop)
}

async fn close_locked(connection: &mut PgConnection, session_id: Uuid, now: Timestamp) -> Result<(), sqlx::Error> {
    let close = sqlx::query("update sessions set closed_at = $2, user_agent = null where id = $1");
    close.bind(session_id).bind(now.to_sqlx()).execute(connection).await.map(drop)
}

/// The grace counts from the first use: asking again does not prolong it.
async fn mark_spent(
    connection: &mut PgConnection,
    digest: &[u8],
    successor: &[u8],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let spend =
        sqlx::query("update refresh_tokens set spent_at = coalesce(spent_at, $2), successor = $3 where digest = $1");
    spend.bind(digest).bind(now.to_sqlx()).bind(successor).execute(connection).await.map(drop)
}

async fn extend_session(
    connection: &mut PgConnection,
    session_id: Uuid,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let extend = sqlx::query("update sessions set expires_at = $2, refreshed_at = $3 where id = $1");
    extend.bind(session_id).bind(expires_at.to_sqlx()).bind(now.to_sqlx()).execute(connection).await.map(drop)
}
