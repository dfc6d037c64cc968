//! Which aggregates belong together: lists for jobs that then decide on each stream alone.

use async_trait::async_trait;
use domain::place::AmenityCode;
use jiff::civil::Date;
use uuid::Uuid;

use super::PortError;

/// Finds streams; what it says decides nothing.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Who holds nights of a place from `from` on: ids of bookings, and of blocks among them.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn holders_of_nights(&self, place_id: Uuid, from: Date) -> Result<Vec<Uuid>, PortError>;

    /// Who has reviewed a stay by now, each author with the review: by the claims themselves.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn reviews_of(&self, booking_id: Uuid) -> Result<Vec<(Uuid, Uuid)>, PortError>;

    /// Which of these codes were added to the catalogue: by the claims themselves.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn amenities_among(&self, codes: &[AmenityCode]) -> Result<Vec<AmenityCode>, PortError>;

    /// The places of a host that are not archived, as of a position of the log at least.
    ///
    /// # Errors
    /// When the store cannot be reached or has not come that far.
    async fn places_of(&self, owner_id: Uuid, at_least: u64) -> Result<Vec<Uuid>, PortError>;

    /// The user or place that a record of an outside source became, by the claim itself.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn imported(&self, source: &str, id: &str) -> Result<Option<Uuid>, PortError>;
}
