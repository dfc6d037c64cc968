//! The read side of the house as one value.

use std::sync::Arc;
use std::time::Instant;

use sqlx::PgPool;

use crate::cache::Cache;
use crate::engine::{OperateError, Rebuilt};
use crate::search::Feeder;
use crate::{CacheCounts, Feed, Projection, ProjectionStatus, Projectors, ReadError, Waited};
use crate::{amenity, availability, booking, place, review, user};

/// The views and the projectors that fill them. Cheap to clone.
#[derive(Clone)]
pub struct Views {
    pub(crate) pool: PgPool,
    projectors: Projectors,
    pub(crate) cache: Option<Arc<Cache>>,
    feeder: Option<Feeder>,
}

impl Views {
    /// Every view of this program over one database, filled from `feed`.
    pub fn new(pool: PgPool, feed: Arc<dyn Feed>) -> Self {
        let projectors = Projectors::new(pool.clone(), Arc::clone(&feed), Self::projections());
        let cache = Arc::new(Cache::new(pool.clone(), feed));
        Self { pool, projectors, cache: Some(cache), feeder: None }
    }

    /// The same views, each read asked of the database: to compare with.
    #[must_use]
    pub fn without_cache(self) -> Self {
        Self { cache: None, ..self }
    }

    /// What the cache of this process has done; `None` without one.
    pub fn cache_counts(&self) -> Option<CacheCounts> {
        self.cache.as_ref().map(|cache| cache.counts())
    }

    /// The same with an index outside the database, which is listed and operated as the projections are.
    #[must_use]
    pub fn with_feeder(self, feeder: Feeder) -> Self {
        Self { feeder: Some(feeder), ..self }
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

    /// Where each projection stands, reactors, other versions and the index outside the database included, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn status(&self) -> Result<Vec<ProjectionStatus>, ReadError> {
        let mut all = self.projectors.status().await?;
        if let Some(feeder) = &self.feeder {
            all.extend(feeder.status(self.head().await?).await?);
            all.sort_by(|one, other| (&one.name, one.version).cmp(&(&other.name, other.version)));
        }
        Ok(all)
    }

    /// The index outside the database, where `name` is its.
    fn index(&self, name: &str) -> Option<&Feeder> {
        self.feeder.as_ref().filter(|feeder| feeder.name() == name)
    }

    /// Empties a view and replays the whole log into it: see [`Projectors::rebuild`]. An index outside the database is
    /// filled afresh beside the one that answers.
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn rebuild(&self, name: &str) -> Result<Rebuilt, OperateError> {
        match self.index(name) {
            Some(index) => index.rebuild().await,
            None => self.projectors.rebuild(name).await,
        }
    }

    /// Lets a stopped projection (view or reactor) try its failing event again: see [`Projectors::resume`].
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn resume(&self, name: &str) -> Result<(), OperateError> {
        match self.index(name) {
            Some(index) => index.resume().await,
            None => self.projectors.resume(name).await,
        }
    }

    /// Sets a failing event aside, so that its projection goes on without it: see [`Projectors::park`].
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn park(&self, name: &str, position: u64, reason: &str) -> Result<(), OperateError> {
        match self.index(name) {
            Some(_) => Err(OperateError::NotFailing),
            None => self.projectors.park(name, position, reason).await,
        }
    }
}
