use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::accounts::{Accounts, Credentials};
use domain::{Claim, Email};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::event_store::claim_holder;
use crate::personal_data::{MasterKey, PersonKeys};

/// Sealing keys and password hashes in PostgreSQL.
#[derive(Clone)]
pub struct PgAccounts {
    pool: PgPool,
    keys: PersonKeys,
    master: Arc<MasterKey>,
}

impl PgAccounts {
    /// The accounts of a database whose personal data `master` protects.
    pub fn new(pool: PgPool, keys: PersonKeys, master: Arc<MasterKey>) -> Self {
        Self { pool, keys, master }
    }

    /// Removes at most `limit` staged hashes older than `age` whose change never reached the log, and says how many.
    /// Those that did were adopted long ago.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_staged(connection: &mut PgConnection, age: Duration, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from staged_passwords where change_id in (select change_id from staged_passwords \
             where created_at < now() - make_interval(secs => $1) limit $2)",
        )
        .bind(age.as_secs_f64())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    /// Removes at most `limit` password hashes older than `age` whose registration never reached the log, and says how many. `age`
    /// must be far longer than a registration can take. Only a week before that is looked at: who has been an account
    /// for longer need not be asked for every time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_orphans(connection: &mut PgConnection, age: Duration, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from credentials where user_id = any(array( \
                 select c.user_id from credentials c \
                 where c.created_at < now() - make_interval(secs => $1) \
                   and c.created_at > now() - make_interval(secs => $1) - interval '7 days' \
                   and not exists (select from events e where e.aggregate_type = 'user' \
                                   and e.aggregate_id = c.user_id::text and e.sequence = 1) \
                 limit $2))",
        )
        .bind(age.as_secs_f64())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }
}

#[async_trait]
impl Accounts for PgAccounts {
    async fn prepare(&self, user_id: Uuid, password_hash: Option<&str>) -> Result<(), PortError> {
        let mut transaction = self.pool.begin().await.map_err(PortError::new)?;
        self.keys.create(&mut transaction, user_id).await.map_err(PortError::new)?;
        if let Some(hash) = password_hash {
            sqlx::query("insert into credentials (user_id, password_hash) values ($1, $2)")
                .bind(user_id)
                .bind(hash)
                .execute(&mut *transaction)
                .await
                .map_err(PortError::new)?;
        }
        transaction.commit().await.map_err(PortError::new)
    }

    async fn by_email(&self, email: &Email) -> Result<Option<Uuid>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        let claim = Claim::Email(email.clone());
        claim_holder(&mut connection, &claim, &self.master).await.map_err(PortError::new)
    }

    fn address_mark(&self, email: &Email) -> String {
        self.master.email_claim(&email.canonical()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    async fn credentials(&self, user_id: Uuid) -> Result<Option<Credentials>, PortError> {
        let row: Option<(String, i64)> =
            sqlx::query_as("select password_hash, version from credentials where user_id = $1")
                .bind(user_id)
                .fetch_optional(&self.pool)
                .await
                .map_err(PortError::new)?;
        let credentials =
            row.map(|(password_hash, version)| Credentials { password_hash, version: version.unsigned_abs() });
        Ok(credentials)
    }

    async fn stage_password(&self, change_id: Uuid, user_id: Uuid, password_hash: &str) -> Result<(), PortError> {
        sqlx::query("insert into staged_passwords (change_id, user_id, password_hash) values ($1, $2, $3)")
            .bind(change_id)
            .bind(user_id)
            .bind(password_hash)
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(PortError::new)
    }

    async fn adopt_password(&self, change_id: Uuid, version: u64) -> Result<(), PortError> {
        // One statement: a hash is never taken from the stage without becoming the good one, or being outdated.
        sqlx::query(
            "with staged as (delete from staged_passwords where change_id = $1 returning user_id, password_hash) \
             update credentials c set password_hash = s.password_hash, version = $2 \
             from staged s where c.user_id = s.user_id and c.version < $2",
        )
        .bind(change_id)
        .bind(i64::try_from(version).map_err(PortError::new)?)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(PortError::new)
    }

    async fn forget_credentials(&self, user_id: Uuid) -> Result<(), PortError> {
        let forget = "with staged as (delete from staged_passwords where user_id = $1), \
                           tokens as (delete from account_tokens where user_id = $1) \
                      delete from credentials where user_id = $1";
        sqlx::query(forget).bind(user_id).execute(&self.pool).await.map(drop).map_err(PortError::new)
    }
}
