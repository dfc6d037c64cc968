//! Who looked at which place: kept beside the log, not in it.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;

const SECONDS_OF_AN_HOUR: i64 = 3_600;

/// Somebody looked at a place in an hour: of however many times, one is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceView {
    /// Who.
    pub user_id: Uuid,
    /// At what.
    pub place_id: Uuid,
    /// Hours since the beginning of 1970 (UTC).
    pub hour: i64,
}

impl PlaceView {
    /// Hours for which a view is kept: 180 days.
    pub const KEPT_HOURS: i64 = 180 * 24;

    /// A view at an instant.
    pub fn new(user_id: Uuid, place_id: Uuid, at: Timestamp) -> Self {
        Self { user_id, place_id, hour: Self::hour_of(at) }
    }

    /// The hour that an instant is in.
    pub fn hour_of(at: Timestamp) -> i64 {
        at.as_second().div_euclid(SECONDS_OF_AN_HOUR)
    }
}

/// The memory of views. None of it is worth an error to somebody who reads: what is lost is lost.
#[async_trait]
pub trait ViewedPlaces: Send + Sync {
    /// Keeps a view soon, if there is room for it until then. Returns at once.
    fn note(&self, view: PlaceView);

    /// Waits a moment until what this process has noted is kept.
    async fn settle(&self);

    /// Keeps a view now. Views of closed accounts are not kept.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn keep(&self, view: PlaceView) -> Result<(), PortError>;

    /// Forgets everything that a user has looked at.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn forget(&self, user_id: Uuid) -> Result<(), PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_on_the_hour() {
        let hour = |instant: &str| PlaceView::hour_of(instant.parse().unwrap());
        assert_eq!(hour("1970-01-01T00:59:59.999Z"), 0);
        assert_eq!(hour("1970-01-01T01:00:00Z"), 1);
        assert_eq!(hour("1969-12-31T23:59:59Z"), -1);
    }
}
