//! Tokens that are sent by mail, in PostgreSQL.

use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::account_tokens::{AccountTokens, TokenPurpose};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::random_token::{digest, generate};

/// Digests of tokens with whom they are for.
#[derive(Clone)]
pub struct PgAccountTokens {
    pool: PgPool,
}

impl PgAccountTokens {
    /// The tokens of one database.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Removes at most `limit` tokens that are expired at `now`, and says how many.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_expired(connection: &mut PgConnection, now: Timestamp, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from account_tokens where digest in (select digest from account_tokens \
             where expires_at < $1 order by expires_at limit $2 for update skip locked)",
        )
        .bind(now.to_sqlx())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }
}

/// As stored.
fn name(purpose: TokenPurpose) -> &'static str {
    match purpose {
        TokenPurpose::VerifyEmail => "verify_email",
        TokenPurpose::ResetPassword => "reset_password",
    }
}

/// When a token that is issued at an instant expires.
fn expiry(purpose: TokenPurpose, issued_at: Timestamp) -> Result<Timestamp, PortError> {
    issued_at.checked_add(SignedDuration::from_secs(purpose.seconds().into())).map_err(PortError::new)
}

#[async_trait]
impl AccountTokens for PgAccountTokens {
    async fn issue(&self, user_id: Uuid, purpose: TokenPurpose, now: Timestamp) -> Result<String, PortError> {
        let token = generate().map_err(PortError::new)?;
        sqlx::query("insert into account_tokens (digest, user_id, purpose, expires_at) values ($1, $2, $3, $4)")
            .bind(digest(&token))
            .bind(user_id)
            .bind(name(purpose))
            .bind(expiry(purpose, now)?.to_sqlx())
            .execute(&self.pool)
            .await
            .map_err(PortError::new)?;
        Ok(token)
    }

    async fn holder(&self, token: &str, purpose: TokenPurpose, now: Timestamp) -> Result<Option<Uuid>, PortError> {
        sqlx::query_scalar("select user_id from account_tokens where digest = $1 and purpose = $2 and expires_at > $3")
            .bind(digest(token))
            .bind(name(purpose))
            .bind(now.to_sqlx())
            .fetch_optional(&self.pool)
            .await
            .map_err(PortError::new)
    }

    async fn redeem(&self, token: &str, purpose: TokenPurpose, now: Timestamp) -> Result<Option<Uuid>, PortError> {
        // Of several uses at once one deletes the row; the others waited for it and find none. Tokens that were sent
        // before or since are of no more use.
        let mut transaction = self.pool.begin().await.map_err(PortError::new)?;
        let redeem = "delete from account_tokens where digest = $1 and purpose = $2 and expires_at > $3 \
                      returning user_id";
        let holder: Option<Uuid> = sqlx::query_scalar(redeem)
            .bind(digest(token))
            .bind(name(purpose))
            .bind(now.to_sqlx())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(PortError::new)?;
        let Some(user_id) = holder else { return Ok(None) };
        sqlx::query("delete from account_tokens where user_id = $1 and purpose = $2")
            .bind(user_id)
            .bind(name(purpose))
            .execute(&mut *transaction)
            .await
            .map_err(PortError::new)?;
        transaction.commit().await.map_err(PortError::new)?;
        Ok(holder)
    }

    async fn withdraw(&self, user_id: Uuid, purpose: TokenPurpose, issued_by: Timestamp) -> Result<(), PortError> {
        sqlx::query("delete from account_tokens where user_id = $1 and purpose = $2 and expires_at <= $3")
            .bind(user_id)
            .bind(name(purpose))
            .bind(expiry(purpose, issued_by)?.to_sqlx())
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(PortError::new)
    }
}
