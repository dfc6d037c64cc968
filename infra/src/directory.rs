//! Lists of streams for jobs, by claims where the answer must be current and by views where it need not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use commands::PortError;
use commands::ports::directory::Directory;
use domain::Claim;
use domain::place::{AmenityCode, PlaceStatus};
use jiff::civil::Date;
use projections::{Slice, Views, Waited, place};
use sqlx::PgPool;
use uuid::Uuid;

use crate::event_store::{claim_holder, claims_held, night_holders, reviews_of};
use crate::personal_data::MasterKey;

/// How long to wait for a view that must have come so far; the job is run again later.
const VIEW_PATIENCE: Duration = Duration::from_secs(5);

/// Claims and views of one database.
#[derive(Clone)]
pub(crate) struct PgDirectory {
    pool: PgPool,
    master: Arc<MasterKey>,
    views: Views,
}

impl PgDirectory {
    /// `master` names e-mail addresses in claims.
    pub(crate) fn new(pool: PgPool, master: Arc<MasterKey>, views: Views) -> Self {
        Self { pool, master, views }
    }

    /// Another view may have stopped: only that of places counts.
    async fn check_places(&self, at_least: u64) -> Result<(), PortError> {
        let status = self.views.status().await.map_err(PortError::new)?;
        let is_there = status.iter().any(|view| view.serves && view.name == "places" && view.position >= at_least);
        if is_there { Ok(()) } else { Err(PortError::new("the view of places is behind")) }
    }
}

#[async_trait]
impl Directory for PgDirectory {
    async fn holders_of_nights(&self, place_id: Uuid, from: Date) -> Result<Vec<Uuid>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        night_holders(&mut connection, place_id, from).await.map_err(PortError::new)
    }

    async fn reviews_of(&self, booking_id: Uuid) -> Result<Vec<(Uuid, Uuid)>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        reviews_of(&mut connection, booking_id).await.map_err(PortError::new)
    }

    async fn amenities_among(&self, codes: &[AmenityCode]) -> Result<Vec<AmenityCode>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        let claims: Vec<Claim> = codes.iter().cloned().map(Claim::Amenity).collect();
        let held = claims_held(&mut connection, &claims, &self.master).await.map_err(PortError::new)?;
        let code = |claim: &&Claim| match claim {
            Claim::Amenity(code) => Some(code.clone()),
            Claim::Email(_) | Claim::Night { .. } | Claim::Import { .. } | Claim::Review { .. } => None,
        };
        Ok(held.iter().filter_map(code).collect())
    }

    async fn places_of(&self, owner_id: Uuid, at_least: u64) -> Result<Vec<Uuid>, PortError> {
        if self.views.wait_for(at_least, Instant::now() + VIEW_PATIENCE).await == Waited::Behind {
            self.check_places(at_least).await?;
        }
        let mut places = Vec::new();
        let mut key = None;
        loop {
            let slice = Slice::After { key, per_page: 100 };
            let listed = place::of_owner(&self.views, owner_id, None, slice).await.map_err(PortError::new)?;
            let current = listed.items.iter().filter(|row| row.status != PlaceStatus::Archived);
            places.extend(current.map(|row| row.place_id));
            match listed.next {
                Some(next) => key = Some(next),
                None => return Ok(places),
            }
        }
    }

    async fn imported(&self, source: &str, id: &str) -> Result<Option<Uuid>, PortError> {
        let mut connection = self.pool.acquire().await.map_err(PortError::new)?;
        let claim = Claim::Import { source: source.to_owned(), id: id.to_owned() };
        claim_holder(&mut connection, &claim, &self.master).await.map_err(PortError::new)
    }
}
