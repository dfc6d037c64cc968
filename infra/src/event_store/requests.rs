//! The log's memory of requests that carried an idempotency key.

use async_trait::async_trait;
use commands::PortError;
use commands::ports::log::{IDEMPOTENCY_WINDOW, IdempotencyKey, IdempotentRequest, RecordedRequest};
use commands::ports::requests::Requests;
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use super::facts::unsigned;
use super::insert::signed;
use super::read::last_position;
use super::transaction::BEGIN_ON_POOLED;

/// Reads `idempotency_keys`, and writes the rows of requests that changed nothing. Those with events are written by
/// the append itself.
#[derive(Debug, Clone)]
pub struct PostgresRequests(PgPool);

impl PostgresRequests {
    /// Over the pool that serves reads.
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }
}

#[async_trait]
impl Requests for PostgresRequests {
    async fn find(&self, key: &IdempotencyKey) -> Result<Option<RecordedRequest>, PortError> {
        let mut connection = self.0.acquire().await.map_err(PortError::new)?;
        find(&mut connection, key).await.map_err(PortError::new)
    }

    async fn remember(&self, request: &IdempotentRequest) -> Result<RecordedRequest, PortError> {
        let mut connection = self.0.acquire().await.map_err(PortError::new)?;
        remember(&mut connection, request).await.map_err(PortError::new)
    }

    async fn head(&self) -> Result<u64, PortError> {
        let mut connection = self.0.acquire().await.map_err(PortError::new)?;
        last_position(&mut connection).await.map_err(PortError::new)
    }
}

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

/// Under the appender's lock, like every other writer of these rows: whoever comes first is what the key stands for.
async fn remember(connection: &mut PgConnection, request: &IdempotentRequest) -> Result<RecordedRequest, sqlx::Error> {
    let mut transaction = connection.begin_with(BEGIN_ON_POOLED).await?;
    if let Some(earlier) = find(&mut transaction, &request.key).await? {
        transaction.rollback().await?;
        return Ok(earlier);
    }
    let position = last_position(&mut transaction).await?;
    sqlx::query(
        "insert into idempotency_keys (subject, scope, key, digest, status, resource_id, position, recorded_at) \
         values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) \
         on conflict (subject, scope, key) do update \
         set digest = excluded.digest, status = excluded.status, resource_id = excluded.resource_id, \
             position = excluded.position, recorded_at = excluded.recorded_at",
    )
    .bind(request.key.subject)
    .bind(&request.key.scope)
    .bind(&request.key.key)
    .bind(request.digest.as_slice())
    .bind(i16::try_from(request.status).unwrap_or(i16::MAX))
    .bind(request.resource_id)
    .bind(signed(position))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    let IdempotentRequest { key: _, digest, status, resource_id } = request.clone();
    Ok(RecordedRequest { digest, status, resource_id, position })
}
