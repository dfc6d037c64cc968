//! The log's memory of requests that carried an idempotency key.

use std::sync::Arc;

use async_trait::async_trait;
use commands::PortError;
use commands::ports::log::{IDEMPOTENCY_WINDOW, IdempotencyKey, RecordedRequest};
use commands::ports::requests::Requests;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::facts::unsigned;
use super::read::last_position;
use crate::personal_data::MasterKey;

/// Reads `idempotency_keys`; the append itself writes them.
#[derive(Debug, Clone)]
pub struct PostgresRequests {
    pool: PgPool,
    master: Arc<MasterKey>,
}

impl PostgresRequests {
    /// Over the pool that serves reads; `master` keeps digests from being tried out.
    pub fn new(pool: PgPool, master: Arc<MasterKey>) -> Self {
        Self { pool, master }
    }
}

#[async_trait]
impl Requests for PostgresRequests {
    fn kept_digest(&self, digest: &[u8; 32]) -> [u8; 32] {
        self.master.request_digest(digest)
    }

    async fn find(&self, key: &IdempotencyKey) -> Result<Option<RecordedRequest>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        find(&mut connection, key).await.map_err(PortError::new)
    }

    async fn head(&self) -> Result<u64, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        last_position(&mut connection).await.map_err(PortError::new)
    }
}

/// What is remembered under a key, within its window.
async fn find(connection: &mut PgConnection, key: &IdempotencyKey) -> Result<Option<RecordedRequest>, sqlx::Error> {
    let row: Option<(Vec<u8>, i16, Uuid, i64)> = sqlx::query_as(
        "select digest, status, resource_id, position from idempotency_keys \
         where subject = $1 and scope = $2 and key = $3 \
           and recorded_at > clock_timestamp() - make_interval(secs => $4)",
    )
    .bind(key.subject)
    .bind(&key.scope)
    .bind(&key.key)
    .bind(IDEMPOTENCY_WINDOW.as_secs_f64())
    .fetch_optional(connection)
    .await?;
    row.map(|(digest, status, resource_id, position)| {
        let digest = digest.try_into().map_err(|_| sqlx::Error::Decode("a digest that is not of 32 bytes".into()))?;
        Ok(RecordedRequest { digest, status: status.unsigned_abs(), resource_id, position: unsigned(position)? })
    })
    .transpose()
}
