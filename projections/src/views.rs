//! The read side of the house as one value.

use std::sync::Arc;
use std::time::Instant;

use sqlx::PgPool;

use crate::engine::{OperateError, Rebuilt};
use crate::{Feed, Projection, ProjectionStatus, Projectors, ReadError, Waited};
use crate::{amenity, availability, booking, place, review, user};

/// The views and the projectors that fill them. Cheap to clone.
#[derive(Clone)]
pub struct Views {
    pub(crate) pool: PgPool,
    projectors: Projectors,
}

impl Views {
    /// Every view of this program over one database, filled from `feed`.
    pub fn new(pool: PgPool, feed: Arc<dyn Feed>) -> Self {
        let projectors = Projectors::new(pool.clone(), feed, Self::projections());
        Self { pool, projectors }
    }

    /// One of each view's projections.
    pub fn projections() -> Vec<Arc<dyn Projection>> {
        vec![
            Arc::new(user::Profiles),
            Arc::new(place::Places),
            Arc::new(availability::Availability),
            Arc::new(booking::Bookings),
            Arc::new(review::Reviews),
            Arc::new(amenity::Catalogue),
        ]
    }

    /// What fills the views: spawn its [`Projectors::run`] once in each process.
    pub fn projectors(&self) -> &Projectors {
        &self.projectors
    }

    /// Waits until every view contains the log up to `position`, and drives them there itself: see
    /// [`Projectors::wait_for`].
    pub async fn wait_for(&self, position: u64, deadline: Instant) -> Waited {
        self.projectors.wait_for(position, deadline).await
    }

    /// The last position of the log; 0 while it is empty.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn head(&self) -> Result<u64, ReadError> {
        self.projectors.head().await
    }

    /// Where each projection stands, reactors and other versions included, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn status(&self) -> Result<Vec<ProjectionStatus>, ReadError> {
        self.projectors.status().await
    }

    /// Empties a view and replays the whole log into it: see [`Projectors::rebuild`].
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn rebuild(&self, name: &str) -> Result<Rebuilt, OperateError> {
        self.projectors.rebuild(name).await
    }

    /// Lets a stopped projection (view or reactor) try its failing event again: see [`Projectors::resume`].
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn resume(&self, name: &str) -> Result<(), OperateError> {
        self.projectors.resume(name).await
    }

    /// Sets a failing event aside, so that its projection goes on without it: see [`Projectors::park`].
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn park(&self, name: &str, position: u64, reason: &str) -> Result<(), OperateError> {
        self.projectors.park(name, position, reason).await
    }
}
