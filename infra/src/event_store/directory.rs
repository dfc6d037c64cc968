//! Which streams belong together, by the claims that the log itself keeps.

use commands::PortError;
use domain::{Claim, Email};
use sqlx::PgPool;
use std::sync::Arc;
use uuid::Uuid;

use super::claims::{ClaimKey, NIGHT};
use crate::personal_data::MasterKey;

/// Looks claims up: always current, since they change in the transaction of the events.
#[derive(Debug, Clone)]
pub struct ClaimHolders {
    pool: PgPool,
    master: Arc<MasterKey>,
}

impl ClaimHolders {
    /// Over the pool that serves reads; `master` names e-mail addresses in claims.
    pub fn new(pool: PgPool, master: Arc<MasterKey>) -> Self {
        Self { pool, master }
    }

    /// Who holds a claim.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of(&self, claim: &Claim) -> Result<Option<Uuid>, PortError> {
        let key = ClaimKey::new(claim, &self.master);
        sqlx::query_scalar("select holder from claims where kind = $1 and key = $2")
            .bind(key.kind)
            .bind(key.key)
            .fetch_optional(&self.pool)
            .await
            .map_err(PortError::new)
    }

    /// Whose open account has an address.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of_email(&self, email: &Email) -> Result<Option<Uuid>, PortError> {
        self.of(&Claim::Email(email.clone())).await
    }

    /// Who holds any night of a place, each once: bookings and blocks.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of_nights(&self, place_id: Uuid) -> Result<Vec<Uuid>, PortError> {
        // A night's key begins with the place's id: a range of the primary key.
        let first = place_id.as_bytes().to_vec();
        let beyond = [&place_id.as_bytes()[..], &[u8::MAX; 5]].concat();
        sqlx::query_scalar("select distinct holder from claims where kind = $1 and key >= $2 and key < $3")
            .bind(NIGHT)
            .bind(first)
            .bind(beyond)
            .fetch_all(&self.pool)
            .await
            .map_err(PortError::new)
    }
}
