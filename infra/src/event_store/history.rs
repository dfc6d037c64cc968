//! The log as it is stored, for auditors: nothing lifted, nothing unsealed.

use async_trait::async_trait;
use commands::PortError;
use commands::ports::history::{HistoricEvent, History};
use sqlx::PgPool;

use super::facts::unsigned;
use super::read::{Row, read_rows};

/// Reads `events` as they stand.
#[derive(Debug, Clone)]
pub struct PostgresHistory(PgPool);

impl PostgresHistory {
    /// Over the pool that serves reads.
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }
}

#[async_trait]
impl History for PostgresHistory {
    async fn after(&self, position: u64, limit: u32) -> Result<Vec<HistoricEvent>, PortError> {
        let mut connection = self.0.acquire().await.map_err(PortError::new)?;
        let rows = read_rows(&mut connection, position, limit).await.map_err(PortError::new)?;
        rows.into_iter().map(|row| event(row).map_err(PortError::new)).collect()
    }
}

fn event(row: Row) -> Result<HistoricEvent, sqlx::Error> {
    let (position, recorded_at, aggregate_type, id, sequence, event_type, event_version, payload, metadata) = row;
    let aggregate_id = id.parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))?;
    Ok(HistoricEvent {
        position: unsigned(position)?,
        recorded_at: recorded_at.to_jiff(),
        aggregate_type,
        aggregate_id,
        sequence: unsigned(sequence)?,
        event_type,
        event_version,
        payload,
        metadata,
    })
}
